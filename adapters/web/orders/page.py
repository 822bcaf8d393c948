"""What the page of one order shows: each section as plain data, named and worded, for the template to lay out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from adapters.web.formatting import money
from adapters.web.labels.shown import carrier_kind
from adapters.web.language import page_language
from adapters.web.orders.delegation_form import DelegationForm, delegation_form
from adapters.web.orders.filled import ShownDefault, shown_defaults
from adapters.web.orders.next_steps import FLAGS_TOLD
from adapters.web.orders.sections import (
    Address,
    LayeredField,
    LineStock,
    OrderLine,
    ShownCheck,
    ShownShipment,
    address_of,
    layered_fields,
    order_lines,
    shown_check,
    shown_shipment,
    status_reason_of,
    value_in_words,
)
from adapters.web.parts import parts
from adapters.web.requests.thread import ShownRequest, shown_request
from adapters.web.wording import VERDICTS, WAITING, in_words
from engine.decide.decision import UNHANDLED
from engine.decide.explain import LINES_UNFOLDED
from engine.model.address_check import NOT_CHECKED, AddressCheck
from engine.model.job import NO_CHANNEL, UNDELIVERED
from engine.model.kept_decision import DecisionLine
from engine.model.order import HOLDABLE, Order, OrderAction
from engine.model.order_combined import combined_orders
from engine.model.order_part import is_part
from engine.model.store_kind import StoreKind
from engine.model.transitions import Side
from engine.model.write_back import WriteBackProgress
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames
from engine.services.deciding.explain_order import ExplainedRule, OrderExplanation
from engine.services.deciding.reprocess_orders import REPROCESSABLE
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.order_requests import OrderRequest
from engine.services.fulfillment.ship_order import may_ship
from engine.services.fulfillment.units_to_ship import AT_PROVIDER
from engine.services.repair.cancel import may_restore
from engine.services.repair.combine import may_combine
from engine.services.repair.split import may_split
from rules.order_document import Document
from rules.values import is_blank
from storage.queries import OrderDetail

AMOUNTS = ("order_total", "subtotal", "shipping_paid", "tax_paid", "amount_paid", "shipment_value", "insured_value")
_GROUP_OF = {"matched": "applied", "error": "failed", "failed": "failed"}  # by the status of a rule
LONGEST_COUNT = 6  # digits


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
class Desk:
    """What the order's two sides have to do with each other: what was asked, and whom else the order may be handed to."""

    requests: Sequence[OrderRequest]
    providers: Sequence[Provider]
    stock: Mapping[str, tuple[LineStock, ...]] = field(default_factory=dict)  # by the SKUs of the order's lines
    final: Collection[str] = ()  # the ids of shipments that the client's store holds for shipped


NO_DESK = Desk((), ())


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing about how an order is shipped; `code` where people call it otherwise than programs do."""

    name: str
    label: str
    words: Markup | str = ""
    code: str = ""
    tags: tuple[str, ...] = ()
    layer: LayeredField | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Everything the template needs. `decisions` newest first."""

    detail: OrderDetail
    kind: StoreKind
    order: Order
    document: Document
    names: AccountNames
    explanation: OrderExplanation | None
    decisions: tuple[DecisionLine, ...]
    fields: tuple[LayeredField, ...]
    lines: tuple[OrderLine, ...]
    ship_to: Address | None
    bill_to: Address | None
    check: ShownCheck | None
    status_reason: str | None
    shipments: tuple[ShownShipment, ...]
    shipping: ShippingForm
    requests: tuple[ShownRequest, ...]
    delegation: DelegationForm | None

    @property
    def can_ship(self) -> bool:
        received = next((shown.seen.request for shown in self.requests if shown.seen.side is Side.PROVIDER), None)
        return may_ship(self.order, received) and self.at_provider is None

    @property
    def can_hold(self) -> bool:
        return self.order.state in HOLDABLE

    @property
    def at_provider(self) -> str | None:
        """Who has to ship the order, so that nobody else does; None where it is this account's to ship."""
        for shown in self.requests:
            if shown.seen.side is Side.MERCHANT and shown.seen.is_open:
                return AT_PROVIDER.format(page_language(), order=self.order.order_number, provider=shown.seen.other)
        return None

    @property
    def waits_for_answer(self) -> bool:
        """Whether a client waits for what this account says: then that comes first."""
        return any(shown.seen.waits_for_answer and shown.answers for shown in self.requests)

    @property
    def is_of_client(self) -> bool:
        return any(shown.seen.side is Side.PROVIDER for shown in self.requests)

    @property
    def flags(self) -> tuple[str, ...]:
        """Those that say something: that no rule fired does not, where there were none."""
        ran_none = bool(self.decisions) and not self.decisions[0].rule_set_version_ids
        return tuple(code for code in self.order.flags if not (ran_none and code == UNHANDLED))

    @property
    def untold_flags(self) -> tuple[str, ...]:
        """Those that no sentence about what is to be done next explains."""
        return tuple(code for code in self.flags if code not in FLAGS_TOLD)

    @property
    def back_office(self) -> str | None:
        """Where the order stands in its store."""
        at = self.kind.back_office
        return None if at is None else at.address(self.detail.store_settings, self.order.external_order_id)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What decides how it is shipped, each by its name, with the code where that is another."""
        shown = self.document.get
        tags = shown("tags")
        return (
            self._fact("logistics_provider", gettext("Provider")),
            self._fact("carrier", gettext("Carrier"), carrier_kind(parts().app, str(shown("carrier") or "")).name),
            self._fact("service", gettext("Service")),
            self._fact("requested_service", gettext("Requested service"), code=shown("requested_service_code")),
            self._fact("marketplace", gettext("Channel"), code=shown("channel_id")),
            Fact("order_total", gettext("Total"), money(shown("order_total"), shown("currency"))),
            Fact("tags", gettext("Tags"), tags=tuple(map(str, tags)) if isinstance(tags, list | tuple) else ()),
        )

    def _fact(self, name: str, label: str, words: Markup | str = "", code: Any = None) -> Fact:
        value = self.document.get(name)
        if is_blank(value):
            return Fact(name, label, "" if is_blank(code) else str(code))
        words = words or self.value(name, value)
        raw = str(value if is_blank(code) else code)
        return Fact(name, label, words, "" if raw.casefold() == str(words).casefold() else raw, layer=self.layer_of(name))

    @property
    def can_split(self) -> bool:
        return may_split(self.order) and self.at_provider is None and not self.is_of_client

    @property
    def can_join(self) -> bool:
        return is_part(self.order) and self.order.may(OrderAction.JOIN) and self.at_provider is None

    @property
    def can_combine(self) -> bool:
        return may_combine(self.order) and self.at_provider is None and not self.is_of_client

    @property
    def can_separate(self) -> bool:
        return bool(combined_orders(self.order)) and self.at_provider is None and self.order.may(OrderAction.COMBINE)

    @property
    def can_cancel(self) -> bool:
        return self.order.may(OrderAction.CANCEL) and not self.is_of_client and not combined_orders(self.order)

    @property
    def can_restore(self) -> bool:
        return may_restore(self.order) and not self.is_of_client

    @property
    def can_reprocess(self) -> bool:
        return self.order.state in REPROCESSABLE

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
    def has_others(self) -> bool:
        """Whether rules ran, or stood there, that did nothing."""
        return any(code not in ("applied", "failed") for code, _ in self.rule_groups) or self.rules_after is not None

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
    def filled(self) -> tuple[ShownDefault, ...]:
        """What the order itself had of product defaults and shipping methods when the decision was taken."""
        return () if self.explanation is None else shown_defaults(self.explanation.decision.facts.get("defaults"), of_lines=False)

    @property
    def is_latest(self) -> bool:
        return self.explanation is not None and self.explanation.decision.id == self.decisions[0].id

    def layer_of(self, name: str) -> LayeredField | None:
        return next((field for field in self.fields if field.name == name), None)

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
        return value_in_words(name, value, self.document, self.names)


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
        return value_in_words(name, value, self.document, self.names)


def build_rule_page(
    order_id: str, explanation: OrderExplanation, rule: ExplainedRule, names: AccountNames, first_line: int
) -> RulePage:
    document: Document = dict(explanation.decision.facts["order"])
    number = str(document.get("order_number") or order_id)
    lines = len(order_lines(document))
    return RulePage(order_id, number, document, names, explanation.decision.id, rule, first_line, lines)


def build_order_page(
    detail: OrderDetail,
    kind: StoreKind,
    explanation: OrderExplanation | None,
    names: AccountNames,
    told: Mapping[str, WriteBackProgress],
    desk: Desk = NO_DESK,
    check: AddressCheck = NOT_CHECKED,
    entered: ShippingForm | None = None,
) -> OrderPage:
    """`kind` is that of the order's store; `told` says of each shipment, by its id, how far its store was told; `check` what is
    wrong with where the order goes.
    """
    order = detail.order
    document = order.document()
    return OrderPage(
        detail=detail,
        kind=kind,
        order=order,
        document=document,
        names=names,
        explanation=explanation,
        decisions=tuple(reversed(detail.decisions)),
        fields=tuple(layered_fields(order, document, detail.decisions, names)),
        lines=tuple(order_lines(document, desk.stock, order.defaults)),
        ship_to=address_of(document.get("ship_to")),
        bill_to=address_of(document.get("bill_to")),
        check=shown_check(document, check),
        status_reason=status_reason_of(kind, order, names),
        shipments=tuple(
            shown_shipment(kind, order, shipment, told[shipment.id], is_final_there=shipment.id in desk.final)
            for shipment in reversed(detail.shipments)
        ),
        shipping=entered or ShippingForm(str(document.get("carrier") or ""), str(document.get("service") or "")),
        requests=tuple(shown_request(one, names, kind) for one in desk.requests),
        delegation=delegation_form(detail, desk.providers),
    )


def laid_out(document: bytes) -> str:
    """A JSON document indented for reading; anything else as it came."""
    try:
        return json.dumps(json.loads(document), indent=2, ensure_ascii=False)
    except ValueError:
        return document.decode("utf-8", "replace")
