"""Finds the orders that a filter asks for, in the order of a sort, with bounded work however many orders there are (ADR 0053).

Conditions that few orders meet name these orders; without such a one an index is walked in the order that is asked for, so far
and no farther, and each order on the way is asked for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Float,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from engine.model.order import OrderState
from engine.model.order_filter import OrderFilter, SortKey
from engine.model.written_moment import read_moment
from storage.columns import UtcDateTime
from storage.orders.conditions import KEYS, MEMORY, NOT_SKIPPED, Condition, FoundPart, Lead, conditions_of, with_known_terms
from storage.tables import OrderRow

FEW = 1_000  # so many orders are sorted as they come
SOME = 5_000  # so many too, by the database itself
WALKED = 20_000  # entries of an index that one page looks at
_BETWEEN = "~"
_SEPARATOR = ","


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sorted list an order is: the value that is sorted by, None where that is the id alone, and its id."""

    value: Any
    order_id: str

    def __str__(self) -> str:
        if self.value is None:
            return self.order_id
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return f"{value}{_BETWEEN}{self.order_id}"


def bound(**places: Place | None) -> dict[str, Any]:
    """The values for a statement that was built for other places."""
    values: dict[str, Any] = {}
    for name, place in places.items():
        if place is not None:
            values |= {f"{name}_id": place.order_id, f"{name}_value": place.value}
    return values


def read_place(text: str | None, key: InstrumentedAttribute[Any] | None) -> Place | None:
    """A place as an address has it; None for what is none in a list that is sorted so."""
    value, between, order_id = (text or "").rpartition(_BETWEEN)
    if not order_id or bool(between) != (key is not None):
        return None
    if key is None:
        return Place(None, order_id)
    try:
        if isinstance(key.type, UtcDateTime):
            moment = read_moment(value)
            return None if moment is None else Place(moment, order_id)
        return Place(float(value) if isinstance(key.type, Float) else value, order_id)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Search:
    """How the orders of a filter are found, once it is known how many meet its conditions."""

    account_id: str
    key: InstrumentedAttribute[Any] | None  # what is sorted by; None: the id, which tells when an order was imported
    named: Sequence[str] | None  # all that can be among them, where they are few
    lead: Lead | None  # else the condition whose index is walked; None: the index of the key
    bounds: tuple[ColumnElement[bool], ...]  # between which the key is
    others: tuple[Condition, ...]  # what is asked of each order
    with_skipped: bool  # whether those that a rule has left out are among them
    counted: Condition | None = None  # the one whose index tells how many there are, where what is beside it can be asked by ids
    unknown: tuple[Condition, ...] = ()  # conditions that no order meets at all
    searched: Sequence[str] | None = None  # the orders that have the words that were searched for, where they are few
    some: Condition | None = None  # the one that names all that can be among them, where these are more than few and not many
    knows_arrays: bool = False  # as PostgreSQL does
    built: dict[tuple[Any, ...], Select[Any]] = field(default_factory=dict, init=False, compare=False)  # asked again

    def page(self, *columns: Any, after: Place | None, until: Place | None, descending: bool, limit: int) -> Select[Any]:
        """The first so many of what `query` finds, with the same columns each time. Executed with `bound` of both places."""

        def build() -> Select[Any]:
            return self._page(columns, after, until, descending=descending, limit=limit)

        return self._build_once(("page", after is None, until is None, descending, limit), build)

    def _page(
        self, columns: Sequence[Any], after: Place | None, until: Place | None, *, descending: bool, limit: int
    ) -> Select[Any]:
        """Where orders have to be sorted by the database, their ids alone are."""
        if self.some is None or (self.key is None and not self.knows_arrays):
            return self.query(*columns, after=after, until=until, descending=descending).limit(limit)
        first = self.query(OrderRow.id, after=after, until=until, descending=descending).limit(limit).subquery()
        found = select(*columns).where(OrderRow.id.in_(select(first.c.id)), self._is_own)
        return found.order_by(*self._order(descending=descending))

    def query(self, *columns: Any, after: Place | None, until: Place | None, descending: bool) -> Select[Any]:
        """The orders behind a place, up to another, in the direction that is given."""
        query = select(*columns).where(*self.bounds)
        if self.some is not None:
            query = query.where(self._is_among(self.some), self._is_own)
        elif self.named is not None:
            query = query.where(OrderRow.id.in_(self.named), self._is_own)
        elif self.lead is not None:
            query = query.where(self.lead.wanted, *(() if self.lead.to_order is None else (self.lead.to_order,)))
        else:
            query = query.where(OrderRow.account_id == self.account_id)
        if after is not None:
            query = query.where(self._side("after", after, before=descending))
        if until is not None:
            query = query.where(self._side("until", until, before=not descending, itself=True))
        by_ids = self.some is None  # else that was asked before any order is looked at
        rest = [one.holds_for(self._place) for one in self.others if by_ids and one.holds_for is not None]
        rest += [one.holds for one in self.others if one.holds_for is None]
        return query.where(*rest, *(() if self.with_skipped else (NOT_SKIPPED,))).order_by(*self._order(descending=descending))

    def _is_among(self, some: Condition) -> ColumnElement[bool]:
        """Whether an order is one of these, and has what else can be asked by ids.

        Each database looks those up first if it is asked in its way; SQLite finds the orders in the order of their ids then.
        """
        found = some.ids[0].limit(SOME).subquery().c[0]
        ids = select(found).where(*(one.holds_for(found) for one in self.others if one.holds_for is not None))
        return OrderRow.id == func.any(func.array(ids.scalar_subquery())) if self.knows_arrays else OrderRow.id.in_(ids)

    def count(self, connection: Connection, up_to: int, *first_end: Place | None) -> tuple[int, bool]:
        """How many there are, up to a limit, and whether there may be more: so many, or too many to look at.

        `first_end` is what `end_of_walk` says of the beginning of the list, where that is known.
        """
        beside = [one for one in self.others if one is not self.counted]
        is_alone = self.counted is not None and not beside
        [end] = (None,) if is_alone else first_end or (self.end_of_walk(connection, None, descending=True),)
        count = None
        if self.counted is not None and (is_alone or self.key is None):
            count = self._count_by_index(connection, self.counted, beside, up_to, end)
        if count is None:
            query = self.query(OrderRow.id, after=None, until=end, descending=True).limit(up_to + 1).subquery()
            count = int(connection.execute(select(func.count()).select_from(query)).scalar_one())
        return min(count, up_to), end is not None or count > up_to

    def _count_by_index(
        self, connection: Connection, counted: Condition, beside: Sequence[Condition], up_to: int, end: Place | None
    ) -> int | None:
        """The count without a look at any order; None where that cannot be. Those that a rule has left out are mostly few."""
        if any(one.holds_for is None for one in beside):
            return None

        def build() -> Select[Any]:
            return self._index_count(counted, beside, up_to, end)

        statement = self._build_once(("count", up_to, FEW, end is None), build)
        count, hidden = connection.execute(statement, bound(until=end)).one()
        return int(count) if hidden <= FEW else None

    def _index_count(self, counted: Condition, beside: Sequence[Condition], up_to: int, end: Place | None) -> Select[Any]:
        """How many there are, and how many of all orders a rule has left out."""
        [found] = counted.ids[0].selected_columns
        query = counted.ids[0].where(*(one.holds_for(found) for one in beside if one.holds_for is not None))
        if end is not None:
            query = query.where(found >= bindparam("until_id", end.order_id))
        counts: Sequence[Any] = (func.count(), literal(0))
        if not self.with_skipped:
            skipped = select(OrderRow.id).where(
                OrderRow.account_id == self.account_id, OrderRow.status == OrderState.SKIPPED.value
            )
            left_out = skipped.order_by(OrderRow.id).limit(FEW + 1).subquery()
            query = query.where(found.not_in(select(left_out.c.id)))
            counts = (func.count(), select(func.count()).select_from(left_out).scalar_subquery())
        return select(*counts).select_from(query.limit(up_to + 1).subquery())

    def _build_once(self, what: tuple[Any, ...], build: Callable[[], Select[Any]]) -> Select[Any]:
        """To build a statement takes longer than many a database to answer it."""
        statement = self.built.get(what)
        if statement is None:
            statement = self.built[what] = build()
        return statement

    def end_of_walk(self, connection: Connection, after: Place | None, *, descending: bool) -> Place | None:
        """The last place that is looked at; None where that is the end of the list anyway."""
        if self.named is not None or self.some is not None or not self.others:  # a walk that passes no order before it finds one
            return None
        lead = None if self.lead is None else replace(self.lead, to_order=None)
        walk = replace(self, lead=lead, others=(), with_skipped=True)
        columns = (self._place,) if self.key is None else (self._place, self.key)
        query = walk.query(*columns, after=after, until=None, descending=descending)
        row = connection.execute(query.offset(WALKED - 1).limit(1)).first()
        return None if row is None else Place(None if self.key is None else row[1], row[0])

    def place_of(self, row: Row[Any]) -> Place:
        """Where a line of the result is: it has the value that is sorted by under `sorted_by`."""
        return Place(row.sorted_by, row.id)

    @property
    def sorted_by(self) -> ColumnElement[Any]:
        return (null() if self.key is None else self.key).label("sorted_by")

    @property
    def _is_own(self) -> ColumnElement[bool]:
        """Nothing that an index could begin with."""
        return func.coalesce(OrderRow.account_id, "") == self.account_id

    @property
    def _place(self) -> Any:
        return OrderRow.id if self.lead is None else self.lead.place

    def _side(self, name: str, place: Place, *, before: bool, itself: bool = False) -> ColumnElement[bool]:
        here: Any = self._place if self.key is None else tuple_(self.key, OrderRow.id)
        there: Any = bindparam(f"{name}_id", place.order_id)
        if self.key is not None:
            there = tuple_(bindparam(f"{name}_value", place.value, self.key.type), there)
        if itself:
            return here <= there if before else here >= there
        return here < there if before else here > there

    def _order(self, *, descending: bool) -> list[ColumnElement[Any]]:
        by = [self._place] if self.key is None else [self.key, OrderRow.id]
        return [column.desc() if descending else column.asc() for column in by]


def plan_search(connection: Connection, account_id: str, wanted: OrderFilter, sort: SortKey) -> Search:
    """Ask how many orders meet each condition, as far as that matters, and choose the way that looks at the fewest."""
    alone = _search_for_one(account_id, wanted, sort)
    if alone is not None:
        return alone
    conditions, key, with_skipped = conditions_of(account_id, wanted), _key(wanted, sort), bool(wanted.status)
    parts, counts = _few_of_each(connection, account_id, wanted)
    found = [[order_id for part in of_one for order_id in part.ids] for of_one in parts]
    if any(len(ids) <= FEW for ids in found):
        return _named(account_id, key, conditions, found, with_skipped=with_skipped)
    least = min(range(len(conditions)), key=counts.__getitem__)
    if counts[least] <= SOME:
        return _search_among(account_id, wanted, sort, conditions[least], connection.dialect.name == "postgresql")
    known = tuple(with_known_terms(account_id, one, found, FEW) for one, found in zip(conditions, parts, strict=True))
    walk = _walk_again if len(known) == 1 or known == conditions else _walk
    return walk(account_id, wanted, sort, known)


@lru_cache(maxsize=MEMORY)
def _search_for_one(account_id: str, wanted: OrderFilter, sort: SortKey) -> Search | None:
    """The search for one thing at most, whose index is walked; None where it matters how many orders are so."""
    conditions = conditions_of(account_id, wanted)
    search = _walk(account_id, wanted, sort, conditions)
    return None if len(conditions) > 1 or search.others else search


@lru_cache(maxsize=MEMORY)
def _search_among(account_id: str, wanted: OrderFilter, sort: SortKey, some: Condition, knows_arrays: bool) -> Search:
    others = tuple(one for one in conditions_of(account_id, wanted) if one is not some)
    named = (account_id, _key(wanted, sort), None, None, (), others, bool(wanted.status))
    return Search(*named, counted=some, some=some, knows_arrays=knows_arrays)


def _walk(account_id: str, wanted: OrderFilter, sort: SortKey, conditions: tuple[Condition, ...]) -> Search:
    key = _key(wanted, sort)
    bounded = next((one for one in conditions if key is not None and one.key is sort), None)
    lead = next((one for one in conditions if key is None and one.lead is not None), None)
    leading = lead or bounded
    counted = conditions[0] if len(conditions) == 1 else leading
    return Search(
        *(account_id, key, None, None if lead is None else lead.lead, () if bounded is None else bounded.bounds),
        *(tuple(one for one in conditions if one is not leading), bool(wanted.status)),
        counted=counted if counted is not None and counted.can_be_counted else None,
    )


_walk_again = lru_cache(maxsize=MEMORY)(_walk)


def _key(wanted: OrderFilter, sort: SortKey) -> InstrumentedAttribute[Any] | None:
    if sort is SortKey.IMPORTED and wanted.imported:
        return OrderRow.imported_at
    return None if sort is SortKey.STATUS and wanted.status else KEYS.get(sort)


def _named(
    account_id: str,
    key: InstrumentedAttribute[Any] | None,
    conditions: Sequence[Condition],
    found: Sequence[Sequence[str]],
    *,
    with_skipped: bool,
) -> Search:
    """Where some conditions have few orders, these are all that can be among them."""
    few = [number for number, ids in enumerate(found) if len(ids) <= FEW]
    named = set(found[few[0]]).intersection(*(found[number] for number in few[1:]))
    others = tuple(one for number, one in enumerate(conditions) if number not in few)
    unknown = tuple(one for one, ids in zip(conditions, found, strict=True) if not ids)
    words = [set(ids) for one, ids in zip(conditions, found, strict=True) if one.name == "search" and len(ids) <= FEW]
    searched = sorted(set.intersection(*words)) if words else None
    return Search(account_id, key, sorted(named), None, (), others, with_skipped, unknown=unknown, searched=searched)


def _few_of_each(connection: Connection, account_id: str, wanted: OrderFilter) -> tuple[list[list[FoundPart]], list[int]]:
    """The orders of each part of each condition, one more than are few where they are many, and the first and last terms of
    words that are searched for; and how many orders each condition has, one more than are some where they are many, or where
    that would have to be looked for. In one statement.
    """
    conditions = conditions_of(account_id, wanted)
    found = [[FoundPart([], set()) for _ in condition.ids] for condition in conditions]
    parts = [part for of_one in found for part in of_one]
    counts = [SOME + 1 for _ in conditions]
    for kind, number, value in connection.execute(_question(account_id, wanted, FEW, SOME)):
        if not value:  # there is none
            continue
        if kind == "id":
            parts[number].ids.extend(value.split(_SEPARATOR))
        elif kind == "count":
            counts[number] = int(value)
        else:
            parts[number].terms.add(value)
    return found, counts


@lru_cache(maxsize=MEMORY)
def _question(account_id: str, wanted: OrderFilter, few: int, some: int) -> CompoundSelect[Any]:
    conditions = conditions_of(account_id, wanted)
    asked = []
    each = (one for condition in conditions for one in zip(condition.ids, condition.ends or repeat(()), strict=False))
    for number, (ids, ends) in enumerate(each):
        first = ids.limit(few + 1).subquery()
        together = func.aggregate_strings(first.c[0], _SEPARATOR)  # a row for each would take longer than to find them
        asked.append(select(literal("id").label("kind"), literal(number).label("number"), together.label("found")))
        asked += [select(literal("term"), literal(number), end.scalar_subquery()) for end in ends]
    for number, condition in enumerate(conditions):
        if condition.can_be_counted:
            counted = select(func.count()).select_from(condition.ids[0].limit(some + 1).subquery())
            asked.append(select(literal("count"), literal(number), cast(counted.scalar_subquery(), Text)))
    return union_all(*asked)
