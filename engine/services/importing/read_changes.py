"""Reads again what a store's webhooks named: many names in few requests, each as often as it was named since."""

from __future__ import annotations

from engine.application import Application
from engine.model.job import Job, JobState
from engine.model.store import Store, StoreState
from engine.model.webhook import split_hints
from engine.ports import HasWebhooks, StoreSession, UnitOfWork
from engine.services.importing.import_store import import_named
from engine.services.importing.receive_webhook import make_reading_due
from engine.services.stores.sessions import SessionPool

HINTS_A_READ = 400
READS_AN_ATTEMPT = 20  # then other work has its turn


def read_hints(app: Application, account_id: str, store_id: str, sessions: SessionPool) -> int:
    """Read what waits, and what comes meanwhile. How many hints were settled.

    Raises NotFound, StoreError, LeaseLost, and Refused (`import_running`) while an import of the store runs; what was not
    read by then stays.
    """
    settled = 0
    with app.reading() as uow:
        store = uow.stores.get(account_id, store_id)
        pending = uow.hints.pending(account_id, store_id, HINTS_A_READ)
    for _ in range(READS_AN_ATTEMPT):
        if not pending:
            break
        if store.state is not StoreState.CLOSED:
            session = sessions.get(store)
            names = _names(app, store, session, [hint for hint, _ in pending])
            import_named(app, store, names, session)
        with app.unit_of_work() as uow:
            uow.hints.settle(account_id, store_id, pending)
            settled += len(pending)
            pending = uow.hints.pending(account_id, store_id, HINTS_A_READ)
            store = uow.stores.get(account_id, store_id)
            uow.commit()
    return settled


def end_reading(app: Application, uow: UnitOfWork, job: Job, state: JobState) -> None:
    """What belongs into the transaction that ends an attempt, after the job's own update.

    A call that came too late for the attempt has either made the job due already or is seen here: both lock the job's row.
    Hints of a job that is given up are forgotten: one of them may be why, and the next import sees what they meant.
    """
    store_id = str(job.payload["store_id"])
    if state is JobState.DEAD:
        uow.hints.forget(job.account_id, store_id)
    elif state is JobState.DONE and uow.hints.pending(job.account_id, store_id, 1):
        make_reading_due(uow, app, uow.stores.get(job.account_id, store_id))


def _names(app: Application, store: Store, session: StoreSession, hints: list[str]) -> list[str]:
    """The external ids that hints stand for: for an order, all that is known here or still to be shipped there."""
    things, order_ids = split_hints(hints)
    if order_ids:
        with app.reading() as uow:
            things += uow.orders.ids_of_orders(store.account_id, store.id, order_ids)
        if isinstance(session, HasWebhooks):
            things += session.ids_of_orders(order_ids)
    return list(dict.fromkeys(things))
