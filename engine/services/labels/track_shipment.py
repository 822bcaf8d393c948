"""How far a shipment has come, as far as it is known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import Label
from engine.services.labels.void_label import get_shipment
from rules.messages import Text

LABEL_CREATED = Text("The label was created.", "Se creó la etiqueta.")
SHIPPED = Text("Marked as shipped.", "Marcado como enviado.")
VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """Something that happened to a shipment on its way."""

    at: datetime
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Tracked:
    """The state as a code, and what has happened, the earliest first."""

    state: str
    events: Sequence[TrackingEvent]


def track_shipment(app: Application, account_id: str, shipment_id: str) -> Tracked:
    """Raises Refused for an unknown shipment."""
    with app.reading() as uow:
        shipment = get_shipment(uow, account_id, shipment_id)
        label = uow.labels.find_by_shipment(account_id, shipment_id)
    events = _events(shipment, label)
    state = VOIDED if shipment.state is ShipmentState.VOIDED else events[-1].code if events else shipment.state.value
    return Tracked(state, events)


def _events(shipment: Shipment, label: Label | None) -> list[TrackingEvent]:
    if label is not None and label.bought_at is not None:
        return [TrackingEvent(label.bought_at, "label_created", LABEL_CREATED)]
    return [] if shipment.shipped_at is None else [TrackingEvent(shipment.shipped_at, "shipped", SHIPPED)]
