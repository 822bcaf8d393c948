"""Connections between merchants and 3PLs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy import Connection as DatabaseConnection

from engine.model.connection import AcceptedTerms, Answers, Connection, ConnectionState, ProviderName
from engine.model.store import StoreState
from rules.messages import Text
from storage.accounts.people import email_key
from storage.statements import not_found, values_of
from storage.tables import AccountRow, ConnectionRow, MembershipRow, StoreRow, UserRow

_CONNECTION = Text("connection", "conexión")
_FIELDS = tuple(field.name for field in fields(Connection))
_OPEN = (ConnectionState.PENDING.value, ConnectionState.ACTIVE.value)


class SqlConnections:
    """Implements `engine.ports.Connections`."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def add(self, connection: Connection) -> None:
        values = {**values_of(connection), "terms": _terms_data(connection), "email_key": email_key(connection.email)}
        self._connection.execute(insert(ConnectionRow), values)

    def get(self, account_id: str, connection_id: str, *, for_change: bool = False) -> Connection:
        row = ConnectionRow
        query = select(row).where(row.id == connection_id, or_(row.provider_id == account_id, _of_client(account_id)))
        found = self._list(query.with_for_update() if for_change else query)
        if not found:
            raise not_found(_CONNECTION, connection_id)
        return found[0]

    def update(self, connection: Connection) -> None:
        row = ConnectionRow
        self._connection.execute(
            update(row)
            .where(row.id == connection.id, row.provider_id == connection.provider_id)
            .values(
                client_id=connection.client_id,
                state=connection.state.value,
                answered_at=connection.answered_at,
                ended_at=connection.ended_at,
                last_actor=connection.last_actor,
                terms=_terms_data(connection),
                grace_minutes=connection.grace_minutes,
                grace_cut_off=connection.grace_cut_off,
                answers=connection.answers.value,
                store_id=connection.store_id,
                requires_shared=connection.requires_shared,
                shares_costs=connection.shares_costs,
                stop_reason=connection.stop_reason,
                closed_until=connection.closed_until,
            )
        )

    def list_for_client(self, account_id: str) -> list[Connection]:
        return self._list(select(ConnectionRow).where(_of_client(account_id)))

    def list_provider_names(self, account_id: str) -> list[ProviderName]:
        found = self._connection.execute(_PROVIDER_NAMES, {"client": account_id})
        return [ProviderName(*row) for row in found]

    def list_for_provider(self, account_id: str) -> list[Connection]:
        return self._list(select(ConnectionRow).where(ConnectionRow.provider_id == account_id))

    def list_requiring_shared(self, provider_id: str) -> list[Connection]:
        row = ConnectionRow
        active = row.state == ConnectionState.ACTIVE.value
        return self._list(select(row).where(row.provider_id == provider_id, active, row.requires_shared))

    def find_active(self, provider_id: str, client_id: str, *, keep: bool = False) -> Connection | None:
        row = ConnectionRow
        query = select(row).where(
            row.provider_id == provider_id, row.client_id == client_id, row.state == ConnectionState.ACTIVE.value
        )
        found = self._list(query.with_for_update(read=True) if keep else query)
        return found[0] if found else None

    def find_open(self, provider_id: str, email: str) -> Connection | None:
        row = ConnectionRow
        query = select(row).where(row.provider_id == provider_id, row.email_key == email_key(email), row.state.in_(_OPEN))
        found = self._list(query)
        return found[0] if found else None

    def list_with_open_store(self, state: ConnectionState) -> list[Connection]:
        row = ConnectionRow
        is_open = exists().where(StoreRow.id == row.store_id, StoreRow.state != StoreState.CLOSED.value)
        return self._list(select(row).where(row.state == state.value, is_open))

    def list_expired(self, now: datetime, limit: int) -> list[Connection]:
        row = ConnectionRow
        query = select(row).where(row.state == ConnectionState.PENDING.value, row.expires_at <= now)
        return self._list(query.with_for_update(skip_locked=True).limit(limit))

    def _list(self, query: Select[Any]) -> list[Connection]:
        rows = self._connection.execute(query.order_by(ConnectionRow.created_at, ConnectionRow.id)).mappings()
        return [_connection_of(dict(row)) for row in rows]


def _of_client(account_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Answered by the account, or an invitation to one of its people that nobody has answered."""
    addresses = (
        select(UserRow.email_key)
        .join(MembershipRow, MembershipRow.user_id == UserRow.id)
        .where(MembershipRow.account_id == account_id)
    )
    row = ConnectionRow
    return or_(row.client_id == account_id, and_(row.client_id.is_(None), row.email_key.in_(addresses)))


def _provider_names() -> Executable:
    """Of all that the client's connections are with, in the order of these."""
    row, provider = ConnectionRow, AccountRow
    name = func.coalesce(func.nullif(row.company_name, ""), provider.name)
    query = select(provider.id, provider.slug, name, row.state == ConnectionState.ACTIVE.value)
    named = query.join(provider, provider.id == row.provider_id).where(_of_client(bindparam("client")))
    return named.order_by(row.created_at, row.id)


_PROVIDER_NAMES = _provider_names()


def _connection_of(row: Mapping[str, Any]) -> Connection:
    values = {name: row[name] for name in _FIELDS}
    return Connection(
        **{**values, "state": ConnectionState(row["state"]), "answers": Answers(row["answers"]), "terms": _terms_of(row["terms"])}
    )


def _terms_data(connection: Connection) -> dict[str, str] | None:
    terms = connection.terms
    return None if terms is None else {"version": terms.version, "user_id": terms.user_id, "at": terms.at.isoformat()}


def _terms_of(kept: Mapping[str, str] | None) -> AcceptedTerms | None:
    return None if kept is None else AcceptedTerms(kept["version"], kept["user_id"], datetime.fromisoformat(kept["at"]))
