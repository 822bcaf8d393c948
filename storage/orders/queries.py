"""Read models of orders: how many there are of each kind, one order, and what providers were asked to ship."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, text

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.request import LIVE, FulfillmentRequest, RequestLine, RequestState
from engine.model.request_change import ChangeState
from engine.model.timeline import TimelineKind, TimelinePage, TimelinePlace
from storage.columns import UtcDateTime
from storage.fulfillment.requests import LISTED, listed_request, request_lines
from storage.orders.detail import OrderDetail, list_alerts, read_detail
from storage.orders.missing import MissingQueries
from storage.orders.timeline import read_timeline
from storage.tables import (
    AccountRow,
    ConnectionRow,
    FulfillmentRequestRow,
    OrderRow,
)


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
class OrderQueries(MissingQueries):
    """The questions of the screens about orders, over one database."""

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
        limits = {"account_id": account_id, "up_to": up_to, "attention_up_to": attention_up_to}
        with self.database.begin_reading() as connection:
            counts = {row.status: row.counted for row in connection.execute(_COUNTED, limits)}
        attention, parked = counts.pop(_ATTENTION), counts.pop(_PARKED)
        return OrderCounts(counts, attention, parked)

    def hand_over(self, account_id: str, now: datetime) -> HandOver | None:
        """How far the hand-over of the account's orders has come; None when none is under way.

        What was handed over since the oldest that still waits was asked for counts as done. What failed and waits for its
        next try is not waited for.
        """
        with self.database.begin_reading() as connection:
            waiting, done = connection.execute(_HANDING_OVER, {"account_id": account_id, "now": now}).one()
        return HandOver(done, done + waiting) if waiting else None

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
_HANDING_OVER = text("""
    WITH asked AS (
    SELECT created_at FROM jobs WHERE state = 'due' AND kind = 'delegate' AND priority IN (0, 1) AND account_id = :account_id
    AND not_before <= :now
    UNION ALL
    SELECT created_at FROM jobs WHERE state = 'running' AND kind = 'delegate' AND account_id = :account_id
    )
    SELECT count(*), (
      SELECT count(*) FROM fulfillment_requests
      WHERE account_id = :account_id AND created_at >= (SELECT min(created_at) FROM asked)
    ) FROM asked
""").bindparams(bindparam("now", type_=UtcDateTime()))

_ATTENTION, _PARKED = f"flag:{NEEDS_ATTENTION}", "parked"

# From one status that occurs to the next by the index, and of each no more entries than are wanted. They are counted in their
# order, so that PostgreSQL does not look through the table for a status that it takes for frequent.
_COUNTED = text("""
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
    UNION ALL SELECT 'flag:needs_attention', (
      SELECT count(*) FROM (
        SELECT flagged.order_id FROM order_flags AS flagged JOIN orders ON orders.id = flagged.order_id
        WHERE flagged.account_id = :account_id AND flagged.flag = 'needs_attention' AND coalesce(orders.status, '') <> 'skipped'
        ORDER BY flagged.order_id LIMIT :attention_up_to
      ) AS entries
    )
    UNION ALL SELECT 'parked', (
      SELECT count(*) FROM (SELECT store_id FROM parked_notes WHERE account_id = :account_id LIMIT :up_to) AS entries
    )
""")


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


def _nicknames(connection: Connection, provider_id: str) -> Mapping[str, str]:
    query = (
        select(ConnectionRow.client_id, ConnectionRow.client_name)
        .where(ConnectionRow.provider_id == provider_id)
        .order_by(ConnectionRow.id)
    )
    return {client_id: name for client_id, name in connection.execute(query) if client_id and name}
