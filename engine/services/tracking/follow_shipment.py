"""From when a shipment leaves it is followed; from when it is taken back, no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from engine.application import Application
from engine.events import ShipmentTakenBack, ShippedFromHere
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment
from engine.model.label import Label
from engine.model.order import DELIVERY_PROBLEM, Order
from engine.model.tracking import Tracking
from engine.ports import UnitOfWork


def follow_shipped(app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """What was shipped with a label of a carrier that can be asked, and what a provider shipped with one."""
    for event in events:
        shipment = event.shipment
        if shipment.source_id is not None and shipment.request_id is not None:
            _follow_provider(uow, shipment, event.at)
        elif any(parcel.label_id for parcel in shipment.parcels):
            label = uow.labels.find_by_shipment(shipment.account_id, shipment.id)
            if label is not None and can_be_asked(app, label):
                uow.trackings.put(tracking_of(label).begin(event.at))


def end_taken_back(_app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """Nobody is asked about these any more."""
    for event in events:
        end_tracking(uow, event.order, event.shipment)


def end_tracking(uow: UnitOfWork, order: Order, shipment: Shipment) -> None:
    """Follow a shipment no longer. Whoever calls it writes the order."""
    tracking = uow.trackings.find(order.account_id, shipment.id, for_change=True)
    if tracking is not None:
        uow.trackings.put(tracking.end())
        unflag_unless_others(uow, order, shipment.id)


def unflag_unless_others(uow: UnitOfWork, order: Order, shipment_id: str) -> None:
    """Nothing is wrong with a shipment any more; the order keeps its flag where something is with another one."""
    others = uow.trackings.by_order(order.account_id, [order.id]).get(order.id, [])
    if not any(one.problem for one in others if one.shipment_id != shipment_id):
        order.unflag(DELIVERY_PROBLEM)


def can_be_asked(app: Application, label: Label) -> bool:
    """Whether the carrier of a label says how its parcels come along."""
    carrier = app.carriers.get(label.carrier)
    return carrier is not None and carrier.describes.can(CarrierCapability.TRACKING)


def tracking_of(label: Label) -> Tracking:
    """How a shipment begins its way; one that leaves on a later day is not missed before."""
    bought_at = label.bought_at or label.created_at
    leaves_at = datetime.combine(label.request.ship_date, time(), UTC)
    own = (label.shipment_id, label.account_id, label.order_id)
    return Tracking(*own, max(bought_at, leaves_at), label.carrier_account_id, label.carrier_id)


def mirrored(tracking: Tracking, shipment: Shipment) -> Tracking:
    """The merchant's view of a shipment that its provider follows: nothing is wrong with it yet, and nobody is asked."""
    return replace(
        tracking,
        shipment_id=shipment.id,
        account_id=shipment.account_id,
        order_id=shipment.order_id,
        carrier_account_id=None,
        carrier_id="",
        asked_at=None,
        ask_at=None,
        failures=0,
        called=False,
        problem=None,
        problem_at=None,
    )


def _follow_provider(uow: UnitOfWork, shipment: Shipment, now: datetime) -> None:
    provider_id = uow.requests.get(shipment.account_id, str(shipment.request_id)).provider_id
    theirs = uow.trackings.find(provider_id, str(shipment.source_id))
    if theirs is not None:
        uow.trackings.put(mirrored(theirs, shipment))
        known = uow.trackings.list_events(provider_id, theirs.shipment_id)
        uow.trackings.keep_events(shipment.account_id, shipment.id, known, now)
