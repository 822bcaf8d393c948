"""How far a shipment has come: what is kept, and what the carrier says now where it can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import Label, LabelState
from engine.model.sentence import Sentence, sentence_of
from engine.model.tracking import Tracking, TrackingEvent, TrackingSource, TrackingState
from engine.ports import CarrierError
from engine.services.labels.void_label import get_shipment
from engine.services.refusals import Refused
from engine.services.tracking.ask_carriers import ask_carrier
from engine.services.tracking.follow_shipment import can_be_asked, tracking_of


@dataclass(frozen=True, slots=True)
class Tracked:
    """Where it is, and what has happened, the earliest first. `unanswered` says why that is not the carrier's newest."""

    state: TrackingState
    events: Sequence[TrackingEvent]
    unanswered: Sentence | None = None


def track_shipment(app: Application, account_id: str, shipment_id: str) -> Tracked:
    """Of a shipment, or of a return label by its id.

    Raises Refused for an unknown one, and when the carrier does not answer and never has.
    """
    with app.reading() as uow:
        label = uow.labels.find_by_shipment(account_id, shipment_id)
    if label is not None and label.is_return:
        return _tracked_back(app, label)
    with app.reading() as uow:
        shipment = get_shipment(uow, account_id, shipment_id)
        tracking = uow.trackings.find(account_id, shipment_id)
        has_answer = bool(uow.trackings.list_events(account_id, shipment_id))
    unanswered = None
    if label is not None and shipment.state is ShipmentState.SHIPPED and can_be_asked(app, label):
        try:
            tracking = ask_carrier(app, tracking or tracking_of(label), TrackingSource.PERSON)
        except CarrierError as error:
            unanswered = sentence_of(error)
            if not has_answer:
                raise Refused("not_tracked", unanswered) from None
    with app.reading() as uow:
        events = uow.trackings.list_events(account_id, shipment_id)
    return Tracked(_state(shipment, label, tracking, events), [*_known_here(shipment, label), *events], unanswered)


def _tracked_back(app: Application, label: Label) -> Tracked:
    """The way back is not a shipment: nothing of it is kept, and the carrier is asked each time."""
    if label.bought_at is None or label.state is LabelState.VOIDED:
        return Tracked(TrackingState.VOIDED, [])
    created = TrackingEvent(label.bought_at, TrackingState.LABEL_CREATED)
    if not can_be_asked(app, label):
        return Tracked(created.state, [created])
    with app.reading() as uow:
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    try:
        events = [created, *app.carrier_session(account).track(label, label.tracking_numbers)]
    except CarrierError as error:
        raise Refused("not_tracked", sentence_of(error)) from None
    return Tracked(events[-1].state, events)


def _state(shipment: Shipment, label: Label | None, tracking: Tracking | None, events: Sequence[TrackingEvent]) -> TrackingState:
    if shipment.state is ShipmentState.VOIDED:
        return TrackingState.VOIDED
    if tracking is not None and events:
        return tracking.state
    return TrackingState.SHIPPED if label is None else TrackingState.LABEL_CREATED


def _known_here(shipment: Shipment, label: Label | None) -> list[TrackingEvent]:
    if label is not None and label.bought_at is not None:
        return [TrackingEvent(label.bought_at, TrackingState.LABEL_CREATED)]
    return [] if shipment.shipped_at is None else [TrackingEvent(shipment.shipped_at, TrackingState.SHIPPED)]
