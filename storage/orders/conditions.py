"""A filter of orders as conditions: each finds orders by an index of its own, and can be asked of any one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from engine.model.order import OrderState
from engine.model.order_filter import HeldBy, OrderFilter, Period, SortKey, write_channel
from storage.orders.columns import NEVER, NO_TOTAL
from storage.orders.tables import IS_HELD
from storage.orders.terms import LAST, exact_term, search_terms, words_of
from storage.tables import HoldRow, OrderFlagRow, OrderRow, OrderTermRow

KEYS: Mapping[SortKey, InstrumentedAttribute[Any]] = {
    SortKey.NUMBER: OrderRow.number_key,
    SortKey.DATE: OrderRow.date_key,
    SortKey.TOTAL: OrderRow.total_key,
    SortKey.STATUS: OrderRow.status,
    SortKey.DUE: OrderRow.due_key,
}  # of the others the id is the key: it tells when an order was imported
MEMORY = 32  # filters whose statements are kept: of one, with all that it is made of, they take a quarter of a megabyte
NOT_SKIPPED = func.coalesce(OrderRow.status, "") != OrderState.SKIPPED.value


class AskedOf(FunctionElement[Any]):
    """A column of an order that something else has found: SQLite begins with no index of it, and PostgreSQL knows how frequent
    its values are.
    """

    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(AskedOf)
def _as_it_is(element: AskedOf, compiler: SQLCompiler, **kw: Any) -> str:
    return compiler.process(element.clauses, **kw)


@compiles(AskedOf, "sqlite")
def _without_index(element: AskedOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"+{compiler.process(element.clauses, **kw)}"


@dataclass(frozen=True, slots=True)
class Lead:
    """How an index finds the orders of a condition in the order in which they were imported."""

    place: Any  # the column of their ids
    wanted: ColumnElement[bool]
    to_order: ColumnElement[bool] | None = None  # from there to the order


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """One thing that is asked of orders."""

    name: str  # of the filter's field
    value: str
    ids: tuple[Select[Any], ...]  # those of all orders that are so, each part by an index, in whose order they come
    holds: ColumnElement[bool]  # for an order that something else has found: nothing that an index could begin with
    lead: Lead | None = None
    key: SortKey | None = None  # what it bounds
    bounds: tuple[ColumnElement[bool], ...] = ()  # of that
    holds_for: Callable[[Any], ColumnElement[bool]] | None = None  # the same as `holds` for an id, without a look at the order
    ends: tuple[tuple[Select[Any], ...], ...] = ()  # of each part the first and the last term, where it may have several
    may_repeat: bool = False  # whether an order may be among the ids more than once

    @property
    def can_be_counted(self) -> bool:
        """Whether its index alone tells how many orders are so."""
        return len(self.ids) == 1 and not self.may_repeat


class FoundPart(NamedTuple):
    """What a part of a condition finds, as far as it was looked for."""

    ids: list[str]
    terms: set[str]  # the first and the last


@lru_cache(maxsize=MEMORY)  # people look at the same again and again
def conditions_of(account_id: str, wanted: OrderFilter) -> tuple[Condition, ...]:
    """Those of a filter, the ones first that mostly leave the least."""
    return tuple(_conditions_of(account_id, wanted))


def _conditions_of(account_id: str, wanted: OrderFilter) -> Iterator[Condition]:
    yield from _of_search(account_id, wanted.search)
    yield from _of_tags(account_id, wanted)
    for name in ("rule", "provider", "carrier", "service", "country"):
        value: str = getattr(wanted, name)
        if value:
            yield _of_term(account_id, name, value, exact_term(name, value))
    yield from _of_channel(account_id, wanted)
    yield from (_by_key(account_id, OrderFlagRow.flag, "flags", flag, flag) for flag in wanted.flags)
    yield from _of_holds(account_id, wanted)
    yield from _of_ranges(account_id, wanted)
    if wanted.store_id:
        yield _of_store(account_id, wanted.store_id)
    if wanted.status:
        lead = Lead(OrderRow.id, and_(OrderRow.account_id == account_id, OrderRow.status == wanted.status))
        found = select(OrderRow.id).where(lead.wanted).order_by(OrderRow.id)
        yield Condition("status", wanted.status, (found,), AskedOf(OrderRow.status) == wanted.status, lead)


def _of_store(account_id: str, store_id: str) -> Condition:
    its_own = (OrderRow.store_id == store_id, AskedOf(OrderRow.account_id) == account_id)  # of many clients one
    lead = Lead(OrderRow.id, and_(*its_own))
    found = select(OrderRow.id).where(lead.wanted).order_by(OrderRow.id)
    return Condition("store_id", store_id, (found,), AskedOf(OrderRow.store_id) == store_id, lead)


def _of_channel(account_id: str, wanted: OrderFilter) -> Iterator[Condition]:
    """Of a store's channel also that store, where none is asked for beside it: two stores may call different ones alike."""
    if not wanted.channel:
        return
    asked = write_channel(wanted.channel_store, wanted.channel)
    yield _of_term(account_id, "channel", asked, exact_term("channel", wanted.channel))
    if wanted.channel_store and wanted.channel_store != wanted.store_id:
        yield _of_store(account_id, wanted.channel_store)


@lru_cache(maxsize=4 * MEMORY)
def _of_term(account_id: str, name: str, value: str, term: str) -> Condition:
    return _by_key(account_id, OrderTermRow.term, name, value, term)


def _by_key(account_id: str, thing: InstrumentedAttribute[str], name: str, value: str, what: str) -> Condition:
    """Of a table whose key is the account, the thing that is looked for, and the order."""
    row: Any = thing.class_
    lead = Lead(row.order_id, and_(row.account_id == account_id, thing == what), row.order_id == OrderRow.id)
    found = select(row.order_id).where(lead.wanted).order_by(row.order_id)
    has_it = _having(account_id, thing, what)
    return Condition(name, value, (found,), has_it(OrderRow.id), lead, holds_for=has_it)


def _having(account_id: str, thing: InstrumentedAttribute[str], what: str) -> Callable[[Any], ColumnElement[bool]]:
    asked: Any = aliased(thing.class_)  # apart, because one condition may lead while another is asked

    def has_it(order_id: Any) -> ColumnElement[bool]:
        return exists().where(asked.account_id == account_id, getattr(asked, thing.key) == what, asked.order_id == order_id)

    return has_it


def _of_tags(account_id: str, wanted: OrderFilter) -> Iterator[Condition]:
    if not wanted.any_tag or len(wanted.tags) < 2:
        yield from (_of_term(account_id, "tags", tag, exact_term("tag", tag)) for tag in wanted.tags)
        return
    each = [_of_term(account_id, "tags", tag, exact_term("tag", tag)) for tag in wanted.tags]
    ids = tuple(part for one in each for part in one.ids)
    yield Condition("tags", ", ".join(wanted.tags), ids, or_(*(one.holds for one in each)))


def _of_search(account_id: str, search: str) -> Iterator[Condition]:
    """All words must be there; a text without any finds nothing."""
    row = OrderTermRow
    words = list(dict.fromkeys(words_of(search)))
    if search.strip() and not words:
        yield _of_term(account_id, "search", search, "w:")
    for word in words:
        holds = or_(*(OrderRow.terms.contains(f"\n{start}", autoescape=True) for start in search_terms(word)))
        ranges = list(_ranges(account_id, word))
        found = tuple(select(row.order_id).where(one) for one in ranges)
        ends = tuple(tuple(select(end(row.term)).where(one) for end in (func.min, func.max)) for one in ranges)
        yield Condition("search", word, found, holds, ends=ends)


def _ranges(account_id: str, word: str) -> Iterator[ColumnElement[bool]]:
    """Where the terms are that a word of a search finds."""
    row = OrderTermRow
    for start in search_terms(word):
        yield and_(row.account_id == account_id, row.term >= start, row.term < start + LAST)


def with_known_terms(account_id: str, condition: Condition, parts: Sequence[FoundPart], few: int) -> Condition:
    """A word of a search, once it is known what its parts find: it is asked for by ids, where each part is one term or has few
    orders. A word that is one term alone has its orders in an order.
    """
    there = [part for part in parts if part.ids]
    if not condition.ends or any(len(part.ids) > few and len(part.terms) > 1 for part in there):
        return condition
    if len(there) == 1 and len(there[0].terms) == 1:
        return _of_term(account_id, condition.name, condition.value, *there[0].terms)
    terms = [_having(account_id, OrderTermRow.term, *part.terms) for part in there if len(part.ids) > few]
    named = [order_id for part in there if len(part.ids) <= few for order_id in part.ids]

    def has_it(order_id: Any) -> ColumnElement[bool]:
        return or_(*(one(order_id) for one in terms), *([order_id.in_(named)] if named else []))

    return replace(condition, holds=has_it(OrderRow.id), holds_for=has_it)


def _of_holds(account_id: str, wanted: OrderFilter) -> Iterator[Condition]:
    own = and_(OrderRow.account_id == account_id, IS_HELD)
    if wanted.held_by is not None:
        whose = {
            HeldBy.ANYBODY: OrderRow.holds >= 0,
            HeldBy.PERSON: OrderRow.holds > 0,
            HeldBy.RULE: OrderRow.holds == 0,
        }[wanted.held_by]
        found = select(OrderRow.id).where(own, whose).order_by(OrderRow.id)
        yield Condition("held_by", wanted.held_by.value, (found,), and_(AskedOf(OrderRow.held), whose))
    if wanted.holder:
        row, held = HoldRow, and_(AskedOf(OrderRow.account_id) == account_id, AskedOf(OrderRow.held))
        theirs = and_(row.account_id == account_id, row.actor == wanted.holder)
        found = select(row.order_id).join(OrderRow, OrderRow.id == row.order_id).where(theirs, held).order_by(row.order_id)
        by_them = exists().where(row.order_id == OrderRow.id, AskedOf(row.actor) == wanted.holder)
        yield Condition("held_by", wanted.holder, (found,), and_(AskedOf(OrderRow.held), by_them), may_repeat=True)
    if wanted.held_until:
        row = HoldRow
        by_person = exists().where(row.order_id == OrderRow.id, _within(row.until, wanted.held_until))
        by_rule = _within(OrderRow.held_until, wanted.held_until)
        found = select(OrderRow.id).where(own, or_(by_rule, by_person)).order_by(OrderRow.id)
        holds = and_(AskedOf(OrderRow.held), or_(by_rule, by_person))
        yield Condition("held_until", "", (found,), holds)


def _of_ranges(account_id: str, wanted: OrderFilter) -> Iterator[Condition]:
    own = OrderRow.account_id == account_id
    periods = (
        ("ordered", OrderRow.date_key, wanted.ordered, SortKey.DATE),
        ("imported", OrderRow.imported_at, wanted.imported, SortKey.IMPORTED),
        ("due", OrderRow.due_key, wanted.due, SortKey.DUE),
    )
    for name, column, period, key in periods:
        if period:
            end = period.end or (NEVER if key is SortKey.DUE else None)  # what is never due is due before nothing
            asked = Period(period.start, end)
            holds = _within(AskedOf(column), asked)
            within = _within(column, asked)
            yield Condition(name, "", (select(OrderRow.id).where(own, within),), holds, key=key, bounds=(within,))
    if wanted.total_from is not None or wanted.total_to is not None:
        lowest = NO_TOTAL / 10 if wanted.total_from is None else float(wanted.total_from)  # without a total it is in no range
        highest = float("inf") if wanted.total_to is None else float(wanted.total_to)
        within = OrderRow.total_key.between(lowest, highest)
        holds = AskedOf(OrderRow.total_key).between(lowest, highest)
        yield Condition("total", "", (select(OrderRow.id).where(own, within),), holds, key=SortKey.TOTAL, bounds=(within,))


def _within(column: Any, period: Period) -> ColumnElement[bool]:
    wanted = []
    if period.start is not None:
        wanted.append(column >= period.start)
    if period.end is not None:
        wanted.append(column < period.end)
    return and_(*wanted)
