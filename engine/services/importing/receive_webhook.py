"""Receives the call of a store's webhook: the changes it reports are kept in the transaction that makes reading them due.

The call is answered after that commit, so that nothing acknowledged is lost.
"""

from __future__ import annotations

import hmac
import secrets

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.store import Store, StoreState
from engine.model.webhook import ListeningStore, WebhookEvent, digest_of
from engine.ports import CallingConnector, UnitOfWork

MOST_WAITING = 10_000  # changes of one store: beyond, its next import, which sees it all, takes less than they do

_NOBODY = digest_of(secrets.token_urlsafe(32))  # compared with where no store listens, so that time does not tell


def receive_webhook(app: Application, kind: str, store_id: str, token: str, body: bytes) -> bool:
    """Keep the changes that a call reports. False when it is not accepted: unknown store, wrong secret, another account.

    A body that cannot be read is accepted too: then the whole store is imported. A refusal would lose the event, and
    sending the same again would not help.
    """
    with app.reading() as uow:  # a stranger must not take turns at SQLite's one write lock
        store = uow.stores.find_listening(store_id)
    expected = _NOBODY if store is None or store.webhook_digest is None else store.webhook_digest
    if not hmac.compare_digest(digest_of(token), expected) or store is None:
        return False
    if store.kind != kind or store.state is StoreState.CLOSED:
        return False
    connector = app.connectors.get(kind)
    event = connector.parse_webhook(store.settings, body) if isinstance(connector, CallingConnector) else None
    if event is None:
        return False
    if store.state is StoreState.CONNECTED:  # else the import that follows the next good log-in reads everything
        _keep(app, store, event)
    return True


def _keep(app: Application, store: ListeningStore, event: WebhookEvent) -> None:
    if not event.changes and not event.everything:
        return
    now = app.clock.now()
    due = False
    with app.unit_of_work() as uow:
        everything = event.everything or uow.pending_changes.are_more_than(store.account_id, store.id, MOST_WAITING)
        if event.changes and not everything:
            uow.pending_changes.add(store.account_id, store.id, event.changes, now)
            due = make_reading_due(uow, app, store)
        if everything:
            due = make_import_due(uow, app, store) or due
        uow.commit()
    if due:
        app.wake.notify()


def make_reading_due(uow: UnitOfWork, app: Application, store: ListeningStore | Store) -> bool:
    """Make reading the store's changes due, unless that waits for its next try. Whether it is due now."""
    return uow.jobs.upsert_due(_job(app, store, JobKind.READ_CHANGES, f"changes:{store.id}"), patient=True)


def make_import_due(uow: UnitOfWork, app: Application, store: ListeningStore | Store) -> bool:
    """Make an import of the whole store due, unless one that failed waits for its next try. Whether it is due now."""
    return uow.jobs.upsert_due(_job(app, store, JobKind.IMPORT_STORE, f"import:{store.id}"), patient=True)


def _job(app: Application, store: ListeningStore | Store, kind: JobKind, key: str) -> Job:
    now = app.clock.now()
    return Job(new_id("job"), store.account_id, kind, key, {"store_id": store.id}, now, now)
