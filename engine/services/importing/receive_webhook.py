"""Takes the call of a store's webhook: what it names is kept in the transaction that makes reading it due.

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

MOST_WAITING = 10_000  # hints of one store: beyond, its next import, which sees it all, takes less than they do

_NOBODY = digest_of(secrets.token_urlsafe(32))  # compared with where no store listens, so that time does not tell


def take_hints(app: Application, kind: str, store_id: str, token: str, body: bytes) -> bool:
    """Keep what a call names. False when nobody here listens to it: unknown store, wrong secret, another account.

    What cannot be understood is taken too: then the store is imported as a whole. A refusal would lose the event, and
    sending the same again would not mend it.
    """
    with app.reading() as uow:  # a stranger must not take turns at SQLite's one write lock
        store = uow.stores.find_listening(store_id)
    expected = _NOBODY if store is None or store.webhook_digest is None else store.webhook_digest
    if not hmac.compare_digest(digest_of(token), expected) or store is None:
        return False
    if store.kind != kind or store.state is StoreState.CLOSED:
        return False
    connector = app.connectors.get(kind)
    heard = connector.parse_webhook(store.settings, body) if isinstance(connector, CallingConnector) else None
    if heard is None:
        return False
    if store.state is StoreState.CONNECTED:  # else the import that follows the next good log-in reads everything
        _keep(app, store, heard)
    return True


def _keep(app: Application, store: ListeningStore, heard: WebhookEvent) -> None:
    if not heard.hints and not heard.everything:
        return
    now = app.clock.now()
    due = False
    with app.unit_of_work() as uow:
        everything = heard.everything or uow.hints.are_more_than(store.account_id, store.id, MOST_WAITING)
        if heard.hints and not everything:
            uow.hints.add(store.account_id, store.id, heard.hints, now)
            due = make_reading_due(uow, app, store)
        if everything:
            due = make_import_due(uow, app, store) or due
        uow.commit()
    if due:
        app.wake.notify()


def make_reading_due(uow: UnitOfWork, app: Application, store: ListeningStore | Store) -> bool:
    """Make reading the store's hints due, unless it waits for its next try. Whether it is due now."""
    return uow.jobs.upsert_due(_job(app, store, JobKind.READ_HINTS, f"hints:{store.id}"), patient=True)


def make_import_due(uow: UnitOfWork, app: Application, store: ListeningStore | Store) -> bool:
    """Make an import of the whole store due, unless one that failed waits for its next try. Whether it is due now."""
    return uow.jobs.upsert_due(_job(app, store, JobKind.IMPORT_STORE, f"import:{store.id}"), patient=True)


def _job(app: Application, store: ListeningStore | Store, kind: JobKind, key: str) -> Job:
    now = app.clock.now()
    return Job(new_id("job"), store.account_id, kind, key, {"store_id": store.id}, now, now)
