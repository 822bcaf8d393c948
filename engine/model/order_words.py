"""What people call the status of an order."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.order import INITIAL_STATUS, ON_HOLD, OrderState
from rules.messages import Text

STATUS_WORDS: Mapping[str, Text] = {
    "awaiting_payment": Text("Awaiting payment", "En espera de pago"),
    INITIAL_STATUS: Text("Awaiting shipment", "En espera de envío"),
    ON_HOLD: Text("On hold", "Retenido"),
    OrderState.PENDING_FULFILLMENT: Text("Pending fulfillment", "En el proveedor"),
    OrderState.REJECTED_FULFILLMENT: Text("Rejected fulfillment", "Preparación rechazada"),
    OrderState.PARTIALLY_SHIPPED: Text("Partially shipped", "Enviado en parte"),
    OrderState.SHIPPED: Text("Shipped", "Enviado"),
    OrderState.CANCELLED: Text("Cancelled", "Cancelado"),
    OrderState.SKIPPED: Text("Left out by a rule", "Excluido por una regla"),
}


def status_words(status: str) -> Text:
    """One that nobody has worded stays readable."""
    plain = status.replace("_", " ")
    return STATUS_WORDS.get(status) or Text(plain, plain)
