"""Imports a store's orders: fetch, map, decide, and keep everything of a batch in one transaction.

Run it as often as you like, and kill it whenever you like: what is known and unchanged stays untouched, and a batch is
either there as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from engine.application import Application
from engine.model.ids import new_id
from engine.model.lease import LEASE
from engine.model.order_part import original_key
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import ImportRun, ImportSummary, Record, ScanMemory, Skipped, Store, StoreState, Unchanged
from engine.ports import CredentialsRefused, NotFound, StoreError, StoreSession, StoreUnavailable, UnitOfWork
from engine.services.importing.import_ingestor import ImportIngestor
from engine.services.importing.import_summary import kept_summary
from engine.services.lease import LeaseWatch, kept_alive
from engine.services.refusals import NO_STORE, STORE_CLOSED, LeaseLost, Refused
from engine.services.stores.sessions import open_session
from engine.services.stores.store_notices import notify_failing, notify_parked, notify_refused, pause_after
from rules.messages import Message, Text

LEASE_WAIT_S = 12.0  # longer than a dead import's lease
RECHECK_BATCH = 200
RECORDS_A_TRANSACTION = 400  # fewer, larger transactions write the same index pages less often
PATIENCE = timedelta(minutes=30)  # for one import, when nothing else waits for it
GOOD_PACE = 500  # records read; an import that is stopped with fewer is held up by its store

BUSY = Text(
    'Another import of the store "{store}" is running: wait until it has ended and try again.',
    'Otra importación de la tienda "{store}" está en marcha: espera a que termine e inténtalo de nuevo.',
)

STOPPED = Text(
    'The import of the store "{store}" was stopped after {minutes} minutes, the longest that one may take at a time. What was '
    "read is kept, and the next import goes on from there.",
    'La importación de la tienda "{store}" se detuvo a los {minutes} minutos, lo máximo que puede durar de una vez. Lo leído se '
    "conserva y la próxima importación sigue desde ahí.",
)

Progress = Callable[[ImportSummary], None]


class ImportStopped(StoreUnavailable):
    """An import has taken as long as it may; the next one goes on from there."""


def import_store(
    app: Application,
    account_id: str,
    store_id: str,
    *,
    since: datetime | None = None,
    full: bool = False,
    progress: Progress | None = None,
    patience: timedelta = PATIENCE,
) -> ImportSummary:
    """Import one store over its window, or from `since` on.

    What is known here and has not changed upstream is not read again, unless `full` or `since` ask for it. Raises Refused
    (unknown or closed store, another import running), StoreError when the store could not be read to the end (what was
    read until then is kept, and not read again by the next import), its kind ImportStopped when that takes longer than
    `patience`, LeaseLost when another process has taken over.
    """
    with app.reading() as uow:
        try:
            store = uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None
    if store.state is StoreState.CLOSED:
        raise Refused("store_closed", STORE_CLOSED, store=store.name)
    start = since or app.clock.now() - timedelta(days=store.window_days)
    with _alone(app, store, LEASE_WAIT_S) as (owner, watch):
        return _Import(app, store, owner, watch, progress, patience).run(start, full=full or since is not None)


def import_named(app: Application, store: Store, external_ids: Sequence[str], session: StoreSession) -> ImportSummary:
    """Read these things of a store as they are now and keep what follows, as an import does, but without a run on record.

    Raises Refused (`import_running`) at once while an import of the store runs, StoreError and LeaseLost.
    """
    with _alone(app, store, wait_s=0.0) as (owner, watch):
        keeper = ImportIngestor(app, store, owner, watch)
        keeper.keep(session.read(external_ids), session)
        return keeper.summary


@contextmanager
def _alone(app: Application, store: Store, wait_s: float) -> Iterator[tuple[str, LeaseWatch]]:
    """The block has the store's import lease; its value is the lease's owner and its watch."""
    owner = new_id("imp")
    _take_lease(app, store, owner, wait_s)
    try:
        with kept_alive(app.clock, lambda until: _hold(app, store, owner, until)) as watch:
            yield owner, watch
    finally:
        with app.unit_of_work() as uow:
            uow.stores.release_import_lease(store.account_id, store.id, owner)
            uow.commit()


def _take_lease(app: Application, store: Store, owner: str, wait_s: float) -> None:
    waited = 0.0
    while True:
        now = app.clock.now()
        with app.unit_of_work() as uow:
            taken = uow.stores.take_import_lease(store.account_id, store.id, owner, now, now + LEASE)
            uow.commit()
        if taken:
            return
        if waited >= wait_s:
            raise Refused("import_running", BUSY, store=store.name)
        app.clock.sleep(0.5)
        waited += 0.5


def _hold(app: Application, store: Store, owner: str, until: datetime) -> bool:
    with app.unit_of_work() as uow:
        held = uow.stores.hold_import_lease(store.account_id, store.id, owner, until)
        uow.commit()
    return held


class _Import:
    """One run of one store."""

    def __init__(
        self,
        app: Application,
        store: Store,
        owner: str,
        watch: LeaseWatch,
        progress: Progress | None,
        patience: timedelta,
    ) -> None:
        self._app = app
        self._store = store
        self._owner = owner
        self._progress = progress
        self._now = app.clock.now()
        self._patience = patience
        self._read = 0
        self._keeper = ImportIngestor(app, store, owner, watch)

    def run(self, since: datetime, *, full: bool) -> ImportSummary:
        run = ImportRun(self._owner, self._store.id, self._now, None, None, None, {})
        known_until = None if full else self._store.scanned_until
        with self._app.unit_of_work() as uow:
            uow.stores.start_run(self._store.account_id, run)
            if known_until is None:  # so that whatever has a stamp when this run ends, well or badly, was read by it
                uow.stores.forget_source_versions(self._store.account_id, self._store.id)
                uow.orders.forget_source_versions(self._store.account_id, self._store.id)
            uow.commit()
        reached: str | None = None
        try:
            with closing(open_session(self._app, self._store)) as session:
                try:
                    self._read_everything(session, since, known_until)
                finally:
                    reached = session.changes_until
                    self._keeper.summary.requests = session.requests
        except StoreError as error:
            self._end_failed(run, error, known_until or reached)
            raise
        except (LeaseLost, KeyboardInterrupt):
            self._end(run, "failed", None)
            raise
        self._end_done(run, reached or self._store.scanned_until)
        return self._keeper.summary

    def _read_everything(self, session: StoreSession, since: datetime, changes_until: str | None) -> None:
        memory = None
        if changes_until is not None:
            with self._app.reading() as uow:
                notes_matter = uow.requests.has_open(self._store.account_id, self._store.id)
            memory = ScanMemory(changes_until, self._keeper.source_versions, notes_matter)
        if memory is None:
            self._keeper.read_everything()
        waiting: list[Record] = []
        try:
            for records in session.scan(since, memory):
                waiting += records
                if len(waiting) >= RECORDS_A_TRANSACTION:
                    self._keep(waiting, session)
                    waiting = []
                self._check_time()
        except StoreError:
            self._keep(waiting, session)  # what was read before is good
            raise
        self._keep(waiting, session)
        if memory is not None and self._app.describe(self._store.kind).lists_changes:
            return
        for find in (self._unseen_orders, self._unseen_to_tell, self._unseen_parked):
            after = ""
            while unseen := find(after):
                self._check_time()
                self._keep(session.read(list(dict.fromkeys(map(original_key, unseen)))), session)
                after = unseen[-1]

    def _check_time(self) -> None:
        """Raises ImportStopped when the import has taken as long as it may."""
        if self._app.clock.now() - self._now > self._patience:
            minutes = max(1, round(self._patience.total_seconds() / 60))
            raise ImportStopped(Message("import_stopped", STOPPED, {"store": self._store.name, "minutes": minutes}))

    def _keep(self, records: Sequence[Record], session: StoreSession) -> None:
        self._keeper.keep(records, session)
        self._read += sum(_was_read(record) for record in records)
        if self._progress is not None:
            self._progress(self._keeper.summary)

    def _unseen_orders(self, after: str) -> list[str]:
        """Orders that are still to be shipped here and that the search did not show: read what became of them."""
        with self._app.reading() as uow:
            return uow.orders.list_unseen(self._store.account_id, self._store.id, self._owner, after, RECHECK_BATCH)

    def _unseen_to_tell(self, after: str) -> list[str]:
        """Orders that have shipped, that the search did not show, and of which the store is still to be told."""
        with self._app.reading() as uow:
            return uow.jobs.list_orders_to_tell(self._store.account_id, self._store.id, self._owner, after, RECHECK_BATCH)

    def _unseen_parked(self, after: str) -> list[str]:
        """What could not be read before and the search no longer shows as something to read."""
        with self._app.reading() as uow:
            return uow.stores.list_parked_before(self._store.account_id, self._store.id, self._now, after, RECHECK_BATCH)

    def _end_done(self, run: ImportRun, until: str | None) -> None:
        store = self._store
        with self._app.unit_of_work() as uow:
            kept = uow.stores.get(store.account_id, store.id, for_change=True)  # people may have changed it meanwhile
            self._write_end(uow, run, "done", None)
            reached = until if _reads_the_same(kept, store) else None
            uow.stores.keep_progress(store.account_id, store.id, scanned_until=reached, failures=0, retry_at=None)
            if kept.state is StoreState.REFUSED:
                uow.stores.set_state(store.account_id, store.id, StoreState.CONNECTED)
            uow.stores.drop_raw(store.account_id, store.id, self._now - timedelta(days=store.preferences.keep_raw_days))
            uow.stores.forget_skipped(store.account_id, store.id, before=self._now - timedelta(days=store.window_days))
            words = self._app.describe(store.kind).words
            notify_parked(self._app, uow, store, words.newly_parked, self._keeper.newly_parked, run.id, self._now)
            uow.commit()

    def _end_failed(self, run: ImportRun, error: StoreError, until: str | None) -> None:
        """Keep why it failed, tell the owner, and leave the store alone for a while when it goes on like that."""
        store, problem, now = self._store, sentence_of(error), self._app.clock.now()
        refused = isinstance(error, CredentialsRefused)
        begins = refused and store.state is not StoreState.REFUSED  # what failed before was something else
        failures = 1 if begins else store.failures + 1
        if isinstance(error, ImportStopped) and self._read >= GOOD_PACE:
            failures = 0  # nothing is wrong, there is only much to read
        pause = pause_after(store, failures, refused=refused)
        with self._app.unit_of_work() as uow:
            kept = uow.stores.get(store.account_id, store.id, for_change=True)
            self._write_end(uow, run, "failed", problem)
            if kept.is_closed or (refused and kept.credentials_version != store.credentials_version):
                uow.commit()  # what failed is no longer there
                return
            retry_at = None if pause is None else now + pause
            reached = until if _reads_the_same(kept, store) else None
            uow.stores.keep_progress(store.account_id, store.id, scanned_until=reached, failures=failures, retry_at=retry_at)
            if refused:
                uow.stores.set_state(store.account_id, store.id, StoreState.REFUSED)
                notify_refused(self._app, uow, store, problem, now)
            else:
                notify_failing(self._app, uow, store, problem, failures, run.id, now)
            uow.commit()

    def _end(self, run: ImportRun, outcome: str, error: Sentence | None) -> None:
        with self._app.unit_of_work() as uow:
            self._write_end(uow, run, outcome, error)
            uow.commit()

    def _write_end(self, uow: UnitOfWork, run: ImportRun, outcome: str, error: Sentence | None) -> None:
        summary = kept_summary(self._keeper.summary)
        uow.stores.end_run(
            self._store.account_id, replace(run, ended_at=self._app.clock.now(), outcome=outcome, error=error, summary=summary)
        )


def _was_read(record: Record) -> bool:
    """Whether a record comes from more than a search's row."""
    return not isinstance(record, Unchanged) and not (isinstance(record, Skipped) and not record.confirmed)


def _reads_the_same(one: Store, other: Store) -> bool:
    """Whether an import reads the same of both: neither what is wanted nor what is added to it has changed."""
    details = [(store.preferences.product_details, store.preferences.weight_unit) for store in (one, other)]
    return one.settings == other.settings and details[0] == details[1]
