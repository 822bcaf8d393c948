"""Fields that say where an order comes from and where it stands."""

from __future__ import annotations

from rules.fields.catalogue import ORDER_FIELDS, TEXT, TIME
from rules.fields.closed_values import CURRENCIES, STATUSES
from rules.messages import Text

add = ORDER_FIELDS.add

add(
    "order_number",
    TEXT,
    Text("order number", "número de pedido"),
    Text("The number that the store gave the order.", "El número que la tienda dio al pedido."),
)
add(
    "reference",
    TEXT,
    Text("reference", "referencia"),
    Text("The number that the shop's customer knows.", "El número que conoce el cliente de la tienda."),
)
add(
    "order_key",
    TEXT,
    Text("order key", "clave del pedido"),
    Text("The store's own key of the order, which never changes.", "La clave del pedido en la tienda, que no cambia nunca."),
)
add(
    "store",
    TEXT,
    Text("store", "tienda"),
    Text("The connected store that the order was imported from.", "La tienda conectada de la que se importó el pedido."),
)
add(
    "marketplace",
    TEXT,
    Text("marketplace", "marketplace"),
    Text(
        "Where the buyer bought: the sales channel behind the store.",
        "Dónde compró el comprador: el canal de venta detrás de la tienda.",
    ),
)
add(
    "source",
    TEXT,
    Text("order source", "origen del pedido"),
    Text(
        "How the order came about, as the store names it: web, telephone, import.",
        "Cómo se hizo el pedido, según lo nombra la tienda: web, teléfono, importación.",
    ),
)
add(
    "status",
    TEXT,
    Text("status", "estado"),
    Text(
        "Where the order stands, such as awaiting_shipment, on_hold, pending_fulfillment or shipped.",
        "En qué punto está el pedido: por ejemplo awaiting_shipment, on_hold, pending_fulfillment o shipped.",
    ),
    closed=STATUSES,
)
add(
    "currency",
    TEXT,
    Text("currency", "moneda"),
    Text(
        "The currency of the order's amounts, as its three-letter code: EUR, GBP.",
        "La moneda de los importes del pedido, con su código de tres letras: EUR, GBP.",
    ),
    closed=CURRENCIES,
)
add(
    "payment_method",
    TEXT,
    Text("payment method", "forma de pago"),
    Text("How the buyer paid, as the store names it.", "Cómo pagó el comprador, según lo nombra la tienda."),
)
add(
    "client",
    TEXT,
    Text("client", "cliente del 3PL"),
    Text(
        "The account whose order it is; in a 3PL's account, the client it ships for.",
        "La cuenta de la que es el pedido; en la cuenta de un 3PL, el cliente para el que envía.",
    ),
)
add(
    "brand",
    TEXT,
    Text("brand", "marca"),
    Text("The client's company name, in a 3PL's account.", "El nombre de empresa del cliente, en la cuenta de un 3PL."),
)
add(
    "assigned_to",
    TEXT,
    Text("assigned user", "usuario asignado"),
    Text("The user of the account who looks after the order.", "El usuario de la cuenta que se ocupa del pedido."),
)
add(
    "order_date",
    TIME,
    Text("order date", "fecha del pedido"),
    Text("When the buyer placed the order.", "Cuándo hizo el comprador el pedido."),
)
add("payment_date", TIME, Text("date paid", "fecha de pago"), Text("When the order was paid.", "Cuándo se pagó el pedido."))
add(
    "ship_by",
    TIME,
    Text("ship-by date", "fecha límite de envío"),
    Text("The latest time at which the order should leave.", "El último momento en que el pedido debería salir."),
)
add(
    "deliver_by",
    TIME,
    Text("deliver-by date", "fecha límite de entrega"),
    Text("The latest time at which the order should arrive.", "El último momento en que el pedido debería llegar."),
)
add(
    "ship_date",
    TIME,
    Text("ship date", "fecha de envío"),
    Text("The day on which the order is to leave.", "El día en que el pedido va a salir."),
)
add(
    "hold_until",
    TIME,
    Text("on hold until", "fin de la espera"),
    Text("Until when the order is on hold.", "Hasta cuándo está retenido el pedido."),
)
add(
    "now",
    TIME,
    Text("now", "ahora"),
    Text("The time at which the rules run.", "El momento en que se ejecutan las reglas."),
    derived=True,
)
add(
    "imported_at",
    TIME,
    Text("imported at", "fecha de importación"),
    Text("When the order was imported for the first time.", "Cuándo se importó el pedido por primera vez."),
)
