"""The way of an order's parcels, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.web.language import page_language
from engine.application import Application
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.tracking import TRACKING_WORDS, Tracking, TrackingEvent
from engine.services.tracking.problem_words import problem_words
from storage.queries import OrderDetail


@dataclass(frozen=True, slots=True)
class ShownWay:
    """How far a shipment has come, in words. `events` the latest first; `problem` is a sentence."""

    tracking: Tracking
    state: str
    problem: str | None
    events: Sequence[TrackingEvent]
    names_parcels: bool  # of several parcels each event says which it is about


def ways_of(app: Application, detail: OrderDetail) -> Mapping[str, ShownWay]:
    """By shipment, of those that are followed. Nothing is read where no label was bought and no provider shipped."""
    if not any(shipment.source_id or any(parcel.label_id for parcel in shipment.parcels) for shipment in detail.shipments):
        return {}
    order = detail.order
    with app.reading() as uow:
        followed = uow.trackings.by_order(order.account_id, [order.id]).get(order.id, [])
        events = uow.trackings.events_of_order(order.account_id, order.id) if followed else {}
    shipments = {one.id: one for one in detail.shipments}
    return {
        one.shipment_id: _shown(app, one, shipments[one.shipment_id], events.get(one.shipment_id, []))
        for one in followed
        if one.shipment_id in shipments and shipments[one.shipment_id].state is not ShipmentState.VOIDED
    }


def _shown(app: Application, tracking: Tracking, shipment: Shipment, events: Sequence[TrackingEvent]) -> ShownWay:
    language = page_language()
    return ShownWay(
        tracking=tracking,
        state=TRACKING_WORDS[tracking.state].format(language),
        problem=None if tracking.problem is None else problem_words(app, tracking, shipment).format(language),
        events=list(reversed(events)),
        names_parcels=len(shipment.numbers) > 1,
    )
