"""What a person should know of an order that came all the same: what it lacks, and what on it cannot be read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.stores.brightpearl.bundles import unreadable_prices
from adapters.stores.brightpearl.parties import country_problem
from adapters.stores.brightpearl.raw_values import Raw, number_in, time_in
from rules.messages import Message, Text
from rules.order_document import Document

_UNREADABLE = Text(
    "The {field} of order {order} cannot be read: Brightpearl says “{found}” ({path}), and the order came without it. Correct it "
    "in Brightpearl: it comes with the next import.",
    "No se puede leer {field} del pedido {order}: Brightpearl dice «{found}» ({path}), y el pedido llegó sin ese dato. Corrígelo "
    "en Brightpearl: llegará con la próxima importación.",
)
_UNREADABLE_PRICE = Text(
    "A bundle of order {order} has a part whose list price cannot be read: Brightpearl says “{found}” ({path}). The bundle's "
    "price is shared among its parts by their quantities instead. Correct the list price in Brightpearl: it comes with the next "
    "import.",
    "Un paquete del pedido {order} tiene un artículo cuyo precio de lista no se puede leer: Brightpearl dice «{found}» "
    "({path}). El precio del paquete se reparte entre sus artículos según las cantidades. Corrige el precio de lista en "
    "Brightpearl: llegará con la próxima importación.",
)
_DELIVERY_DATE = Text("delivery date", "la fecha de entrega")
_RELEASE_DATE = Text("release date", "la fecha de preparación")
_WEIGHT = Text("weight", "el peso")
_TAX = Text("tax", "el impuesto")


def remarks_on(document: Document, note: Raw, order: Raw) -> tuple[Message, ...]:
    """Each with a code of its own."""
    return (*_country_remarks(document, order), *_field_remarks(document, note, order), *_price_remarks(document, order))


def _country_remarks(document: Document, order: Raw) -> Iterator[Message]:
    if "country" not in document["ship_to"]:
        yield country_problem(order["parties"]["delivery"], document["order_number"])


def _field_remarks(document: Document, note: Raw, order: Raw) -> Iterator[Message]:
    fields = (
        ("unreadable_delivery_date", _DELIVERY_DATE, order, "delivery", "deliveryDate", time_in),
        ("unreadable_release_date", _RELEASE_DATE, {"note": note}, "note", "releaseDate", time_in),
        ("unreadable_weight", _WEIGHT, note, "shipping", "weight", number_in),
        ("unreadable_tax", _TAX, order, "totalValue", "taxAmount", number_in),
    )
    for code, field, whole, part, key, read in fields:
        parent = whole.get(part)
        found = parent.get(key) if isinstance(parent, dict) else None
        if not _is_blank(found) and read(found) is None:
            path = f"{part}.{key}" if whole is not note else f"note.{part}.{key}"
            params = {"field": field, "order": document["order_number"], "found": str(found)[:60], "path": path}
            yield Message(code, _UNREADABLE, params)


def _price_remarks(document: Document, order: Raw) -> Iterator[Message]:
    for row_id, found in unreadable_prices(order["orderRows"]).items():
        params = {"order": document["order_number"], "found": str(found)[:60], "path": f"orderRows.{row_id}.productPrice.value"}
        yield Message("unreadable_list_price", _UNREADABLE_PRICE, params)
        return


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
