"""What a person asks of the orders grid, read from the address and written to it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from adapters.web.addresses import with_query
from adapters.web.language import page_language
from adapters.web.typed_numbers import typed_number
from engine.model.order_filter import NEWEST_FIRST, OrderFilter, OrderSort, SortKey
from engine.model.tag_list import read_tags, write_tags
from engine.services.grid.grid_query import AMOUNTS, LONGEST_VALUE, read_query, write_sort
from storage.queries import StoreOverview

PAGE_SIZES = (25, 50, 100, 200)
USUAL_SIZE = 50


def store_named(query: MultiDict[str, str]) -> str:
    """The name, or a part of it, of the store whose orders a person wants."""
    return query.get("store_name", "").strip()[:LONGEST_VALUE]


@dataclass(frozen=True, slots=True)
class GridWish:
    """Which orders a person asked to see, in which order, and from where on.

    `pairs` is the same as the address has it, without the place; `problems` are sentences about values that were left out.
    """

    filter: OrderFilter
    sort: OrderSort = NEWEST_FIRST
    pairs: tuple[tuple[str, str], ...] = ()
    after: str | None = None
    before: str | None = None
    first: int = 1  # the number of the page's first line
    store_name: str = ""  # as it was entered, where that does not name one store alone
    view_id: str | None = None
    problems: tuple[str, ...] = ()
    entered: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.filter)

    @property
    def search(self) -> str:
        return self.filter.search

    @property
    def only_flag(self) -> str | None:
        return self.filter.flags[0] if len(self.filter.flags) == 1 else None

    def value_of(self, name: str) -> str:
        """What was asked for by a parameter that has one value; empty for nothing."""
        return next((value for known, value in self.pairs if known == name), "")

    def address(self, *, endpoint: str = "orders.index", **changes: Any) -> str:
        """The grid's address for this wish from its beginning, with some of it changed; None takes something away."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        return with_query(endpoint, [*kept, *((name, value) for name, value in changes.items() if value)])

    def without(self, name: str, value: str) -> str:
        """The address without one value."""
        return with_query("orders.index", [pair for pair in self.pairs if pair != (name, value)])

    def sorted_by(self, key: SortKey, *, descending: bool) -> str:
        return self.address(sort=write_sort(OrderSort(key, descending)))

    @property
    def tags(self) -> str:
        """As the form has them."""
        return write_tags(self.filter.tags)

    @property
    def query(self) -> str:
        """What a saved view keeps: the pairs as an address has them."""
        return with_query("orders.index", self.pairs).partition("?")[2]


def read_wish(query: MultiDict[str, str], zone: str, stores: Sequence[StoreOverview] = ()) -> GridWish:
    """`stores`: those that were looked for; any number of them but one asks for none. `zone` is that of days."""
    found = stores[0].id if len(stores) == 1 else None
    read = read_query(_as_typed(query), zone, found)
    view_id = query.get("view", "")[:LONGEST_VALUE]
    return GridWish(
        filter=read.filter,
        sort=read.sort,
        pairs=(*read.pairs, *((("view", view_id),) if view_id else ())),
        after=query.get("after") or None,
        before=query.get("before") or None,
        first=max(1, min(query.get("n", 1, type=int), 1_000_000_000)),
        store_name="" if found else store_named(query),
        view_id=view_id or None,
        problems=tuple(problem.format(page_language()) for problem in read.problems),
        entered=read.entered,
    )


def _as_typed(query: MultiDict[str, str]) -> list[tuple[str, str]]:
    return [(name, typed_number(value) if name in AMOUNTS else value) for name, value in query.items(multi=True)]


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was asked for, and the address without it."""

    name: str  # of the parameter
    label: str
    value: str
    address: str
    unknown: bool = False  # no order has it


Names = Mapping[str, Callable[[str], str]]


def chips_of(wish: GridWish, labels: Mapping[str, Any], names: Names, unknown: Iterable[tuple[str, str]]) -> list[Chip]:
    """What was asked for beside the status, whose tabs say it; `names` says values in words, by parameter."""
    lacking = {(_PARAMETERS.get(name, name), value) for name, value in unknown}
    chips = []
    for name, value in wish.pairs:
        if name in labels:
            words = ", ".join(read_tags(value)) if name == "tag" else names.get(name, str)(value)
            chips.append(
                Chip(
                    name,
                    str(labels[name]),
                    words,
                    wish.without(name, value),
                    unknown=(name, words if name == "tag" else value) in lacking,
                )
            )
    return chips


_PARAMETERS = {"flags": "flag", "tags": "tag", "search": "q", "store_id": "store", "held_by": "held"}
