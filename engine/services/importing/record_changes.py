"""What a record changes of an order, and how that is found out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.order import Order, OrderHead
from engine.model.sentence import Sentence
from engine.model.store import (
    Parked,
    Ready,
    Record,
    Skipped,
    SkippedNote,
    Store,
    Unchanged,
)
from engine.model.store_kind import StoreKind
from engine.model.store_reasons import Role
from engine.ports import UnitOfWork
from rules.messages import Message
from rules.order_document import Document, dumps

REMARKS = "import_remarks"  # in an order's document: why the import, and nothing else, flagged it


@dataclass(slots=True)
class Batch:
    """One batch, sorted by what has to be done."""

    new: list[Order] = field(default_factory=list)
    remarks: dict[str, tuple[Message, ...]] = field(default_factory=dict)  # by external id
    changed: list[Ready] = field(default_factory=list)
    closing: list[tuple[OrderHead, Skipped]] = field(default_factory=list)
    taken_back: list[tuple[OrderHead, Skipped]] = field(default_factory=list)  # of orders that have shipped
    skipped: list[SkippedNote] = field(default_factory=list)  # to go on record
    source_versions: dict[str, str] = field(default_factory=dict)  # of orders that stay as they are
    channels: dict[str, str] = field(default_factory=dict)  # likewise
    parked: list[Parked] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)  # no longer parked, if they were
    raw: list[tuple[str, str, bytes]] = field(default_factory=list)


def unreadable(kind: StoreKind, parked: Parked) -> Skipped:
    """What is parked, as something that is not an order here."""
    number = parked.order_number or None
    details = {"note": parked.external_id, "order": number, "path": parked.path, "problem": parked.problem}
    return Skipped(parked.external_id, number, kind.reason_for(Role.UNREADABLE).message(**details))


def on_record(uow: UnitOfWork, store: Store, records: Sequence[Record]) -> dict[str, SkippedNote]:
    """What was skipped before of what the store did not change."""
    unchanged = [one.external_id for one in records if isinstance(one, Unchanged)]
    return uow.stores.skipped_among(store.account_id, store.id, unchanged)


def flag_remarks(batch: Batch, orders: Iterable[Order], before: Mapping[str, Document] | None = None) -> None:
    """Flag orders that the store says too little of, unless people were told the same before and took the flag away. `before`:
    what the store had said, by external id.

    The document keeps why, so that the flag goes once the store says it; one that rules or people set stays theirs.
    """
    for order in orders if batch.remarks else ():
        codes = [remark.code for remark in batch.remarks.get(order.external_id, ())]
        if codes and codes == (before or {}).get(order.external_id, {}).get(REMARKS):
            order.source = {**order.source, REMARKS: codes}
        elif codes and (NEEDS_ATTENTION not in order.flags or order.flagged_untold):
            order.flag(NEEDS_ATTENTION)
            order.source = {**order.source, REMARKS: codes}


def tell_remarks(uow: UnitOfWork, batch: Batch, orders: Iterable[Order], now: datetime) -> None:
    """Tell people what they should know of these orders."""
    for order in orders if batch.remarks else ():
        for remark in batch.remarks.get(order.external_id, ()):
            uow.alerts.add(Alert(f"alr_{order.id}_{remark.code}", order.account_id, order.id, Sentence.of(remark), now))


def revision_of(document: Document) -> str:
    """A hash of what the store says about an order: equal as long as nothing that matters here has changed."""
    return hashlib.sha256(dumps(document, sort_keys=True)).hexdigest()[:32]


def changed_parts(before: Document, after: Document) -> tuple[Document, Document]:
    """The top-level parts of two documents that differ, as they were and as they are."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}
