"""Finds the orders that a filter asks for, in the order of a sort, with bounded work however many orders there are (ADR 0053).

Conditions that few orders meet name these orders; without such a one an index is walked in the order that is asked for, so far
and no farther, and each order on the way is asked for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Select, func, literal, null, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from engine.model.order_filter import OrderFilter, SortKey
from storage.columns import UtcDateTime
from storage.orders.conditions import KEYS, NOT_SKIPPED, Condition, Lead, conditions_of
from storage.tables import OrderRow

FEW = 1_000  # so many orders are sorted as they come
WALKED = 20_000  # entries of an index that one page looks at
_BETWEEN = "~"


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


def read_place(text: str | None, key: InstrumentedAttribute[Any] | None) -> Place | None:
    """A place as an address has it; None for what is none in a list that is sorted so."""
    value, between, order_id = (text or "").rpartition(_BETWEEN)
    if not order_id or bool(between) != (key is not None):
        return None
    if key is None:
        return Place(None, order_id)
    try:
        if isinstance(key.type, UtcDateTime):
            moment = datetime.fromisoformat(value)
            return Place(moment.astimezone(UTC), order_id) if moment.tzinfo else None
        return Place(float(value) if isinstance(key.type, Float) else value, order_id)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Search:
    """How the orders of a filter are found, once it is known how many meet its conditions."""

    account_id: str
    key: InstrumentedAttribute[Any] | None  # what is sorted by; None: the id, which tells when an order was imported
    named: Sequence[str] | None  # all that can be among them, where they are few
    lead: Lead | None  # else the condition whose index is walked; None: the index of the key
    bounds: tuple[ColumnElement[bool], ...]  # between which the key is
    rest: tuple[ColumnElement[bool], ...]  # what is asked of each order
    is_narrow: bool = False  # whether a walk may pass many orders before it finds one
    unknown: tuple[Condition, ...] = ()  # conditions that no order meets at all
    searched: Sequence[str] | None = None  # the orders that have the words that were searched for, where they are few

    def query(self, *columns: Any, after: Place | None, until: Place | None, descending: bool) -> Select[Any]:
        """The orders behind a place, up to another, in the direction that is given."""
        query = select(*columns).where(*self.bounds)
        if self.named is not None:
            query = query.where(OrderRow.id.in_(self.named), func.coalesce(OrderRow.account_id, "") == self.account_id)
        elif self.lead is not None:
            query = query.where(self.lead.wanted, *(() if self.lead.to_order is None else (self.lead.to_order,)))
        else:
            query = query.where(OrderRow.account_id == self.account_id)
        if after is not None:
            query = query.where(self._side(after, before=descending))
        if until is not None:
            query = query.where(self._side(until, before=not descending, itself=True))
        return query.where(*self.rest).order_by(*self._order(descending=descending))

    def end_of_walk(self, connection: Connection, after: Place | None, *, descending: bool) -> Place | None:
        """The last place that is looked at; None where that is the end of the list anyway."""
        if self.named is not None or not self.is_narrow:
            return None
        lead = None if self.lead is None else replace(self.lead, to_order=None)
        walk = replace(self, lead=lead, rest=())
        columns = (self._place,) if self.key is None else (self._place, self.key)
        query = walk.query(*columns, after=after, until=None, descending=descending)
        row = connection.execute(query.offset(WALKED - 1).limit(1)).first()
        return None if row is None else Place(None if self.key is None else row[1], row[0])

    def place_of(self, row: Any) -> Place:
        """Where a line of the result is: it has the value that is sorted by under `sorted_by`."""
        return Place(row["sorted_by"], row["id"])

    @property
    def sorted_by(self) -> ColumnElement[Any]:
        return (null() if self.key is None else self.key).label("sorted_by")

    @property
    def _place(self) -> Any:
        return OrderRow.id if self.lead is None else self.lead.place

    def _side(self, place: Place, *, before: bool, itself: bool = False) -> ColumnElement[bool]:
        here: Any = self._place if self.key is None else tuple_(self.key, OrderRow.id)
        there: Any = literal(place.order_id)
        if self.key is not None:
            there = tuple_(literal(place.value, self.key.type), there)
        if itself:
            return here <= there if before else here >= there
        return here < there if before else here > there

    def _order(self, *, descending: bool) -> list[ColumnElement[Any]]:
        by = [self._place] if self.key is None else [self.key, OrderRow.id]
        return [column.desc() if descending else column.asc() for column in by]


def plan_search(connection: Connection, account_id: str, wanted: OrderFilter, sort: SortKey) -> Search:
    """Ask how many orders meet each condition, as far as that matters, and choose the way that looks at the fewest."""
    conditions = list(conditions_of(account_id, wanted))
    key = None if sort is SortKey.STATUS and wanted.status else KEYS.get(sort)
    if sort is SortKey.IMPORTED and wanted.imported:
        key = OrderRow.imported_at
    shown = () if wanted.status else (NOT_SKIPPED,)
    bounded = next((one for one in conditions if key is not None and one.key is sort), None)
    lead = next((one for one in conditions if key is None and one.lead is not None), None)
    leading = lead or bounded
    bounds = () if bounded is None else bounded.bounds
    if len(conditions) > 1 or (leading is None and conditions):
        found = _few_of_each(connection, conditions)
        few = [number for number, ids in enumerate(found) if len(ids) <= FEW]
        if few:
            named = set(found[few[0]]).intersection(*(found[number] for number in few[1:]))
            rest = tuple(one.holds for number, one in enumerate(conditions) if number not in few)
            unknown = tuple(one for one, ids in zip(conditions, found, strict=True) if not ids)
            words = [set(ids) for one, ids in zip(conditions, found, strict=True) if one.name == "search" and len(ids) <= FEW]
            searched = sorted(set.intersection(*words)) if words else None
            return Search(account_id, key, sorted(named), None, (), (*rest, *shown), unknown=unknown, searched=searched)
    rest = tuple(one.holds for one in conditions if one is not leading)
    return Search(account_id, key, None, lead.lead if lead else None, bounds, (*rest, *shown), is_narrow=bool(rest))


def _few_of_each(connection: Connection, conditions: Sequence[Condition]) -> list[list[str]]:
    """The orders of each condition, one more than are few where they are many; in one statement."""
    parts = []
    for number, condition in enumerate(conditions):
        for part in condition.ids:
            ids = part.limit(FEW + 1).subquery()
            parts.append(select(literal(number).label("number"), ids.c[0].label("order_id")))
    found: list[list[str]] = [[] for _ in conditions]
    for number, order_id in connection.execute(union_all(*parts)):
        found[number].append(order_id)
    return found
