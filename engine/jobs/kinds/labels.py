"""Buys labels and gives them back, as far as the carrier answers."""

from __future__ import annotations

from engine.jobs.carrier_jobs import carrier_job
from engine.model.job import JobKind
from engine.services.labels.buy_label import buy_label
from engine.services.labels.void_label import void_label
from rules.messages import Text

BUY_LABEL = carrier_job(
    JobKind.BUY_LABEL, Text("Buying the label of order {order}", "Comprar la etiqueta del pedido {order}"), buy_label
)
VOID_LABEL = carrier_job(
    JobKind.VOID_LABEL, Text("Voiding the label of order {order}", "Anular la etiqueta del pedido {order}"), void_label
)
