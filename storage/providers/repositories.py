"""Integrated providers, and what was said to and by them."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, insert, or_, select, update

from engine.model.integrated_provider import EventReply, IntegratedProvider, ProviderSecrets, Sending
from engine.model.request import CONNECTION_REMOVED, RequestState
from engine.ports import SecretsUnreadable
from rules.messages import Text
from rules.order_document import dumps, loads
from storage.errors import SecretKeyMissing
from storage.secret_box import SecretBox
from storage.statements import not_found, upsert, values_of
from storage.tables import FulfillmentRequestRow, IntegratedProviderRow, ProviderEventRow, ProviderSendingRow

_PROVIDER = Text("integrated provider", "proveedor integrado")
_PLAIN = tuple(field.name for field in fields(IntegratedProvider) if field.name != "secrets")
_HEALTH = ("answered_at", "failing_since", "last_error", "told_at")
_SENDING = tuple(field.name for field in fields(Sending))
_ASKED = FulfillmentRequestRow.state.in_([RequestState.REQUESTED.value, RequestState.ACCEPTED.value])
_IS_UNTAKEN = or_(
    ProviderSendingRow.request_id.is_(None),
    ProviderSendingRow.unclear,
    ProviderSendingRow.acknowledged < ProviderSendingRow.version,
)
_IS_WANTED_BACK = and_(
    FulfillmentRequestRow.sent_at.is_not(None),
    or_(
        FulfillmentRequestRow.state == RequestState.CANCEL_REQUESTED.value,
        and_(
            FulfillmentRequestRow.state == RequestState.CANCELLED.value,
            FulfillmentRequestRow.state_reason == CONNECTION_REMOVED,
        ),
    ),
    or_(ProviderSendingRow.request_id.is_(None), ~ProviderSendingRow.cancel_taken),
)


class SqlIntegratedProviders:
    """Implements `engine.ports.IntegratedProviders`. Secrets lie encrypted in the database."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        self._connection = connection
        self._secrets = secrets

    def add(self, provider: IntegratedProvider) -> None:
        values = {name: getattr(provider, name) for name in _PLAIN}
        self._connection.execute(insert(IntegratedProviderRow), {**values, "sealed_secrets": self._seal(provider.secrets)})

    def get(self, account_id: str, connection_id: str, *, for_change: bool = False) -> IntegratedProvider:
        row = IntegratedProviderRow
        query = select(row).where(row.account_id == account_id, row.connection_id == connection_id)
        found = self._list(query.with_for_update() if for_change else query)
        if not found:
            raise not_found(_PROVIDER, connection_id)
        return found[0]

    def find(self, provider_id: str) -> IntegratedProvider | None:
        found = self._list(select(IntegratedProviderRow).where(IntegratedProviderRow.id == provider_id))
        return found[0] if found else None

    def list_for(self, account_id: str) -> list[IntegratedProvider]:
        return self._list(select(IntegratedProviderRow).where(IntegratedProviderRow.account_id == account_id))

    def keep_secrets(self, provider: IntegratedProvider) -> None:
        self._update(provider, {"sealed_secrets": self._seal(provider.secrets)})

    def keep_health(self, provider: IntegratedProvider) -> None:
        self._update(provider, {name: getattr(provider, name) for name in _HEALTH})

    def sending(self, account_id: str, request_id: str) -> Sending | None:
        row = ProviderSendingRow
        query = select(row).where(row.account_id == account_id, row.request_id == request_id)
        found = self._connection.execute(query).mappings().first()
        return None if found is None else Sending(**{name: found[name] for name in _SENDING})

    def keep_sending(self, sending: Sending) -> None:
        row, values = ProviderSendingRow, values_of(sending)
        changed = {name: value for name, value in values.items() if name not in ("request_id", "account_id", "provider_id")}
        statement = upsert(self._connection, row).on_conflict_do_update(
            index_elements=[row.request_id], set_=changed, where=row.account_id == sending.account_id
        )
        self._connection.execute(statement, values)

    def list_untaken(self, account_id: str, connection_id: str) -> list[str]:
        request, sending = FulfillmentRequestRow, ProviderSendingRow
        query = (
            select(request.id)
            .outerjoin(sending, sending.request_id == request.id)
            .where(request.account_id == account_id, request.connection_id == connection_id)
            .where(or_(and_(_ASKED, _IS_UNTAKEN), _IS_WANTED_BACK))
        )
        return list(self._connection.scalars(query.order_by(request.id)))

    def claim_event(self, provider_id: str, message_id: str, now: datetime) -> EventReply | None:
        row = ProviderEventRow
        statement = upsert(self._connection, row).on_conflict_do_nothing(index_elements=[row.account_id, row.message_id])
        values = {"account_id": provider_id, "message_id": message_id, "received_at": now}
        if self._connection.execute(statement.returning(row.message_id), values).first() is not None:
            return None
        query = select(row.status, row.body).where(row.account_id == provider_id, row.message_id == message_id)
        kept = self._connection.execute(query).one()
        return EventReply(kept.status or 200, kept.body or {})

    def keep_reply(self, provider_id: str, message_id: str, reply: EventReply) -> None:
        row = ProviderEventRow
        query = update(row).where(row.account_id == provider_id, row.message_id == message_id)
        self._connection.execute(query.values(status=reply.status, body=dict(reply.body)))

    def forget_events(self, before: datetime) -> None:
        self._connection.execute(delete(ProviderEventRow).where(ProviderEventRow.received_at < before))

    def _update(self, provider: IntegratedProvider, values: dict[str, Any]) -> None:
        row = IntegratedProviderRow
        own = (row.id == provider.id, row.account_id == provider.account_id)
        self._connection.execute(update(row).where(*own).values(values))

    def _list(self, query: Select[Any]) -> list[IntegratedProvider]:
        rows = self._connection.execute(query.order_by(IntegratedProviderRow.created_at, IntegratedProviderRow.id)).mappings()
        return [
            IntegratedProvider(**{name: row[name] for name in _PLAIN}, secrets=self._open(row["sealed_secrets"])) for row in rows
        ]

    def _seal(self, secrets: ProviderSecrets) -> str:
        until = secrets.previous_until
        data = {
            "current": secrets.current,
            "previous": secrets.previous,
            "previous_until": None if until is None else until.isoformat(),
        }
        return self._box().seal(dumps(data))

    def _open(self, sealed: str) -> ProviderSecrets:
        try:
            data = loads(self._box().open(sealed))
        except SecretsUnreadable:
            return ProviderSecrets()
        until = data["previous_until"]
        return ProviderSecrets(data["current"], data["previous"], None if until is None else datetime.fromisoformat(until))

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets
