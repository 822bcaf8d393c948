"""The operator's shortcut: a merchant and a 3PL connected without an invitation."""

from __future__ import annotations

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.connection import Connection, ConnectionState
from engine.model.ids import new_id
from engine.ports import UnitOfWork
from engine.services.accounts.accounts import get_provider
from engine.services.accounts.acting import find_account, find_memberships, require_admin
from engine.services.connections.client_store import open_client_store
from engine.services.connections.other_invitations import end_other_invitations
from engine.services.connections.refusals import SAME_ACCOUNT
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text

CONNECTED_ALREADY = Text('"{provider}" and "{client}" are connected already.', '"{provider}" y "{client}" ya están conectadas.')


def connect_accounts(app: Application, *, provider_slug: str, client_slug: str, by: str | None = None) -> Connection:
    """A connection that is active at once. `by`: the address of an admin of either account, else the operator acts.

    Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        provider = get_provider(uow, provider_slug)
        client = find_account(uow, client_slug)
        person = None if by is None else _admin(uow, by, provider, client)
        if provider.id == client.id:
            raise Refused("same_account", SAME_ACCOUNT)
        if uow.connections.find_active(provider.id, client.id) is not None:
            raise Refused("connected_already", CONNECTED_ALREADY, provider=provider_slug, client=client_slug)
        connection = Connection(
            new_id("con"),
            provider.id,
            client.id,
            ConnectionState.ACTIVE,
            client.name,
            provider.name,
            now,
            answered_at=now,
            last_actor="operator" if person is None else person.id,
        )
        uow.connections.add(connection)
        connection = open_client_store(uow, connection, now, _actor(person, provider, "client"))
        uow.connections.update(connection)
        end_other_invitations(uow, connection, client.id, now)
        for account, other, others in ((provider, client, "client"), (client, provider, "provider")):
            actor = _actor(person, account, others)
            uow.audit.append([AuditEntry(account.id, now, actor, "connection.active", connection.id, None, {"with": other.slug})])
        keep_standings(app, uow, connection.account_ids, now)
        uow.commit()
    return connection


def _admin(uow: UnitOfWork, email: str, provider: Account, client: Account) -> User:
    """The person in whichever of the two they belong to. Raises Refused."""
    own = [user for user in find_memberships(uow, email) if user.account_id in (provider.id, client.id)]
    person = own[0] if own else find_memberships(uow, email, provider.slug)[0]
    require_admin(person)
    return person


def _actor(person: User | None, account: Account, others: str) -> str:
    """Who did it, as an account has it on record: of the other side's people, no single one."""
    if person is None:
        return "operator"
    return person.id if person.account_id == account.id else others
