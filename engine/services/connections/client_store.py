"""The store by which a connected client's orders come to the provider: it begins and ends with the connection."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.connection import CLIENT_STORE, Connection, ConnectionState
from engine.model.ids import new_id
from engine.model.store import Store, StoreState
from engine.ports import UnitOfWork


def open_client_store(uow: UnitOfWork, connection: Connection, now: datetime, actor: str) -> Connection:
    """The connection with its store, which is kept; the connection is not."""
    provider = uow.accounts.get(connection.provider_id)
    store = Store(
        new_id("sto"),
        provider.id,
        CLIENT_STORE,
        connection.client_name,
        {"connection": connection.id},
        {},
        now,
        time_zone=provider.time_zone,
    )
    uow.stores.add(store)
    after = {"kind": store.kind, "name": store.name}
    uow.audit.append([AuditEntry(provider.id, now, actor, "store.connected", store.id, None, after)])
    return replace(connection, store_id=store.id)


def close_when_done(uow: UnitOfWork, connection: Connection, now: datetime) -> bool:
    """Close the store of a connection that is over, if nothing is with the provider and nothing is to be read any more."""
    if connection.store_id is None or connection.client_id is None:
        return False
    if uow.requests.list_changed(connection.provider_id, connection.id, None, "", 1):
        return False
    if uow.pending_changes.list_oldest(connection.provider_id, connection.store_id, 1):
        return False
    uow.stores.set_state(connection.provider_id, connection.store_id, StoreState.CLOSED)
    entry = AuditEntry(connection.provider_id, now, "worker", "store.disconnected", connection.store_id)
    uow.audit.append([entry])
    return True


def reopen_client_store(uow: UnitOfWork, provider_id: str, connection_id: str, now: datetime) -> None:
    """Open the store of an ended connection again, if it is closed: something of it is the provider's to ship once more."""
    connection = uow.connections.get(provider_id, connection_id)
    store = None if connection.store_id is None else uow.stores.get(provider_id, connection.store_id)
    if store is None or not store.is_closed:
        return
    uow.stores.set_state(provider_id, store.id, StoreState.CONNECTED)
    after = {"kind": store.kind, "name": store.name}
    uow.audit.append([AuditEntry(provider_id, now, "worker", "store.connected", store.id, None, after)])


def close_ended_stores(app: Application) -> int:
    """Close the stores of removed connections under which nothing is with the provider any more; how many."""
    now, closed = app.clock.now(), 0
    with app.reading() as uow:
        ended = uow.connections.list_with_open_store(ConnectionState.REMOVED)
    for connection in ended:
        with app.unit_of_work() as uow:
            closed += close_when_done(uow, connection, now)
            uow.commit()
    return closed
