"""The sections of an order's page, each from what is known of the order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from adapters.web.formatting import field_name, field_value
from adapters.web.language import page_language
from adapters.web.orders.filled import ShownDefault, by_line, shown_defaults
from adapters.web.wording import (
    ADDRESS_VERDICTS,
    STATE_REASONS,
    STATUSES,
    WITHDRAWAL_STATES,
    WRITE_BACK_STATES,
    closing_words,
    in_words,
    step_words,
)
from engine.model.address_check import AddressCheck
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.inventory import StockCount
from engine.model.kept_decision import DecisionLine
from engine.model.note_shipping import NOTE_SHIPPING
from engine.model.note_split import NOTE_SPLITS
from engine.model.order import CANCELLED_HERE, COMBINED_WITH, JOINED, Order
from engine.model.order_combined import COMBINED_ORDERS, PARTED_ORDERS, owner_of
from engine.model.order_defaults import filled_in
from engine.model.order_part import PARTS_MADE
from engine.model.store_kind import StoreKind
from engine.model.write_back import TELL_PARTS, WriteBackProgress
from engine.services.deciding.account_names import AccountNames
from engine.services.deciding.ship_to_check import VERIFIED
from engine.services.fulfillment.shipments import why_final
from rules.actions.dont_import import TAKEN_IN
from rules.actions.rate_shop import PREFERENCES
from rules.order_document import Document, read_field
from rules.values import is_blank

NO_STOCK: Mapping[str, tuple[LineStock, ...]] = MappingProxyType({})
# With the shipments, with the status, and as links to other orders.
_TOLD_ELSEWHERE = (TELL_PARTS, TAKEN_IN, PARTS_MADE, NOTE_SHIPPING, NOTE_SPLITS, COMBINED_WITH, COMBINED_ORDERS, PARTED_ORDERS)
REBUILDING = ("imported", "reprocess")  # triggers whose run drops what rules had written before


ADDRESS_PARTS = ("name", "company", "street1", "street2", "street3")


@dataclass(frozen=True, slots=True)
class LayeredField:
    """A field that was filled in, or that rules or a person have written.

    `layer` is "products", "lines", "methods", "rules" or "person".
    """

    name: str
    label: str
    value: Markup | str
    source: Markup | str
    layer: str
    rules: tuple[str, ...]  # ids of those that wrote it, the last writer last
    rule_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of the order; what a store left out is None."""

    sku: Any
    name: Any
    quantity: Any
    unit_price: Any
    weight_g: Any
    location: Any
    barcode: Any
    stock: tuple[LineStock, ...] = field(default=(), kw_only=True)
    filled: tuple[ShownDefault, ...] = field(default=(), kw_only=True)
    owner_id: str | None = field(default=None, kw_only=True)  # of an order that leaves in this one's parcel


@dataclass(frozen=True, slots=True)
class LineStock:
    """What there is of a line's product. `place` is a provider's name; empty for the account's own shelves."""

    place: str
    count: StockCount


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...]
    country: Any
    phone: Any


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """What came of checking where the order goes; `problems` are sentences."""

    verdict: str
    words: str
    problems: tuple[str, ...]


def shown_check(document: Document, check: AddressCheck) -> ShownCheck | None:
    """None of an order of which nobody has said anything."""
    verdict = check.verdict or read_field(document, f"ship_to.{VERIFIED}")
    if not isinstance(verdict, str) or verdict not in ADDRESS_VERDICTS:
        return None
    problems = tuple(problem.format(page_language()) for problem in check.problems)
    return ShownCheck(verdict, in_words(ADDRESS_VERDICTS, verdict), problems)


@dataclass(frozen=True, slots=True)
class ShownShipment:
    """A shipment with how far its store was told. `told` and `problem` are sentences, `steps` has words and times."""

    shipment: Shipment
    progress: WriteBackProgress
    told: str
    steps: tuple[tuple[str, datetime], ...]
    problem: str | None
    can_take_back: bool
    why_final: str | None  # why it cannot be taken back


def shown_shipment(
    kind: StoreKind, order: Order, shipment: Shipment, progress: WriteBackProgress, *, is_final_there: bool = False
) -> ShownShipment:
    """`is_final_there`: the store of the client whose order it is holds it for shipped."""
    voided = shipment.state is ShipmentState.VOIDED
    by_hand = shipment.state is ShipmentState.SHIPPED and shipment.request_id is None
    final = is_final_there or kind.is_final(progress.steps)
    return ShownShipment(
        shipment=shipment,
        progress=progress,
        told=in_words(WITHDRAWAL_STATES if voided else WRITE_BACK_STATES, progress.state),
        steps=tuple((step_words(kind, done.step), done.done_at) for done in progress.steps),
        problem=None if progress.error is None else progress.error.format(page_language()),
        can_take_back=by_hand and not final,
        why_final=why_final(order).format(page_language()) if by_hand and final else None,
    )


def layered_fields(
    order: Order, document: Document, decisions: tuple[DecisionLine, ...], names: AccountNames
) -> list[LayeredField]:
    writers = _writers(decisions)
    fields = []
    filled = {one.field: one.part for one in filled_in(order.defaults) if one.line is None}
    for name in {**filled, **order.rules, **order.person}:
        if name in _TOLD_ELSEWHERE:
            continue
        if is_blank(read_field(document, name)) and is_blank(read_field(order.source, name)):
            continue  # as the end of a hold that has none
        layer = "person" if name in order.person else "rules" if name in order.rules else filled[name]
        rules = writers.get(name, ()) if layer == "rules" else ()
        fields.append(
            LayeredField(
                name=name,
                label=field_name(name),
                value=value_in_words(name, read_field(document, name), document, names),
                source=value_in_words(name, read_field(order.source, name), order.source, names),
                layer=layer,
                rules=rules,
                rule_names=tuple(names.rule(rule_id) for rule_id in rules),
            )
        )
    return fields


def _writers(decisions: tuple[DecisionLine, ...]) -> dict[str, tuple[str, ...]]:
    """Which rules a field's value comes from: the last one that set it, and those that changed it afterwards.

    A run that rebuilds the rules' layer writes again, as its own changes, what `once` rules wrote before.
    """
    writers: dict[str, tuple[str, ...]] = {}
    for decision in decisions:
        if decision.trigger in REBUILDING:
            writers = {}
        for change in decision.changes:
            before = writers.get(change["field"], ()) if "operation" in change else ()
            writers[change["field"]] = tuple(dict.fromkeys((*before, change["rule"])))
    return writers


def value_in_words(name: str, value: Any, document: Mapping[str, Any], names: AccountNames) -> Markup | str:
    if name == "status" and isinstance(value, str):
        return in_words(STATUSES, value)
    if name == "logistics_provider" and isinstance(value, str):
        return names.provider(value)
    if name == "shipping_account" and isinstance(value, str):
        return names.carrier_account(value)
    if name == "rate_shopping.prefer" and value in PREFERENCES:
        return PREFERENCES[value].format(page_language())
    return field_value(name, value, document.get("currency"))


def order_lines(
    document: Document, stock: Mapping[str, tuple[LineStock, ...]] = NO_STOCK, defaults: Mapping[str, Any] | None = None
) -> list[OrderLine]:
    """The lines, with what there is of each by its SKU, and what was filled in."""
    filled = by_line(shown_defaults(defaults, of_lines=True))
    items = document.get("items")
    keys = ("sku", "name", "quantity", "unit_price", "weight_g", "warehouse_location", "barcode")
    return [
        OrderLine(
            *(item.get(key) for key in keys),
            stock=stock.get(str(item.get("sku")), ()),
            filled=filled.get(number, ()),
            owner_id=owner_of(str(item.get("line_key") or "")),
        )
        for number, item in enumerate(items if isinstance(items, list) else [], 1)
        if isinstance(item, Mapping)
    ]


def skus_of(document: Document) -> set[str]:
    return {str(line.sku) for line in order_lines(document) if not is_blank(line.sku)}


def address_of(value: Any) -> Address | None:
    if not isinstance(value, Mapping) or all(is_blank(part) for part in value.values()):
        return None
    place = " ".join(str(value[part]) for part in ("postal_code", "city") if not is_blank(value.get(part)))
    lines = [str(value[part]) for part in ADDRESS_PARTS if not is_blank(value.get(part))]
    lines += [line for line in (place, str(value.get("state") or "")) if line.strip()]
    return Address(tuple(lines), value.get("country"), value.get("phone"))


def is_closing(kind: StoreKind, code: str) -> bool:
    """Whether a code says why an order or a request was closed."""
    return code in kind.reasons_by_code or code in STATE_REASONS


def status_reason_of(kind: StoreKind, order: Order, names: AccountNames) -> str | None:
    if not order.state_reason:
        return None
    if is_closing(kind, order.state_reason):
        return closing_words(kind, order.state_reason)
    if order.state_reason in (CANCELLED_HERE, JOINED):
        return in_words(STATE_REASONS, order.state_reason)
    return names.rule(order.state_reason)
