"""The layer between the store's values and what rules write: what the account says of products and shipping methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.model.product_default import DefaultKey, DefaultOf, MethodService, ProductDefault, find_method
from rules.order_document import Document
from rules.values import Unreadable, folded_text, is_blank, read_number

# The parts of the layer, in the order in which they fill what is blank. `LINES` is what follows from what the store says itself.
PRODUCTS, LINES, METHODS = "products", "lines", "methods"
ITEMS = "items"
SIDES = ("length_mm", "width_mm", "height_mm")
_OF_ITEM = ("weight_g", "warehouse_location", "hs_code", "origin_country", "customs_description")

Layer = dict[str, dict[str, Any]]


def fill(document: Document, layer: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the layer into a document, in place, where that says nothing. Items are copied."""
    for part in layer.values():
        for name, value in part.items():
            if name == ITEMS:
                document[ITEMS] = _filled_items(document.get(ITEMS), value)
            elif is_blank(document.get(name)):
                document[name] = value


def _filled_items(items: Any, values: Sequence[Mapping[str, Any]]) -> Any:
    if not isinstance(items, list):
        return items
    filled = list(items)
    for place, (item, known) in enumerate(zip(items, values, strict=False)):
        if known and isinstance(item, dict):
            filled[place] = {**item, **{name: value for name, value in known.items() if is_blank(item.get(name))}}
    return filled


def is_filled_in(layer: Mapping[str, Mapping[str, Any]], *names: str) -> bool:
    """Whether the layer has one of these fields of the order."""
    return any(name in part for part in layer.values() for name in names)


@dataclass(frozen=True, slots=True)
class FilledIn:
    """A value of the layer, and the part that it comes from. `line` counts from 1; None of a field of the order."""

    field: str
    value: Any
    part: str
    line: int | None = None


def filled_in(layer: Mapping[str, Mapping[str, Any]]) -> list[FilledIn]:
    """Each value of the layer: fields of the order before those of its lines."""
    of_order = [FilledIn(name, value, part) for part, values in layer.items() for name, value in values.items() if name != ITEMS]
    of_lines = [
        FilledIn(name, value, part, line)
        for part, values in layer.items()
        for line, known in enumerate(values.get(ITEMS, ()), 1)
        for name, value in known.items()
    ]
    return of_order + of_lines


def default_keys(documents: Iterable[Mapping[str, Any]]) -> set[DefaultKey]:
    """What the products and tags of some orders are looked up by."""
    keys: set[DefaultKey] = set()
    for document in documents:
        keys.update(_tag_keys(document))
        for item in _items(document):
            keys.update(_item_keys(item))
    return keys


@dataclass(frozen=True, slots=True)
class AccountDefaults:
    """What an account says of the products of some orders, and of all shipping methods."""

    methods: tuple[MethodService, ...] = ()
    products: Mapping[DefaultKey, ProductDefault] = field(default_factory=dict)
    weighs: bool = False  # whether it says anything of products

    def layer(self, document: Document, store_id: str | None) -> Layer:
        """What an order of these gets; `document` is what the store and people say of it."""
        made: Layer = {}
        if self.weighs and (products := self._of_products(document)):
            made[PRODUCTS] = products
        if self.weighs and "weight_g" not in made.get(PRODUCTS, {}) and (weight := _order_weight(document, _items(document))):
            made[LINES] = {"weight_g": weight}
        if self.methods and (method := self._of_method(document, store_id, made.get(PRODUCTS, {}))):
            made[METHODS] = method
        return made

    def _of_products(self, document: Document) -> dict[str, Any]:
        tagged = self._found(_tag_keys(document))
        items = _items(document)
        known = [[*self._found(_item_keys(item)), *tagged] for item in items]
        filled = [_of_item(item, rows) for item, rows in zip(items, known, strict=True)]
        made: dict[str, Any] = {}
        if any(filled):
            made[ITEMS] = filled
        if any("weight_g" in values for values in filled):
            weight = _order_weight(document, [{**item, **values} for item, values in zip(items, filled, strict=True)])
            made |= {} if weight is None else {"weight_g": weight}
        if is_blank(document.get("package")):
            made |= _of_parcel(document, known[0] if _is_one_unit(items) else tagged)
        return made

    def _found(self, keys: Iterable[DefaultKey]) -> list[ProductDefault]:
        return [self.products[key] for key in keys if key in self.products]

    def _of_method(self, document: Document, store_id: str | None, above: Mapping[str, Any]) -> dict[str, Any]:
        method, code = (_text(document.get(name)) for name in ("requested_service", "requested_service_code"))
        found = find_method(self.methods, store_id, method, code) if method or code else None
        if found is None:
            return {}
        carrier, service = _text(document.get("carrier")), _text(document.get("service"))
        if service or (carrier and folded_text(carrier) != folded_text(found.carrier)):
            return {}
        made = {"service": found.service} if carrier else {"carrier": found.carrier, "service": found.service}
        if found.package and is_blank(document.get("package")) and "package" not in above:
            made["package"] = found.package
        return made


def _of_item(item: Mapping[str, Any], rows: Sequence[ProductDefault]) -> dict[str, Any]:
    found = {name: _first(rows, name) for name in _OF_ITEM if is_blank(item.get(name))}
    return {name: value for name, value in found.items() if not is_blank(value)}


def _of_parcel(document: Document, rows: Sequence[ProductDefault]) -> dict[str, Any]:
    package = _first(rows, "package")
    made = {} if package is None else {"package": package}
    sized = next((row for row in rows if row.length_mm is not None), None)
    if sized is not None and all(is_blank(document.get(name)) for name in SIDES):
        made |= {name: getattr(sized, name) for name in SIDES}
    return made


def _first(rows: Sequence[ProductDefault], name: str) -> Any:
    values = (getattr(row, name) for row in rows)
    return next((_exact(value) for value in values if not is_blank(value)), None)


def _order_weight(document: Document, items: Sequence[Mapping[str, Any]]) -> Decimal | int | None:
    """What the lines weigh together; None where the order says its weight, or one of theirs is not known."""
    if not is_blank(document.get("weight_g")):
        return None
    total = Decimal(0)
    for item in items:
        weight, quantity = (_number(item.get(name)) for name in ("weight_g", "quantity"))
        if weight is None or quantity is None:
            return None
        total += weight * quantity
    return _exact(total) if total > 0 else None


def _exact(value: Any) -> Any:
    """As an order document has it once it was kept: a whole number is an int."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _is_one_unit(items: Sequence[Mapping[str, Any]]) -> bool:
    return len(items) == 1 and _number(items[0].get("quantity")) == 1


def _number(value: Any) -> Decimal | None:
    number = None if is_blank(value) else read_number(value)
    return None if number is None or isinstance(number, Unreadable) else Decimal(number)


def _items(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """As many as the document has, so that places agree; what is not an item says nothing."""
    items = document.get(ITEMS)
    return [item if isinstance(item, Mapping) else {} for item in items] if isinstance(items, list) else []


def _item_keys(item: Mapping[str, Any]) -> list[DefaultKey]:
    sku = _text(item.get("sku"))
    return [*([(DefaultOf.SKU, folded_text(sku))] if sku else []), *_tag_keys(item)]


def _tag_keys(tagged: Mapping[str, Any]) -> list[DefaultKey]:
    tags = tagged.get("tags")
    return [(DefaultOf.TAG, folded_text(tag)) for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _text(value: Any) -> str:
    return "" if is_blank(value) or isinstance(value, bool | dict | list) else str(value).strip()
