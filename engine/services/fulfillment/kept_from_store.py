"""Whether, and by whom, a shipment is kept from the store that its order came from."""

from __future__ import annotations

from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from rules.messages import Text

NOTIFY = "notify_marketplace"  # the field that the action of this name writes

KEPT_BY_RULE = Text(
    'The store is not told of the shipment, because the rule "{rule}" says so.',
    'No se avisa del envío a la tienda, porque así lo dice la regla "{rule}".',
)
KEPT_BACK = Text(
    "The store is not told of the shipment: the order says so.", "No se avisa del envío a la tienda: así lo dice el pedido."
)


def is_kept_from_store(order: Order) -> bool:
    """Whether the store is not to hear that the order shipped, as `notify_marketplace` wants it."""
    return order.document().get(NOTIFY) is False


def why_kept_from_store(uow: UnitOfWork, order: Order) -> Sentence | None:
    """Who keeps the shipment from the store; None when it is told."""
    if not is_kept_from_store(order):
        return None
    if NOTIFY not in order.person:
        for decision in reversed(uow.decisions.list_for_order(order.account_id, order.id)):
            for change in reversed(decision.changes):
                if change["field"] == NOTIFY:
                    return Sentence.of(KEPT_BY_RULE, rule=change["rule"])
    return Sentence.of(KEPT_BACK)
