"""The operator's shortcut: a merchant and a 3PL connected without an invitation."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.connection import Connection, ConnectionState
from engine.model.ids import new_id
from engine.services.accounts.accounts import get_provider
from engine.services.accounts.acting import find_account
from engine.services.connections.client_store import open_client_store
from engine.services.connections.refusals import SAME_ACCOUNT
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text

CONNECTED_ALREADY = Text('"{provider}" and "{client}" are connected already.', '"{provider}" y "{client}" ya están conectadas.')


def connect_accounts(app: Application, *, provider_slug: str, client_slug: str) -> Connection:
    """A connection that is active at once. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        provider = get_provider(uow, provider_slug)
        client = find_account(uow, client_slug)
        if provider.id == client.id:
            raise Refused("same_account", SAME_ACCOUNT)
        if uow.connections.find_active(provider.id, client.id) is not None:
            raise Refused("connected_already", CONNECTED_ALREADY, provider=provider_slug, client=client_slug)
        connection = Connection(
            new_id("con"), provider.id, client.id, ConnectionState.ACTIVE, client.name, provider.name, now, answered_at=now
        )
        uow.connections.add(connection)
        connection = open_client_store(uow, connection, now, "operator")
        uow.connections.update(connection)
        for account, other in ((provider, client), (client, provider)):
            uow.audit.append(
                [AuditEntry(account.id, now, "operator", "connection.active", connection.id, None, {"with": other.slug})]
            )
        keep_standings(app, uow, connection.account_ids, now)
        uow.commit()
    return connection
