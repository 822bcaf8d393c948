"""Ends the holds of many orders; undone, what was ended is there again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.job import ORDINARY
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, OneByOne, UndoneOneByOne
from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.mail.reader_language import language_of
from rules.messages import Text

HELD_ON = Text("Released, but it is still on hold: its page says why.", "Liberado, pero sigue retenido: su página dice por qué.")
HELD_AGAIN = Text("Held again: its release was undone.", "Retenido de nuevo: se deshizo su liberación.")
RULE_HELD_IT = Text("The rule {rules} had held it.", "Lo había retenido la regla {rules}.")
STAYED_ON_HOLD = Text(
    "Its release had ended no hold for good: it was on hold again at once.",
    "Liberarlo no puso fin a ninguna retención: volvió a quedar retenido enseguida.",
)
NOT_HELD_BEFORE = Text(
    "It was not on hold: only its flag was taken away, and that does not come back.",
    "No estaba retenido: solo se quitó su marca, que no se recupera.",
)


def _do(doing: Doing, order_id: str) -> BulkResult:
    holds = doing.uow.holds.list_for_orders(doing.account_id, [order_id])
    orders = doing.uow.orders.get_many(doing.account_id, [order_id])
    end = orders[0].hold_end() if orders and orders[0].is_held_by_layer else None
    is_layered = bool(orders) and orders[0].is_held_by_layer
    rules = list(orders[0].held_by) if is_layered else []
    order = release_holds(doing.app, doing.account_id, order_id, doing.action.actor, priority=ORDINARY)
    left = {hold.id for hold in doing.uow.holds.list_for_orders(doing.account_id, [order_id])}
    ended: list[dict[str, Any]] = [
        {"reason": hold.reason, "note": hold.note, "key": hold.key, "until": _text(hold.until)}
        for hold in holds
        if hold.id not in left
    ]
    if is_layered and not order.is_held_by_layer:
        ended.append({"reason": None, "note": "", "key": "", "until": _text(end), "rules": rules})
    said = Sentence.of(HELD_ON) if order.is_held else None
    return BulkResult(BulkOutcome.DONE, said, {"holds": ended, "stayed": is_layered and order.is_held_by_layer})


def _undo(doing: Doing, order_id: str, before: Mapping[str, Any]) -> BulkResult:
    if not before["holds"]:
        return BulkResult(BulkOutcome.NOTHING, Sentence.of(STAYED_ON_HOLD if before.get("stayed") else NOT_HELD_BEFORE))
    with doing.uow.part() as part:  # all its holds, or none
        app = doing.app.within(part)
        for hold in before["holds"]:
            how = {"until": hold["until"], "note": hold["note"] or _who_held(doing, hold.get("rules", ())), "key": hold["key"]}
            reason = hold["reason"] or doing.action.parameters.get("reason") or HELD_AGAIN.en
            hold_order(app, doing.account_id, order_id, reason, doing.action.actor, **how)
        part.commit()
    return BulkResult(BulkOutcome.DONE)


def _who_held(doing: Doing, rule_ids: Sequence[str]) -> str:
    """The rules whose hold comes back as one of the person's, in the language of that person."""
    if not rule_ids:
        return ""
    names = list_account_names(doing.app, doing.account_id)
    person = doing.uow.users.find(doing.account_id, doing.action.actor)
    return RULE_HELD_IT.format(language_of(person), rules=", ".join(map(names.rule, rule_ids)))


def _text(end: Any) -> str | None:
    return None if end is None else end.isoformat()


RELEASE = BulkKind(
    "release",
    Text("Release", "Liberar"),
    Text("Released", "Liberados"),
    OneByOne(_do, {"not_held"}),
    UndoneOneByOne(_undo),
    about=Text(
        "What waited for these orders leaves at once. Undoing holds again those that have not left by then.",
        "Lo que esperaba a estos pedidos sale enseguida. Al deshacerlo se retienen de nuevo los que aún no han salido.",
    ),
)
