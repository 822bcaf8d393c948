"""Takes many orders back from their providers; undone, each is asked for again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.job import ORDINARY
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, OneByOne, UndoneOneByOne
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.refusals import Refused
from rules.messages import Text

ASKED = Text(
    "The provider has the order already and has to answer before it is yours again.",
    "El proveedor ya tiene el pedido y debe responder antes de que vuelva a ser tuyo.",
)
SEVERAL = Text(
    "It is with several providers: recall each of them on the order's page.",
    "Está en manos de varios proveedores: retira cada solicitud en la página del pedido.",
)
UNANSWERED = Text(
    "The provider was asked to give it back and has to answer first.",
    "Se ha pedido al proveedor que lo devuelva y antes debe responder.",
)


def recalled(request: FulfillmentRequest) -> BulkResult:
    """What came of a recall, with what asking again needs to know."""
    asked = request.state is RequestState.CANCEL_REQUESTED
    lines = {line.line_key: str(line.quantity) for line in request.lines}
    before = {"provider_id": request.provider_id, "preference": request.service_preference, "lines": lines, "asked": asked}
    return BulkResult(BulkOutcome.DONE, Sentence.of(ASKED) if asked else None, before)


def _do(doing: Doing, order_id: str) -> BulkResult:
    try:
        return recalled(recall_order(doing.app, doing.account_id, order_id, doing.action.actor))
    except Refused as refusal:
        if refusal.message.code != "which_request":
            raise
        raise Refused("which_request", SEVERAL) from None


def _undo(doing: Doing, order_id: str, before: Mapping[str, Any]) -> BulkResult:
    if before["asked"]:
        raise Refused("unanswered", UNANSWERED)
    slug = doing.uow.accounts.get(before["provider_id"]).slug
    lines = {key: Decimal(quantity) for key, quantity in before["lines"].items()}
    asking = Asking(slug, before["preference"], lines)
    request = delegate_order(doing.app, doing.account_id, order_id, asking, doing.action.actor, priority=ORDINARY)
    return BulkResult(BulkOutcome.DONE, before={"request": request.id})


RECALL = BulkKind(
    "recall",
    Text("Recall", "Retirar"),
    Text("Recalled from providers", "Retirados de los proveedores"),
    OneByOne(_do, {"not_delegated"}),
    UndoneOneByOne(_undo),
)
