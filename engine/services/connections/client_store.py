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


def open_client_store(uow: UnitOfWork, connection: Connection, now: datetime) -> Connection:
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
    uow.audit.append([AuditEntry(provider.id, now, "operator", "store.connected", store.id, None, after)])
    return replace(connection, store_id=store.id)


def close_client_store(uow: UnitOfWork, connection: Connection, now: datetime) -> None:
    """End the store of a connection that is over and has nothing left to do."""
    if connection.store_id is None:
        return
    uow.stores.set_state(connection.provider_id, connection.store_id, StoreState.CLOSED)
    entry = AuditEntry(connection.provider_id, now, "worker", "store.disconnected", connection.store_id)
    uow.audit.append([entry])


def close_ended_stores(app: Application) -> int:
    """Close the stores of removed connections under which nothing is with the provider any more; how many."""
    now, closed = app.clock.now(), 0
    with app.reading() as uow:
        ended = uow.connections.list_with_open_store(ConnectionState.REMOVED)
    for connection in ended:
        with app.unit_of_work() as uow:
            waiting = uow.pending_changes.list_oldest(connection.provider_id, str(connection.store_id), 1)
            live = uow.requests.list_live_between(connection.provider_id, str(connection.client_id))
            mine = [request for request in live if request.connection_id == connection.id]
            if not waiting and not any(request.is_open(now) for request in mine):
                close_client_store(uow, connection, now)
                closed += 1
            uow.commit()
    return closed
