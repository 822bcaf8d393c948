"""What logistics providers have of an order's items. Relevo alone says it; blank where nobody has counted."""

from __future__ import annotations

from rules.fields.catalogue import ITEM_FIELDS, NUMBER, ORDER_FIELDS, SET
from rules.messages import Text

AVAILABLE = "available_at_provider"  # of an item
IN_STOCK_AT = "in_stock_at"  # of the order

ORDER_FIELDS.add(
    IN_STOCK_AT,
    SET,
    Text("in stock at", "en existencias en"),
    Text(
        "The logistics providers that have all units of all items available. One that has not counted an item is not among them.",
        "Los proveedores de logística que tienen disponibles todas las unidades de todos los artículos. El que no ha contado "
        "alguno no está entre ellos.",
    ),
)
ITEM_FIELDS.add(
    AVAILABLE,
    NUMBER,
    Text("available at the provider", "disponible en el proveedor"),
    Text(
        "How many pieces a logistics provider has that nobody waits for; where several have counted the item, the most that one "
        "of them has. Blank where nobody has counted it.",
        "Cuántas unidades tiene un proveedor de logística que nadie espera; si varios han contado el artículo, las del que más "
        "tiene. Vacío si nadie lo ha contado.",
    ),
)
