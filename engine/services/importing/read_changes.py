"""Reads the changes that a store's webhooks reported: many in few requests."""

from __future__ import annotations

from engine.application import Application
from engine.model.job import Job, JobState
from engine.model.order_part import original_key
from engine.model.store import Store, StoreState
from engine.model.webhook import split_references
from engine.ports import HasWebhooks, StoreSession, UnitOfWork
from engine.services.importing.import_store import import_named
from engine.services.importing.receive_webhook import make_reading_due
from engine.services.stores.sessions import SessionPool

CHANGES_A_READ = 400
READS_AN_ATTEMPT = 20  # then other work has its turn


def read_changes(app: Application, account_id: str, store_id: str, sessions: SessionPool) -> int:
    """Read the pending changes, and those that come meanwhile. How many there were.

    Raises NotFound, StoreError, LeaseLost, and Refused (`import_running`) while an import of the store runs; what was not
    read by then stays.
    """
    settled = 0
    with app.reading() as uow:
        store = uow.stores.get(account_id, store_id)
        pending = uow.pending_changes.list_oldest(account_id, store_id, CHANGES_A_READ)
    for _ in range(READS_AN_ATTEMPT):
        if not pending:
            break
        if store.state is not StoreState.CLOSED:
            session = sessions.get(store)
            names = _names(app, store, session, [change for change, _ in pending])
            import_named(app, store, names, session)
        with app.unit_of_work() as uow:
            uow.pending_changes.remove(account_id, store_id, pending)
            settled += len(pending)
            pending = uow.pending_changes.list_oldest(account_id, store_id, CHANGES_A_READ)
            store = uow.stores.get(account_id, store_id)
            uow.commit()
    return settled


def end_reading(app: Application, uow: UnitOfWork, job: Job, state: JobState) -> None:
    """What belongs into the transaction that ends an attempt, after the job's own update.

    A call that came too late for the attempt has either made the job due already or is seen here: both lock the job's row.
    The changes of a job that is given up are deleted: one of them may be why, and the next import reads everything anyway.
    """
    store_id = str(job.payload["store_id"])
    if state is JobState.DEAD:
        uow.pending_changes.remove_all(job.account_id, store_id)
    elif state is JobState.DONE and uow.pending_changes.list_oldest(job.account_id, store_id, 1):
        make_reading_due(uow, app, uow.stores.get(job.account_id, store_id))


def _names(app: Application, store: Store, session: StoreSession, changes: list[str]) -> list[str]:
    """The external ids of what changed: of an order, all that is known here or still to be shipped there."""
    things, order_ids = split_references(changes)
    if order_ids:
        with app.reading() as uow:
            things += map(original_key, uow.orders.ids_of_orders(store.account_id, store.id, order_ids))
        if isinstance(session, HasWebhooks):
            things += session.ids_of_orders(order_ids)
    return list(dict.fromkeys(things))
