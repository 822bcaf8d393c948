"""Which units of an order a provider may be asked for: no unit is ever owned twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.label import Label, units_being_bought
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestLine, providers_units
from rules.messages import Message, Text
from rules.values import is_blank

ALL_TAKEN = "already_with_provider"  # the code of the message that nothing is free

NO_LINES = Text(
    "The order was not handed over: it has no lines to ship.", "El pedido no se ha delegado: no tiene líneas que enviar."
)
NO_SKU = Text(
    "The order was not handed over: line {line} ({name}) has no SKU, and the provider picks by SKU.",
    "El pedido no se ha delegado: la línea {line} ({name}) no tiene SKU, y el proveedor prepara por SKU.",
)
BAD_QUANTITY = Text(
    "The order was not handed over: the quantity of line {line} ({name}) cannot be read.",
    "El pedido no se ha delegado: no se puede leer la cantidad de la línea {line} ({name}).",
)
NO_SUCH_LINE = Text(
    "The order was not handed over: it has no line {line}. It has {known}.",
    "El pedido no se ha delegado: no tiene ninguna línea {line}. Tiene {known}.",
)
NO_UNITS = Text(
    "The order was not handed over: write how many units of line {line} ({name}) are wanted, as a number above 0.",
    "El pedido no se ha delegado: escribe cuántas unidades de la línea {line} ({name}) quieres, con un número mayor que 0.",
)
NOT_FREE = Text(
    "The order was not handed over: of line {line} ({name}) only {free} can be handed over now; the rest has shipped or is "
    "with a provider already.",
    "El pedido no se ha delegado: de la línea {line} ({name}) solo se pueden delegar ahora {free}; el resto ya se envió o está "
    "en manos de un proveedor.",
)
NOTHING_FREE = Text(
    "The order was not handed over: all of it has shipped or is with a provider already. Recall it first.",
    "El pedido no se ha delegado: todo se envió ya o está en manos de un proveedor. Retíralo antes.",
)


def request_lines(
    order: Order,
    requests: Sequence[FulfillmentRequest] = (),
    shipments: Sequence[Shipment] = (),
    *,
    wanted: Mapping[str, Decimal] | None = None,
    skus: Mapping[str, str] | None = None,
    labels: Sequence[Label] = (),
) -> tuple[RequestLine, ...] | Message:
    """The units of an order that a provider is to be asked for, or what keeps them from being handed over.

    Without `wanted` (line key → quantity) all that neither has shipped nor is with a provider, nor is being labelled right now.
    `skus`: what the provider calls the merchant's products.
    """
    lines = _ordered(order)
    if isinstance(lines, Message):
        return lines
    free = free_units(lines, requests, shipments, labels)
    if wanted is not None:
        return _chosen(lines, free, wanted, skus or {})
    asked = tuple(_line(line, free[line.line_key], skus or {}) for line in lines if free[line.line_key] > 0)
    return asked or Message(ALL_TAKEN, NOTHING_FREE)


def free_units(
    lines: Sequence[RequestLine],
    requests: Sequence[FulfillmentRequest],
    shipments: Sequence[Shipment],
    labels: Sequence[Label] = (),
) -> dict[str, Decimal]:
    """How many units of each line neither have shipped nor are with a provider, and have no label being bought.

    What a provider has shipped counts by its request, at once: the merchant's own record of it follows by a job.
    """
    units = {line.line_key: line.quantity for line in lines}
    taken = _taken_units(requests, shipments)
    for key, quantity in units_being_bought(labels).items():
        taken[key] = taken.get(key, Decimal(0)) + quantity
    return {key: max(quantity - taken.get(key, Decimal(0)), Decimal(0)) for key, quantity in units.items()}


def within_order(
    order: Order,
    requests: Sequence[FulfillmentRequest],
    shipments: Sequence[Shipment],
    to_agree: Collection[str] = (),
) -> list[FulfillmentRequest]:
    """Those of an order's requests that ask for units which the order no longer has, without these; the newest gives way first.

    What a provider has shipped stays, but for requests (`to_agree`, their ids) whose provider is asked before anything is cut.
    """
    lines = _ordered(order)
    if isinstance(lines, Message):
        return []
    over = _taken_units(requests, shipments)
    for line in lines:
        over[line.line_key] = over.get(line.line_key, Decimal(0)) - line.quantity
    changed = []
    for request in reversed([request for request in requests if request.is_live]):
        kept = []
        for line in request.lines:
            most = line.quantity if request.id in to_agree else line.rest
            cut = min(max(over.get(line.line_key, Decimal(0)), Decimal(0)), most)
            over[line.line_key] = over.get(line.line_key, Decimal(0)) - cut
            kept.append(replace(line, quantity=line.quantity - cut))
        if tuple(kept) != request.lines:
            changed.append(replace(request, lines=tuple(kept)))
    return changed


def _taken_units(requests: Sequence[FulfillmentRequest], shipments: Sequence[Shipment]) -> dict[str, Decimal]:
    """How many units of each line have shipped or are with providers."""
    taken = providers_units(requests)
    for shipment in shipments:
        if shipment.state is ShipmentState.SHIPPED and shipment.request_id is None:
            for key, quantity in shipment.lines.items():
                taken[key] = taken.get(key, Decimal(0)) + quantity
    return taken


def _ordered(order: Order) -> tuple[RequestLine, ...] | Message:
    """All lines of an order, with their quantities."""
    items = order.document().get("items")
    lines: dict[str, RequestLine] = {}
    for number, found in enumerate(items if isinstance(items, list) else [], 1):
        item = found if isinstance(found, Mapping) else {}
        named = {"line": number, "name": str(item.get("name") or "-")}
        if is_blank(item.get("sku")):
            return Message("no_sku", NO_SKU, named)
        try:
            quantity = Decimal(str(item.get("quantity")))
        except InvalidOperation:
            return Message("bad_quantity", BAD_QUANTITY, named)
        if not quantity.is_finite():
            return Message("bad_quantity", BAD_QUANTITY, named)
        key = str(item.get("line_key") or number)
        before = lines[key].quantity if key in lines else Decimal(0)
        lines[key] = RequestLine(key, str(item["sku"]), str(item.get("name") or ""), before + quantity)
    return tuple(lines.values()) if lines else Message("no_lines", NO_LINES)


def _chosen(
    lines: Sequence[RequestLine], free: Mapping[str, Decimal], wanted: Mapping[str, Decimal], skus: Mapping[str, str]
) -> tuple[RequestLine, ...] | Message:
    by_key = {line.line_key: line for line in lines}
    for key, quantity in wanted.items():
        if key not in by_key:
            return Message("no_such_line", NO_SUCH_LINE, {"line": key, "known": ", ".join(by_key)})
        named = {"line": key, "name": by_key[key].name or "-"}
        if not quantity.is_finite() or quantity <= 0:
            return Message("no_units", NO_UNITS, named)
        if quantity > free[key]:
            return Message("not_free", NOT_FREE, {**named, "free": free[key]})
    return tuple(_line(by_key[key], quantity, skus) for key, quantity in wanted.items())


def _line(line: RequestLine, quantity: Decimal, skus: Mapping[str, str]) -> RequestLine:
    return RequestLine(line.line_key, line.sku, line.name, quantity, skus.get(line.sku, ""))
