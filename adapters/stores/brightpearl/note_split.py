"""Parts a goods-out note that is not shipped: deletes it and makes two, one of what has left and one of the rest.

Brightpearl has no call for that, and making a note is not a call to repeat. So before each call the order's notes are read, and
the two are known by their rows and quantities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.raw_values import id_in
from adapters.stores.brightpearl.settings import BrightpearlSettings
from engine.ports import Clock, SplitImpossible, StoreError, StoreUnavailable
from engine.services.steps import Step, take_steps
from rules.messages import Message, Text
from rules.order_document import plain

Raw = Mapping[str, Any]
Rows = dict[str, Decimal]

_STEPS = (("printed", "PRI", "UPR"), ("picked", "PIC", "UPI"), ("packed", "PAC", "UPA"))
_SHIPPED_MEANWHILE = Text(
    "Goods-out note {note} was shipped in Brightpearl before it could be split: nothing of it can be changed any more. "
    "Check there whether all of it has left.",
    "La nota de salida {note} se envió en Brightpearl antes de poder dividirla: ya no admite cambios. "
    "Comprueba allí si ha salido entera.",
)
_GONE = Text(
    "Goods-out note {note} no longer exists in Brightpearl: it cannot be split. Check the order there.",
    "La nota de salida {note} ya no existe en Brightpearl: no se puede dividir. Revisa allí el pedido.",
)
_NOT_DELETED = Text(
    "Goods-out note {note} is to be split, and Brightpearl does not let go of it: it is still there, perhaps un-printed. {why}",
    "La nota de salida {note} se tiene que dividir y Brightpearl no la suelta: sigue ahí, quizá ya sin imprimir. {why}",
)
_NOT_MADE = Text(
    "Goods-out note {note} was deleted to split it, and Brightpearl refuses the new ones: {missing}. Until they are there, no "
    "note stands for these units. Make room for them in Brightpearl and tell the store again, or create these notes there "
    "by hand: they are recognised by what they hold. {why}",
    "La nota de salida {note} se borró para dividirla y Brightpearl rechaza las nuevas: {missing}. Mientras no existan, ninguna "
    "nota responde de esas unidades. Libera existencias en Brightpearl y vuelve a avisar a la tienda, o crea allí esas notas a "
    "mano: se reconocen por lo que contienen. {why}",
)
_NO_OWNER = Text(
    "Brightpearl wants to know which staff member splits goods-out note {note}: set the event owner in the store's settings.",
    "Brightpearl quiere saber qué miembro del personal divide la nota de salida {note}: "
    "indica el responsable del evento en los ajustes de la tienda.",
)
_REST_GONE = Text(
    "Goods-out note {note}, the rest of a note that was split, no longer exists in Brightpearl. Check the order there.",
    "La nota de salida {note}, el resto de una nota dividida, ya no existe en Brightpearl. Revisa allí el pedido.",
)
_RESTLESS = Text(
    "Brightpearl does not show the two notes yet that goods-out note {note} was split into. It is tried again later.",
    "Brightpearl aún no muestra las dos notas en las que se dividió la nota de salida {note}. Se volverá a intentar más tarde.",
)


class NoteSplitter:
    """The splits of one account's notes."""

    def __init__(self, client: BrightpearlClient, settings: BrightpearlSettings, clock: Clock) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def plan(self, external_id: str, units: Mapping[str, Decimal]) -> dict[str, Any] | None:
        """See `engine.ports.SplitsNotes.plan_split`. Rows of the note that no order here has stay with the rest."""
        note = self._client.get_notes([int(external_id)]).get(int(external_id))
        if note is None:
            raise SplitImpossible(Message("note_gone", _GONE, {"note": external_id}))
        _refuse_shipped(external_id, note)
        rows = _rows(note)
        part = {row: min(units[row], quantity) for row, quantity in rows.items() if units.get(row)}
        rest = {row: quantity - part.get(row, Decimal(0)) for row, quantity in rows.items()}
        rest = {row: quantity for row, quantity in rest.items() if quantity > 0}
        if not part or not rest:
            return None
        order_id, status = id_in(note["orderId"]) or 0, _status(note)
        owner = self._settings.event_owner_id or id_in(note.get("createdBy")) or id_in(status.get("printedById"))
        if not owner:
            raise StoreError(Message("no_event_owner", _NO_OWNER, {"note": external_id}))
        return {
            "note": external_id,
            "order": order_id,
            "others": sorted(str(one) for one in self._client.get_notes_of_orders([order_id])),
            "part": {row: plain(quantity) for row, quantity in part.items()},
            "rest": {row: plain(quantity) for row, quantity in rest.items()},
            "products": {row: id_in(places[0].get("productId")) for row, places in note["orderRows"].items()},
            "warehouse": id_in(note.get("warehouseId")),
            "release": note.get("releaseDate"),
            "priority": note.get("priority") is True,
            "method": id_in((note.get("shipping") or {}).get("shippingMethodId")) or 0,
            "label": note.get("labelUri"),
            "flags": [flag for flag, _, _ in _STEPS if status.get(flag)],
            "owner": owner,
        }

    def split(self, plan: Raw) -> tuple[str, str]:
        """See `engine.ports.SplitsNotes.split_note`."""
        attempt = _Splitting(self, plan, self._notes(plan))
        take_steps(CALL_STEPS, attempt)
        made = _recognised(plan, attempt.notes)
        if len(made) < 2:
            raise StoreUnavailable(Message("split_unseen", _RESTLESS, {"note": plan["note"]}))
        return made["part"], made["rest"]

    def open_rest(self, plan: Raw, external_id: str) -> None:
        """See `engine.ports.SplitsNotes.open_rest`."""
        note = self._client.get_notes([int(external_id)]).get(int(external_id))
        if note is None:
            raise StoreError(Message("note_gone", _REST_GONE, {"note": external_id}))
        status = _status(note)
        codes = [code for flag, code, _ in _STEPS if flag in plan["flags"] and not status.get(flag)]
        if codes and not status.get("shipped"):
            self._events(plan, external_id, codes)

    def _notes(self, plan: Raw) -> dict[str, dict[str, Any]]:
        return {str(one): note for one, note in self._client.get_notes_of_orders([plan["order"]]).items()}

    def undo_steps(self, attempt: _Splitting) -> None:
        """A note is deleted only once nobody counts it as printed, picked or packed any more."""
        plan, old = attempt.plan, attempt.notes.get(attempt.plan["note"])
        if old is None:
            return
        _refuse_shipped(plan["note"], old)
        if codes := [undo for flag, _, undo in reversed(_STEPS) if _status(old).get(flag)]:
            with _refused_to(_let_go, plan):
                self._events(plan, plan["note"], codes)

    def delete(self, attempt: _Splitting) -> None:
        plan = attempt.plan
        if plan["note"] in attempt.notes:
            with _refused_to(_let_go, plan):
                self._call("DELETE", f"/warehouse-service/order/{plan['order']}/goods-note/goods-out/{plan['note']}", {})

    def create(self, attempt: _Splitting) -> None:
        """Make of the two what is not there."""
        plan, made = attempt.plan, _recognised(attempt.plan, attempt.notes)
        missing = [name for name in ("part", "rest") if name not in made]
        if not missing:
            return
        body: dict[str, Any] = {
            "warehouses": [_entry(plan, name) for name in missing],
            "priority": plan["priority"],
            "shippingMethodId": plan["method"],
        }
        if plan["label"]:
            body["labelUri"] = plan["label"]
        with _refused_to(partial(_make, missing), plan):
            self._call("POST", f"/warehouse-service/order/{plan['order']}/goods-note/goods-out", body)
        attempt.notes = self._notes(plan)

    def _events(self, plan: Raw, external_id: str, codes: list[str]) -> None:
        occurred = self._clock.now().isoformat(timespec="milliseconds")
        events = [{"eventCode": code, "occured": occurred, "eventOwnerId": plan["owner"]} for code in codes]
        self._call("POST", f"/warehouse-service/goods-note/goods-out/{external_id}/event", {"events": events})

    def _call(self, method: str, path: str, body: Raw) -> None:
        """Raises StoreUnavailable when nobody knows what came of it: a later try looks again."""
        reply = self._client.call(method, path, body)
        if not reply.is_success():
            raise self._client.refusal(reply)


@dataclass(slots=True)
class _Splitting:
    """One attempt, with the order's notes as they were last seen."""

    splitter: NoteSplitter
    plan: Raw
    notes: dict[str, dict[str, Any]]


# Each begins by what was seen of the notes, so that an attempt that died is taken up with the first of them.
CALL_STEPS: tuple[Step[_Splitting], ...] = (
    Step("undo_steps", lambda attempt: attempt.splitter.undo_steps(attempt)),
    Step("delete", lambda attempt: attempt.splitter.delete(attempt)),
    Step("create", lambda attempt: attempt.splitter.create(attempt)),
)


@contextmanager
def _refused_to(words: Callable[[Raw, StoreError], Message], plan: Raw) -> Iterator[None]:
    """Say what Brightpearl refuses to do; where nobody knows what came of a call, a later try looks."""
    try:
        yield
    except StoreUnavailable:
        raise
    except StoreError as refused:
        raise StoreError(words(plan, refused)) from refused


def _let_go(plan: Raw, refused: StoreError) -> Message:
    return Message("note_kept", _NOT_DELETED, {"note": plan["note"], "why": refused.args[0]})


def _make(names: Sequence[str], plan: Raw, refused: StoreError) -> Message:
    missing = "; ".join(", ".join(f"{quantity} × {row}" for row, quantity in plan[name].items()) for name in names)
    return Message("split_refused", _NOT_MADE, {"note": plan["note"], "missing": missing, "why": refused.args[0]})


def _entry(plan: Raw, name: str) -> dict[str, Any]:
    products = [
        {"productId": plan["products"][row], "salesOrderRowId": int(row), "quantity": _number(Decimal(quantity))}
        for row, quantity in plan[name].items()
    ]
    entry = {"warehouseId": plan["warehouse"], "transfer": False, "products": products}
    return {"releaseDate": plan["release"], **entry} if plan["release"] else entry


def _recognised(plan: Raw, notes: Mapping[str, Raw]) -> dict[str, str]:
    """The ids of the part and of the rest, as far as they are there; the older one is the part where both hold the same."""
    made: dict[str, str] = {}
    for one in sorted(set(notes) - {*plan["others"], plan["note"]}, key=int):
        rows = _rows(notes[one])
        for name in ("part", "rest"):
            if name not in made and rows == {row: Decimal(quantity) for row, quantity in plan[name].items()}:
                made[name] = one
                break
    return made


def _refuse_shipped(external_id: str, note: Raw) -> None:
    if _status(note).get("shipped"):
        raise SplitImpossible(Message("shipped_meanwhile", _SHIPPED_MEANWHILE, {"note": external_id}))


def _rows(note: Raw) -> Rows:
    """How many units a note holds of each row, over all locations."""
    rows = note.get("orderRows")
    counted = {
        str(row): sum((Decimal(str(place.get("quantity") or 0)) for place in places), Decimal(0))
        for row, places in (rows.items() if isinstance(rows, dict) else ())
    }
    return {row: quantity for row, quantity in counted.items() if quantity > 0}


def _status(note: Raw) -> Raw:
    status = note.get("status")
    return status if isinstance(status, dict) else {}


def _number(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)
