"""An account's connections, as each side may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.account import User
from engine.model.connection import Connection, ConnectionAction, ConnectionState
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.connections.answer_invitation import find_obstacle
from engine.services.connections.refusals import not_any_more
from rules.messages import Message


@dataclass(frozen=True, slots=True)
class SeenConnection:
    """A connection as one side sees it. `other`: the other account's slug, known while the two are connected."""

    connection: Connection
    side: Side
    other: str | None

    @property
    def since(self) -> datetime:
        """Since when it is in its state."""
        return self.connection.ended_at or self.connection.answered_at or self.connection.created_at

    @property
    def name(self) -> str:
        """What this side calls the other."""
        return self.connection.client_name if self.side is Side.PROVIDER else self.connection.company_name

    @property
    def is_to_answer(self) -> bool:
        """Whether this side is asked to approve or decline it."""
        return self.connection.may(ConnectionAction.APPROVE, self.side)

    @property
    def may_be_removed(self) -> bool:
        """Whether this side may end it; an invitation is declined by whom it asks."""
        return self.connection.may(ConnectionAction.REMOVE, self.side) and not self.is_to_answer


@dataclass(frozen=True, slots=True)
class ConnectionDetails:
    """A connection with what its page says besides."""

    seen: SeenConnection
    happened: Message | None  # why it is no more
    obstacle: Message | None  # what keeps the reader's account from approving it now
    accepted_by: str | None  # the address of the reader's colleague who accepted the terms
    admins: tuple[str, ...]  # the addresses of those of the reader's account who may answer and remove


def list_connections(app: Application, account_id: str) -> list[SeenConnection]:
    """Where the account is the provider, then where it is the client or one of its people was invited; the oldest first."""
    with app.reading() as uow:
        found = [*uow.connections.list_for_provider(account_id), *uow.connections.list_for_client(account_id)]
        return _shown(uow, found, account_id, app.clock.now())


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom an account may hand orders over to."""

    slug: str
    name: str  # what it shows to the account


def list_providers(app: Application, account_id: str) -> list[Provider]:
    """The providers of the account's active connections, by name."""
    with app.reading() as uow:
        found = [connection for connection in uow.connections.list_for_client(account_id) if connection.is_active]
        accounts = uow.accounts.get_many(connection.provider_id for connection in found)
    listed = [Provider(accounts[one.provider_id].slug, one.company_name or accounts[one.provider_id].name) for one in found]
    return sorted(listed, key=lambda provider: provider.name.casefold())


def get_connection(app: Application, account_id: str, connection_id: str) -> SeenConnection:
    """Raises NotFound."""
    with app.reading() as uow:
        return _shown(uow, [uow.connections.get(account_id, connection_id)], account_id, app.clock.now())[0]


def describe_connection(app: Application, reader: User, connection_id: str) -> ConnectionDetails:
    """All that a person of one side may know of it. Raises NotFound."""
    with app.reading() as uow:
        found = uow.connections.get(reader.account_id, connection_id)
        seen = _shown(uow, [found], reader.account_id, app.clock.now())[0]
        obstacle = find_obstacle(uow, found, reader.account_id) if seen.is_to_answer else None
        terms = found.terms
        accepted_by = None if terms is None else uow.users.find(reader.account_id, terms.user_id)
        return ConnectionDetails(
            seen,
            None if seen.connection.is_open else not_any_more(uow, seen.connection, reader).message,
            None if obstacle is None else obstacle.message,
            None if accepted_by is None else accepted_by.email,
            tuple(colleague.email for colleague in uow.users.list_for(reader.account_id) if colleague.is_admin),
        )


def _shown(uow: UnitOfWork, found: Sequence[Connection], account_id: str, now: datetime) -> list[SeenConnection]:
    sides = [(_as_of(connection, now), connection.side_of(account_id)) for connection in found]
    others = {connection.id: _other_id(connection, side) for connection, side in sides}
    accounts = uow.accounts.get_many(other for other in others.values() if other is not None)
    slugs = {connection_id: accounts[other].slug for connection_id, other in others.items() if other is not None}
    return [SeenConnection(connection, side, slugs.get(connection.id)) for connection, side in sides]


def _as_of(connection: Connection, now: datetime) -> Connection:
    if connection.has_expired(now):
        return replace(connection, state=ConnectionState.EXPIRED, ended_at=connection.expires_at)
    return connection


def _other_id(connection: Connection, side: Side) -> str | None:
    if not connection.is_active:
        return None
    return connection.client_id if side is Side.PROVIDER else connection.provider_id
