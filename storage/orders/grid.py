"""Read models of the orders grid: its lines by filter and sort, how many there are, and the ids of all that match."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from engine.model.order import OrderState
from engine.model.order_filter import EVERYTHING, NEWEST_FIRST, OrderFilter, OrderSort, SortKey
from storage.database import Database
from storage.orders.finding import bound, plan_search, read_place
from storage.orders.shown_holds import HoldShown, holds_shown
from storage.tables import OrderRow, StoreRow


@dataclass(frozen=True, slots=True)
class GridRow:
    """One line of the orders grid."""

    id: str
    store_id: str | None
    external_id: str
    external_order_id: str
    order_number: str
    reference: str | None
    status: str
    state: OrderState
    logistics_provider: str | None
    carrier: str | None
    service: str | None
    ship_to_name: str | None
    ship_to_country: str | None
    order_total: Decimal | None
    currency: str | None
    order_date: datetime | None
    imported_at: datetime
    tags: tuple[str, ...]
    flags: tuple[str, ...]
    matched: tuple[str, ...]
    held: bool  # by whomever, whatever its status says
    held_until: datetime | None  # when the hold of a rule or of its store ends by itself
    ship_by: datetime | None
    promised_by: datetime | None  # until when its provider should have shipped it

    @property
    def due(self) -> datetime | None:
        """The earlier of both."""
        return min((time for time in (self.ship_by, self.promised_by) if time is not None), default=None)


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Some lines of the grid. `next_after` leads to what comes behind them, `next_before` to what is before; None at the ends."""

    rows: tuple[GridRow, ...]
    next_after: str | None
    stores: Mapping[str, str]  # the names of those that the lines are from, by id
    next_before: str | None = None
    is_cut: bool = False  # whether very many orders were looked at, and what is behind them is left for the next page
    unknown: tuple[tuple[str, str], ...] = ()  # what no order has of what was asked for: the filter's field, and the value
    holds: Mapping[str, tuple[HoldShown, ...]] = field(default_factory=dict)  # of held orders, by their ids, where asked for
    searched: Sequence[str] | None = None  # all orders that have the words of the search, where these are few
    matches: Matches | None = None  # how many there are on all pages, where that was asked for


@dataclass(frozen=True, slots=True)
class Matches:
    """How many orders a filter finds; `and_more` where they were not counted to their end."""

    count: int
    and_more: bool


NONE = Matches(0, and_more=False)


@dataclass(frozen=True, slots=True)
class MatchingIds:
    """The ids of some orders that match. `next_after` leads to the next ones, also where these are none; None at the end."""

    ids: tuple[str, ...]
    next_after: str | None


GRID_COLUMNS = (
    OrderRow.id,
    OrderRow.store_id,
    OrderRow.external_id,
    OrderRow.external_order_id,
    OrderRow.order_number,
    OrderRow.reference,
    OrderRow.status,
    OrderRow.state,
    OrderRow.logistics_provider,
    OrderRow.carrier,
    OrderRow.service,
    OrderRow.ship_to_name,
    OrderRow.ship_to_country,
    OrderRow.order_total,
    OrderRow.currency,
    OrderRow.order_date,
    OrderRow.imported_at,
    OrderRow.tags,
    OrderRow.flags,
    OrderRow.matched,
    OrderRow.held,
    OrderRow.held_until,
    OrderRow.ship_by,
    OrderRow.promised_by,
)
_NAMES = [column.key for column in GRID_COLUMNS]  # those of GridRow, in its order
_STATE, _SETS = _NAMES.index("state"), [_NAMES.index(name) for name in ("tags", "flags", "matched")]

_STORE_NAME = (  # asked of the lines of a page alone, so that nothing has to be joined on the way to them
    select(StoreRow.name)
    .where(StoreRow.id == OrderRow.store_id, StoreRow.account_id == OrderRow.account_id)
    .scalar_subquery()
    .label("store_name")
)


@dataclass(frozen=True)
class GridQueries:
    """The questions of the grid, over one database."""

    database: Database

    def orders_page(
        self,
        account_id: str,
        wanted: OrderFilter = EVERYTHING,
        sort: OrderSort = NEWEST_FIRST,
        *,
        after: str | None = None,
        before: str | None = None,
        limit: int = 50,
        count_up_to: int = 0,
        with_holds: bool = False,
    ) -> OrdersPage:
        """Orders of an account. `after` and `before` are a page's `next_after` and `next_before`; what is none of a list that
        is sorted so stands for its beginning. With `count_up_to`, all that match are counted, so far.
        """
        with self.database.begin_reading() as connection:
            search = plan_search(connection, account_id, wanted, sort.key)
            behind, ahead = read_place(after, search.key), read_place(before, search.key)
            start, descending = behind or ahead, sort.descending
            backwards = behind is None and ahead is not None
            if backwards:
                descending = not descending
            end = search.end_of_walk(connection, start, descending=descending)
            columns = (*GRID_COLUMNS, _STORE_NAME, search.sorted_by)
            query = search.page(*columns, after=start, until=end, descending=descending, limit=limit + 1)
            found = connection.execute(query, bound(after=start, until=end)).all()
            lines = found[:limit]
            is_cut = end is not None and len(found) <= limit
            onward = str(search.place_of(lines[-1])) if len(found) > limit else str(end) if is_cut else None
            back = str(search.place_of(lines[0])) if lines and start is not None else None
            rows = tuple(to_grid_row(row) for row in (reversed(lines) if backwards else lines))
            matches = None
            if count_up_to:
                is_all = not lines and start is None and end is None
                first_end = (end,) if start is None and descending else ()
                matches = NONE if is_all else Matches(*search.count(connection, count_up_to, *first_end))
            return OrdersPage(
                rows=rows,
                next_after=back if backwards else onward,
                next_before=onward if backwards else back,
                stores={row.store_id: row.store_name for row in lines if row.store_name},
                is_cut=is_cut,
                searched=search.searched,
                unknown=tuple((one.name, one.value) for one in search.unknown),
                holds=holds_shown(connection, account_id, [row.id for row in rows if row.held] if with_holds else ()),
                matches=matches,
            )

    def count_matching(self, account_id: str, wanted: OrderFilter, *, up_to: int) -> Matches:
        """How many orders a filter finds. The count ends at a limit, and where too many orders would have to be looked at."""
        with self.database.begin_reading() as connection:
            search = plan_search(connection, account_id, wanted, SortKey.IMPORTED)
            return Matches(*search.count(connection, up_to))

    def matching_order_ids(self, account_id: str, wanted: OrderFilter, after: str | None = None, limit: int = 500) -> MatchingIds:
        """The ids of the orders that a filter finds, the newest first, at most so many at a time; `after` is `next_after`."""
        with self.database.begin_reading() as connection:
            search = plan_search(connection, account_id, wanted, SortKey.IMPORTED)
            start = read_place(after, search.key)
            end = search.end_of_walk(connection, start, descending=True)
            query = search.query(OrderRow.id, search.sorted_by, after=start, until=end, descending=True)
            found = connection.execute(query.limit(limit + 1)).all()
        ids = tuple(row.id for row in found[:limit])
        if len(found) > limit:
            return MatchingIds(ids, str(search.place_of(found[limit - 1])))
        return MatchingIds(ids, None if end is None else str(end))


def to_grid_row(row: Sequence[Any]) -> GridRow:
    """A line of the grid from what begins with its columns, in their order."""
    values = [*row[: len(GRID_COLUMNS)]]
    values[_STATE] = OrderState(values[_STATE])
    for place in _SETS:
        values[place] = tuple(values[place])
    return GridRow(*values)


def store_names(connection: Connection, account_id: str, store_ids: Collection[str]) -> Mapping[str, str]:
    """The names of some of an account's stores, by id."""
    query = select(StoreRow.id, StoreRow.name).where(StoreRow.account_id == account_id, StoreRow.id.in_(store_ids))
    return {row.id: row.name for row in connection.execute(query)}
