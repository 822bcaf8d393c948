"""Fields of what became of an order at logistics providers. Relevo alone says them; they are blank where nobody was asked."""

from __future__ import annotations

from rules.fields.catalogue import NUMBER, ORDER_FIELDS, SET, TEXT
from rules.fields.closed_values import REFUSALS
from rules.messages import Text

DELEGATION = "delegation"  # the part of an order document that holds them
KEYS = ("provider", "reason", "round", "refused_by", "hours_left")

add = ORDER_FIELDS.add

add(
    "delegation.provider",
    TEXT,
    Text("provider asked last", "último proveedor solicitado"),
    Text(
        "The logistics provider that the last fulfillment request went to.",
        "El proveedor de logística que recibió la última solicitud de preparación.",
    ),
)
add(
    "delegation.reason",
    TEXT,
    Text("provider's reason", "motivo del proveedor"),
    Text(
        "Why the provider answered the last request as it did, as a code: out_of_stock, incorrect_address.",
        "Por qué el proveedor respondió así a la última solicitud, con su código: out_of_stock, incorrect_address.",
    ),
    closed=REFUSALS,
)
add(
    "delegation.round",
    NUMBER,
    Text("rounds without shipping", "rondas sin envío"),
    Text(
        "How often a request over the order has been rejected, or closed before all had shipped. What was taken back does not "
        "count.",
        "Cuántas veces una solicitud sobre el pedido se ha rechazado o se ha cerrado antes de enviarse todo. Las retiradas no "
        "cuentan.",
    ),
)
add(
    "delegation.refused_by",
    SET,
    Text("providers that refused", "proveedores que lo rechazaron"),
    Text(
        "The logistics providers that rejected the order or closed it with a rest, and have no request over it now.",
        "Los proveedores de logística que rechazaron el pedido o lo cerraron sin completarlo, y ahora no tienen ninguna "
        "solicitud sobre él.",
    ),
)
add(
    "delegation.hours_left",
    NUMBER,
    Text("hours left to ship", "horas restantes para enviar"),
    Text(
        "How many hours are left until the provider should have shipped; below 0 it is overdue.",
        "Cuántas horas quedan para que el proveedor haya enviado el pedido; por debajo de 0 va con retraso.",
    ),
)
