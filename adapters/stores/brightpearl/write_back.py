"""Tells Brightpearl that a goods-out note shipped, a step at a time.

Every step looks before it asks for a change, and again when nobody knows what came of it: so each change is made once,
however often a step is carried out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.description import steps
from adapters.stores.brightpearl.note_shipping import shipping_body, still_to_say, told_by
from adapters.stores.brightpearl.note_units import is_stock_tracked, products_without_note
from adapters.stores.brightpearl.order_notes import to_plain_texts
from adapters.stores.brightpearl.raw_values import id_in
from adapters.stores.brightpearl.service_methods import method_of
from adapters.stores.brightpearl.settings import BrightpearlSettings
from adapters.stores.brightpearl.transport import Unanswered
from engine.model.store_preferences import WeightUnit
from engine.model.write_back import Carried, ShipmentNotice
from engine.ports import NoticeFinal, StoreError, StoreUnavailable
from rules.messages import Message, Text

MAX_REFERENCE = 64
SEPARATOR = ", "
TRIES = 3
_CLASH = (409, 412)  # what is answered to an If-Match that is out of date; Brightpearl's own status is not known
_PLACEHOLDER = re.compile(r"\{(tracking|carrier|service|order_number)\}")
_NOTES = "/warehouse-service/goods-note/goods-out"

Raw = Mapping[str, Any]

_NOTE_GONE = Text(
    "Goods-out note {note} no longer exists in Brightpearl: nobody can be told that it shipped. Check the order there.",
    "La nota de salida {note} ya no existe en Brightpearl: no se puede avisar de que se envió. Revisa allí el pedido.",
)
_ORDER_GONE = Text(
    "Order {order} no longer exists in Brightpearl: its status cannot be set.",
    "El pedido {order} ya no existe en Brightpearl: no se puede poner su estado.",
)
_SHIPPED_ELSEWHERE = Text(
    "Goods-out note {note} was shipped in Brightpearl with the reference {theirs}, not with ours ({ours}): nothing more can be "
    "written to it. Check which of them is right.",
    "La nota de salida {note} se envió en Brightpearl con la referencia {theirs}, no con la nuestra ({ours}): ya no admite "
    "cambios. Comprueba cuál es la correcta.",
)
_NO_REFERENCE = Text("(none)", "(ninguna)")
_NO_OWNER = Text(
    "Brightpearl wants to know which staff member ships goods-out note {note}: set the event owner in the store's settings.",
    "Brightpearl quiere saber qué miembro del personal envía la nota de salida {note}: "
    "indica el responsable del evento en los ajustes de la tienda.",
)
_NO_STATUS = Text(
    "The order's status cannot be set: choose in the store's settings which status a shipped order gets.",
    "No se puede poner el estado del pedido: elige en los ajustes de la tienda qué estado recibe un pedido enviado.",
)
_RESTLESS = Text(
    "Goods-out note {note} kept changing in Brightpearl while it was written to. It is tried again later.",
    "La nota de salida {note} no dejó de cambiar en Brightpearl mientras se escribía en ella. Se volverá a intentar más tarde.",
)
_FINAL = Text(
    "Goods-out note {note} is shipped in Brightpearl (reference: {ours}): that cannot be undone.",
    "La nota de salida {note} consta como enviada en Brightpearl (referencia: {ours}): no se puede deshacer.",
)

_ON_SHIP: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "mark_shipped": (steps.SHIPPED.code,),
    "order_status": (steps.STATUS.code,),
    "both": (steps.SHIPPED.code, steps.STATUS.code),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A call that is still to be made."""

    method: str
    path: str
    body: Raw
    headers: Mapping[str, str] = field(default_factory=dict)


Look = Callable[[], Change | None]
"""Reads how things stand: what is still to be asked for, or None when all is as wanted. Raises what makes it impossible."""


def reference_of(tracking_numbers: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The reference of a goods-out note, at most 64 characters, and the numbers that found no room in it. None is cut."""
    reference, taken = "", 0
    for number in tracking_numbers:
        longer = f"{reference}{SEPARATOR}{number}" if reference else number
        if len(longer) > MAX_REFERENCE:
            break
        reference, taken = longer, taken + 1
    return reference, tuple(tracking_numbers[taken:])


def note_text(template: str, notice: ShipmentNotice) -> str:
    """What is written on the order; empty when there is nothing to write.

    It tells of what no other note tells of: what left with each service, in turn. A template that names no tracking number
    gets them all, so that the notes of two shipments differ; without a template only the numbers that the reference has no
    room for are written. Without any number, the lines that name it are left out.
    """
    carried = notice.carried or (Carried(notice.carrier, notice.service, notice.tracking_numbers),)
    told = dict.fromkeys(_filled_in(template, notice.order_number, one) for one in carried)
    text = "\n".join(filter(None, told))
    numbers = [number for one in carried for number in one.tracking_numbers]
    missing = [number for number in reference_of(notice.tracking_numbers)[1] if number in numbers and number not in text]
    if text and not any(number in text for number in numbers):
        missing = numbers
    line = f"Tracking {notice.order_number}: {SEPARATOR.join(missing)}" if missing else ""
    return "\n".join(part for part in (text, line) if part)


def _filled_in(template: str, order_number: str, carried: Carried) -> str:
    if not carried.tracking_numbers:
        template = "\n".join(line for line in template.split("\n") if "{tracking}" not in line)
    values = {
        "tracking": SEPARATOR.join(carried.tracking_numbers),
        "carrier": carried.carrier if carried.words is None else carried.words.carrier,
        "service": carried.service if carried.words is None else carried.words.service,
        "order_number": order_number,
    }
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template).strip()


class WriteBack:
    """The steps of one account, by its settings. A weight is told in the unit that the account's products use."""

    def __init__(self, client: BrightpearlClient, settings: BrightpearlSettings, weight_unit: WeightUnit) -> None:
        self._client = client
        self._settings = settings
        self._weight_unit = weight_unit

    def steps(self) -> tuple[str, ...]:
        return (steps.REFERENCE.code, *_ON_SHIP[self._settings.on_ship], steps.NOTE.code)

    def steps_of_part(self) -> tuple[str, ...]:
        """Those of a note of its own for what has left: it is marked as shipped whatever else is wanted."""
        code = steps.SHIPPED.code
        return self.steps() if code in self.steps() else (steps.REFERENCE.code, code, *self.steps()[1:])

    def carry_out(self, step: str, notice: ShipmentNotice) -> bool:
        """See `engine.ports.TakesWriteBacks.write_back`. A note of which a part is still to leave is not marked as shipped."""
        if notice.is_part and step in (steps.SHIPPED.code, steps.STATUS.code):
            return False
        match step:
            case steps.REFERENCE.code:
                self._make(lambda: self._missing_reference(notice), notice)
            case steps.SHIPPED.code:
                self._make(lambda: self._missing_event(notice), notice)
            case steps.STATUS.code:
                return self._set_status(notice)
            case steps.NOTE.code:
                return self._write_note(notice)
        return True

    def withdraw(self, notice: ShipmentNotice) -> None:
        """See `engine.ports.TakesWriteBacks.withdraw`. A reference that is not ours stays; of ours, what goes on being told."""
        self._make(lambda: self._reference_left(notice), notice)

    def _make(self, look: Look, notice: ShipmentNotice) -> None:
        """Make a change unless it is there already; after a refusal or a lost answer only a new look decides."""
        problem: StoreError | None = None
        again, asked = True, None
        for _ in range(TRIES):
            change = look()
            if change is None:
                return
            if problem is not None and not again and change == asked:
                raise problem
            asked = change
            try:
                reply = self._client.call(change.method, change.path, change.body, change.headers)
            except Unanswered as lost:
                problem, again = lost, lost.answered  # what gave no answer may still arrive: a later try looks again
                continue
            if reply.is_success():
                return
            problem, again = self._client.refusal(reply), reply.status in _CLASH
        if look() is None:
            return
        raise problem if isinstance(problem, Unanswered) else StoreUnavailable(_say("note_restless", _RESTLESS, notice))

    def _missing_reference(self, notice: ShipmentNotice) -> Change | None:
        note = self._note(notice)
        if _is_shipped(note, notice):
            return None
        changed = still_to_say(note, self.told(notice), notice.shipping)
        if not changed and _has_reference(note, notice):
            return None
        reference = _ours(notice) if notice.tracking_numbers else _reference(note)  # without a number theirs stays
        return Change("PUT", f"{_NOTES}/{notice.external_id}", shipping_body(note, reference, changed))

    def told(self, notice: ShipmentNotice) -> dict[str, Decimal]:
        """What a notice has to say beside the reference; the shipping method is the one that the merchant has for the service."""
        method = method_of(self._settings.service_methods, notice.carrier, notice.service)
        return told_by(notice, self._weight_unit, method)

    def _missing_event(self, notice: ShipmentNotice) -> Change | None:
        note = self._note(notice)
        if _is_shipped(note, notice):
            return None
        if not _has_reference(note, notice):  # somebody has changed it since: once shipped, it is too late
            self.carry_out(steps.REFERENCE.code, notice)
            note = self._note(notice)
        owner = self._settings.event_owner_id or id_in(note.get("createdBy")) or id_in(_status(note).get("printedById"))
        if not owner:
            raise StoreError(_say("no_event_owner", _NO_OWNER, notice))
        occurred = notice.shipped_at.isoformat(timespec="milliseconds")
        body = {"events": [{"eventCode": "SHW", "occured": occurred, "eventOwnerId": owner}]}
        version = note.get("lastEventVersion")
        headers = {} if version is None else {"If-Match": str(id_in(version) or version)}
        return Change("POST", f"{_NOTES}/{notice.external_id}/event", body, headers)

    def _reference_left(self, notice: ShipmentNotice) -> Change | None:
        note = self._client.get_notes([int(notice.external_id)]).get(int(notice.external_id))
        if note is None:
            return None
        is_ours = _has_reference(note, notice) or _names_number(note, notice)
        if _status(note).get("shipped"):
            if is_ours:
                raise NoticeFinal(_say("notice_final", _FINAL, notice))
            return None
        reference = left = _reference(note)
        if is_ours and notice.tracking_numbers:
            left = reference_of(notice.staying)[0] if notice.is_part else ""
        changed = still_to_say(note, self.told(notice) if is_ours else {}, notice.shipping)
        if not changed and _squeezed(left) == _squeezed(reference):
            return None
        return Change("PUT", f"{_NOTES}/{notice.external_id}", shipping_body(note, left, changed))

    def _set_status(self, notice: ShipmentNotice) -> bool:
        wanted = self._settings.shipped_status_id
        if wanted is None:
            raise StoreError(Message("no_shipped_status", _NO_STATUS))
        if self._settings.status_when != "always" and not self._all_shipped(notice):
            return False

        def look() -> Change | None:
            if id_in((self._order(notice).get("orderStatus") or {}).get("orderStatusId")) == wanted:
                return None
            return Change("PUT", f"/order-service/order/{notice.external_order_id}/status", {"orderStatusId": wanted})

        self._make(look, notice)
        return True

    def _all_shipped(self, notice: ShipmentNotice) -> bool:
        """Whether nothing of the order is left to ship.

        Where notes are not marked as shipped from here, one that carries a reference counts as shipped, as does one that
        shipped from here without any; not one of which a part is still to leave. Brightpearl's own word is no help there: it
        goes by the notes that are marked. What stands on no note yet is still to ship.
        """
        if steps.SHIPPED.code in self.steps():
            return self._order(notice).get("shippingStatusCode") == "ASS"
        notes = self._client.get_notes_of_orders([int(notice.external_order_id)])
        ours = {notice.external_id, *notice.shipped_with}
        if any(str(one) in notice.open_in_part for one in notes):
            return False
        if not all(_status(note).get("shipped") or _reference(note) or str(one) in ours for one, note in notes.items()):
            return False
        order = self._order(notice)
        return order.get("shippingStatusCode") == "ASS" or not self._awaits_note(order, notes.values())

    def _awaits_note(self, order: Raw, notes: Collection[Raw]) -> bool:
        """Whether units of an order are still to get a goods-out note, such as those on back order; no supplier ships them."""
        if not products_without_note(order, notes):
            return False
        drop_ship = self._client.get_drop_ship_notes(id_in(order.get("id")) or 0)
        waiting = products_without_note(order, [*notes, *drop_ship.values()])
        known = self._client.get_products(waiting - {0})
        return any(product and is_stock_tracked(known.get(product)) for product in waiting)

    def _write_note(self, notice: ShipmentNotice) -> bool:
        text = note_text(self._settings.order_note, notice)
        if not text:
            return False
        same = {text, *to_plain_texts([{"text": text}])}

        def look() -> Change | None:
            notes = self._client.get_order_notes(int(notice.external_order_id))
            if any(str(note.get("text")).strip() in same for note in notes) or not same.isdisjoint(to_plain_texts(notes)):
                return None
            body = {"text": text, "isPublic": self._settings.order_note_public}
            return Change("POST", f"/order-service/order/{notice.external_order_id}/note", body)

        self._make(look, notice)
        return True

    def _note(self, notice: ShipmentNotice) -> Raw:
        note = self._client.get_notes([int(notice.external_id)]).get(int(notice.external_id))
        if note is None:
            raise StoreError(_say("note_gone", _NOTE_GONE, notice))
        return note

    def _order(self, notice: ShipmentNotice) -> Raw:
        order = self._client.get_orders([int(notice.external_order_id)]).get(int(notice.external_order_id))
        if order is None:
            raise StoreError(Message("order_gone", _ORDER_GONE, {"order": notice.external_order_id}))
        return order


def _is_shipped(note: Raw, notice: ShipmentNotice) -> bool:
    """Whether the note is shipped as we shipped it. Raises StoreError when it is shipped otherwise."""
    if not _status(note).get("shipped"):
        return False
    if not _has_reference(note, notice):
        raise StoreError(_say("shipped_elsewhere", _SHIPPED_ELSEWHERE, notice, theirs=_reference(note) or _NO_REFERENCE))
    return True


def _status(note: Raw) -> Raw:
    status = note.get("status")
    return status if isinstance(status, dict) else {}


def _reference(note: Raw) -> str:
    return str((note.get("shipping") or {}).get("reference") or "").strip()


def _ours(notice: ShipmentNotice) -> str:
    return reference_of(notice.tracking_numbers)[0]


def _has_reference(note: Raw, notice: ShipmentNotice) -> bool:
    """Whether the note has our reference; spaces and case are not compared. Without a number of ours, any will do."""
    if not notice.tracking_numbers:
        return True
    return _squeezed(_reference(note)) == _squeezed(_ours(notice))


def _names_number(note: Raw, notice: ShipmentNotice) -> bool:
    """Whether the note's reference holds numbers of ours alone, one that is withdrawn among them."""
    theirs = {_squeezed(number) for number in _reference(note).split(SEPARATOR.strip()) if number.strip()}
    staying = set(map(_squeezed, notice.staying))
    gone = set(map(_squeezed, notice.tracking_numbers)) - staying
    return not theirs.isdisjoint(gone) and theirs <= gone | staying


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _say(code: str, text: Text, notice: ShipmentNotice, **params: Any) -> Message:
    return Message(code, text, {"note": notice.external_id, "ours": _ours(notice) or _NO_REFERENCE, **params})
