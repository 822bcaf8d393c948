"""Runs the rules again over many orders."""

from __future__ import annotations

from collections.abc import Sequence

from engine.model.bulk_action import BulkOutcome, BulkResult
from engine.model.sentence import Sentence
from engine.services.bulk.kind import BulkKind, Doing, Results
from engine.services.deciding.reprocess_orders import REPROCESSABLE, reprocess_orders
from rules.messages import Text

TOGETHER = 10  # their rules are read once, and the orders are locked for a moment only

FINISHED = Text(
    "The rules do not run over an order that has shipped or was cancelled.",
    "Las reglas no se ejecutan en un pedido enviado o cancelado.",
)


def _do(doing: Doing, order_ids: Sequence[str]) -> Results:
    orders = doing.uow.orders.get_many(doing.account_id, order_ids, for_change=True)
    unfinished = [order.id for order in orders if order.state in REPROCESSABLE]
    reprocess_orders(doing.app, doing.account_id, unfinished, doing.action.actor)
    refused = BulkResult(BulkOutcome.REFUSED, Sentence.of(FINISHED))
    return {order_id: BulkResult(BulkOutcome.DONE) if order_id in unfinished else refused for order_id in order_ids}


RUN_RULES = BulkKind(
    "rules",
    Text("Run the rules again", "Volver a ejecutar las reglas"),
    Text("Rules run again", "Reglas ejecutadas de nuevo"),
    _do,
    together=TOGETHER,
    about=Text(
        "What rules had set is set anew; what people have entered stays.",
        "Lo que fijaron las reglas se vuelve a fijar; lo que se introdujo manualmente se conserva.",
    ),
)
