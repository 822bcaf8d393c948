"""Why an order of a store is, or is not, an order here: asked of the store itself, else told from the record."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.application import Application
from engine.model.order import Order, OrderState
from engine.model.store import NoteFinding, OrderFinding, SkippedNote, Store
from engine.model.store_kind import StoreKind
from engine.model.store_reasons import Role
from engine.ports import CredentialsRefused, ExplainsOrders, NotFound, StoreUnavailable
from engine.services.refusals import NO_STORE, Refused
from engine.services.stores.sessions import open_session
from rules.messages import Language, Message, Text

IMPORTED = Text("Order {order} was imported.", "El pedido {order} se ha importado.")
NOT_ASKED = Text(
    "{kind} cannot be asked about a single order, and the imports of this store have met none of the number {order}.",
    "A {kind} no se le puede preguntar por un solo pedido, y las importaciones de esta tienda no han visto ninguno con el número "
    "{order}.",
)
PENDING = "not_yet_imported"


@dataclass(frozen=True, slots=True)
class StoreExplanation:
    """The answer for one order number, reference or external id."""

    kind: StoreKind
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
            "notes": [_note_entry(self, finding, imported, language) for finding, imported in self.notes],
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
        }


def explain_store(app: Application, account_id: str, store_id: str, number: str) -> StoreExplanation:
    """Asks the store; when that cannot be reached or refuses the log-in, the record answers if it knows the number.

    So it does for a kind of store that cannot be asked about an order. Raises Refused for an unknown store and for a number
    that nobody can be asked about, StoreError when the store cannot be asked and nothing is on record. Changes nothing.
    """
    number = number.strip()
    with app.reading() as uow:
        try:
            store = uow.stores.get(account_id, store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None
        known = uow.orders.list_by_number(store.account_id, store.id, number)
        on_record = uow.stores.list_skipped(store.account_id, store.id, number)
    kind = app.describe(store.kind)
    try:
        finding = _ask(app, store, number)
    except (StoreUnavailable, CredentialsRefused):
        if not known and not on_record:
            raise
        finding = None
    if finding is None:
        if not known and not on_record:
            raise Refused("not_asked", NOT_ASKED, kind=kind.name, order=number)
        return _from_record(kind, number, known, on_record)
    if _is_gone(kind, finding, number, known):
        finding = replace(finding, message=kind.reason_for(Role.GONE).message(note=number))
    with app.reading() as uow:
        heads = uow.orders.heads(store.account_id, store.id, [note.external_id for note in finding.notes])
    here = {order.external_id for order in known if _is_here(order)}
    here |= {head.external_id for head in heads.values() if head.state is not OrderState.CANCELLED}
    notes = tuple((note, note.external_id in here) for note in finding.notes)
    imported = any(is_here for _, is_here in notes) or bool(here and not notes)
    return StoreExplanation(kind, finding.order_number, imported, _message(kind, finding, imported), notes)


def _ask(app: Application, store: Store, number: str) -> OrderFinding | None:
    """What the store says; None when its kind cannot be asked. Raises StoreError."""
    with closing(open_session(app, store)) as session:
        if not isinstance(session, ExplainsOrders):
            return None
        return session.explain(number, app.clock.now() - timedelta(days=store.window_days))


def _from_record(kind: StoreKind, number: str, known: Sequence[Order], on_record: Sequence[SkippedNote]) -> StoreExplanation:
    here = [order for order in known if _is_here(order)]
    notes = [(NoteFinding(order.external_id, order.order_number, importable=True, message=None), True) for order in here]
    for note in on_record:
        message = Message(note.reason, note.message)
        notes.append((NoteFinding(note.external_id, note.order_number, importable=False, message=message), False))
    shown = next((found.order_number for found, _ in notes if found.order_number), number).partition("/")[0]
    as_of = max([*(note.last_seen for note in on_record), *(order.updated_at for order in known)])
    message = _message(kind, OrderFinding(shown, tuple(found for found, _ in notes), None), bool(here))
    return StoreExplanation(kind, shown, bool(here), message, tuple(notes), as_of)


def _is_here(order: Order) -> bool:
    return order.state is not OrderState.CANCELLED


def _is_gone(kind: StoreKind, finding: OrderFinding, number: str, known: Sequence[Order]) -> bool:
    """Whether the number is the external id of something that was an order here, and the store has it no more."""
    is_unknown = finding.message is not None and finding.message.code == kind.reason_for(Role.NOT_FOUND).code
    return is_unknown and any(order.external_id == number for order in known)


def _message(kind: StoreKind, finding: OrderFinding, imported: bool) -> Message:
    if imported:
        return Message("imported", IMPORTED, {"order": finding.order_number})
    refusals = [note.message for note in finding.notes if note.message is not None]
    if any(note.importable for note in finding.notes):
        note = next(note for note in finding.notes if note.importable)
        return Message(PENDING, kind.words.will_come, {"note": note.external_id})
    if refusals:
        return refusals[0]
    return finding.message or kind.reason_for(Role.NOTHING_TO_SHIP).message(order=finding.order_number)


def _note_entry(explanation: StoreExplanation, finding: NoteFinding, imported: bool, language: Language) -> dict[str, Any]:
    message = finding.message
    if imported:
        message = Message("imported", IMPORTED, {"order": finding.order_number or explanation.order})
    elif finding.importable:
        message = Message(PENDING, explanation.kind.words.will_come, {"note": finding.external_id})
    return {
        "external_id": finding.external_id,
        "imported": imported,
        "reason": None if message is None else message.code,
        "message": None if message is None else message.format(language),
    }
