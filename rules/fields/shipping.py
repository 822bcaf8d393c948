"""Fields of how an order ships, and those that are free for the account's own use."""

from __future__ import annotations

from rules.fields.catalogue import BOOLEAN, ORDER_FIELDS, SET, TEXT
from rules.messages import Text

add = ORDER_FIELDS.add

add(
    "requested_service",
    TEXT,
    Text("requested service", "servicio solicitado"),
    Text(
        "The shipping that the buyer chose, as the store names it.",
        "El envío que eligió el comprador, según lo nombra la tienda.",
    ),
)
add(
    "carrier",
    TEXT,
    Text("carrier", "empresa de transporte"),
    Text("The carrier that is to take the parcel.", "La empresa que va a transportar el paquete."),
)
add(
    "service",
    TEXT,
    Text("service", "servicio"),
    Text(
        "The carrier's service that the order ships with.",
        "El servicio de la empresa de transporte con el que se envía el pedido.",
    ),
)
add(
    "package",
    TEXT,
    Text("package", "embalaje"),
    Text("The kind of package the order goes into.", "El tipo de embalaje en el que va el pedido."),
)
add(
    "confirmation",
    TEXT,
    Text("delivery confirmation", "confirmación de entrega"),
    Text(
        "What the carrier is to ask for at the door, such as a signature.",
        "Lo que la empresa de transporte debe pedir en la puerta, como una firma.",
    ),
)
add(
    "ship_from",
    TEXT,
    Text("ship-from location", "ubicación de envío"),
    Text("The location that the order leaves from.", "La ubicación de la que sale el pedido."),
)
add(
    "logistics_provider",
    TEXT,
    Text("logistics provider", "proveedor de logística"),
    Text("The connected 3PL that ships the order.", "El 3PL conectado que envía el pedido."),
)
add(
    "shipping_account",
    TEXT,
    Text("shipping account", "cuenta de envío"),
    Text("The carrier account that pays for the label.", "La cuenta de la empresa de transporte que paga la etiqueta."),
)
add(
    "international",
    BOOLEAN,
    Text("international", "internacional"),
    Text(
        "Whether the order leaves the country of its ship-from location or, where that is not known, of the account.",
        "Si el pedido sale del país de su ubicación de envío o, si no se conoce, del país de la cuenta.",
    ),
    derived=True,
)
add(
    "tags",
    SET,
    Text("tags", "etiquetas"),
    Text(
        "The tags that the store, people and rules put on the order.",
        "Las etiquetas que la tienda, las personas y las reglas ponen al pedido.",
    ),
)
add(
    "custom_field_1",
    TEXT,
    Text("custom field 1", "campo personalizado 1"),
    Text(
        "The first free field of the order; for a Brightpearl store it is the warehouse id.",
        "El primer campo libre del pedido; en una tienda Brightpearl es el identificador del almacén.",
    ),
)
add(
    "custom_field_2",
    TEXT,
    Text("custom field 2", "campo personalizado 2"),
    Text("The second free field of the order.", "El segundo campo libre del pedido."),
)
add(
    "custom_field_3",
    TEXT,
    Text("custom field 3", "campo personalizado 3"),
    Text("The third free field of the order.", "El tercer campo libre del pedido."),
)
