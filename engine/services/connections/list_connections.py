"""An account's connections, as each side may see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.connection import Connection, ConnectionState
from engine.model.transitions import Side
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class SeenConnection:
    """A connection as one side sees it. `other`: the other account's slug, known while the two are connected."""

    connection: Connection
    side: Side
    other: str | None


def list_connections(app: Application, account_id: str) -> list[SeenConnection]:
    """Where the account is the provider, then where it is the client or one of its people was invited; the oldest first."""
    now = app.clock.now()
    with app.reading() as uow:
        provided = [_shown(uow, one, Side.PROVIDER, now) for one in uow.connections.list_for_provider(account_id)]
        used = [_shown(uow, one, Side.MERCHANT, now) for one in uow.connections.list_for_client(account_id)]
    return provided + used


def get_connection(app: Application, account_id: str, connection_id: str) -> SeenConnection:
    """Raises NotFound."""
    with app.reading() as uow:
        found = uow.connections.get(account_id, connection_id)
        return _shown(uow, found, found.side_of(account_id), app.clock.now())


def _shown(uow: UnitOfWork, connection: Connection, side: Side, now: datetime) -> SeenConnection:
    if connection.has_expired(now):
        connection = replace(connection, state=ConnectionState.EXPIRED, ended_at=connection.expires_at)
    other_id = connection.client_id if side is Side.PROVIDER else connection.provider_id
    other = uow.accounts.get(other_id).slug if connection.is_active and other_id is not None else None
    return SeenConnection(connection, side, other)
