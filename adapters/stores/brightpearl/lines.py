"""The lines of a goods-out note: what it ships of the order's rows, and what that is worth. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.stores.brightpearl.bundles import FREE_TEXT_PRODUCT, Bundles, is_bundle
from adapters.stores.brightpearl.raw_values import (
    MISSING,
    NOT_AN_OBJECT,
    MappingProblem,
    Raw,
    clean,
    exact_or_micro,
    id_in,
    id_text,
    money,
    number_in,
    object_at,
    put_text,
    read_number,
)
from rules.messages import Message, Text
from rules.order_document import plain

_NEGATIVE = Text("it is below zero: {value}", "es menor que cero: {value}")
_NO_SUCH_ROW = Text(
    "the goods-out note ships this row, but the order does not have it. Delete the note in Brightpearl and create it anew",
    "la nota de salida envía esta línea, pero el pedido no la tiene. Borra la nota en Brightpearl y créala de nuevo",
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The note's lines in the order's sequence; amounts are None where a row hides them."""

    items: list[dict[str, Any]]
    value: Decimal | None  # of these lines
    goods: Decimal | None  # what the whole order's goods cost, without rows that are text only


def read_lines(note: Raw, order: Raw) -> Lines:
    """Raises MappingProblem for the first row that cannot be read."""
    note_rows = object_at(note, "orderRows", "note.orderRows")
    rows = order.get("orderRows")
    if not isinstance(rows, dict):
        raise MappingProblem(
            "orderRows", Message("missing", MISSING) if rows is None else Message("not_an_object", NOT_AN_OBJECT)
        )
    bundles = Bundles(rows, _sequence)
    shared = bundles.net_values(lambda row_id: _row_net(rows[row_id], row_id)) if bundles else {}
    nets = {row_id: number_in(_written_net(row)) for row_id, row in rows.items() if isinstance(row, dict)}
    lines: list[tuple[int, int, dict[str, Any]]] = []
    value: Decimal | None = Decimal(0)
    for row_id, parts in note_rows.items():
        row = rows.get(row_id)
        if not isinstance(row, dict):
            raise MappingProblem(f"orderRows.{row_id}", Message("no_such_row", _NO_SUCH_ROW))
        if bundles and is_bundle(row) and bundles.holds_any(row_id, note_rows):
            continue
        quantity = _note_quantity(parts, row_id)
        ordered, net = _ordered(row, row_id), nets.get(row_id) or _row_net(row, row_id)
        net = shared.get(row_id, net)
        item = _item(row_id, row, quantity, parts)
        if ordered:
            item["unit_price"] = money(exact_or_micro(net / ordered))
            if value is not None:
                value += net if quantity == ordered else exact_or_micro(net * quantity / ordered)
        else:
            value = None
        lines.append((_sequence(row), len(lines), item))
    lines.sort()
    return Lines([item for _, _, item in lines], value, _goods(rows, nets))


def _item(row_id: str, row: Raw, quantity: int | Decimal, parts: list[Any]) -> dict[str, Any]:
    shipped = quantity if isinstance(quantity, int) else plain(quantity.normalize())
    item: dict[str, Any] = {"line_key": row_id, "quantity": shipped}
    for name, source in (("sku", "productSku"), ("name", "productName")):
        text = row.get(source)
        if type(text) is str and text.isprintable() and text and not text.isspace():  # nearly always
            item[name] = text
        else:
            put_text(item, name, text, f"orderRows.{row_id}.{source}")
    if product_id := id_text(row.get("productId")):
        item["product_id"] = product_id
    locations = dict.fromkeys(location for part in parts if (location := id_text(part.get("locationId"))))
    if locations:
        item["warehouse_location"] = ", ".join(locations)
    options = row.get("productOptions")
    if options and isinstance(options, dict):
        cleaned = ((clean(name), clean(str(option))) for name, option in options.items() if option is not None)
        if chosen := {name: option for name, option in cleaned if option}:
            item["options"] = chosen
    return item


def _note_quantity(parts: Any, row_id: str) -> int | Decimal:
    """What the note ships of a row, added up over the locations it comes from."""
    if not isinstance(parts, list) or not parts:
        raise MappingProblem(f"note.orderRows.{row_id}", Message("missing", MISSING))
    total: int | Decimal = 0
    for position, part in enumerate(parts):
        quantity = part.get("quantity") if isinstance(part, dict) else None
        if type(quantity) is not int:
            number = read_number(quantity, f"note.orderRows.{row_id}.{position}.quantity")
            quantity = int(number) if number == number.to_integral_value() else number
        total += quantity
    if isinstance(total, Decimal) and total == total.to_integral_value():
        total = int(total)
    if total < 0:
        raise MappingProblem(f"note.orderRows.{row_id}", Message("negative", _NEGATIVE, {"value": str(total)}))
    return total


def _ordered(row: Raw, row_id: str) -> Decimal:
    quantity = row.get("quantity")
    magnitude = quantity.get("magnitude") if isinstance(quantity, dict) else None
    return read_number(magnitude, f"orderRows.{row_id}.quantity.magnitude")


def _row_net(row: Raw, row_id: str) -> Decimal:
    return read_number(_written_net(row), f"orderRows.{row_id}.rowValue.rowNet.value")


def _written_net(row: Raw) -> Any:
    row_value = row.get("rowValue")
    net = row_value.get("rowNet") if isinstance(row_value, dict) else None
    return net.get("value") if isinstance(net, dict) else None


def _goods(rows: Raw, nets: Mapping[str, Decimal | None]) -> Decimal | None:
    total = Decimal(0)
    for row_id, net in nets.items():
        if id_in(rows[row_id].get("productId")) == FREE_TEXT_PRODUCT:
            continue
        if net is None:
            return None
        total += net
    return total


def _sequence(row: Raw) -> int:
    return id_in(row.get("orderRowSequence")) or 0
