"""A comparison that a person asks for, before it is planned, and what is known of the last one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind, JobState, reconcile_now_key
from engine.model.reconciliation import Difference, DifferenceKind, Reconciliation
from engine.model.store import Store
from engine.services.importing.import_now import is_about_to_run
from engine.services.reconciliation.reconcile import NEVER_IMPORTED
from engine.services.refusals import Refused
from engine.services.stores.connect_store import get_open_store
from rules.messages import Text

ON_A_PAGE = 50
QUEUED = Text(
    'The comparison of the store "{store}" is about to begin, or under way: its page shows when that has ended.',
    'La conciliación de la tienda "{store}" está en marcha o a punto de empezar: su página muestra cuándo termina.',
)


@dataclass(frozen=True, slots=True)
class SeenReconciliation:
    """One store with its last comparison and how many differences count, by kind."""

    store: Store
    last: Reconciliation | None
    counts: Mapping[DifferenceKind, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def reconcile_now(app: Application, account_id: str, store_id: str, actor: str) -> None:
    """Put a comparison into the outbox that begins as soon as somebody works it off. Raises Refused, also while one does."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        store = get_open_store(uow, account_id, store_id, for_change=True)
        if uow.stores.last_run(account_id, store_id) is None:
            raise Refused("never_imported", NEVER_IMPORTED, store=store.name)
        key = reconcile_now_key(store.id)
        waiting = uow.jobs.find(account_id, key)
        if waiting is not None and is_about_to_run(waiting.state, waiting.not_before <= now):
            raise Refused("reconciliation_queued", QUEUED, store=store.name)
        payload = {"store_id": store.id}
        uow.jobs.upsert_due(Job(new_id("job"), account_id, JobKind.RECONCILE, key, payload, now, now, priority=PERSON_WAITS))
        uow.audit.append([AuditEntry(account_id, now, actor, "store.reconciliation_asked", store.id)])
        uow.commit()
    app.wake.notify()


def is_asked_for(app: Application, account_id: str, store_id: str) -> bool:
    """Whether a comparison that somebody asked for has not ended yet."""
    with app.reading() as uow:
        waiting = uow.jobs.find(account_id, reconcile_now_key(store_id))
    return waiting is not None and waiting.state in (JobState.DUE, JobState.RUNNING)


def see_reconciliations(app: Application, account_id: str) -> list[SeenReconciliation]:
    """All open stores of an account, in the order in which they were connected."""
    with app.reading() as uow:
        stores = [store for store in uow.stores.list_for(account_id) if not store.is_closed]
        known = uow.reconciliations.list_for(account_id)
        counts = uow.reconciliations.count(account_id)
    return [SeenReconciliation(store, known.get(store.id), _of_store(counts, store.id)) for store in stores]


def see_reconciliation(app: Application, account_id: str, store_id: str) -> SeenReconciliation:
    """One store of an account, closed or not. Raises NotFound."""
    with app.reading() as uow:
        store = uow.stores.get(account_id, store_id)
        last = uow.reconciliations.find(account_id, store_id)
        counts = uow.reconciliations.count(account_id, store_id)
    return SeenReconciliation(store, last, _of_store(counts, store_id))


def list_differences(
    app: Application,
    account_id: str,
    store_id: str,
    kind: DifferenceKind | None = None,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = ON_A_PAGE,
) -> list[Difference]:
    """Those that count, the oldest first."""
    with app.reading() as uow:
        return uow.reconciliations.page(account_id, store_id, kind, after=after, limit=limit)


def place_of(one: Difference) -> tuple[datetime, str]:
    """From where a list goes on behind a difference."""
    return one.first_seen, f"{one.kind.value}:{one.subject}"


def _of_store(counts: Mapping[tuple[str, DifferenceKind], int], store_id: str) -> dict[DifferenceKind, int]:
    return {kind: counts[store_id, kind] for kind in DifferenceKind if (store_id, kind) in counts}
