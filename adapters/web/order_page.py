"""What the page of one order shows: each section as plain data, named and worded, for the template to lay out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from adapters.web.formatting import field_name, field_value, plain_value
from adapters.web.language import page_language
from adapters.web.wording import (
    AUDIT_ACTIONS,
    STATE_REASONS,
    STATUSES,
    VERDICTS,
    WAITING,
    WITHDRAWAL_STATES,
    WRITE_BACK_STATES,
    actor_name,
    in_words,
)
from engine.decide.decision import NEEDS_ATTENTION
from engine.decide.explain import LINES_UNFOLDED
from engine.model.audit import AuditEntry
from engine.model.fulfillment import RequestState, Shipment, ShipmentState
from engine.model.job import NO_CHANNEL, UNDELIVERED
from engine.model.order import Order, StoredDecision
from engine.model.write_back import WriteBackProgress, WriteBackStep
from engine.services.change_orders import REPROCESSABLE
from engine.services.entered_shipping import Shipping
from engine.services.explain_order import ExplainedRule, OrderExplanation
from engine.services.name_things import AccountNames
from engine.services.ship_order import may_ship, why_final
from rules.actions.rate_shop import PREFERENCES
from rules.fields import ITEM_FIELDS
from rules.order_document import Document, read_field
from rules.values import is_blank
from storage.queries import OrderDetail

AMOUNTS = ("order_total", "subtotal", "shipping_paid", "tax_paid", "amount_paid", "shipment_value", "insured_value")
REBUILDING = ("imported", "reprocess")  # triggers whose run drops what rules had written before
_GROUP_OF = {"matched": "applied", "error": "failed", "failed": "failed"}  # by the status of a rule
_AUDIT_WORDS = {**STATUSES, **STATE_REASONS}
LONGEST_COUNT = 6  # digits
ADDRESS_PARTS = ("name", "company", "street1", "street2", "street3")


@dataclass(frozen=True, slots=True)
class LayeredField:
    """A field that rules or a person have written. `layer` is "rules" or "person"."""

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


@dataclass(frozen=True, slots=True)
class Address:
    lines: tuple[str, ...]
    country: Any
    phone: Any


@dataclass(frozen=True, slots=True)
class AuditLine:
    entry: AuditEntry
    action: str
    actor: str


@dataclass(frozen=True, slots=True)
class ShippingForm:
    """What the form for shipping by hand shows: what was entered, or what the order says."""

    carrier: str
    service: str
    tracking: str = ""  # a number on each line
    boxes: str = ""

    def shipping(self) -> Shipping:
        """What was entered, as the use case wants it."""
        boxes = self.boxes.strip()
        number = None if not boxes else int(boxes) if boxes.isdecimal() and len(boxes) <= LONGEST_COUNT else 0
        return Shipping(self.carrier, self.service, [self.tracking] if self.tracking.strip() else [], number)


@dataclass(frozen=True, slots=True)
class ShownShipment:
    """A shipment with how far its store was told. `told` and `problem` are sentences."""

    shipment: Shipment
    progress: WriteBackProgress
    told: str
    problem: str | None
    can_take_back: bool
    why_final: str | None  # why it cannot be taken back


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything the template needs. `decisions` newest first."""

    detail: OrderDetail
    order: Order
    document: Document
    names: AccountNames
    explanation: OrderExplanation | None
    decisions: tuple[StoredDecision, ...]
    fields: tuple[LayeredField, ...]
    lines: tuple[OrderLine, ...]
    ship_to: Address | None
    bill_to: Address | None
    audit: tuple[AuditLine, ...]
    status_reason: str | None
    shipments: tuple[ShownShipment, ...]
    shipping: ShippingForm

    @property
    def can_ship(self) -> bool:
        accepted = any(request.state is RequestState.ACCEPTED for request in self.detail.requests)
        return may_ship(self.order) and not accepted

    @property
    def can_release(self) -> bool:
        return self.order.status() == "on_hold" or NEEDS_ATTENTION in self.order.flags

    @property
    def held_until(self) -> datetime | None:
        """When its hold ends by itself."""
        return self.order.hold_end()

    @property
    def can_reprocess(self) -> bool:
        return self.order.state in REPROCESSABLE

    @property
    def outdated_fields(self) -> list[str]:
        """What the store has changed since the rules chose by it, in words."""
        names = sorted(self.order.outdated.get("fields") or ())
        return [_item_field_name(name) if name.startswith("items.") else field_name(name) for name in names]

    @property
    def amounts(self) -> list[tuple[str, Any]]:
        return [(name, self.document[name]) for name in AMOUNTS if not is_blank(self.document.get(name))]

    @property
    def custom_fields(self) -> list[tuple[str, Any]]:
        """The store's own fields by their codes, as far as they say something."""
        fields = self.document.get("custom_fields")
        return (
            [(str(code), value) for code, value in fields.items() if not is_blank(value)] if isinstance(fields, Mapping) else []
        )

    @property
    def verdicts(self) -> dict[str, int]:
        """How many rules of the decision came to what, those that fired first."""
        rules = self.explanation.rules if self.explanation else ()
        counts = Counter(rule.entry["status"] for rule in rules)
        return {status: counts[status] for status in VERDICTS if counts[status]}

    @property
    def rule_groups(self) -> list[tuple[str, list[ExplainedRule]]]:
        """The rules of this page with the code of their group: those that went wrong, that applied, near misses, the rest."""
        if self.explanation is None:
            return []
        groups: dict[str, list[ExplainedRule]] = {"failed": [], "applied": [], "near_miss": [], "rest": []}
        near = {rule.place for rule in self.explanation.near_misses}
        for rule in self.explanation.shown:
            code = "near_miss" if rule.place in near else _GROUP_OF.get(rule.entry["status"], "rest")
            groups[code].append(rule)
        return [(code, rules) for code, rules in groups.items() if rules]

    @property
    def has_several_sets(self) -> bool:
        return self.explanation is not None and len(self.explanation.versions) > 1

    @property
    def rules_before(self) -> int | None:
        """From which rule on the page before shows them, counted from 0; None on the first."""
        part = None if self.explanation is None else self.explanation.part
        return None if part is None or part.first == 0 else max(0, part.first - part.count)

    @property
    def rules_after(self) -> int | None:
        """From which rule on the next page shows them; None on the last."""
        if self.explanation is None:
            return None
        following = self.explanation.part.first + self.explanation.part.count
        return following if following < len(self.explanation.rules) else None

    @property
    def is_latest(self) -> bool:
        return self.explanation is not None and self.explanation.decision.id == self.decisions[0].id

    def layer_of(self, name: str) -> LayeredField | None:
        return next((field for field in self.fields if field.name == name), None)

    def audit_value(self, value: Any) -> Markup | str:
        """What an audit entry holds: a status or a reason in words, changed parts by name, else the value itself."""
        if isinstance(value, list | tuple):
            return Markup(", ").join(escape(self.audit_value(part)) for part in value)
        if isinstance(value, str) and value in _AUDIT_WORDS:
            return in_words(_AUDIT_WORDS, value)
        return plain_value(value)

    def receiver(self, params: Mapping[str, Any]) -> str | None:
        """Who or what an effect, or the job it became, is meant for: a provider by its name, else as the rule says."""
        if params.get("provider"):
            return self.names.provider(params["provider"])
        return next((str(params[key]) for key in ("to", "endpoint", "queue") if params.get(key)), None)

    def waiting(self, effect: Mapping[str, Any]) -> str | None:
        """Why an effect has not left, in words; None where nothing holds it back."""
        reason = effect.get("waiting") or (NO_CHANNEL if effect["effect"] in UNDELIVERED else None)
        return in_words(WAITING, reason) if reason else None

    def value(self, name: str, value: Any) -> Markup | str:
        """A field's value in words."""
        return _value(name, value, self.document, self.names)


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule of a decision by itself, with some lines of the order."""

    order_id: str
    order_number: str
    document: Document
    names: AccountNames
    decision_id: str
    rule: ExplainedRule
    first_line: int  # counted from 0
    lines: int
    lines_a_page: int = LINES_UNFOLDED

    def address(self, first_line: int) -> str:
        """Of the page that shows the lines from one on."""
        place = {"order_id": self.order_id, "rule_id": self.rule.entry["rule"], "decision": self.decision_id}
        return url_for("orders.show_rule", **place, lines=max(0, first_line) + 1)

    def value(self, name: str, value: Any) -> Markup | str:
        return _value(name, value, self.document, self.names)


def build_rule_page(
    order_id: str, explanation: OrderExplanation, rule: ExplainedRule, names: AccountNames, first_line: int
) -> RulePage:
    document: Document = dict(explanation.decision.facts["order"])
    number = str(document.get("order_number") or order_id)
    lines = len(_lines(document))
    return RulePage(order_id, number, document, names, explanation.decision.id, rule, first_line, lines)


def build_order_page(
    detail: OrderDetail,
    explanation: OrderExplanation | None,
    names: AccountNames,
    told: Mapping[str, WriteBackProgress],
    entered: ShippingForm | None = None,
) -> OrderPage:
    """`told` says of each shipment, by its id, how far its store was told."""
    order = detail.order
    document = order.document()
    return OrderPage(
        detail=detail,
        order=order,
        document=document,
        names=names,
        explanation=explanation,
        decisions=tuple(reversed(detail.decisions)),
        fields=tuple(_layered_fields(order, document, detail.decisions, names)),
        lines=tuple(_lines(document)),
        ship_to=_address(document.get("ship_to")),
        bill_to=_address(document.get("bill_to")),
        audit=tuple(_audit_line(entry, names) for entry in reversed(detail.audit)),
        status_reason=_reason(order, names),
        shipments=tuple(_shown_shipment(order, shipment, told[shipment.id]) for shipment in reversed(detail.shipments)),
        shipping=entered or ShippingForm(str(document.get("carrier") or ""), str(document.get("service") or "")),
    )


def _shown_shipment(order: Order, shipment: Shipment, progress: WriteBackProgress) -> ShownShipment:
    voided = shipment.state is ShipmentState.VOIDED
    by_hand = shipment.state is ShipmentState.SHIPPED and shipment.request_id is None
    final = any(done.step is WriteBackStep.SHIPPED for done in progress.steps)
    return ShownShipment(
        shipment=shipment,
        progress=progress,
        told=in_words(WITHDRAWAL_STATES if voided else WRITE_BACK_STATES, progress.state),
        problem=None if progress.error is None else progress.error.format(page_language()),
        can_take_back=by_hand and not final,
        why_final=why_final(order).format(page_language()) if by_hand and final else None,
    )


def _layered_fields(
    order: Order, document: Document, decisions: tuple[StoredDecision, ...], names: AccountNames
) -> list[LayeredField]:
    writers = _writers(decisions)
    fields = []
    for name in {**order.rules, **order.person}:
        if is_blank(read_field(document, name)) and is_blank(read_field(order.source, name)):
            continue  # as the end of a hold that has none
        layer = "person" if name in order.person else "rules"
        rules = writers.get(name, ()) if layer == "rules" else ()
        fields.append(
            LayeredField(
                name=name,
                label=field_name(name),
                value=_value(name, read_field(document, name), document, names),
                source=_value(name, read_field(order.source, name), order.source, names),
                layer=layer,
                rules=rules,
                rule_names=tuple(names.rule(rule_id) for rule_id in rules),
            )
        )
    return fields


def _writers(decisions: tuple[StoredDecision, ...]) -> dict[str, tuple[str, ...]]:
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


def _value(name: str, value: Any, document: Mapping[str, Any], names: AccountNames) -> Markup | str:
    if name == "status" and isinstance(value, str):
        return in_words(STATUSES, value)
    if name == "logistics_provider" and isinstance(value, str):
        return names.provider(value)
    if name == "rate_shopping.prefer" and value in PREFERENCES:
        return PREFERENCES[value].format(page_language())
    return field_value(name, value, document.get("currency"))


def _item_field_name(name: str) -> str:
    field = ITEM_FIELDS.find(name.removeprefix("items."))
    return name if field is None else field.label.format(page_language())


def _lines(document: Document) -> list[OrderLine]:
    items = document.get("items")
    keys = ("sku", "name", "quantity", "unit_price", "weight_g", "warehouse_location", "barcode")
    return [
        OrderLine(*(item.get(key) for key in keys))
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, Mapping)
    ]


def _address(value: Any) -> Address | None:
    if not isinstance(value, Mapping) or all(is_blank(part) for part in value.values()):
        return None
    place = " ".join(str(value[part]) for part in ("postal_code", "city") if not is_blank(value.get(part)))
    lines = [str(value[part]) for part in ADDRESS_PARTS if not is_blank(value.get(part))]
    lines += [line for line in (place, str(value.get("state") or "")) if line.strip()]
    return Address(tuple(lines), value.get("country"), value.get("phone"))


def _audit_line(entry: AuditEntry, names: AccountNames) -> AuditLine:
    return AuditLine(entry, in_words(AUDIT_ACTIONS, entry.action), actor_name(entry.actor, names.people, names.rules))


def _reason(order: Order, names: AccountNames) -> str | None:
    if not order.state_reason:
        return None
    if order.state_reason in STATE_REASONS:
        return in_words(STATE_REASONS, order.state_reason)
    return names.rule(order.state_reason)


def laid_out(document: bytes) -> str:
    """A JSON document as a person reads it; one that is none as it came."""
    try:
        return json.dumps(json.loads(document), indent=2, ensure_ascii=False)
    except ValueError:
        return document.decode("utf-8", "replace")
