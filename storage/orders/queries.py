"""Read models of orders: the grid, one order, and what providers were asked to ship."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, bindparam, cast, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.order import OrderState
from engine.model.request import LIVE, FulfillmentRequest, RequestLine, RequestState
from engine.model.request_change import ChangeState
from engine.model.timeline import TimelineKind, TimelinePage, TimelinePlace
from storage.columns import UtcDateTime
from storage.database import Database
from storage.fulfillment.requests import LISTED, listed_request, request_lines
from storage.orders.columns import search_key
from storage.orders.detail import OrderDetail, list_alerts, read_detail
from storage.orders.tables import of_store
from storage.orders.timeline import read_timeline
from storage.tables import (
    AccountRow,
    ConnectionRow,
    FulfillmentRequestRow,
    OrderFlagRow,
    OrderRow,
    ParkedNoteRow,
    StoreRow,
)


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
    held_until: datetime | None  # when its hold ends by itself


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Some lines of the grid, newest first. `next_after` leads to the next page; None on the last one."""

    rows: tuple[GridRow, ...]
    next_after: str | None
    stores: Mapping[str, str]  # the names of those that the lines are from, by id


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders of an account are in each status that occurs and how many need attention, and its parked notes."""

    by_status: Mapping[str, int]
    attention: int
    parked: int


@dataclass(frozen=True, slots=True)
class DelegatedRow:
    """A request in a provider's hands. `client_name` is the provider's nickname for the merchant, else its own name."""

    id: str
    client_id: str
    client_name: str
    order_id: str
    order_number: str
    ship_to_name: str | None
    ship_to_country: str | None
    order_total: Decimal | None
    currency: str | None
    service_preference: str
    state: RequestState
    created_at: datetime
    notes_pending: bool
    lines: tuple[RequestLine, ...]
    request: FulfillmentRequest  # without its notes


class RequestsShown(StrEnum):
    """Which of a provider's requests a person wants to see."""

    OPEN = "open"  # something is still to be shipped
    TO_ANSWER = "answer"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HandOver:
    """Orders of an account that are being handed over together."""

    done: int
    total: int


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
    OrderRow.held_until,
)
_OF_THE_ORDER = (
    OrderRow.order_number,
    OrderRow.ship_to_name,
    OrderRow.ship_to_country,
    OrderRow.order_total,
    OrderRow.currency,
)
_ASKS = [RequestState.REQUESTED.value, RequestState.CANCEL_REQUESTED.value]
_SHOWN: Mapping[RequestsShown, ColumnElement[bool]] = {
    RequestsShown.OPEN: FulfillmentRequestRow.is_open.is_(True),
    RequestsShown.TO_ANSWER: or_(FulfillmentRequestRow.state.in_(_ASKS), FulfillmentRequestRow.change_state == ChangeState.ASKED),
    RequestsShown.ENDED: FulfillmentRequestRow.is_open.is_(False),
}


@dataclass(frozen=True)
class OrderQueries:
    """The questions of the screens about orders, over one database."""

    database: Database

    def orders_page(
        self,
        account_id: str,
        *,
        status: str | None = None,
        store_id: str | None = None,
        search: str = "",
        flag: str | None = None,
        after: str | None = None,
        limit: int = 50,
    ) -> OrdersPage:
        """Orders of an account, newest first. What a rule skipped is listed only when that status is asked for.

        `search` is part of an order number, external id, reference or recipient's name; `after` is a page's `next_after`.
        """
        place: InstrumentedAttribute[str] = OrderRow.id
        column: ColumnElement[str] | InstrumentedAttribute[str] = OrderRow.status
        wanted: list[ColumnElement[bool]] = [OrderRow.account_id == account_id]
        if flag:  # from the flags to their orders, never the other way: hence nothing that another index could begin with
            place, column = OrderFlagRow.order_id, func.coalesce(OrderRow.status, "")
            wanted = [OrderFlagRow.account_id == account_id, OrderFlagRow.flag == flag, OrderFlagRow.order_id == OrderRow.id]
        elif store_id and not status:  # of a 3PL's many clients one: the store leads, not the account
            wanted = [of_store(account_id, store_id)]
        if store_id:
            wanted.append(OrderRow.store_id == store_id)
        wanted.append(column == status if status else column != OrderState.SKIPPED.value)
        if search.strip():
            wanted.append(_contains(OrderRow.search_text, search_key(search.strip())))
        if after:
            wanted.append(place < after)
        query = select(*GRID_COLUMNS).where(*wanted).order_by(place.desc()).limit(limit + 1)
        with self.database.begin_reading() as connection:
            rows = tuple(to_grid_row(row) for row in connection.execute(query).mappings())
            stores = store_names(connection, account_id, {row.store_id for row in rows if row.store_id})
        return OrdersPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None, stores)

    def order_detail(self, account_id: str, order_id: str) -> OrderDetail:
        """Raises NotFound when the account has no such order."""
        return read_detail(self.database, account_id, order_id)

    def timeline(
        self,
        account_id: str,
        order_id: str,
        *,
        kinds: Collection[TimelineKind] = (),
        before: TimelinePlace | None = None,
        limit: int = 50,
    ) -> TimelinePage:
        """All that happened to an order, the newest first; with `kinds` nothing else. `before` is a page's own."""
        return read_timeline(self.database, account_id, order_id, kinds, before, limit)

    def order_counts(self, account_id: str, *, up_to: int, attention_up_to: int) -> OrderCounts:
        """Counts that end at a limit, so that they cost the same however many orders there are: a count that has reached
        its limit stands for that many and more. What a rule skipped needs no attention.
        """
        flag, order = OrderFlagRow, OrderRow
        flagged = (flag.account_id == account_id, flag.flag == NEEDS_ATTENTION, flag.order_id == order.id)
        shown = func.coalesce(order.status, "") != OrderState.SKIPPED.value
        attention = select(flag.order_id).where(*flagged, shown).order_by(flag.order_id)
        with self.database.begin_reading() as connection:
            statuses = connection.execute(text(_STATUSES_COUNTED), {"account_id": account_id, "up_to": up_to})
            return OrderCounts(
                {row.status: row.counted for row in statuses},
                _count_up_to(connection, attention_up_to, attention),
                _count_up_to(connection, up_to, select(ParkedNoteRow.store_id).where(ParkedNoteRow.account_id == account_id)),
            )

    def hand_over(self, account_id: str, now: datetime) -> HandOver | None:
        """How far the hand-over of the account's orders has come; None when none is under way.

        What was handed over since the oldest that still waits was asked for counts as done. What failed and waits for its
        next try is not waited for.
        """
        waiting = text(_HANDING_OVER).bindparams(bindparam("now", type_=UtcDateTime())).columns(created_at=UtcDateTime())
        with self.database.begin_reading() as connection:
            asked = connection.scalars(waiting, {"account_id": account_id, "now": now}).all()
            if not asked:
                return None
            request = FulfillmentRequestRow
            handed = select(func.count()).where(request.account_id == account_id, request.created_at >= min(asked))
            done = connection.execute(handed).scalar_one()
        return HandOver(done, done + len(asked))

    def delegated_page(
        self, provider_account_id: str, *, after: str | None = None, limit: int = 100, shows: RequestsShown | None = None
    ) -> tuple[DelegatedRow, ...]:
        """Requests handed to a provider, newest first; `after` is the id of the last one of the page before."""
        request = FulfillmentRequestRow
        wanted = [request.provider_id == provider_account_id]
        if after:
            wanted.append(request.id < after)
        if shows is not None:
            wanted.append(_SHOWN[shows])
        query = (
            select(*LISTED, *_OF_THE_ORDER, AccountRow.name.label("account_name"))
            .join(OrderRow, and_(OrderRow.id == request.order_id, OrderRow.account_id == request.account_id))
            .join(AccountRow, AccountRow.id == request.account_id)
            .where(*wanted)
            .order_by(request.id.desc())
            .limit(limit)
        )
        with self.database.begin_reading() as connection:
            rows = connection.execute(query).mappings().all()
            nicknames = _nicknames(connection, provider_account_id)
            lines = request_lines(connection, [row["id"] for row in rows])
        return tuple(_to_delegated_row(row, nicknames, lines.get(row["id"], ())) for row in rows)

    def alerts_for(self, account_id: str, order_id: str | None = None) -> tuple[Alert, ...]:
        """The account's alerts, or those about one of its orders, newest first."""
        with self.database.begin_reading() as connection:
            return list_alerts(connection, account_id, order_id)


# States are written out because a partial index serves nothing else.
_HANDING_OVER = """
    SELECT created_at FROM jobs WHERE state = 'due' AND kind = 'delegate' AND priority IN (0, 1) AND account_id = :account_id
    AND not_before <= :now
    UNION ALL
    SELECT created_at FROM jobs WHERE state = 'running' AND kind = 'delegate' AND account_id = :account_id
"""

# From one status that occurs to the next by the index, and of each no more entries than are wanted. They are counted in their
# order, so that PostgreSQL does not look through the table for a status that it takes for frequent.
_STATUSES_COUNTED = """
    WITH RECURSIVE occurring(status) AS (
      SELECT (SELECT status FROM orders WHERE account_id = :account_id ORDER BY status LIMIT 1)
      UNION ALL
      SELECT (
        SELECT orders.status FROM orders WHERE orders.account_id = :account_id AND orders.status > occurring.status
        ORDER BY orders.status LIMIT 1
      ) FROM occurring WHERE occurring.status IS NOT NULL
    )
    SELECT status, (
      SELECT count(*) FROM (
        SELECT orders.id FROM orders WHERE orders.account_id = :account_id AND orders.status = occurring.status
        ORDER BY orders.id LIMIT :up_to
      ) AS entries
    ) AS counted FROM occurring WHERE status IS NOT NULL
"""


def to_grid_row(row: Mapping[Any, Any]) -> GridRow:
    """A line of the grid from its columns."""
    sets = {name: tuple(row[name]) for name in ("tags", "flags", "matched")}
    return GridRow(**{**row, **sets, "state": OrderState(row["state"])})


def _to_delegated_row(row: Mapping[Any, Any], nicknames: Mapping[str, str], lines: tuple[RequestLine, ...]) -> DelegatedRow:
    request = listed_request(row, lines)
    return DelegatedRow(
        id=request.id,
        client_id=request.account_id,
        client_name=nicknames.get(request.account_id, row["account_name"]),
        order_id=request.order_id,
        order_number=row["order_number"],
        ship_to_name=row["ship_to_name"],
        ship_to_country=row["ship_to_country"],
        order_total=row["order_total"],
        currency=row["currency"],
        service_preference=request.service_preference,
        state=request.state,
        created_at=request.created_at,
        notes_pending=request.notes_pending and request.state in LIVE,
        lines=lines,
        request=request,
    )


def _contains(column: InstrumentedAttribute[Any], part: str) -> ColumnElement[bool]:
    # The column's own type would encode the pattern as JSON where the column holds JSON.
    return cast(column, Text).contains(part, autoescape=True)


def _count_up_to(connection: Connection, up_to: int, rows: Select[Any]) -> int:
    return connection.execute(select(func.count()).select_from(rows.limit(up_to).subquery())).scalar_one()


def store_names(connection: Connection, account_id: str, store_ids: Collection[str]) -> Mapping[str, str]:
    """The names of some of an account's stores, by id."""
    query = select(StoreRow.id, StoreRow.name).where(StoreRow.account_id == account_id, StoreRow.id.in_(store_ids))
    return {row.id: row.name for row in connection.execute(query)}


def _nicknames(connection: Connection, provider_id: str) -> Mapping[str, str]:
    query = (
        select(ConnectionRow.client_id, ConnectionRow.client_name)
        .where(ConnectionRow.provider_id == provider_id)
        .order_by(ConnectionRow.id)
    )
    return {client_id: name for client_id, name in connection.execute(query) if client_id and name}
