"""The search engine behind every `*-search` resource: typed filters, sorting, columns, paging."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from random import Random
from typing import Any, Final

import orjson

from .idset import IdSetError, parse_id_set
from .options import SandboxOptions
from .records import Cells
from .replies import ApiError, Json, Reply, success
from .times import parse_period, parse_time

MAX_PAGE: Final = 500
_INTEGER: Final = re.compile(r"-?[0-9]{1,18}")
EXTRA_COLUMN: Final = "sandboxExtraColumn"
_PAGING: Final = frozenset({"columns", "sort", "pageSize", "firstResult", "countOnly"})

Query = dict[str, str]
Test = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """A search column. `type` is Brightpearl's report data type; `shown` False makes it a filter only."""

    name: str
    type: str
    shown: bool = True
    reference: tuple[str, ...] = ()

    def describe(self) -> Json:
        """The column as `metaData.columns` lists it."""
        return {
            "name": self.name,
            "sortable": True,
            "filterable": True,
            "reportDataType": self.type,
            "referenceData": list(self.reference),
            "isFreeTextSearchable": False,
            "required": False,
        }


@dataclass(frozen=True, slots=True)
class Resource:
    """A searchable resource: columns in the order of the cells, and the tables that their reference data is taken from."""

    name: str
    columns: tuple[Column, ...]
    tables: Mapping[str, Mapping[Any, Any]]

    def available(self, options: SandboxOptions) -> list[tuple[int, Column]]:
        """The columns that this account has, with the position of their cell."""
        return [(index, column) for index, column in enumerate(self.columns) if column.name not in options.omit_columns]


@dataclass(frozen=True, slots=True)
class _Found:
    key: tuple[Any, ...]
    rows: list[Cells]


class SearchEngine:
    """Answers searches. Remembers the last result of each resource, so that reading page after page stays quick."""

    def __init__(self, seed: int = 0) -> None:
        self._rng = Random(seed)  # noqa: S311 - mixes columns, repeatably
        self._last: dict[str, _Found] = {}

    def search(
        self, resource: Resource, query: Query, rows: Callable[[], Sequence[Cells]], revision: object, options: SandboxOptions
    ) -> Reply:
        """One page of a search. `rows` gives all cells, `revision` changes whenever they do. Raises ApiError (CMNC-018)."""
        available = resource.available(options)
        sorting = _sorting(query.get("sort", ""), available)
        page_size = min(MAX_PAGE, _count(query, "pageSize", MAX_PAGE))
        first = _count(query, "firstResult", 1)
        filters = {name: value for name, value in query.items() if name not in _PAGING}
        if options.unknown_filters == "refuse":
            _refuse_unknown(filters, resource)
        key = (tuple(sorted(filters.items())), tuple(sorting), revision, options)
        found = self._last.get(resource.name)
        if found is None or found.key != key:
            found = _Found(key, _select(rows(), filters, sorting, available, options))
            self._last[resource.name] = found
        count_only = _boolean("countOnly", query.get("countOnly", "false"))
        page = [] if count_only else found.rows[first - 1 : first - 1 + page_size]
        columns = self._page_columns(query.get("columns"), available, options)
        meta = _meta_data(page, found.rows, first, columns, sorting, options, count_only)
        reply: Json = {"response": {"results": _project(page, columns), "metaData": meta}}
        reply["reference"] = _reference(page, columns, resource)
        return Reply(200, orjson.dumps(reply))

    def meta_data(self, resource: Resource, options: SandboxOptions) -> Reply:
        """The description of a resource: its columns, and all that can be filtered."""
        columns = [column for _, column in resource.available(options)]
        return success(
            {
                "columns": [column.describe() for column in columns if column.shown],
                "filters": [column.describe() for column in columns if not column.shown],
                "sorting": [{"filterable": columns[0].describe(), "direction": "ASC"}],
            }
        )

    def _page_columns(
        self, wanted: str | None, available: list[tuple[int, Column]], options: SandboxOptions
    ) -> list[tuple[int, Column]]:
        shown = [(index, column) for index, column in available if column.shown]
        if wanted:
            by_name = {column.name: (index, column) for index, column in available}
            shown = [by_name[name] for name in wanted.split(",") if name in by_name]
        if options.extra_column:
            shown.append((-1, Column(EXTRA_COLUMN, "STRING")))
        if options.shuffle_columns:
            self._rng.shuffle(shown)
        return shown


def _refuse_unknown(filters: Query, resource: Resource) -> None:
    known = {column.name for column in resource.columns}
    if unknown := sorted(set(filters) - known):
        raise ApiError(400, ("CMNC-SANDBOX-FILTER", f"{resource.name} cannot be searched by {unknown[0]}"))


def _reference(page: Sequence[Cells], columns: list[tuple[int, Column]], resource: Resource) -> Json:
    """What the cells of a page stand for: a table for each shown column that has one, with the cells that occur."""
    tables: Json = {}
    for index, column in columns:
        for name in column.reference:
            table = resource.tables[name]
            tables[name] = {str(cell): table[cell] for cell in dict.fromkeys(row[index] for row in page) if cell in table}
    return tables


def _project(page: Sequence[Cells], columns: list[tuple[int, Column]]) -> list[Any]:
    positions = [index for index, _ in columns]
    if len(positions) == 1:
        return [[row[positions[0]] if positions[0] >= 0 else None] for row in page]
    if not positions:
        return [[] for _ in page]
    # The extra column has no cell: one None behind each row stands for it, at position -1.
    pick = itemgetter(*positions)
    return [pick((*row, None)) for row in page]


def _meta_data(
    page: Sequence[Cells],
    rows: Sequence[Cells],
    first: int,
    columns: list[tuple[int, Column]],
    sorting: list[tuple[int, Column, bool]],
    options: SandboxOptions,
    count_only: bool,
) -> Json:
    last = first + len(page) - 1
    meta: Json = {"resultsAvailable": len(rows), "resultsReturned": len(page)}
    if not options.older_metadata:
        meta["morePagesAvailable"] = not count_only and bool(page) and last < len(rows)
    if page:
        meta.update(firstResult=first, lastResult=last)
    elif options.empty_search_numbers and not options.older_metadata:
        meta.update(firstResult=0, lastResult=0)
    meta["columns"] = [column.describe() for _, column in columns]
    meta["sorting"] = [{"filterable": column.describe(), "direction": "DESC" if down else "ASC"} for _, column, down in sorting]
    return meta


def _select(
    rows: Sequence[Cells],
    filters: Query,
    sorting: list[tuple[int, Column, bool]],
    available: list[tuple[int, Column]],
    options: SandboxOptions,
) -> list[Cells]:
    by_name = {column.name: (index, column) for index, column in available}
    selected = list(rows)
    for name, value in filters.items():
        if name not in by_name or not value:
            continue
        index, column = by_name[name]
        test = _test(column, value)
        if not options.ignores(name):
            selected = [row for row in selected if test(row[index])]
    for index, column, down in reversed(sorting):
        selected.sort(key=_sort_key(index, column), reverse=down)
    return selected


def _sort_key(index: int, column: Column) -> Callable[[Cells], Any]:
    if column.type in ("PERIOD", "DATETIME"):
        return lambda row: (row[index] is not None, parse_time(row[index]).timestamp() if row[index] else 0.0)
    return lambda row: (row[index] is not None, row[index] if row[index] is not None else 0)


def _sorting(text: str, available: list[tuple[int, Column]]) -> list[tuple[int, Column, bool]]:
    """The columns to sort by; the resource's first column, rising, when none is named (an unknown one is left out)."""
    by_name = {column.name: (index, column) for index, column in available}
    chosen = []
    for part in filter(None, text.split(",")):
        name, _, direction = part.partition(".")
        if name in by_name:
            chosen.append((*by_name[name], direction.upper() == "DESC"))
    return chosen or [(*available[0], False)]


def _count(query: Query, name: str, default: int) -> int:
    text = query.get(name)
    if not text:
        return default
    if not _INTEGER.fullmatch(text) or int(text) < 1:
        raise _unparsable(name, text, "INTEGER")
    return int(text)


def _unparsable(name: str, value: str, kind: str) -> ApiError:
    return ApiError(500, ("CMNC-018", f"The filter {name}={value} cannot be parsed as: {kind}"))


def _boolean(name: str, value: str) -> bool:
    if value not in ("true", "false"):
        raise _unparsable(name, value, "BOOLEAN")
    return value == "true"


def _test(column: Column, value: str) -> Test:
    """The test that a filter's value puts to a cell. Raises CMNC-018."""
    match column.type:
        case "INTEGER":
            if not _INTEGER.fullmatch(value):
                raise _unparsable(column.name, value, "INTEGER")
            number = int(value)
            return lambda cell: cell == number
        case "IDSET":
            try:
                ids = parse_id_set(value)
            except IdSetError:
                raise _unparsable(column.name, value, "IDSET") from None
            return lambda cell: cell in ids
        case "BOOLEAN":
            wanted = _boolean(column.name, value)
            return lambda cell: cell is wanted
        case "PERIOD" | "DATETIME":
            return _period_test(column, value)
        case "SEARCH_STRING":
            needle = value.casefold()
            return lambda cell: isinstance(cell, str) and needle in cell.casefold()
        case "STRING_SET":
            choices = frozenset(value.split("."))
            return lambda cell: cell in choices
        case _:
            return lambda cell: cell == value


def _period_test(column: Column, value: str) -> Test:
    try:
        start, end = parse_period(value)
    except ValueError:
        raise _unparsable(column.name, value, column.type) from None
    return lambda cell: cell is not None and _in_period(parse_time(cell), start, end)


def _in_period(moment: datetime, start: datetime | None, end: datetime | None) -> bool:
    if start is not None and moment < start:
        return False
    return end is None or moment < end or start == end == moment
