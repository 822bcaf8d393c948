"""A merchant's store that keeps what it is told: references of notes, and each note marked as shipped once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from support.shop import ListConnector

from adapters.stores.brightpearl.description import steps
from adapters.stores.brightpearl.description.reasons import ALREADY_SHIPPED, NOT_PRINTED
from engine.model.store import Record, Skipped, Store
from engine.model.write_back import ShipmentNotice
from engine.ports import NoticeFinal, StoreUnavailable
from rules.messages import Message, Text

_DOWN = Message("down", Text("The store does not answer.", "La tienda no responde."))
_FINAL = Message("final", Text("It is marked as shipped.", "Está marcada como enviada."))


class MerchantsStore(ListConnector):
    """The merchant's store: printed notes, and what it was told of each. It marks a note as shipped once, and for good."""

    def __init__(self) -> None:
        super().__init__(steps=(steps.REFERENCE.code, steps.SHIPPED.code))
        self.notes_there: dict[str, Record] = {}
        self.references: dict[str, tuple[str, ...]] = {}
        self.marked: dict[str, tuple[str, ...]] = {}  # with which numbers, by note
        self.marks: Counter[str] = Counter()
        self.outages = 0
        self.notes = ["Ring twice."]

    def open(self, store: Store, vault: object = None) -> Any:
        self.records[:] = self.notes_there.values()
        session = super().open(store)
        session.write_back, session.withdraw = self.write_back, self.withdraw  # type: ignore[method-assign]
        return session

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        self._answer()
        self.references[notice.external_id] = notice.tracking_numbers
        if step == steps.SHIPPED.code and notice.external_id not in self.marked:
            self.marks[notice.external_id] += 1
            self.marked[notice.external_id] = notice.tracking_numbers
            self.close(notice.external_id, shipped=True)
        return True

    def withdraw(self, notice: ShipmentNotice) -> None:
        self._answer()
        if notice.external_id in self.marked:
            raise NoticeFinal(_FINAL)
        self.references.pop(notice.external_id, None)

    def close(self, note: str, *, shipped: bool) -> None:
        number = self.notes_there[note].order_number  # type: ignore[union-attr]
        reason = ALREADY_SHIPPED if shipped else NOT_PRINTED
        self.notes_there[note] = Skipped(note, number, reason.message(order=number, note=note))

    def _answer(self) -> None:
        if self.outages:
            self.outages -= 1
            raise StoreUnavailable(_DOWN)
