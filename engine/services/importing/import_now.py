"""An import that a person asks for, before it is planned."""

from __future__ import annotations

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind, JobState, import_now_key
from engine.services.refusals import Refused
from engine.services.stores.connect_store import get_open_store
from rules.messages import Text

RUNNING = Text(
    'The store "{store}" is being imported already: its page shows when that has ended.',
    'La tienda "{store}" ya se está importando: su página muestra cuándo termina.',
)
QUEUED = Text(
    'An import of the store "{store}" is about to begin already.',
    'Una importación de la tienda "{store}" ya está a punto de empezar.',
)


def import_now(app: Application, account_id: str, store_id: str, actor: str) -> None:
    """Put an import into the outbox that begins as soon as somebody works it off, and end the store's back-off.

    Raises Refused, also while an import runs or is about to.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        store = get_open_store(uow, account_id, store_id, for_change=True)
        if uow.stores.is_importing(store.account_id, store.id, now):
            raise Refused("import_running", RUNNING, store=store.name)
        key = import_now_key(store.id)
        waiting = uow.jobs.find(account_id, key)
        if waiting is not None and is_about_to_run(waiting.state, waiting.not_before <= now):
            raise Refused("import_queued", QUEUED, store=store.name)
        if store.retry_at is not None:
            uow.stores.keep_progress(
                store.account_id, store.id, scanned_until=store.scanned_until, failures=store.failures, retry_at=None
            )
        payload = {"store_id": store.id}
        uow.jobs.upsert_due(Job(new_id("job"), account_id, JobKind.IMPORT_STORE, key, payload, now, now, priority=PERSON_WAITS))
        uow.audit.append([AuditEntry(account_id, now, actor, "store.import_asked", store.id)])
        uow.commit()


def is_about_to_run(state: JobState, is_due: bool) -> bool:
    """Whether a job in this state has work before it now; one that failed and waits for its next try has not."""
    return state is JobState.RUNNING or (state is JobState.DUE and is_due)


def import_stores_now(app: Application, account_id: str, actor: str) -> int:
    """Have all open stores of an account imported; how many begin. Those that are being imported already need nothing."""
    with app.reading() as uow:
        open_ones = [store.id for store in uow.stores.list_for(account_id) if not store.is_closed]
    begun = 0
    for store_id in open_ones:
        try:
            import_now(app, account_id, store_id, actor)
        except Refused:
            continue
        begun += 1
    return begun
