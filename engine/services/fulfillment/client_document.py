"""What of a client's order reaches the provider, and what does not: one list, which the copy and the pages go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.application import Application
from engine.model.order import ON_HOLD
from engine.model.request import RequestLine, RequestState
from engine.services.fulfillment.client_orders import ClientOrder, read_client_orders
from rules.messages import Text
from rules.order_document import Document, dumps, loads


@dataclass(frozen=True, slots=True)
class Crossing:
    """Something that crosses: the fields of the order, or of its lines, and what people call it."""

    words: Text
    of_order: tuple[str, ...] = ()
    of_lines: tuple[str, ...] = ()


CROSSES = (
    Crossing(Text("Order number and order date", "Número y fecha del pedido"), ("order_date",)),
    Crossing(
        Text("Ship-to address with name and phone number", "Dirección de envío con nombre y teléfono"),
        ("ship_to",),
    ),
    Crossing(Text("When it has to leave and to arrive", "Cuándo tiene que salir y llegar"), ("ship_by", "deliver_by")),
    Crossing(
        Text(
            "Of the lines you delegate: SKU, name, quantity, options, barcode and weight",
            "De las líneas que delegas: SKU, nombre, cantidad, opciones, código de barras y peso",
        ),
        of_lines=("name", "weight_g", "options", "barcode"),
    ),
    Crossing(
        Text(
            "Of these lines for customs: unit price, currency, origin, customs code and description",
            "De esas líneas para aduanas: precio unitario, moneda, origen, código y descripción aduaneros",
        ),
        ("currency",),
        ("unit_price", "hs_code", "origin_country", "customs_description"),
    ),
    Crossing(
        Text("Customs settings, duties and tax numbers", "Opciones de aduana, aranceles y números fiscales"),
        ("incoterm", "customs", "duties", "tax_ids"),
    ),
    Crossing(Text("Gift and gift message", "Regalo y mensaje de regalo"), ("gift", "gift_message")),
    Crossing(
        Text("Insured value and delivery confirmation", "Valor asegurado y confirmación de entrega"),
        ("insured_value", "confirmation"),
    ),
    Crossing(Text("Notes on the order, and the service you ask for", "Notas del pedido y el servicio que pides")),
    Crossing(
        Text(
            "Your store's logo and name on packing slips, for the slips the provider prints",
            "El logotipo y el nombre de tu tienda en los albaranes, para los que imprime el proveedor",
        ),
    ),
)
_FOR_ACCOUNTS_HERE = 2  # the last so many
STAYS = (
    Text("Totals of the order, what was paid, taxes and margins", "Totales del pedido, lo pagado, impuestos y márgenes"),
    Text("Billing address", "Dirección de facturación"),
    Text("Tags and custom fields", "Etiquetas y campos propios"),
    Text("Your rules and decisions", "Tus reglas y decisiones"),
    Text("Lines and units that you do not delegate, and who else ships", "Líneas y unidades que no delegas, y quién más envía"),
    Text("Your store and its log-in", "Tu tienda y sus claves"),
)
NOTES_STAY = Text("Notes on the order", "Notas del pedido")
_TO_A_SYSTEM = Crossing(
    Text(
        "The service you ask for, when the order should have shipped, holds, and messages you write to the provider",
        "El servicio que pides, cuándo debería haberse enviado, retenciones y los mensajes que escribes al proveedor",
    )
)


def crossings(*, is_integrated: bool) -> tuple[list[Text], list[Text]]:
    """What reaches a provider and what stays, in words: notes go only to those that have an account here."""
    crossing = (*CROSSES[:-_FOR_ACCOUNTS_HERE], _TO_A_SYSTEM) if is_integrated else CROSSES
    return [one.words for one in crossing], [NOTES_STAY, *STAYS] if is_integrated else list(STAYS)


_OF_ORDER = tuple(name for one in CROSSES for name in one.of_order)
_OF_LINES = tuple(name for one in CROSSES for name in one.of_lines)
_AGREED = (*_OF_ORDER, "items", "requested_service", "shipment_value")


def crosses(name: str, *, with_notes: bool) -> bool:
    """Whether a field of an order, or a part of one, reaches its provider; notes go only to those that have an account here."""
    head = name.partition(".")[0]
    return head in _OF_ORDER or head == "requested_service" or (head == "notes" and with_notes)


def is_agreed(name: str) -> bool:
    """Whether a provider is asked about a field of an order, or a part of one, once there is a label."""
    return name.partition(".")[0] in _AGREED


def document_of(one: ClientOrder) -> Document:
    """The provider's copy as an order document: without a change that the provider has not agreed to."""
    document, change = current_document(one), one.request.change
    if change is None:
        return document
    return {**{name: value for name, value in document.items() if name not in _AGREED}, **change.kept}


def agreed_parts(document: Mapping[str, Any]) -> Document:
    """The parts of a copy that its provider is asked about once there is a label: neither notes nor holds."""
    return loads(dumps({name: document[name] for name in _AGREED if name in document}))


def current_document(one: ClientOrder) -> Document:
    """What the merchant wants by now, as an order document."""
    source, request = one.order.document(), one.request
    document: Document = {name: source[name] for name in _OF_ORDER if source.get(name) is not None}
    lines = _lines(source)
    items = [_item(lines.get(line.line_key, {}), line) for line in request.lines if line.quantity]
    document["order_number"] = one.order.order_number
    document["client"] = one.client.slug
    document["brand"] = one.client.name
    document["items"] = items
    if not one.connection.is_integrated:
        document["notes"] = _notes(source, request.notes)
    document["requested_service"] = request.service_preference or source.get("requested_service") or ""
    value = _value(items)
    if value is not None:
        document["shipment_value"] = value
    held = request.held or request.state is RequestState.CANCEL_REQUESTED
    document["status"] = ON_HOLD if held else "awaiting_shipment"
    return document


def last_document(app: Application, account_id: str, connection_id: str) -> Document | None:
    """What the provider of a client's connection sees of the order that was delegated last; None before the first."""
    with app.reading() as uow:
        request = uow.requests.find_last(account_id, connection_id)
        if request is None:
            return None
        return document_of(read_client_orders(uow, request.provider_id, connection_id, [request])[0])


def _lines(source: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    items = source.get("items")
    listed = items if isinstance(items, list) else []
    return {str(item.get("line_key") or number): item for number, item in enumerate(listed, 1)}


def _item(source: Mapping[str, Any], line: RequestLine) -> dict[str, Any]:
    item: dict[str, Any] = {name: source[name] for name in _OF_LINES if source.get(name) is not None}
    return {
        **item,
        "line_key": line.line_key,
        "sku": line.provider_sku or line.sku,
        "name": source.get("name") or line.name,
        "quantity": line.quantity,
    }


def _notes(source: Mapping[str, Any], fetched: tuple[str, ...]) -> dict[str, str]:
    notes = source.get("notes")
    kept: dict[str, Any] = dict(notes) if isinstance(notes, dict) else {}
    told = {name: str(kept[name]) for name in ("to_buyer", "from_buyer") if kept.get(name)}
    internal = str(kept.get("internal") or "").strip()
    known = "\n".join((internal, *told.values()))  # by now the order itself may have what was fetched for the request
    joined = "\n".join(text for text in dict.fromkeys((internal, *fetched)) if text and (text is internal or text not in known))
    return {**told, "internal": joined} if joined else told


def _value(items: list[dict[str, Any]]) -> Decimal | None:
    """What the units that cross are worth, where every price is known."""
    try:
        return sum((Decimal(str(item.get("unit_price"))) * item["quantity"] for item in items), Decimal(0))
    except InvalidOperation:
        return None
