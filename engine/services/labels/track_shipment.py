"""How far a shipment has come: what is known here, and what the carrier says where it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import Label, LabelState
from engine.model.sentence import sentence_of
from engine.model.tracking import TrackingEvent, TrackingState
from engine.ports import CarrierError
from engine.services.labels.void_label import get_shipment
from engine.services.refusals import Refused


@dataclass(frozen=True, slots=True)
class Tracked:
    """Where it is, and what has happened, the earliest first."""

    state: TrackingState
    events: Sequence[TrackingEvent]


def track_shipment(app: Application, account_id: str, shipment_id: str) -> Tracked:
    """Of a shipment, or of a return label by its id. Raises Refused for an unknown one, and when the carrier does not answer."""
    with app.reading() as uow:
        label = uow.labels.find_by_shipment(account_id, shipment_id)
        shipment = None if label is not None and label.is_return else get_shipment(uow, account_id, shipment_id)
    if shipment is None:
        assert label is not None
        return _tracked_back(app, label)
    events = _known_here(shipment, label)
    if shipment.state is ShipmentState.VOIDED:
        return Tracked(TrackingState.VOIDED, events)
    if label is not None:
        events += _carriers(app, label, shipment.numbers)
    return Tracked(events[-1].state if events else TrackingState.SHIPPED, events)


def _tracked_back(app: Application, label: Label) -> Tracked:
    if label.bought_at is None or label.state is LabelState.VOIDED:
        return Tracked(TrackingState.VOIDED, [])
    events = [TrackingEvent(label.bought_at, TrackingState.LABEL_CREATED), *_carriers(app, label, label.tracking_numbers)]
    return Tracked(events[-1].state, events)


def _known_here(shipment: Shipment, label: Label | None) -> list[TrackingEvent]:
    if label is not None and label.bought_at is not None:
        return [TrackingEvent(label.bought_at, TrackingState.LABEL_CREATED)]
    return [] if shipment.shipped_at is None else [TrackingEvent(shipment.shipped_at, TrackingState.SHIPPED)]


def _carriers(app: Application, label: Label, numbers: Sequence[str]) -> list[TrackingEvent]:
    carrier = app.carriers.get(label.carrier)
    if carrier is None or not carrier.describes.can(CarrierCapability.TRACKING):
        return []
    with app.reading() as uow:
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    try:
        return carrier.open(account).track(label, numbers)
    except CarrierError as error:
        raise Refused("not_tracked", sentence_of(error)) from None
