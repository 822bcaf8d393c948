"""The form that hands one order, or some of its units, over to a provider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext

from adapters.web.language import page_language
from engine.model.order import OrderAction
from engine.model.request import RequestLine
from engine.services.connections.list_connections import Provider
from engine.services.fulfillment.request_units import ALL_TAKEN, request_lines
from rules.messages import Message
from storage.queries import OrderDetail


@dataclass(frozen=True, slots=True)
class DelegationForm:
    """Whom an order may be handed over to, and which of its units are free for that; or what stands against it."""

    providers: Sequence[Provider]
    chosen: str
    lines: tuple[RequestLine, ...]  # the quantity is what is free
    problem: str | None = None

    @staticmethod
    def written(quantity: Decimal) -> str:
        """A quantity as the form takes it back, in whatever language."""
        return format(quantity.normalize(), "f")


def delegation_form(detail: OrderDetail, providers: Sequence[Provider]) -> DelegationForm | None:
    """None where there is nobody or nothing to hand over."""
    order = detail.order
    if not providers or not order.may(OrderAction.HAND_OVER):
        return None
    free = request_lines(order, detail.requests, detail.shipments)
    chosen = str(order.document().get("logistics_provider") or "")
    if isinstance(free, Message):
        return None if free.code == ALL_TAKEN else DelegationForm(providers, chosen, (), free.format(page_language()))
    if order.is_held:
        return DelegationForm(providers, chosen, (), gettext("The order is on hold: release it first, then hand it over."))
    return DelegationForm(providers, chosen, free)
