"""Fields of what an order costs, weighs and holds. Amounts are in the order's currency."""

from __future__ import annotations

from rules.fields.catalogue import NUMBER, ORDER_FIELDS, SET
from rules.messages import Text

add = ORDER_FIELDS.add

add(
    "order_total",
    NUMBER,
    Text("order total", "total del pedido"),
    Text("What the whole order costs, with shipping and tax.", "Lo que cuesta el pedido entero, con envío e impuestos."),
)
add(
    "subtotal",
    NUMBER,
    Text("subtotal", "subtotal"),
    Text(
        "What the goods of the whole order cost, before shipping and tax.",
        "Lo que cuestan los artículos del pedido entero, sin envío ni impuestos.",
    ),
)
add(
    "amount_paid",
    NUMBER,
    Text("amount paid", "importe pagado"),
    Text("What the buyer has paid so far.", "Lo que el comprador ha pagado hasta ahora."),
)
add(
    "tax_paid",
    NUMBER,
    Text("tax paid", "impuestos pagados"),
    Text("The tax in the order's total.", "Los impuestos incluidos en el total del pedido."),
)
add(
    "shipping_paid",
    NUMBER,
    Text("shipping paid", "gastos de envío pagados"),
    Text("What the buyer paid for shipping the whole order.", "Lo que el comprador pagó por el envío del pedido entero."),
)
add(
    "shipment_value",
    NUMBER,
    Text("value of the lines shipped here", "valor de las líneas de este envío"),
    Text(
        "What the lines of this shipment are worth; less than the whole order where only a part ships.",
        "Lo que valen las líneas de este envío; menos que el pedido entero si solo se envía una parte.",
    ),
)
add(
    "insured_value",
    NUMBER,
    Text("insured value", "valor asegurado"),
    Text("The amount the shipment is insured for.", "El importe por el que se asegura el envío."),
)
add(
    "weight_g",
    NUMBER,
    Text("weight in grams", "peso en gramos"),
    Text("What the shipment weighs, in grams.", "Lo que pesa el envío, en gramos."),
)
add(
    "length_mm",
    NUMBER,
    Text("length in mm", "largo en mm"),
    Text("How long the parcel is, in millimetres.", "El largo del paquete, en milímetros."),
)
add(
    "width_mm",
    NUMBER,
    Text("width in mm", "ancho en mm"),
    Text("How wide the parcel is, in millimetres.", "El ancho del paquete, en milímetros."),
)
add(
    "height_mm",
    NUMBER,
    Text("height in mm", "alto en mm"),
    Text("How high the parcel is, in millimetres.", "El alto del paquete, en milímetros."),
)
add(
    "line_count",
    NUMBER,
    Text("number of lines", "número de líneas"),
    Text("How many lines the order has, counted by Relevo.", "Cuántas líneas tiene el pedido, contadas por Relevo."),
    derived=True,
)
add(
    "total_quantity",
    NUMBER,
    Text("total quantity", "cantidad total"),
    Text(
        "How many pieces all lines have together, added up by Relevo.",
        "Cuántas unidades suman todas las líneas, sumadas por Relevo.",
    ),
    derived=True,
)
add(
    "skus",
    SET,
    Text("SKUs of all lines", "SKU de todas las líneas"),
    Text("The SKUs of all lines, each once.", "Los SKU de todas las líneas, cada uno una vez."),
    derived=True,
)
