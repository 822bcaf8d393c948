"""More has left than a request asks for: the merchant's order lost units after the provider had it. It counts, and both hear."""

from __future__ import annotations

from datetime import datetime

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.order import Order
from engine.model.request import FulfillmentRequest
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.fulfillment.request_words import names_of
from rules.messages import LANGUAGES, Language, Text

SHIPPED_SURPLUS = "shipped_surplus"  # the flag

TO_PROVIDER = Text(
    "More of order {order} has left than {client} asks for by now: {lines}. The client took these units out after you had the "
    "order. What has left counts, in stock and on the statement; agree with the client on it.",
    "Del pedido {order} ha salido más de lo que {client} pide ahora: {lines}. El cliente quitó esas unidades cuando ya lo "
    "tenías. Lo que salió cuenta, en el stock y en la liquidación; acuérdalo con el cliente.",
)
TO_MERCHANT = Text(
    "{provider} has sent more of order {order} than you ask for by now: {lines}. The order lost these units after the provider "
    "had it. What has left counts; agree on it with the provider or the customer.",
    "{provider} ha enviado más del pedido {order} de lo que pides ahora: {lines}. El pedido perdió esas unidades cuando el "
    "proveedor ya lo tenía. Lo que salió cuenta; acuérdalo con el proveedor o con el cliente final.",
)
_LINE = Text("{shipped} × {sku} instead of {quantity}", "{shipped} × {sku} en lugar de {quantity}")


def tell_of_surplus(uow: UnitOfWork, request: FulfillmentRequest, order: Order, shipment_id: str, now: datetime) -> None:
    """Flag the order of one of the two sides, which is locked, and tell its people, where more has left than is asked for."""
    if not any(line.surplus for line in request.lines):
        return
    order.flag(SHIPPED_SURPLUS, NEEDS_ATTENTION)
    is_providers = order.account_id == request.provider_id
    lines = Sentence(*(_lines(request, language, is_providers) for language in LANGUAGES))
    text = TO_PROVIDER if is_providers else TO_MERCHANT
    said = Sentence.of(text, **names_of(uow, request, order.account_id), order=order.order_number, lines=lines)
    uow.alerts.add(Alert(f"alr_{shipment_id}_{SHIPPED_SURPLUS}", order.account_id, order.id, said, now))


def forget_surplus(request: FulfillmentRequest, order: Order) -> None:
    """Take the flag away once what has left is no more than is asked for; that somebody has to look stays."""
    if not any(line.surplus for line in request.lines):
        order.unflag(SHIPPED_SURPLUS)


def _lines(request: FulfillmentRequest, language: Language, is_providers: bool) -> str:
    def sku(own: str, theirs: str) -> str:
        return theirs if is_providers and theirs else own

    told = (
        _LINE.format(language, shipped=line.shipped, sku=sku(line.sku, line.provider_sku), quantity=line.quantity)
        for line in request.lines
        if line.surplus
    )
    return "; ".join(told)
