"""Why an order of a store is, or is not, an order here: asked of the store itself, else told from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.application import Application
from engine.model.order import Order, OrderState
from engine.model.store import NoteFinding, OrderFinding, SkippedNote, SkipReason, skip_message
from engine.ports import CredentialsRefused, NotFound, StoreUnavailable
from engine.services.refusals import NO_STORE, Refused
from engine.services.stores.sessions import open_session
from rules.messages import Language, Message, Text

IMPORTED = Text("Order {order} was imported.", "El pedido {order} se ha importado.")
WILL_COME = Text(
    "Goods-out note {note} is printed and comes with the next import.",
    "La nota de salida {note} está impresa y llegará con la próxima importación.",
)
PENDING = "not_yet_imported"


@dataclass(frozen=True, slots=True)
class StoreExplanation:
    """The answer for one order number, reference or note id."""

    order: str
    imported: bool
    message: Message
    notes: tuple[tuple[NoteFinding, bool], ...]  # each with whether it is an order here
    as_of: datetime | None = None  # when that was so; None: it was asked for now

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        return {
            "order": self.order,
            "imported": self.imported,
            "reason": self.message.code,
            "message": self.message.format(language),
            "notes": [_note_entry(finding, imported, self.order, language) for finding, imported in self.notes],
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }


def explain_store(app: Application, account_id: str, store_id: str, number: str) -> StoreExplanation:
    """Asks the store; when that cannot be reached or refuses the log-in, the record answers if it knows the number.

    Raises Refused for an unknown store, StoreError when it cannot be asked and nothing is on record. Changes nothing.
    """
    number = number.strip()
    with app.reading() as uow:
        try:
            store = uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None
        known = uow.orders.list_by_number(store.account_id, store.id, number)
        on_record = uow.stores.list_skipped(store.account_id, store.id, number)
    try:
        session = open_session(app, store)
        try:
            finding = session.explain(number, app.clock.now() - timedelta(days=store.window_days))
        finally:
            session.close()
    except (StoreUnavailable, CredentialsRefused):
        if not known and not on_record:
            raise
        return _from_record(number, known, on_record)
    if _is_gone(finding, number, known):
        finding = replace(finding, message=skip_message(SkipReason.NOTE_GONE, note=number))
    with app.reading() as uow:
        heads = uow.orders.heads(store.account_id, store.id, [note.external_id for note in finding.notes])
    here = {order.external_id for order in known if _is_here(order)}
    here |= {head.external_id for head in heads.values() if head.state is not OrderState.CANCELLED}
    notes = tuple((note, note.external_id in here) for note in finding.notes)
    imported = any(is_here for _, is_here in notes) or bool(here and not notes)
    return StoreExplanation(finding.order_number, imported, _message(finding, imported), notes)


def _from_record(number: str, known: Sequence[Order], on_record: Sequence[SkippedNote]) -> StoreExplanation:
    here = [order for order in known if _is_here(order)]
    notes = [(NoteFinding(order.external_id, order.order_number, importable=True, message=None), True) for order in here]
    for note in on_record:
        message = Message(note.reason.value, note.message)
        notes.append((NoteFinding(note.external_id, note.order_number, importable=False, message=message), False))
    shown = next((found.order_number for found, _ in notes if found.order_number), number).partition("/")[0]
    as_of = max([*(note.last_seen for note in on_record), *(order.updated_at for order in known)])
    return StoreExplanation(
        shown, bool(here), _message(OrderFinding(shown, tuple(f for f, _ in notes), None), bool(here)), tuple(notes), as_of
    )


def _is_here(order: Order) -> bool:
    return order.state is not OrderState.CANCELLED


def _is_gone(finding: OrderFinding, number: str, known: Sequence[Order]) -> bool:
    """Whether the number is that of a goods-out note that was an order here, and the store has it no more."""
    is_unknown = finding.message is not None and finding.message.code == SkipReason.ORDER_NOT_FOUND
    return is_unknown and any(order.external_id == number for order in known)


def _message(finding: OrderFinding, imported: bool) -> Message:
    if imported:
        return Message("imported", IMPORTED, {"order": finding.order_number})
    refusals = [note.message for note in finding.notes if note.message is not None]
    if any(note.importable for note in finding.notes):
        note = next(note for note in finding.notes if note.importable)
        return Message(PENDING, WILL_COME, {"note": note.external_id})
    if refusals:
        return refusals[0]
    return finding.message or skip_message(SkipReason.NO_GOODS_OUT_NOTE, order=finding.order_number)


def _note_entry(finding: NoteFinding, imported: bool, order: str, language: Language) -> dict[str, Any]:
    message = finding.message
    if imported:
        message = Message("imported", IMPORTED, {"order": finding.order_number or order})
    elif finding.importable:
        message = Message(PENDING, WILL_COME, {"note": finding.external_id})
    return {
        "external_id": finding.external_id,
        "imported": imported,
        "reason": None if message is None else message.code,
        "message": None if message is None else message.format(language),
    }
