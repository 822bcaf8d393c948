"""Holds many orders for one reason; undone, these holds end and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.job import ORDINARY
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, Field, FieldForm, OneByOne, UndoneOneByOne, WrongField
from engine.services.fulfillment.hold_order import LONGEST_REASON, NO_REASON, hold_order, parse_end, release_holds
from engine.services.refusals import Refused
from rules.messages import Text

HELD_ALREADY = Text("It is on hold for this reason already.", "Ya está retenido por este motivo.")


def _check(app: Application, account_id: str, parameters: Mapping[str, str]) -> Mapping[str, str]:
    reason, until = parameters.get("reason", "").strip(), parameters.get("until", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise WrongField("reason", NO_REASON, limit=LONGEST_REASON)
    if not until:
        return {"reason": reason}
    with app.reading() as uow:
        zone = ZoneInfo(uow.accounts.get(account_id).time_zone)
    try:
        return {"reason": reason, "until": parse_end(until, zone, app.clock.now()).isoformat()}
    except Refused as refusal:
        raise WrongField("until", refusal.message.text, **refusal.message.params) from None


def _do(doing: Doing, order_id: str) -> BulkResult:
    reason, until = doing.action.parameters["reason"], doing.action.parameters.get("until")
    for kept in doing.uow.holds.list_for_orders(doing.account_id, [order_id]):
        if kept.reason == reason and (kept.until.isoformat() if kept.until else None) == until:
            return BulkResult(BulkOutcome.NOTHING, Sentence.of(HELD_ALREADY))
    hold = hold_order(doing.app, doing.account_id, order_id, reason, doing.action.actor, until=until)
    return BulkResult(BulkOutcome.DONE, before={"hold": hold.id})


def _undo(doing: Doing, order_id: str, before: Mapping[str, Any]) -> BulkResult:
    release_holds(doing.app, doing.account_id, order_id, doing.action.actor, before["hold"], priority=ORDINARY)
    return BulkResult(BulkOutcome.DONE)


HOLD = BulkKind(
    "hold",
    Text("Hold", "Retener"),
    Text("Put on hold: {reason}", "Retenidos: {reason}"),
    OneByOne(_do),
    UndoneOneByOne(_undo, {"no_hold"}),
    fields=(
        Field("reason", Text("Reason", "Motivo")),
        Field(
            "until",
            Text("Until", "Hasta"),
            FieldForm.TIME,
            Text("A day, or nothing: until somebody releases them.", "Un día, o nada: hasta que alguien los libere."),
            required=False,
        ),
    ),
    check=_check,
)
