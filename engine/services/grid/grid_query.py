"""What is asked of the orders grid, as its address, saved views and commands write it: pairs such as `status=on_hold`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode
from zoneinfo import ZoneInfo

from engine.decide.decision import FLAGS as RULE_FLAGS
from engine.model.order import DELIVERY_PROBLEM, OUTDATED, OVERDUE
from engine.model.order_filter import HeldBy, OrderFilter, OrderSort, Period, SortKey, split_channel
from engine.model.order_words import STATUS_WORDS
from engine.model.tag_list import read_tags, write_tags
from engine.model.write_back import ASKS_PARTS
from engine.model.written_number import READABLE, read_number, write_number
from engine.services.fulfillment.change_requests import CHANGE_REQUESTED
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED
from engine.services.fulfillment.surplus import SHIPPED_SURPLUS
from engine.services.refusals import Refused
from rules.messages import Message, Text

LONGEST_VALUE = 100
MOST_VALUES = 20  # of flags and tags at once
FLAGS = frozenset(
    (*RULE_FLAGS, ASKS_PARTS, OUTDATED, OVERDUE, DELIVERY_PROBLEM, CHANGE_REQUESTED, RECALLED_BUT_SHIPPED, SHIPPED_SURPLUS)
)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)  # far from where UTC has no such day
_TURNED = "-"  # before the key of a sort whose first come last
_PERIODS = ("ordered", "imported", "due", "until")
_DAYS = tuple(f"{name}_{end}" for name in _PERIODS for end in ("from", "to"))
_TEXTS = ("q", "channel", "provider", "carrier", "service", "country", "rule")
_CODES = ("status", "flag", "tags", "held", "sort")
AMOUNTS = ("total_from", "total_to")
PARAMETERS = (*_CODES, "tag", *_TEXTS, "store", *AMOUNTS, *_DAYS)
_OF_ONE_PAGE = ("view", "open", "show", "did", "after", "before", "n")  # what an address has beside what is asked for
_OF_PERSON = "usr_"

NO_AMOUNT = Text(
    "{value} is not an amount, so it was left out: write it as 12.50.",
    "{value} no es un importe y no se ha tenido en cuenta: escríbelo como 12,50.",
)
NO_DATE = Text(
    "{value} is not a date, so it was left out: write it as 2026-03-31.",
    "{value} no es una fecha y no se ha tenido en cuenta: escríbela como 2026-03-31.",
)
NO_PARAMETER = Text(
    'The grid has no filter "{name}": it has {known}.', "La lista de pedidos no tiene el filtro «{name}»: tiene {known}."
)
NO_VALUE = Text('"{value}" is not a value of the filter "{name}".', "«{value}» no es un valor del filtro «{name}».")


@dataclass(frozen=True, slots=True)
class GridQuery:
    """Which orders are asked for, in which order. `pairs` is what was understood, as an address has it.

    `problems` are about dates and amounts that were left out; `entered` has them, and those that are none, as they came.
    """

    filter: OrderFilter
    sort: OrderSort
    pairs: tuple[tuple[str, str], ...]
    problems: tuple[Message, ...] = ()
    entered: Mapping[str, str] = field(default_factory=dict)


def write_sort(sort: OrderSort) -> str:
    return f"{_TURNED if sort.descending else ''}{sort.key.value}"


def read_sort(text: str) -> OrderSort:
    """The newest first where the text is none."""
    key = text.removeprefix(_TURNED)
    return OrderSort(SortKey(key), text.startswith(_TURNED)) if key in set(SortKey) else OrderSort()


def read_query(given: Iterable[tuple[str, str]], zone: str, store_id: str | None = None) -> GridQuery:
    """`store_id`: of the store that was found for what was asked. `zone` is that of days.

    Values that mean nothing are left out: unknown codes without a word, dates and amounts with a problem.
    """
    read = _Reader(given, ZoneInfo(zone))
    read.keep("store", store_id or "")
    status, flags, tags = read.code("status", STATUS_WORDS), read.flags(), read.tags()
    any_tag = bool(read.code("tags", ("any",)))
    held = read.held()
    texts = {name: read.text(name) for name in _TEXTS}
    channel_store, channel = split_channel(texts["channel"])
    wanted = OrderFilter(
        status=status,
        flags=flags,
        tags=tags,
        any_tag=any_tag,
        store_id=store_id,
        held_by=HeldBy(held) if held in set(HeldBy) else None,
        holder="" if held in set(HeldBy) else held,
        search=texts["q"],
        channel=channel,
        channel_store=channel_store,
        provider=texts["provider"],
        carrier=texts["carrier"],
        service=texts["service"],
        country=texts["country"],
        rule=texts["rule"],
        total_from=read.amount("total_from"),
        total_to=read.amount("total_to"),
        ordered=read.period("ordered"),
        imported=read.period("imported"),
        due=read.period("due"),
        held_until=read.period("until"),
    )
    sort = read_sort(read.first("sort"))
    if sort != OrderSort():
        read.keep("sort", write_sort(sort))
    return GridQuery(wanted, sort, tuple(read.pairs), tuple(read.problems), read.entered)


def check_query(text: str, zone: str) -> GridQuery:
    """A query that somebody writes to be kept, the part of the grid's address behind its `?`. Raises Refused for what means
    nothing; the store, the rule and the like may still be none of the account's.
    """
    pairs = [pair for pair in parse_qsl(text.strip().removeprefix("?")) if pair[0] not in _OF_ONE_PAGE]
    for name, _ in pairs:
        if name not in PARAMETERS:
            raise Refused("no_parameter", NO_PARAMETER, name=name, known=", ".join(PARAMETERS))
    query = read_query(pairs, zone, next((value for name, value in pairs if name == "store"), None))
    if query.problems:
        raise Refused("no_value", query.problems[0].text, **query.problems[0].params)
    for name, value in pairs:
        if name in _CODES and not _is_kept(query, name, value):
            raise Refused("no_value", NO_VALUE, name=name, value=value)
    return query


def write_query(pairs: Iterable[tuple[str, str]]) -> str:
    """What a saved view keeps."""
    return urlencode(list(pairs))


def _is_kept(query: GridQuery, name: str, value: str) -> bool:
    if name == "sort":
        return write_sort(query.sort) == value
    return {part.strip() for part in value.split(",")} <= {kept for found, kept in query.pairs if found == name}


class _Reader:
    """Reads values and notes what was understood of them."""

    def __init__(self, given: Iterable[tuple[str, str]], zone: ZoneInfo) -> None:
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            self._given.setdefault(name, []).append(value)
        self._zone = zone
        self.pairs: list[tuple[str, str]] = []
        self.problems: list[Message] = []
        self.entered: dict[str, str] = {}

    def first(self, name: str) -> str:
        return next(iter(self._given.get(name, ())), "")

    def keep(self, name: str, value: str) -> None:
        if value:
            self.pairs.append((name, value))

    def text(self, name: str) -> str:
        value = self.first(name).strip()[:LONGEST_VALUE]
        self.keep(name, value)
        return value

    def code(self, name: str, known: Iterable[str]) -> str | None:
        value = self.first(name)
        if value not in set(known):
            return None
        self.keep(name, value)
        return value

    def held(self) -> str:
        """A kind of holder, or the id of a person."""
        value = self.first("held")[:LONGEST_VALUE]
        if value not in set(HeldBy) and not value.startswith(_OF_PERSON):
            return ""
        self.keep("held", value)
        return value

    def flags(self) -> tuple[str, ...]:
        values = [part.strip() for value in self._given.get("flag", ()) for part in value.split(",")]
        found = tuple(value for value in dict.fromkeys(values) if value in FLAGS)[:MOST_VALUES]
        for value in found:
            self.keep("flag", value)
        return found

    def tags(self) -> tuple[str, ...]:
        values = [tag[:LONGEST_VALUE] for value in self._given.get("tag", ()) for tag in read_tags(value)]
        found = tuple(dict.fromkeys(values))[:MOST_VALUES]
        for tag in found:
            self.keep("tag", write_tags([tag]))
        return found

    def amount(self, name: str) -> Decimal | None:
        value = self.first(name).strip()[:LONGEST_VALUE]
        if not value:
            return None
        amount = read_number(value)
        self.entered[name] = value if amount is None else write_number(amount)
        if amount is None:
            self.problems.append(READABLE.beyond(value) or Message("no_amount", NO_AMOUNT, {"value": value}))
            return None
        self.keep(name, write_number(amount))
        return amount

    def period(self, name: str) -> Period:
        """From the beginning of one day to the end of another, in the zone."""
        start, end = self._day(f"{name}_from"), self._day(f"{name}_to")
        return Period(self._midnight(start), None if end is None else self._midnight(end + timedelta(days=1)))

    def _day(self, name: str) -> date | None:
        value = self.first(name).strip()[:LONGEST_VALUE]
        if not value:
            return None
        self.entered[name] = value
        try:
            found: date | None = date.fromisoformat(value)
        except ValueError:
            found = None
        if found is None or not _FIRST_DAY < found < _LAST_DAY:
            self.problems.append(Message("no_date", NO_DATE, {"value": value}))
            return None
        self.keep(name, value)
        return found

    def _midnight(self, day: date | None) -> datetime | None:
        return None if day is None else datetime.combine(day, time(), self._zone).astimezone(UTC)
