"""Fulfillment requests, and what merchants and providers write about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased

from engine.model.order import ON_HOLD
from engine.model.reason_line import ReasonLine
from engine.model.redaction import Redaction
from engine.model.request import LIVE, FulfillmentRequest, RequestLine, RequestState
from engine.model.request_change import RequestChange
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.transitions import Side
from rules.messages import Text
from storage.fulfillment.tables import IS_OPEN
from storage.orders.due import keep_promise
from storage.statements import in_parts, not_found, values_of
from storage.tables import (
    ConnectionRow,
    ConnectionSkuRow,
    FulfillmentRequestLineRow,
    FulfillmentRequestRow,
    OrderRow,
    RequestMessageRow,
)

_REQUEST = Text("fulfillment request", "solicitud de envío")
_CONNECTION = Text("connection", "conexión")
_LIVE = [state.value for state in LIVE]
_LIVE_LITERAL: list[ColumnElement[str]] = [
    literal_column(f"'{state}'") for state in ("requested", "accepted", "cancel_requested")
]
_MESSAGE_FIELDS = tuple(field.name for field in fields(RequestMessage))
_FIXED = ("id", "account_id", "provider_id", "order_id", "notes", "created_at", "notes_pending", "connection_id")
# Whatever holds the provider's order: its people, its rules, or the client.
_COPY = aliased(OrderRow)
HELD_HERE = (
    exists()
    .where(
        _COPY.id == FulfillmentRequestRow.copy_id,
        _COPY.account_id == FulfillmentRequestRow.provider_id,
        _COPY.status == ON_HOLD,
    )
    .label("held_here")
)
LISTED = (  # what lists show of a request: all but its notes and reasons by line
    FulfillmentRequestRow.id,
    FulfillmentRequestRow.account_id,
    FulfillmentRequestRow.provider_id,
    FulfillmentRequestRow.order_id,
    FulfillmentRequestRow.service_preference,
    FulfillmentRequestRow.created_at,
    FulfillmentRequestRow.state,
    FulfillmentRequestRow.state_reason,
    FulfillmentRequestRow.reason_text,
    FulfillmentRequestRow.notes_pending,
    FulfillmentRequestRow.connection_id,
    FulfillmentRequestRow.not_before,
    FulfillmentRequestRow.started_at,
    FulfillmentRequestRow.held,
    FulfillmentRequestRow.copy_id,
    FulfillmentRequestRow.changed_at,
    FulfillmentRequestRow.change_state,
    FulfillmentRequestRow.change,
    HELD_HERE,
)
_CHANGING = (
    "service_preference",
    "state_reason",
    "reason_text",
    "not_before",
    "started_at",
    "held",
    "copy_id",
    "fulfil_by",
    "overdue_at",
    "sent_at",
)


class SqlRequests:
    """Implements `engine.ports.Requests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: FulfillmentRequest) -> None:
        fixed = {name: getattr(request, name) for name in _FIXED}
        self._connection.execute(insert(FulfillmentRequestRow), {**fixed, **_changing(request)})
        keep_promise(self._connection, request)
        lines = [
            {
                "request_id": request.id,
                "position": position,
                "account_id": request.account_id,
                "line_key": line.line_key,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "provider_sku": line.provider_sku,
                "shipped": line.shipped,
            }
            for position, line in enumerate(request.lines)
        ]
        if lines:
            self._connection.execute(insert(FulfillmentRequestLineRow), lines)

    def update(self, request: FulfillmentRequest) -> None:
        row = FulfillmentRequestRow
        changed = self._connection.execute(
            update(row).where(row.id == request.id, row.account_id == request.account_id).values(_changing(request))
        )
        if changed.rowcount != 1:
            raise not_found(_REQUEST, request.id)
        keep_promise(self._connection, request)
        line = FulfillmentRequestLineRow
        lines = [{"at": position, "asked": one.quantity, "left": one.shipped} for position, one in enumerate(request.lines)]
        if lines:
            query = update(line).where(line.request_id == request.id, line.position == bindparam("at"))
            units = line.shipped.type
            self._connection.execute(
                query.values(quantity=bindparam("asked", type_=units), shipped=bindparam("left", type_=units)), lines
            )

    def keep_notes(self, account_id: str, request_id: str, notes: Sequence[str], now: datetime) -> None:
        row = FulfillmentRequestRow
        self._connection.execute(
            update(row)
            .where(row.id == request_id, row.account_id == account_id)
            .values(notes=list(notes), notes_pending=False, changed_at=_seen_from(now))
        )

    def get(self, account_id: str, request_id: str, *, for_change: bool = False) -> FulfillmentRequest:
        row = FulfillmentRequestRow
        query = select(row).where(row.id == request_id, or_(row.account_id == account_id, row.provider_id == account_id))
        found = self._list(query, for_change=for_change)
        if not found:
            raise not_found(_REQUEST, request_id)
        return found[0]

    def find_by_copy(self, provider_id: str, order_id: str, *, for_change: bool = False) -> FulfillmentRequest | None:
        row = FulfillmentRequestRow
        found = self._list(select(row).where(row.copy_id == order_id, row.provider_id == provider_id), for_change=for_change)
        return found[0] if found else None

    def list_by_copies(self, provider_id: str, order_ids: Sequence[str], *, for_change: bool = False) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        found: list[FulfillmentRequest] = []
        for part in in_parts(order_ids):
            query = select(row).where(row.provider_id == provider_id, row.copy_id.in_(part))
            found += self._list(query, for_change=for_change)
        return found

    def list_for_order(self, account_id: str, order_id: str, *, for_change: bool = False) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        own = func.coalesce(row.account_id, "") == account_id  # the order leads: an account has many more requests
        return self._list(select(row).where(row.order_id == order_id, own), for_change=for_change)

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[FulfillmentRequest]]:
        row = FulfillmentRequestRow
        found: dict[str, list[FulfillmentRequest]] = {}
        own = func.coalesce(row.account_id, "") == account_id  # the orders lead: an account has many more requests
        for part in in_parts(order_ids):
            for request in self._list(select(row).where(own, row.order_id.in_(part))):
                found.setdefault(request.order_id, []).append(request)
        return found

    def list_among(self, provider_id: str, order_ids: Sequence[str]) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        found: list[FulfillmentRequest] = []
        own = func.coalesce(row.provider_id, "") == provider_id
        for part in in_parts(order_ids):
            found += self._list(select(row).where(own, row.order_id.in_(part)))
        return found

    def list_for_client(self, account_id: str) -> list[FulfillmentRequest]:
        return self._list(select(FulfillmentRequestRow).where(FulfillmentRequestRow.account_id == account_id))

    def list_for_provider(self, provider_id: str) -> list[FulfillmentRequest]:
        return self._list(select(FulfillmentRequestRow).where(FulfillmentRequestRow.provider_id == provider_id))

    def has_open(self, account_id: str, store_id: str) -> bool:
        row = FulfillmentRequestRow
        found = select(row.id).join(OrderRow, OrderRow.id == row.order_id)
        found = found.where(row.account_id == account_id, IS_OPEN, OrderRow.store_id == store_id)
        return self._connection.execute(found.limit(1)).first() is not None

    def list_open_between(self, provider_id: str, client_id: str) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        of_provider = func.coalesce(row.provider_id, "") == provider_id  # what the client has open leads: it is less
        return self._list(select(row).where(row.account_id == client_id, of_provider, IS_OPEN))

    def list_by_id(self, provider_id: str, request_ids: Sequence[str], *, for_change: bool = False) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        found: list[FulfillmentRequest] = []
        for part in in_parts(request_ids):
            query = select(row).where(row.id.in_(part), row.provider_id == provider_id)
            found += self._list(query, for_change=for_change)
        return found

    def list_changed(
        self, provider_id: str, connection_id: str, since: datetime | None, after: str, limit: int
    ) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        own = func.coalesce(row.provider_id, "") == provider_id  # the connection leads: a provider has many more requests
        query = select(row).where(own, row.connection_id == connection_id)
        if since is None:
            return self._list(query.where(IS_OPEN, row.id > after).limit(limit))
        return self._list(query.where(row.changed_at >= since, func.coalesce(row.id, "") > after).limit(limit))

    def list_overdue(self, now: datetime, limit: int) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        query = select(row).where(row.fulfil_by <= now, row.overdue_at.is_(None), row.state.in_(_LIVE_LITERAL))
        return self._list(query.limit(limit))

    def find_last(self, account_id: str, connection_id: str) -> FulfillmentRequest | None:
        row = FulfillmentRequestRow
        query = select(row.id).where(row.account_id == account_id, row.connection_id == connection_id)
        last = self._connection.execute(query.order_by(row.created_at.desc(), row.id.desc()).limit(1)).scalar_one_or_none()
        return None if last is None else self.get(account_id, last)

    def touch(self, account_id: str, order_ids: Sequence[str], now: datetime) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        touched: list[FulfillmentRequest] = []
        own = func.coalesce(row.account_id, "") == account_id
        for part in in_parts(order_ids):
            query = update(row).where(own, row.order_id.in_(part), row.state.in_(_LIVE))
            ids = self._connection.scalars(query.values(changed_at=_seen_from(now)).returning(row.id)).all()
            touched += self._list(select(row).where(own, row.id.in_(ids))) if ids else []
        return touched

    def add_message(self, message: RequestMessage) -> None:
        values = {**values_of(message), "lines": _lines_data(message.lines)}
        self._connection.execute(insert(RequestMessageRow), values)

    def list_messages(self, account_id: str, request_id: str) -> list[RequestMessage]:
        return self.threads(account_id, [request_id]).get(request_id, [])

    def threads(self, account_id: str, request_ids: Sequence[str]) -> dict[str, list[RequestMessage]]:
        row = RequestMessageRow
        seen = or_(row.account_id == account_id, row.provider_id == account_id)
        found: dict[str, list[RequestMessage]] = {}
        for part in in_parts(request_ids):
            query = select(row).where(row.request_id.in_(part), seen).order_by(row.at, row.id)
            for kept in self._connection.execute(query).mappings():
                values = {name: kept[name] for name in _MESSAGE_FIELDS}
                values |= {"side": Side(kept["side"]), "kind": MessageKind(kept["kind"]), "lines": _lines_of(kept["lines"])}
                message = RequestMessage(**values)
                found.setdefault(message.request_id, []).append(message)
        return found

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        redacted = 0
        for requests in self.by_order(account_id, order_ids).values():
            for request in requests:
                texts: dict[str, Any] = {name: getattr(request, name) for name in ("service_preference", "reason_text")}
                texts["reason_lines"] = _lines_data(request.reason_lines)
                redacted += self._redact(FulfillmentRequestRow, account_id, request.id, texts, redaction)
                if request.change is not None:  # the order itself is erased, and the copy goes by it again
                    self._forget_change(account_id, request.id)
                    redacted += 1
            for messages in self.threads(account_id, [request.id for request in requests]).values():
                for message in messages:
                    texts = {"text": message.text, "lines": _lines_data(message.lines)}
                    redacted += self._redact(RequestMessageRow, account_id, message.id, texts, redaction)
        return redacted

    def _forget_change(self, account_id: str, request_id: str) -> None:
        row = FulfillmentRequestRow
        own = (row.id == request_id, row.account_id == account_id)
        self._connection.execute(update(row).where(*own).values(change_state=None, change=None))

    def _redact(
        self,
        row: type[FulfillmentRequestRow | RequestMessageRow],
        account_id: str,
        row_id: str,
        texts: Mapping[str, Any],
        redaction: Redaction,
    ) -> int:
        redacted = {name: redaction.value(kept) for name, kept in texts.items()}
        values = {name: kept for name, kept in redacted.items() if kept != texts[name]}
        if values:
            self._connection.execute(update(row).where(row.id == row_id, row.account_id == account_id).values(values))
        return len(values)

    def skus(self, account_id: str, connection_id: str) -> Mapping[str, str]:
        row, connection = ConnectionSkuRow, ConnectionRow
        query = (
            select(row.sku, row.provider_sku)
            .join(connection, connection.id == row.connection_id)
            .where(
                row.connection_id == connection_id, or_(connection.client_id == account_id, connection.provider_id == account_id)
            )
            .order_by(row.sku)
        )
        return {found.sku: found.provider_sku for found in self._connection.execute(query)}

    def replace_skus(self, account_id: str, connection_id: str, skus: Mapping[str, str]) -> None:
        row, connection = ConnectionSkuRow, ConnectionRow
        own = select(connection.id).where(connection.id == connection_id, connection.client_id == account_id)
        if self._connection.execute(own).first() is None:
            raise not_found(_CONNECTION, connection_id)
        self._connection.execute(delete(row).where(row.connection_id == connection_id))
        rows = [
            {"connection_id": connection_id, "account_id": account_id, "sku": sku, "provider_sku": provider_sku}
            for sku, provider_sku in skus.items()
        ]
        if rows:
            self._connection.execute(insert(row), rows)

    def _list(self, query: Select[Any], *, for_change: bool = False) -> list[FulfillmentRequest]:
        query = query.add_columns(HELD_HERE).order_by(FulfillmentRequestRow.id)
        rows = self._connection.execute(query.with_for_update() if for_change else query).all()
        lines = request_lines(self._connection, [row.id for row in rows])
        return [
            FulfillmentRequest(
                **{name: getattr(row, name) for name in (*_FIXED, *_CHANGING, "changed_at") if name != "notes"},
                notes=tuple(row.notes),
                state=RequestState(row.state),
                reason_lines=_lines_of(row.reason_lines),
                change=change_of(row.change_state, row.change),
                lines=lines.get(row.id, ()),
                held_here=bool(row.held_here),
            )
            for row in rows
        ]


def listed_request(row: Mapping[Any, Any], lines: tuple[RequestLine, ...]) -> FulfillmentRequest:
    """A request of a list, which has the columns of LISTED."""
    values = {column.key: row[column.key] for column in LISTED if column.key != "change_state"}
    known = {"state": RequestState(row["state"]), "held_here": bool(row["held_here"]), "lines": lines, "notes": ()}
    return FulfillmentRequest(**{**values, **known, "change": change_of(row["change_state"], row["change"])})


def request_lines(connection: Connection, request_ids: Sequence[str]) -> dict[str, tuple[RequestLine, ...]]:
    """The lines of requests, by the requests' ids."""
    line = FulfillmentRequestLineRow
    lines: dict[str, list[RequestLine]] = {}
    for part in in_parts(request_ids):
        query = select(line).where(line.request_id.in_(part)).order_by(line.request_id, line.position)
        for row in connection.execute(query):
            found = RequestLine(row.line_key, row.sku, row.name, row.quantity, row.provider_sku, row.shipped)
            lines.setdefault(row.request_id, []).append(found)
    return {request_id: tuple(found) for request_id, found in lines.items()}


def _lines_data(lines: Sequence[ReasonLine]) -> list[dict[str, Any]]:
    return [line.to_data() for line in lines]


def _lines_of(data: Sequence[Mapping[str, Any]]) -> tuple[ReasonLine, ...]:
    return tuple(ReasonLine.from_data(one) for one in data)


def change_of(state: str | None, data: Mapping[str, Any] | None) -> RequestChange | None:
    """What a row says of a change that waits for an answer, or was refused."""
    return None if state is None or data is None else RequestChange.from_data(state, data)


def _seen_from(now: datetime) -> Any:
    """When a provider sees a change: what it may not see before a time has changed then."""
    row = FulfillmentRequestRow
    return case((row.not_before > now, row.not_before), else_=literal(now, row.changed_at.type))


def _changing(request: FulfillmentRequest) -> dict[str, Any]:
    values = {name: getattr(request, name) for name in _CHANGING}
    is_open = request.is_live and not request.is_done
    change = request.change
    values |= {
        "reason_lines": _lines_data(request.reason_lines),
        "change_state": None if change is None else change.state.value,
        "change": None if change is None else change.to_data(),
    }
    return {**values, "state": request.state.value, "changed_at": request.changed_at or request.created_at, "is_open": is_open}
