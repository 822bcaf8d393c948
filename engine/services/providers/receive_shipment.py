"""Takes in what a provider's system says has left: parcels, tracking, carrier, service, and which units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.integrated_provider import ReportedShipment
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.sentence import Sentence
from engine.model.tracking_numbers import clean_number
from engine.ports import UnitOfWork
from engine.services.fulfillment.answer_lines import NO_SUCH_LINE
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED, take_in_shipment
from engine.services.fulfillment.request_units import request_lines
from engine.services.fulfillment.request_words import names_of
from engine.services.refusals import Refused
from rules.messages import Message, Text

TOO_MANY = Text(
    "Of line {line} only {rest} are left to ship, not {quantity}.",
    "De la línea {line} solo quedan {rest} por enviar, no {quantity}.",
)
BAD_QUANTITY = Text("The quantity of line {line} has to be above 0.", "La cantidad de la línea {line} debe ser mayor que 0.")
NOTHING_LEFT = Text("All of the request has shipped already.", "Ya se ha enviado toda la solicitud.")
MORE_THAN_ASKED = Text(
    "{provider} has shipped more of order {order} than it was asked for. Line {line}: {quantity} instead of {rest} ({tracking}).",
    "{provider} ha enviado más unidades del pedido {order} de las que se le pidieron. Línea {line}: {quantity} en lugar de "
    "{rest} ({tracking}).",
)
LEFT_AFTER_THE_END = Text(
    "{provider} has shipped order {order} although the request had ended.",
    "{provider} ha enviado el pedido {order} aunque la solicitud había terminado.",
)
_TAKEN_OVER: Mapping[str, Text] = {  # by why no other provider could be asked for the units
    "not_free": Text(
        "Of line {line} ({name}) only {free} can count as shipped: the rest has shipped already, or is with another provider.",
        "De la línea {line} ({name}) solo cuentan como enviadas {free}: el resto ya se ha enviado o está en otro proveedor.",
    ),
    "no_such_line": Text(
        "The order has no line {line} any more. It has {known}.", "El pedido ya no tiene la línea {line}. Tiene {known}."
    ),
}


def receive_shipment(
    app: Application, uow: UnitOfWork, request: FulfillmentRequest, order: Order, reported: ReportedShipment, now: datetime
) -> tuple[FulfillmentRequest, str]:
    """The request after a shipment, once: the merchant's order has it, and its store is told. Raises Refused.

    What leaves after a request has ended is taken in too, as long as nobody else has shipped or been asked for its units. Of more
    units than are left, as when the order lost some meanwhile, those that are left count, and people hear of the others.
    """
    source_id = f"{request.provider_id}:{reported.id}"
    if uow.fulfillment.find_by_source(request.account_id, source_id) is not None:
        return request, "known"
    units = _units(request, reported.lines)
    if not request.is_live:
        _check_free(uow, order, units)
    shipped = request.ship(units, now)
    uow.requests.update(shipped)
    planned = Shipment(
        id=new_id("shp"),
        account_id=request.account_id,
        order_id=order.id,
        request_id=request.id,
        carrier=reported.carrier,
        service=reported.service,
        lines=units,
        parcels=tuple(_parcels(reported)),
        source_id=source_id,
    )
    _tell_what_is_odd(uow, request, order, reported, now)
    take_in_shipment(app, uow, shipped, order, planned.ship(now), now)
    return shipped, "done"


def _parcels(reported: ReportedShipment) -> Iterator[Parcel]:
    """Each with its number, as numbers that people enter are read: the same one with other blanks, or in another case, is one."""
    known: dict[str, str] = {}
    for parcel in reported.parcels:
        number = clean_number(parcel.tracking_number or "")
        same = known.setdefault(number.casefold(), number)
        yield Parcel(new_id("par"), weight_g=parcel.weight_g, tracking_number=same or None)


def _units(request: FulfillmentRequest, lines: Mapping[str, Decimal] | None) -> dict[str, Decimal]:
    """How many units of each line have left. Raises Refused."""
    rests = {line.line_key: line.rest for line in request.lines}
    if lines is None:
        units = {key: rest for key, rest in rests.items() if rest > 0}
        if not units:
            raise Refused("request_shipped", NOTHING_LEFT)
        return units
    for key, quantity in lines.items():
        if key not in rests:
            raise Refused("no_such_line", NO_SUCH_LINE, line=key, known=", ".join(rests))
        if quantity <= 0:
            raise Refused("bad_quantity", BAD_QUANTITY, line=key)
    units = {key: min(quantity, rests[key]) for key, quantity in lines.items() if rests[key] > 0}
    if not units:
        key, quantity = next(iter(lines.items()))
        raise Refused("request_shipped", TOO_MANY, line=key, rest=rests[key], quantity=quantity)
    return units


def _tell_what_is_odd(
    uow: UnitOfWork, request: FulfillmentRequest, order: Order, reported: ReportedShipment, now: datetime
) -> None:
    """Flag the order, and tell its people, where the request had ended or more has left than was left of it."""
    named = {"provider": names_of(uow, request, order.account_id)["provider"], "order": order.order_number}
    odd = []
    if not request.is_live:
        if request.state is RequestState.CANCELLED:  # nobody has recalled what its provider rejected or closed
            order.flag(RECALLED_BUT_SHIPPED)
        odd.append(Sentence.of(LEFT_AFTER_THE_END, **named))
    rests = {line.line_key: line.rest for line in request.lines}
    for key, quantity in (reported.lines or {}).items():
        if quantity > rests[key]:
            more = {"line": key, "quantity": quantity, "rest": rests[key], "tracking": reported.tracking}
            odd.append(Sentence.of(MORE_THAN_ASKED, **named, **more))
    for sentence in odd:
        order.flag(NEEDS_ATTENTION)
        uow.alerts.add(Alert(new_id("alr"), order.account_id, order.id, sentence, now))


def _check_free(uow: UnitOfWork, order: Order, units: Mapping[str, Decimal]) -> None:
    """Whether nobody else has taken over the units of a request that has ended. Raises Refused."""
    requests = uow.requests.list_for_order(order.account_id, order.id)
    shipments = uow.fulfillment.list_shipments(order.account_id, order.id)
    labels = uow.labels.being_bought(order.account_id, [order.id]).get(order.id, [])
    free = request_lines(order, requests, shipments, wanted=units, labels=labels)
    if isinstance(free, Message):
        raise Refused("not_free", _TAKEN_OVER.get(free.code, free.text), **free.params)
