"""How far a parcel has come: what carriers say, in one vocabulary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.model.sentence import Sentence
from rules.messages import Text


class TrackingState(StrEnum):
    """Where a parcel is on its way."""

    LABEL_CREATED = "label_created"
    SHIPPED = "shipped"  # said by hand, without a label of a carrier that is asked
    ACCEPTED = "accepted"  # the carrier's first scan
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AVAILABLE_FOR_PICKUP = "available_for_pickup"
    DELIVERED = "delivered"
    EXCEPTION = "exception"
    RETURNED = "returned"
    VOIDED = "voided"


TRACKING_WORDS: dict[TrackingState, Text] = {
    TrackingState.LABEL_CREATED: Text("The label was created.", "Se creó la etiqueta."),
    TrackingState.SHIPPED: Text("Marked as shipped.", "Marcado como enviado."),
    TrackingState.ACCEPTED: Text("The carrier has the parcel.", "La empresa de transporte tiene el paquete."),
    TrackingState.IN_TRANSIT: Text("On its way.", "En camino."),
    TrackingState.OUT_FOR_DELIVERY: Text("Out for delivery.", "En reparto."),
    TrackingState.AVAILABLE_FOR_PICKUP: Text("Ready to be collected.", "Listo para recoger."),
    TrackingState.DELIVERED: Text("Delivered.", "Entregado."),
    TrackingState.EXCEPTION: Text("Something went wrong on the way.", "Hubo una incidencia en el camino."),
    TrackingState.RETURNED: Text("On its way back to the sender.", "De vuelta al remitente."),
    TrackingState.VOIDED: Text("The label was voided.", "Se anuló la etiqueta."),
}


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """Something that happened to a parcel. `words` are the carrier's own, where it has some; `place` may be empty."""

    at: datetime
    state: TrackingState
    words: Sentence | None = None
    place: str = ""

    @property
    def sentence(self) -> Text:
        """What a person reads."""
        return TRACKING_WORDS[self.state] if self.words is None else self.words
