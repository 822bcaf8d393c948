"""What is wrong with a shipment on its way, as a person reads it."""

from __future__ import annotations

from engine.application import Application
from engine.model.fulfillment import Shipment
from engine.model.sentence import Sentence
from engine.model.tracking import HANDED_OVER_WITHIN, TRACKING_WORDS, Tracking, TrackingProblem, TrackingState
from rules.messages import Text

PROBLEM_WORDS: dict[TrackingProblem, Text] = {
    TrackingProblem.EXCEPTION: Text(
        "{carrier} reports a problem on the way ({numbers}): {words}",
        "{carrier} avisa de una incidencia en el camino ({numbers}): {words}",
    ),
    TrackingProblem.RETURNED: Text(
        "{carrier} brings it back to the sender ({numbers}): {words}",
        "{carrier} lo devuelve al remitente ({numbers}): {words}",
    ),
    TrackingProblem.NOT_HANDED_OVER: Text(
        "{carrier} has not scanned it within {days} days ({numbers}): look whether it was handed over.",
        "{carrier} no lo ha registrado en {days} días ({numbers}): comprueba si se entregó a la empresa de transporte.",
    ),
}


def problem_words(app: Application, tracking: Tracking, shipment: Shipment) -> Sentence:
    """The sentence about the problem that a shipment has."""
    assert tracking.problem is not None
    carrier = app.carriers.get(shipment.carrier)
    return Sentence.of(
        PROBLEM_WORDS[tracking.problem],
        carrier=shipment.carrier if carrier is None else carrier.describes.name,
        numbers=", ".join(shipment.numbers),
        words=tracking.words or TRACKING_WORDS[TrackingState(tracking.state)],
        days=HANDED_OVER_WITHIN.days,
    )
