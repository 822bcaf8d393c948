"""What a person asks of the orders grid, read from the address and written to it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from adapters.web.wording import FLAGS, STATUSES
from engine.model.order_filter import NEWEST_FIRST, HeldBy, OrderFilter, OrderSort, Period, SortKey
from storage.queries import StoreOverview

LONGEST_VALUE = 100
MOST_VALUES = 20  # of flags and tags at once
PAGE_SIZES = (25, 50, 100, 200)
USUAL_SIZE = 50
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)  # far from where UTC has no such day
_TURNED = "-"  # before the key of a sort whose first come last


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

    def address(self, *, endpoint: str = "orders.index", **changes: Any) -> str:
        """The grid's address for this wish from its beginning, with some of it changed; None takes something away."""
        kept = [pair for pair in self.pairs if pair[0] not in changes]
        return _address(endpoint, [*kept, *((name, value) for name, value in changes.items() if value)])

    def without(self, name: str, value: str) -> str:
        """The address without one value."""
        return _address("orders.index", [pair for pair in self.pairs if pair != (name, value)])

    def sorted_by(self, key: SortKey, *, descending: bool) -> str:
        return self.address(sort=write_sort(OrderSort(key, descending)))

    @property
    def query(self) -> str:
        """What a saved view keeps: the pairs as an address has them."""
        return _address("orders.index", self.pairs).partition("?")[2]


def _address(endpoint: str, pairs: Iterable[tuple[str, str]]) -> str:
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def write_sort(sort: OrderSort) -> str:
    return f"{_TURNED if sort.descending else ''}{sort.key.value}"


def read_sort(text: str) -> OrderSort:
    """The newest first where the text is none."""
    key = text.removeprefix(_TURNED)
    return OrderSort(SortKey(key), text.startswith(_TURNED)) if key in set(SortKey) else OrderSort()


def read_wish(query: MultiDict[str, str], zone: str, stores: Sequence[StoreOverview] = ()) -> GridWish:
    """`stores`: those that were looked for; any number of them but one asks for none. `zone` is that of days.

    Values that mean nothing are left out: unknown codes without a word, dates and amounts with a sentence.
    """
    read = _Reader(query, ZoneInfo(zone))
    store = stores[0].id if len(stores) == 1 else None
    read.keep("store", store or "")
    wanted = OrderFilter(
        status=read.code("status", STATUSES),
        flags=read.several("flag"),
        tags=read.several("tag"),
        any_tag=bool(read.code("tags", ("any",))),
        store_id=store,
        held_by=HeldBy(held) if (held := read.code("held", set(HeldBy))) else None,
        search=read.text("q"),
        channel=read.text("channel"),
        provider=read.text("provider"),
        carrier=read.text("carrier"),
        service=read.text("service"),
        country=read.text("country"),
        rule=read.text("rule"),
        total_from=read.amount("total_from"),
        total_to=read.amount("total_to"),
        ordered=read.period("ordered"),
        imported=read.period("imported"),
        due=read.period("due"),
        held_until=read.period("until"),
    )
    sort = read_sort(query.get("sort", ""))
    if sort != OrderSort():
        read.keep("sort", write_sort(sort))
    read.keep("view", query.get("view", "")[:LONGEST_VALUE])
    return GridWish(
        filter=wanted,
        sort=sort,
        pairs=tuple(read.pairs),
        after=query.get("after") or None,
        before=query.get("before") or None,
        first=max(1, min(query.get("n", 1, type=int), 1_000_000_000)),
        store_name="" if store else store_named(query),
        view_id=query.get("view") or None,
        problems=tuple(read.problems),
        entered=read.entered,
    )


class _Reader:
    """Reads values and notes what the address keeps of them."""

    def __init__(self, query: MultiDict[str, str], zone: ZoneInfo) -> None:
        self._query, self._zone = query, zone
        self.pairs: list[tuple[str, str]] = []
        self.problems: list[str] = []
        self.entered: dict[str, str] = {}

    def keep(self, name: str, value: str) -> None:
        if value:
            self.pairs.append((name, value))

    def text(self, name: str) -> str:
        value = self._query.get(name, "").strip()[:LONGEST_VALUE]
        self.keep(name, value)
        return value

    def code(self, name: str, known: Iterable[str]) -> str | None:
        value = self._query.get(name, "")
        if value not in set(known):
            return None
        self.keep(name, value)
        return value

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a name; one may hold several, with commas between."""
        values = [part.strip()[:LONGEST_VALUE] for value in self._query.getlist(name) for part in value.split(",")]
        found = tuple(dict.fromkeys(filter(None, values)))[:MOST_VALUES]
        if name == "flag":
            found = tuple(value for value in found if value in FLAGS)
        for value in found:
            self.keep(name, value)
        return found

    def amount(self, name: str) -> Decimal | None:
        value = self._query.get(name, "").strip()[:LONGEST_VALUE]
        if not value:
            return None
        self.entered[name] = value
        try:
            amount = Decimal(value.replace(",", "."))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            self.problems.append(gettext("%(value)s is no amount, so it was left out: write it as 12.50.", value=value))
            return None
        self.keep(name, value)
        return amount

    def period(self, name: str) -> Period:
        """From the beginning of one day to the end of another, in the person's time zone."""
        start, end = self._day(f"{name}_from"), self._day(f"{name}_to")
        return Period(self._midnight(start), None if end is None else self._midnight(end + timedelta(days=1)))

    def _day(self, name: str) -> date | None:
        value = self._query.get(name, "").strip()[:LONGEST_VALUE]
        if not value:
            return None
        self.entered[name] = value
        try:
            found: date | None = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or not _FIRST_DAY < found < _LAST_DAY:
            self.problems.append(gettext("%(value)s is no date, so it was left out: write it as 2026-03-31.", value=value))
            return None
        self.keep(name, value)
        return found

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(), self._zone).astimezone(UTC)


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
            words = names.get(name, str)(value)
            chips.append(Chip(name, str(labels[name]), words, wish.without(name, value), unknown=(name, value) in lacking))
    return chips


_PARAMETERS = {"flags": "flag", "tags": "tag", "search": "q", "store_id": "store"}
