"""Keeps what a carrier said of a shipment, for each account whose it is, with what follows where something is wrong.

The merchant's side is kept first, in a transaction of its own, and the side that asked last: what dies in between is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.events import Delivered, DeliveryFailed, publish
from engine.model.alert import Alert
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.label import Label
from engine.model.order import DELIVERY_PROBLEM, Order
from engine.model.sentence import Sentence
from engine.model.tracking import Tracking, TrackingEvent, TrackingSource
from engine.ports import UnitOfWork
from engine.services.tracking.follow_shipment import mirrored, tracking_of, unflag_unless_others
from engine.services.tracking.problem_words import problem_words
from rules.messages import Text

TOLD = Text("Order {order}: {problem}", "Pedido {order}: {problem}")


def keep_answer(app: Application, label: Label, events: Sequence[TrackingEvent], source: TrackingSource) -> Tracking:
    """What is known of a label's shipment after the carrier's answer."""
    with app.reading() as uow:
        sides = list(_sides(uow, label))
    unknown = tracking_of(label)
    for shipment in reversed(sides):
        with app.unit_of_work() as uow:
            tracking = _keep(app, uow, shipment, unknown, [replace(event, source=source) for event in events])
            uow.commit()
    return tracking


def _sides(uow: UnitOfWork, label: Label) -> Iterator[Shipment]:
    """The shipment as the account that bought the label has it, then as its client has it, and so on."""
    shipment: Shipment | None = uow.fulfillment.get_shipment(label.account_id, label.shipment_id)
    while shipment is not None:
        yield shipment
        request = uow.requests.find_by_copy(shipment.account_id, shipment.order_id)
        shipment = None if request is None else uow.fulfillment.find_by_source(request.account_id, shipment.id)


def _keep(app: Application, uow: UnitOfWork, seen: Shipment, unknown: Tracking, events: Sequence[TrackingEvent]) -> Tracking:
    now = app.clock.now()
    uow.requests.find_by_copy(seen.account_id, seen.order_id, for_change=True)
    order = uow.orders.get(seen.account_id, seen.order_id, for_change=True)
    shipment = uow.fulfillment.get_shipment(order.account_id, seen.id)
    tracking = uow.trackings.find(order.account_id, shipment.id, for_change=True)
    if tracking is None:  # of one that left before anybody followed it
        tracking = unknown if shipment.id == unknown.shipment_id else mirrored(unknown, shipment)
    if shipment.state is not ShipmentState.SHIPPED:
        uow.trackings.put(ended := tracking.end())
        return ended
    uow.trackings.put(tracking)
    numbers = shipment.numbers
    of_parcels = [replace(event, number=event.number or (numbers[0] if numbers else "")) for event in events]
    uow.trackings.keep_events(order.account_id, shipment.id, of_parcels, now, is_erased=order.erased_at is not None)
    heard = tracking.hear(uow.trackings.list_events(order.account_id, shipment.id), numbers, now)
    uow.trackings.put(heard)
    if heard.delivered_at is not None and tracking.delivered_at is None:
        publish(app, uow, [Delivered(order, heard.delivered_at, shipment)])
        uow.orders.update_many([order])
    if heard.problem != tracking.problem:
        _follow_up(app, uow, order, shipment, heard, now)
    return heard


def _follow_up(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment, tracking: Tracking, now: datetime) -> None:
    """What is wrong flags the order, and its people and rules hear of it; what is right again takes the flag off."""
    if tracking.problem is None:
        unflag_unless_others(uow, order, shipment.id)
    else:
        order.flag(DELIVERY_PROBLEM)
        sentence = Sentence.of(TOLD, order=order.order_number, problem=problem_words(app, tracking, shipment))
        uow.alerts.add(Alert(new_id("alr"), order.account_id, order.id, sentence, now))
        publish(app, uow, [DeliveryFailed(order, now)])
    uow.orders.update_many([order])
