"""Fields of one line of an order."""

from __future__ import annotations

from rules.fields.catalogue import ITEM_FIELDS, NUMBER, SET, TEXT
from rules.messages import Text

add = ITEM_FIELDS.add

add("sku", TEXT, Text("SKU", "SKU"), Text("The line's stock-keeping unit.", "La referencia (SKU) del artículo de la línea."))
add("name", TEXT, Text("item name", "nombre del artículo"), Text("What the item is called.", "Cómo se llama el artículo."))
add(
    "warehouse_location",
    TEXT,
    Text("warehouse location", "ubicación en el almacén"),
    Text(
        "Where the item lies in the warehouse: aisle, shelf, bin.",
        "Dónde está el artículo en el almacén: pasillo, estante, hueco.",
    ),
)
add(
    "product_id",
    TEXT,
    Text("product id", "identificador del producto"),
    Text("The store's own number for the product.", "El número que la tienda da al producto."),
)
add("quantity", NUMBER, Text("quantity", "cantidad"), Text("How many pieces the line has.", "Cuántas unidades tiene la línea."))
add(
    "unit_price",
    NUMBER,
    Text("unit price", "precio unitario"),
    Text("What one piece costs, in the order's currency.", "Lo que cuesta una unidad, en la moneda del pedido."),
)
add(
    "weight_g",
    NUMBER,
    Text("item weight in grams", "peso del artículo en gramos"),
    Text("What one piece weighs, in grams.", "Lo que pesa una unidad, en gramos."),
)
add(
    "tags",
    SET,
    Text("item tags", "etiquetas del artículo"),
    Text("The tags of the line's product.", "Las etiquetas del producto de la línea."),
)
