"""Fields of how an order's parcels come along. Relevo alone says them; they are blank where no carrier is asked."""

from __future__ import annotations

from rules.fields.catalogue import NUMBER, ORDER_FIELDS, TEXT
from rules.fields.closed_values import TRACKING_STATES
from rules.messages import Text

TRACKING = "tracking"  # the part of an order document that holds them
KEYS = ("state", "words", "days_since_label")

add = ORDER_FIELDS.add

add(
    "tracking.state",
    TEXT,
    Text("where the parcel is", "dónde está el paquete"),
    Text(
        "How far the order's parcel has come, as a code; of several the one that something is wrong with, else the one behind.",
        "Hasta dónde ha llegado el paquete del pedido, con su código; de varios, el que tiene una incidencia o, si no, el más "
        "atrasado.",
    ),
    closed=TRACKING_STATES,
)
add(
    "tracking.words",
    TEXT,
    Text("what the carrier says", "lo que dice la empresa de transporte"),
    Text(
        "What the carrier said last about this parcel, in its own words: Refused by the recipient.",
        "Lo último que dijo la empresa de transporte sobre ese paquete, con sus palabras: Rechazado por el destinatario.",
    ),
    personal=True,
)
add(
    "tracking.days_since_label",
    NUMBER,
    Text("days since the label", "días desde la etiqueta"),
    Text(
        "How many days ago the parcel should have left: when its label was created, or on its ship date.",
        "Cuántos días hace que el paquete debía salir: cuando se creó la etiqueta o en su fecha de envío.",
    ),
)
