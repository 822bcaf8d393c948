"""Imports a store's orders: fetch, map, decide, and keep everything of a batch in one transaction.

Run it as often as you like, and kill it whenever you like: what is known and unchanged stays untouched, and a batch is
either there as a whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from engine.application import Application
from engine.decide.decision import Trigger
from engine.model.audit import AuditEntry
from engine.model.fulfillment import RequestState
from engine.model.ids import new_id
from engine.model.job import JobKind, JobState
from engine.model.order import CHANGEABLE, Order, OrderHead, OrderState
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import (
    ImportRun,
    ImportSummary,
    Parked,
    Ready,
    Record,
    Skipped,
    SkipReason,
    Store,
    StoreState,
    skip_message,
)
from engine.ports import CredentialsRefused, NotFound, StoreError, StoreSession, UnitOfWork
from engine.services.delegate import reinstate_request
from engine.services.lease import LEASE, LeaseWatch, kept_alive
from engine.services.refusals import NO_STORE, STORE_CLOSED, LeaseLost, Refused
from engine.services.run_rules import Outcome, Rulebook, keep_outcomes
from engine.services.sessions import open_session
from rules.messages import Language, Message, Text
from rules.order_document import Document, dumps

LEASE_WAIT_S = 12.0  # longer than a dead import's lease
MAX_SKIPPED_NOTES = 1000
RECHECK_BATCH = 200
RECORDS_A_TRANSACTION = 400  # fewer, larger transactions write the same index pages less often

BUSY = Text(
    'Another import of the store "{store}" is running: wait until it has ended and try again.',
    'Otra importación de la tienda "{store}" está en marcha: espera a que termine e inténtalo de nuevo.',
)

Progress = Callable[[ImportSummary], None]


def import_store(
    app: Application, store_id: str, *, since: datetime | None = None, progress: Progress | None = None
) -> ImportSummary:
    """Import one store over its window, or from `since` on.

    Raises Refused (unknown or closed store, another import running), StoreError when the store could not be read to the
    end (what was read until then is kept), LeaseLost when another process has taken over.
    """
    with app.reading() as uow:
        try:
            store = uow.stores.get(store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None
    if store.state is StoreState.CLOSED:
        raise Refused("store_closed", STORE_CLOSED, store=store.name)
    owner = new_id("imp")
    _take_lease(app, store, owner)
    try:
        with kept_alive(app.clock, lambda until: _hold(app, store.id, owner, until)) as watch:
            return _Import(app, store, owner, watch, progress).run(since or app.clock.now() - timedelta(days=store.window_days))
    finally:
        with app.unit_of_work() as uow:
            uow.stores.release_import_lease(store.id, owner)
            uow.commit()


def import_named(app: Application, store: Store, external_ids: Sequence[str], session: StoreSession) -> ImportSummary:
    """Read these things of a store as they are now and keep what follows, as an import does, but without a run on record.

    Raises Refused (`import_running`) at once while an import of the store runs, StoreError and LeaseLost.
    """
    owner = new_id("imp")
    _take_lease(app, store, owner, wait_s=0.0)
    try:
        with kept_alive(app.clock, lambda until: _hold(app, store.id, owner, until)) as watch:
            return _Import(app, store, owner, watch, None).read_again(external_ids, session)
    finally:
        with app.unit_of_work() as uow:
            uow.stores.release_import_lease(store.id, owner)
            uow.commit()


def _take_lease(app: Application, store: Store, owner: str, *, wait_s: float = LEASE_WAIT_S) -> None:
    waited = 0.0
    while True:
        now = app.clock.now()
        with app.unit_of_work() as uow:
            taken = uow.stores.take_import_lease(store.id, owner, now, now + LEASE)
            uow.commit()
        if taken:
            return
        if waited >= wait_s:
            raise Refused("import_running", BUSY, store=store.name)
        app.clock.sleep(0.5)
        waited += 0.5


def _hold(app: Application, store_id: str, owner: str, until: datetime) -> bool:
    with app.unit_of_work() as uow:
        held = uow.stores.hold_import_lease(store_id, owner, until)
        uow.commit()
    return held


@dataclass(slots=True)
class _Batch:
    """One batch, sorted by what has to be done."""

    new: list[Order] = field(default_factory=list)
    changed: list[Ready] = field(default_factory=list)
    closing: list[tuple[OrderHead, str]] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)  # no longer parked, if they were
    raw: list[tuple[str, str, bytes]] = field(default_factory=list)


class _Import:
    """One run of one store."""

    def __init__(self, app: Application, store: Store, owner: str, watch: LeaseWatch, progress: Progress | None) -> None:
        self._app = app
        self._store = store
        self._owner = owner
        self._watch = watch
        self._progress = progress
        self._summary = ImportSummary()
        self._matched: Counter[str] = Counter()
        self._now = app.clock.now()
        with app.reading() as uow:
            self._rulebook = Rulebook.open(app, uow, uow.accounts.get(store.account_id))
            self._parked = {parked.external_id for parked in uow.stores.list_parked(store.id)}

    def run(self, since: datetime) -> ImportSummary:
        run = ImportRun(self._owner, self._store.id, self._now, None, None, None, {})
        with self._app.unit_of_work() as uow:
            uow.stores.start_run(run)
            uow.commit()
        try:
            with closing(open_session(self._app, self._store)) as session:
                try:
                    self._read_everything(session, since)
                finally:
                    self._summary.requests = session.requests
        except StoreError as error:
            self._end(run, "failed", sentence_of(error), StoreState.REFUSED if isinstance(error, CredentialsRefused) else None)
            raise
        except (LeaseLost, KeyboardInterrupt):
            self._end(run, "failed", None, None)
            raise
        self._end(run, "done", None, StoreState.CONNECTED)
        return self._summary

    def read_again(self, external_ids: Sequence[str], session: StoreSession) -> ImportSummary:
        self._keep(session.read(external_ids), session)
        return self._summary

    def _read_everything(self, session: StoreSession, since: datetime) -> None:
        waiting: list[Record] = []
        try:
            for records in session.scan(since):
                waiting += records
                if len(waiting) >= RECORDS_A_TRANSACTION:
                    self._keep(waiting, session)
                    waiting = []
        except StoreError:
            self._keep(waiting, session)  # what was read before is good
            raise
        self._keep(waiting, session)
        for find in (self._unseen_orders, self._unseen_parked):
            after = ""
            while unseen := find(after):
                self._keep(session.read(unseen), session)
                after = unseen[-1]

    def _unseen_orders(self, after: str) -> list[str]:
        """Orders that are still to be shipped here and that the search did not show: read what became of them."""
        with self._app.reading() as uow:
            return uow.orders.list_unseen(self._store.id, self._owner, after, RECHECK_BATCH)

    def _unseen_parked(self, after: str) -> list[str]:
        """What could not be read before and the search no longer shows as something to read."""
        with self._app.reading() as uow:
            return uow.stores.list_parked_before(self._store.id, self._now, after, RECHECK_BATCH)

    def _end(self, run: ImportRun, outcome: str, error: Sentence | None, state: StoreState | None) -> None:
        self._summary.matched = dict(self._matched)
        with self._app.unit_of_work() as uow:
            uow.stores.end_run(
                replace(run, ended_at=self._app.clock.now(), outcome=outcome, error=error, summary=_kept_summary(self._summary))
            )
            if state is not None and state is not self._store.state:
                uow.stores.set_state(self._store.id, state)
            uow.commit()

    def _keep(self, records: Sequence[Record], session: StoreSession) -> None:
        """Decide about a batch and store it. Raises LeaseLost when another process imports this store by now."""
        self._watch.check()
        with self._app.unit_of_work() as uow:
            if not uow.stores.hold_import_lease(self._store.id, self._owner, self._app.clock.now() + LEASE):
                raise LeaseLost
            heads = uow.orders.heads(self._store.id, [record.external_id for record in records])
            batch = self._sort(records, heads)
            self._store_new(uow, batch)
            self._store_changed(uow, batch)
            self._store_closed(uow, batch)
            for parked in batch.parked:
                uow.stores.park(self._store, parked, hashlib.sha256(parked.raw).hexdigest(), self._now)
            uow.stores.unpark(self._store.id, [one for one in batch.settled if one in self._parked])
            self._parked.update(parked.external_id for parked in batch.parked)
            uow.orders.mark_seen(self._store.id, batch.seen, self._owner)
            uow.stores.keep_raw(self._store, batch.raw, self._now)
            uow.commit()
        self._summary.requests = session.requests
        if self._progress is not None:
            self._progress(self._summary)

    def _sort(self, records: Sequence[Record], heads: dict[str, OrderHead]) -> _Batch:
        batch = _Batch()
        for record in {record.external_id: record for record in records}.values():
            head = heads.get(record.external_id)
            match record:
                case Ready():
                    self._sort_ready(record, head, batch)
                case Parked():
                    batch.parked.append(record)
                    self._summary.parked += 1
                    self._count_skipped(_unmappable(record))
                    if head is not None:
                        batch.seen.append(record.external_id)
                case Skipped():
                    self._sort_skipped(record, head, batch)
        return batch

    def _sort_ready(self, record: Ready, head: OrderHead | None, batch: _Batch) -> None:
        revision = revision_of(record.document)
        batch.settled.append(record.external_id)
        if head is None:
            batch.new.append(self._order(record, revision))
            batch.raw.append((record.external_id, revision, record.raw))
            return
        batch.seen.append(record.external_id)
        reopened = head.state is OrderState.CANCELLED
        if reopened or (head.state in CHANGEABLE and head.revision != revision):
            batch.changed.append(record)
            batch.raw.append((record.external_id, revision, record.raw))
        else:
            self._summary.unchanged += 1

    def _sort_skipped(self, record: Skipped, head: OrderHead | None, batch: _Batch) -> None:
        if head is not None and head.state in CHANGEABLE:
            if record.confirmed:
                batch.closing.append((head, record.message.code))
                batch.seen.append(record.external_id)
            return  # the search alone says so: it is read before anything is closed
        self._count_skipped(record)
        if record.confirmed:
            batch.settled.append(record.external_id)

    def _count_skipped(self, record: Skipped) -> None:
        self._summary.skipped[record.message.code] = self._summary.skipped.get(record.message.code, 0) + 1
        if len(self._summary.skipped_notes) < MAX_SKIPPED_NOTES:
            self._summary.skipped_notes.append(record)

    def _order(self, record: Ready, revision: str) -> Order:
        return Order(
            id=new_id("ord"),
            account_id=self._store.account_id,
            store_id=self._store.id,
            external_id=record.external_id,
            external_order_id=record.external_order_id,
            order_number=record.order_number,
            revision=revision,
            source=self._completed(record.document, self._now),
            imported_at=self._now,
            updated_at=self._now,
        )

    def _completed(self, document: Document, imported_at: datetime) -> Document:
        return {**document, "store": self._store.name, "imported_at": imported_at.isoformat()}

    def _store_new(self, uow: UnitOfWork, batch: _Batch) -> None:
        outcomes = [self._rulebook.run(order, "imported", self._now) for order in batch.new]
        uow.orders.add_many(batch.new, self._owner)
        self._keep_outcomes(uow, outcomes)
        uow.audit.append([self._audit("order.imported", order.id, None, order.order_number) for order in batch.new])
        self._summary.imported += len(batch.new)

    def _store_changed(self, uow: UnitOfWork, batch: _Batch) -> None:
        """Replace the source layer; then run the rules that have the trigger `updated`."""
        if not batch.changed:
            return
        heads = uow.orders.heads(self._store.id, [record.external_id for record in batch.changed])
        found = uow.orders.get_many(self._store.account_id, [head.id for head in heads.values()], for_change=True)
        orders = {order.external_id: order for order in found}
        outcomes, entries = [], []
        for record in batch.changed:
            order = orders[record.external_id]
            before, order.source = order.source, self._completed(record.document, order.imported_at)
            order.revision = revision_of(record.document)
            order.order_number = record.order_number
            order.updated_at = self._now
            reopened = order.state is OrderState.CANCELLED
            if reopened:
                order.state, order.state_reason = OrderState.OPEN, None
            entries.append(self._audit("order.updated", order.id, *changed_parts(before, order.source)))
            trigger: Trigger = "imported" if reopened else "updated"
            if reopened or self._rulebook.has_rules_for(trigger):
                outcomes.append(self._rulebook.run(order, trigger, self._now))
            if reopened:
                reinstate_request(uow, order, self._now)
        uow.orders.update_many(list(orders.values()))
        self._keep_outcomes(uow, outcomes)
        uow.audit.append(entries)
        self._summary.updated += len(orders)

    def _store_closed(self, uow: UnitOfWork, batch: _Batch) -> None:
        """Upstream no longer wants these shipped from here: shipped by someone else, un-printed or deleted."""
        if not batch.closing:
            return
        reasons = {head.id: reason for head, reason in batch.closing}
        orders = uow.orders.get_many(self._store.account_id, list(reasons), for_change=True)
        for order in orders:
            before = order.status()
            order.state = OrderState.SHIPPED if reasons[order.id] == SkipReason.ALREADY_SHIPPED else OrderState.CANCELLED
            order.state_reason = reasons[order.id]
            order.updated_at = self._now
            for request in uow.fulfillment.list_requests(order.account_id, order.id):
                if request.state in (RequestState.REQUESTED, RequestState.ACCEPTED):
                    uow.fulfillment.update_request(replace(request, state=RequestState.CANCELLED, state_reason=reasons[order.id]))
            uow.audit.append([self._audit("order.closed", order.id, before, [order.status(), reasons[order.id]])])
        uow.orders.update_many(orders)
        self._summary.closed += len(orders)

    def _keep_outcomes(self, uow: UnitOfWork, outcomes: list[Outcome]) -> None:
        keep_outcomes(uow, self._rulebook, outcomes)
        for outcome in outcomes:
            self._matched.update(outcome.decision.matched)
            self._summary.held += outcome.order.status() == "on_hold"
            self._summary.unhandled += "unhandled" in outcome.decision.flags
            self._summary.delegating += any(job.kind is JobKind.DELEGATE and job.state is JobState.DUE for job in outcome.jobs)

    def _audit(self, action: str, subject_id: str, before: Any, after: Any) -> AuditEntry:
        return AuditEntry(self._store.account_id, self._now, "import", action, subject_id, before, after)


def _unmappable(parked: Parked) -> Skipped:
    number = parked.order_number or None
    details = {"note": parked.external_id, "order": number, "path": parked.path, "problem": parked.problem}
    return Skipped(parked.external_id, number, skip_message(SkipReason.UNMAPPABLE, **details))


def revision_of(document: Document) -> str:
    """A hash of what the store says about an order: equal as long as nothing that matters here has changed."""
    return hashlib.sha256(dumps(document, sort_keys=True)).hexdigest()[:32]


def changed_parts(before: Document, after: Document) -> tuple[Document, Document]:
    """The top-level parts of two documents that differ, as they were and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def summary_data(summary: ImportSummary, language: Language = "en") -> dict[str, Any]:
    """The summary as a JSON object; the list of skipped notes with their sentences in a language."""
    return _summary_data(summary, lambda message: message.format(language))


def _kept_summary(summary: ImportSummary) -> dict[str, Any]:
    """The same with the sentences in every language."""
    return _summary_data(summary, lambda message: Sentence.of(message).to_data())


def _summary_data(summary: ImportSummary, say: Callable[[Message], Any]) -> dict[str, Any]:
    data = asdict(replace(summary, skipped_notes=[]))
    data["skipped_notes"] = [
        {
            "external_id": skipped.external_id,
            "order_number": skipped.order_number,
            "reason": skipped.message.code,
            "message": say(skipped.message),
        }
        for skipped in summary.skipped_notes
    ]
    return data
