"""One page of a resource search. Columns are found by name: their order and number change, even from page to page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Rows as lists of cells, where each column is, and where the next page starts."""

    rows: list[list[Any]]
    columns: Mapping[str, int]
    more: bool
    next_first: int  # 1-based
    available: int | None  # rows that the whole search is said to have
    is_guess: bool  # `more` is only that nothing says otherwise

    def cells(self, column: str) -> list[Any]:
        """One column, a cell for each row; None throughout when the page has no such column."""
        position = self.columns.get(column)
        if position is None:
            return [None] * len(self.rows)
        return [row[position] if position < len(row) else None for row in self.rows]


def parse_page(body: Mapping[str, Any], asked_first: int, page_size: int) -> SearchPage | None:
    """The page in a search's reply, or None when the reply is not a search page.

    The next page starts after the last row that really came, so a page shorter than it claims loses nothing, and a
    `lastResult` that lies outside the page is not a reason to skip or to stop.
    """
    response = body.get("response")
    if not isinstance(response, dict):
        return None
    rows, meta = response.get("results"), response.get("metaData")
    if not isinstance(rows, list) or not isinstance(meta, dict) or not all(isinstance(row, list) for row in rows):
        return None
    columns = _columns(meta.get("columns"))
    if rows and not columns:
        return None
    reached = asked_first + len(rows) - 1
    last = _whole(meta.get("lastResult"))
    if last is None or not asked_first <= last <= reached:
        last = reached
    available = _whole(meta.get("resultsAvailable"))
    more = _has_more(meta, last, len(rows), page_size)
    is_guess = available is None and not isinstance(meta.get("morePagesAvailable"), bool) and len(rows) < page_size
    return SearchPage(rows, columns, more, last + 1, available, is_guess)


def _columns(described: Any) -> dict[str, int]:
    if not isinstance(described, list):
        return {}
    return {str(column["name"]): at for at, column in enumerate(described) if isinstance(column, dict) and "name" in column}


def _has_more(meta: Mapping[str, Any], last: int, count: int, page_size: int) -> bool:
    """Whether another page has to be asked for.

    Counts are misreported now and then, so a full page is followed by another whatever the reply says; of a page that is
    not full, its own word counts first and the number of results second. Where neither is said only an empty page is the end.
    """
    if count >= page_size:
        return True
    more = meta.get("morePagesAvailable")
    if isinstance(more, bool):
        return more
    available = _whole(meta.get("resultsAvailable"))
    return count > 0 and (available is None or last < available)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
