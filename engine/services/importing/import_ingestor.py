"""Keeps what was read of a store: each thing is new, changed, closed, parked or skipped, and the rules decide about it.

One transaction a batch: orders, decisions, raw documents, outbox, audit; with it the proof that the lease is still held.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION, Trigger
from engine.events import (
    ClosedUpstream,
    OrderEvent,
    OrderImported,
    ReopenedUpstream,
    ShippedUpstream,
    publish,
    publish_changes,
)
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import JobKind, JobState
from engine.model.lease import LEASE
from engine.model.order import CHANGEABLE, Order, OrderAction, OrderHead, OrderState
from engine.model.order_part import original_key
from engine.model.sentence import Sentence
from engine.model.store import (
    ImportSummary,
    Parked,
    Ready,
    Record,
    Skipped,
    SkippedNote,
    Store,
    Unchanged,
)
from engine.model.store_kind import Capability
from engine.ports import StoreSession, UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS, OrderFacts
from engine.services.deciding.outdated import Outdating, begun_here, settle_requests
from engine.services.deciding.run_rules import Outcome, Rulebook, keep_outcomes
from engine.services.deciding.ship_to_check import check_ship_to
from engine.services.deciding.wishes import choosing_jobs
from engine.services.importing.calendar_days import with_days_of_account
from engine.services.importing.closed_too_late import flag_labelled, left_in_part, tell_left_in_part
from engine.services.importing.known_products import KnownProducts
from engine.services.importing.product_details import complete_records
from engine.services.importing.record_changes import (
    REMARKS,
    Batch,
    changed_parts,
    flag_remarks,
    on_record,
    revision_of,
    tell_remarks,
    unreadable,
)
from engine.services.importing.split_notes import may_be_closed, split_off, that_say_something
from engine.services.importing.store_names import StoreNames
from engine.services.importing.take_over import take_over
from engine.services.importing.taken_back import flag_taken_back
from engine.services.importing.unwritten_records import unwritten_records
from engine.services.lease import LeaseWatch
from engine.services.refusals import LeaseLost
from engine.services.repair.lent_lines import follow_changed, follow_closed, lock_with_combined, with_lent_lines
from engine.services.repair.portions import divide_changed, end_divided, with_parts
from engine.services.stores.store_takeover import scope_of
from rules.fields.delegation import DELEGATION
from rules.fields.tracking import TRACKING
from rules.messages import Message
from rules.order_document import Document

MAX_SKIPPED_NOTES = 1000
MAX_ON_RECORD = 20_000  # in one import, of what only a search's row rules out: a search without end must not fill the database


class ImportIngestor:
    """Keeps the records of one run of one store, batch by batch."""

    def __init__(self, app: Application, store: Store, owner: str, watch: LeaseWatch) -> None:
        self.summary = ImportSummary()
        self.newly_parked = 0
        self._unconfirmed = 0
        self._app = app
        self._store = store
        self._kind = app.describe(store.kind)
        self._owner = owner
        self._watch = watch
        self._matched: Counter[str] = Counter()
        self._names = StoreNames(app, store)
        self._products = KnownProducts(store.account_id, are_own=not self._kind.can(Capability.REQUESTS))
        self._reads_everything = False
        self._now = app.clock.now()
        self._origin = scope_of(app, store).origin
        with app.reading() as uow:
            account = uow.accounts.get(store.account_id)
            self._zone = ZoneInfo(account.time_zone)
            self._rulebook = Rulebook.open(app, uow, account)
            self._parked = {parked.external_id for parked in uow.stores.list_parked(store.account_id, store.id)}

    def read_everything(self) -> None:
        """Say that this run reads all that the store has: names are asked for anew, counts of unknown fields begin anew."""
        self._reads_everything = True
        self._names.read_afresh()

    def source_versions(self, external_ids: Sequence[str]) -> dict[str, str]:
        """What a scan need not read again unless the store changed it, with the stamp of what was read."""
        with self._app.reading() as uow:
            skipped = uow.stores.skipped_among(self._store.account_id, self._store.id, external_ids)
            heads = uow.orders.heads(self._store.account_id, self._store.id, external_ids)
        source_versions = {name: note.source_version for name, note in skipped.items() if self._kind.lasts(note.reason)}
        source_versions |= {name: head.source_version for name, head in heads.items() if not head.is_closed_upstream}
        return {
            name: source_version
            for name, source_version in source_versions.items()
            if source_version and name not in self._parked
        }

    def keep(self, records: Sequence[Record], session: StoreSession) -> None:
        """Decide about a batch and store it. Raises LeaseLost when another process imports this store by now."""
        self._watch.check()
        records = unwritten_records(self._app, self._store, self._origin, session, records)
        self._names.complete(session, records)
        completed = complete_records(self._app, self._store, session, with_days_of_account(records, self._zone))
        with self._app.unit_of_work() as uow:
            until = self._app.clock.now() + LEASE
            if not uow.stores.hold_import_lease(self._store.account_id, self._store.id, self._owner, until):
                raise LeaseLost
            ids = [record.external_id for record in completed.records]
            heads = uow.orders.heads(self._store.account_id, self._store.id, ids)
            elsewhere = take_over(self._app, uow, self._store, self._origin, completed.records, heads)
            elsewhere |= split_off(self._app, uow, self._store, self._origin, completed.records, heads)
            self.summary.unchanged += len(elsewhere)
            own = [record for record in completed.records if record.external_id not in elsewhere]
            records = with_parts(uow, self._store.account_id, own, heads)
            batch = self._sort(records, heads, on_record(uow, self._store, records))
            self._store_new(uow, batch)
            self._store_changed(uow, batch)
            self._store_closed(uow, batch)
            for head, record in flag_taken_back(uow, self._store, self._kind, batch.taken_back, self.summary, self._now):
                self._put_on_record(record, head, batch)
            revisions = [hashlib.sha256(parked.raw).hexdigest() for parked in batch.parked]
            uow.stores.park_many(self._store, list(zip(batch.parked, revisions, strict=True)), self._now)
            uow.stores.unpark(self._store.account_id, self._store.id, [one for one in batch.settled if one in self._parked])
            uow.stores.record_skipped(self._store, batch.skipped)
            uow.stores.forget_skipped(self._store.account_id, self._store.id, [order.external_id for order in batch.new])
            self._products.note(uow, completed.records)
            uow.stores.keep_products(self._store, completed.fetched, self._now)
            uow.stores.keep_names(self._store, self._names.take_fetched())
            self._count_unknown_fields(uow, completed.records)
            uow.orders.mark_seen(self._store.account_id, self._store.id, batch.seen, self._owner)
            uow.orders.update_source_versions(self._store.account_id, self._store.id, batch.source_versions)
            uow.orders.keep_channels(self._store.account_id, self._store.id, batch.channels)
            raw = [one for one in batch.raw if original_key(one[0]) == one[0]]  # that of a part is its original's
            uow.stores.keep_raw(self._store, raw, self._now)
            uow.commit()
        self.newly_parked += sum(parked.external_id not in self._parked for parked in batch.parked)
        self._parked.update(parked.external_id for parked in batch.parked)
        self.summary.requests = session.requests
        self.summary.matched = dict(self._matched)

    def _count_unknown_fields(self, uow: UnitOfWork, records: Sequence[Record]) -> None:
        counts = Counter(path for record in records if isinstance(record, Ready) for path in record.unknown_fields)
        if counts or self._reads_everything:
            uow.stores.count_unknown_fields(self._store, counts, self._now, afresh=self._reads_everything)
            self._reads_everything = False  # once a run
        totals = Counter(self.summary.unknown_fields)
        totals.update(counts)
        self.summary.unknown_fields = dict(totals)

    def _sort(self, records: Sequence[Record], heads: dict[str, OrderHead], on_record: dict[str, SkippedNote]) -> Batch:
        batch = Batch()
        for record in {record.external_id: record for record in records}.values():
            head = heads.get(record.external_id)
            match record:
                case Ready():
                    self._sort_ready(record, head, batch)
                case Parked():
                    batch.parked.append(record)
                    self.summary.parked += 1
                    self._put_on_record(unreadable(self._kind, record), head, batch)
                    if head is not None:
                        batch.seen.append(record.external_id)
                case Skipped():
                    self._sort_skipped(record, head, batch)
                case Unchanged():
                    self._sort_unchanged(record.external_id, head, on_record.get(record.external_id), batch)
        return batch

    def _sort_ready(self, record: Ready, head: OrderHead | None, batch: Batch) -> None:
        revision = revision_of(record.document)
        batch.settled.append(record.external_id)
        if record.remarks:
            batch.remarks[record.external_id] = record.remarks
        if head is None:
            batch.new.append(self._order(record, revision))
            batch.raw.append((record.external_id, revision, record.raw))
            return
        batch.seen.append(record.external_id)
        if head.is_closed_upstream or (head.takes_changes and head.revision != revision):
            batch.changed.append(record)
            batch.raw.append((record.external_id, revision, record.raw))
            return
        self.summary.unchanged += 1
        if head.source_version != record.source_version:
            batch.source_versions[record.external_id] = record.source_version
        if head.channel != record.channel:
            batch.channels[record.external_id] = record.channel

    def _sort_unchanged(self, external_id: str, head: OrderHead | None, note: SkippedNote | None, batch: Batch) -> None:
        if head is not None and not head.is_closed_upstream:
            self.summary.unchanged += 1
            batch.seen.append(external_id)
        elif note is not None:
            self._count_skipped(Skipped(external_id, note.order_number, Message(note.reason, note.message)))
            batch.skipped.append(replace(note, last_seen=self._now))

    def _sort_skipped(self, record: Skipped, head: OrderHead | None, batch: Batch) -> None:
        if head is not None and head.state in CHANGEABLE:
            if record.confirmed:
                batch.closing.append((head, record))
                batch.seen.append(record.external_id)
            return  # the search alone says so: it is read before anything is closed
        if head is not None and head.state is OrderState.SHIPPED and record.confirmed:
            batch.taken_back.append((head, record))
        else:
            self._put_on_record(record, head, batch)
        if record.confirmed:
            batch.settled.append(record.external_id)

    def _put_on_record(self, record: Skipped, head: OrderHead | None, batch: Batch) -> None:
        self._count_skipped(record)
        self._unconfirmed += not record.confirmed
        if not record.confirmed and self._unconfirmed > MAX_ON_RECORD:
            return
        if head is None or head.state is OrderState.CANCELLED:
            reason, sentence = record.message.code, Sentence.of(record.message)
            batch.skipped.append(
                SkippedNote(
                    record.external_id, record.order_number, reason, sentence, record.source_version, self._now, self._now
                )
            )

    def _count_skipped(self, record: Skipped) -> None:
        self.summary.skipped[record.message.code] = self.summary.skipped.get(record.message.code, 0) + 1
        if len(self.summary.skipped_notes) < MAX_SKIPPED_NOTES:
            self.summary.skipped_notes.append(record)

    def _order(self, record: Ready, revision: str) -> Order:
        return Order(
            id=new_id("ord"),
            account_id=self._store.account_id,
            store_id=self._store.id,
            external_id=record.external_id,
            external_order_id=record.external_order_id,
            order_number=record.order_number,
            revision=revision,
            source_version=record.source_version,
            origin=self._origin,
            channel=record.channel,
            source=self._completed(record.document, self._now),
            imported_at=self._now,
            updated_at=self._now,
        )

    def _completed(self, document: Document, imported_at: datetime) -> Document:
        """What the store says, and what only this account knows; a store has no say in what became of it here."""
        completed = {**document, "store": self._store.name, "imported_at": imported_at.isoformat()}
        for own in (DELEGATION, TRACKING):
            completed.pop(own, None)
        return completed

    def _store_new(self, uow: UnitOfWork, batch: Batch) -> None:
        facts = self._rulebook.facts(uow, batch.new, self._now, are_new=True)
        outcomes = [self._rulebook.run(order, "imported", self._now, facts.get(order.id, NO_FACTS)) for order in batch.new]
        flag_remarks(batch, batch.new)
        uow.orders.add_many(batch.new, self._owner)
        tell_remarks(uow, batch, batch.new, self._now)
        self._keep_outcomes(uow, outcomes)
        uow.audit.append([self._audit("order.imported", order.id, None, order.order_number) for order in batch.new])
        if self._kind.can(Capability.REQUESTS):
            publish(self._app, uow, [OrderImported(order, self._now) for order in batch.new])
        self.summary.imported += len(batch.new)

    def _store_changed(self, uow: UnitOfWork, batch: Batch) -> None:
        """Replace the source layer; then run the rules that have the trigger `updated`."""
        if not batch.changed:
            return
        heads = uow.orders.heads(self._store.account_id, self._store.id, [record.external_id for record in batch.changed])
        found = lock_with_combined(uow, self._store.account_id, [head.id for head in heads.values()])
        found, batch.changed = that_say_something(found, batch.changed)
        found, portions = divide_changed(uow, found, batch.changed)
        documents = {**with_lent_lines(uow, found, batch.changed), **portions}
        orders = {order.external_id: order for order in found}
        sources = [record.document for record in batch.changed]
        facts = self._rulebook.facts(uow, found, self._now, sources=sources)
        begun = begun_here(uow, found) if self._kind.can(Capability.REQUESTS) else ()
        outcomes, entries, outdated, reopened = [], [], [], []
        before_by_id: dict[str, Document] = {}  # sources as they were, by external id
        for record in batch.changed:
            order = orders[record.external_id]
            if order.state not in (*CHANGEABLE, OrderState.CANCELLED):
                del orders[record.external_id]  # a person has shipped it in this very moment
                continue
            before, known = order.source, facts.get(order.id, NO_FACTS)
            before_by_id[record.external_id] = before
            self._replace_source(order, record, documents.get(record.external_id, record.document), known)
            is_reopened = order.may_come_back
            if is_reopened:
                order.reopen(self._now)
                reopened.append(ReopenedUpstream(order, self._now))
            entries.append(self._audit("order.updated", order.id, *changed_parts(before, order.source)))
            if order.is_cancelled_here or order.state is OrderState.COMBINED:
                continue  # it is as its store says, should somebody restore it, or separate it from its lead
            trigger: Trigger = "imported" if is_reopened else "updated"
            if is_reopened or self._rulebook.has_rules_for(trigger):
                outcomes.append(self._rulebook.run(order, trigger, self._now, known))
            if not is_reopened:
                was_outdated, status = bool(order.outdated), order.status()
                if anew := Outdating(self._rulebook, order, before, self._now, known, begun=order.id in begun).settle(uow):
                    outcomes += anew
                    entries.append(self._audit("order.reprocessed", order.id, status, order.status()))
                if was_outdated or order.outdated:
                    outdated.append(order)
        publish_changes(self._app, uow, list(orders.values()), "import", self._now)
        publish(self._app, uow, reopened)
        flag_remarks(batch, [orders[one] for one in before_by_id], before_by_id)
        uow.orders.update_many(list(orders.values()))
        tell_remarks(uow, batch, orders.values(), self._now)
        self._keep_outcomes(uow, outcomes)
        uow.jobs.add_many(choosing_jobs(orders.values(), self._now))
        for order in outdated:
            settle_requests(uow, order, self._now)
        self._keep_outcomes(uow, follow_changed(self._app, uow, self._rulebook, list(orders.values()), self._now))
        end_divided(uow, [order for order in orders.values() if order.external_id in portions], self._now)
        uow.audit.append(entries)
        self.summary.updated += len(orders)

    def _replace_source(self, order: Order, record: Ready, document: Document, known: OrderFacts) -> None:
        if order.source.get(REMARKS) and not record.remarks:
            order.unflag(NEEDS_ATTENTION)
        order.source = self._completed(document, order.imported_at)
        check_ship_to(self._app.address_rules, order)
        known.fill(order)
        order.revision, order.source_version = record.revision or revision_of(record.document), record.source_version
        order.channel, order.order_number, order.updated_at = record.channel, record.order_number, self._now

    def _store_closed(self, uow: UnitOfWork, batch: Batch) -> None:
        """Upstream no longer wants these shipped from here: shipped by someone else, un-printed or deleted."""
        if not batch.closing:
            return
        verdicts = {head.id: record.message for head, record in batch.closing}
        heads = {head.id: head for head, _ in batch.closing}
        found = lock_with_combined(uow, self._store.account_id, list(verdicts))
        orders = [order for order in found if order.may(OrderAction.CLOSE_UPSTREAM) and may_be_closed(order, heads[order.id])]
        labelled = uow.fulfillment.with_label(self._store.account_id, list(verdicts))
        left = left_in_part(uow, orders)
        entries = []
        events: list[OrderEvent] = []
        for order in orders:
            problem, has_left = verdicts[order.id], order.id in left
            if order.id in labelled and not has_left:
                self.summary.flagged += flag_labelled(uow, self._kind, order, problem, self._now)
                continue
            entries.append(self._close(order, problem.code))
            events.append(ClosedUpstream(order, self._now, problem.code))
            if order.state is OrderState.SHIPPED:
                events.append(ShippedUpstream(order, self._now))
            elif has_left:
                tell_left_in_part(uow, self._kind, order, problem, self._now)
        publish(self._app, uow, events)
        uow.orders.update_many(orders)
        uow.audit.append(entries)
        self._keep_outcomes(uow, follow_closed(self._app, uow, self._rulebook, orders, self._now))
        self.summary.closed += len(entries)

    def _close(self, order: Order, reason: str) -> AuditEntry:
        before = order.status()
        order.close_upstream(reason, self._now, shipped=self._kind.means_shipped(reason))
        return self._audit("order.closed", order.id, before, [order.status(), reason])

    def _keep_outcomes(self, uow: UnitOfWork, outcomes: list[Outcome]) -> None:
        keep_outcomes(uow, self._rulebook, outcomes)
        for outcome in outcomes:
            self._matched.update(outcome.decision.matched)
            self.summary.held += outcome.order.status() == "on_hold"
            self.summary.unhandled += "unhandled" in outcome.decision.flags
            self.summary.delegating += any(job.kind is JobKind.DELEGATE and job.state is JobState.DUE for job in outcome.jobs)

    def _audit(self, action: str, subject_id: str, before: Any, after: Any) -> AuditEntry:
        return AuditEntry(self._store.account_id, self._now, "import", action, subject_id, before, after)
