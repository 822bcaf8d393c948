"""Lets a provider's account, or its own system, know at once that something about its clients' requests has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import IMPORT_THEN_KEY, Job, JobKind
from engine.model.request import FulfillmentRequest
from engine.ports import UnitOfWork
from engine.services.connections.client_store import open_client_store
from engine.services.importing.receive_webhook import make_reading_due
from engine.services.providers.due import make_sending_due


def announce(app: Application, uow: UnitOfWork, requests: Sequence[FulfillmentRequest], now: datetime) -> None:
    """Have the providers read these requests again, each as soon as it may be seen. After the commit `app.wake` may be rung."""
    by_connection: dict[tuple[str, str], list[FulfillmentRequest]] = {}
    for request in requests:
        if request.connection_id is not None:
            by_connection.setdefault((request.provider_id, request.connection_id), []).append(request)
    for (provider_id, connection_id), changed in by_connection.items():
        connection = uow.connections.get(provider_id, connection_id)
        if connection.is_integrated:
            make_sending_due(uow, changed, now)
            continue
        if connection.store_id is None:  # made before connections had stores
            connection = open_client_store(uow, connection, now, "worker")
            uow.connections.update(connection)
        store = uow.stores.find_unopened(provider_id, str(connection.store_id))
        if store is None:
            continue
        at_once = [request.id for request in changed if request.not_before is None or request.not_before <= now]
        if at_once:
            uow.pending_changes.add(provider_id, store.id, at_once, now)
            make_reading_due(uow, app, store)
        later = [request for request in changed if request.id not in at_once]
        for request in later:
            due = request.not_before or now
            key = f"{IMPORT_THEN_KEY}{request.id}"
            uow.jobs.upsert_due(Job(new_id("job"), provider_id, JobKind.IMPORT_STORE, key, {"store_id": store.id}, now, due))
