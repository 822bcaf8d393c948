"""Random rule sets, orders and contexts that meet every corner of the rule language, for comparing evaluators.

What is random comes from a `Dice`: a seeded generator in long runs, hypothesis in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast

from engine.decide import Case
from engine.decide.decision import Trigger
from engine.model.order import OrderHistory
from rules.context import RuleContext
from rules.document import TRIGGERS

T = TypeVar("T")


class Dice(Protocol):
    """Where the choices come from."""

    def randrange(self, start: int, stop: int) -> int: ...

    def choice(self, members: Sequence[T]) -> T: ...


NOW = 1_772_366_400_000_000  # 2026-03-01T12:00:00Z
TEXTS = ("ES", "es ", "Straße", "STRASSE", "caf\u00e9", "cafe\u0301", "dhl", "parcel", "acme", "A*", "00501", "on_hold", "b c")
NUMBERS: tuple[Any, ...] = (0, 1, 2, 5, -1, 10**20)
TIMES = ("2026-03-01", "2026-03-01T12:00:00Z", "2026-02-28T23:30:00-05:00", "2026-03-29T02:30:00", "2025-01-01")
SKUS = ("ACM-1", "acm-2", "VER-1", "ß-3")
TAGS = ("vip", "VIP", "t1", "t2", "t3", "straße")

TEXT_FIELDS = (
    "ship_to.country",
    "ship_to.city",
    "status",
    "carrier",
    "service",
    "logistics_provider",
    "custom_field_1",
    "client",
)
NUMBER_FIELDS = ("order_total", "weight_g", "line_count", "total_quantity")
TIME_FIELDS = ("order_date", "ship_by", "hold_until")
BOOLEAN_FIELDS = ("gift", "international", "ship_to.residential")
SET_FIELDS = ("tags", "skus")
# Read often, because actions write them: later rules see what earlier ones left.
WRITTEN_FIELDS = ("tags", "carrier", "service", "status", "logistics_provider", "hold_until")
ITEM_KINDS = {"sku": "text", "name": "text", "quantity": "number", "unit_price": "number", "tags": "set"}
KINDS = {
    **dict.fromkeys(TEXT_FIELDS, "text"),
    **dict.fromkeys(NUMBER_FIELDS, "number"),
    **dict.fromkeys(TIME_FIELDS, "time"),
    **dict.fromkeys(BOOLEAN_FIELDS, "boolean"),
    **dict.fromkeys(SET_FIELDS, "set"),
}
OPERATORS = {
    "text": (
        "equals",
        "not_equals",
        "in",
        "not_in",
        "contains",
        "not_contains",
        "starts_with",
        "ends_with",
        "matches",
        "not_matches",
    ),
    "number": ("equals", "not_equals", "less_than", "at_most", "greater_than", "at_least", "between", "in", "not_in"),
    "time": ("before", "after", "between", "on_day", "within_last", "within_next", "older_than"),
    "boolean": ("is_true", "is_false"),
    "set": ("includes", "includes_all", "excludes"),
}
BLANKS: tuple[Any, ...] = (None, "", "  ", [])
WRONG: tuple[Any, ...] = (True, "abc", {"a": 1}, [1], 5, "1e3", "10,5")
CONTEXTS = tuple(
    RuleContext.parse(data)
    for data in (
        {},
        {"account": {"slug": "casa-verde", "country": "ES", "time_zone": "Europe/Madrid"}},
        {
            "account": {"slug": "acme", "country": "PT", "time_zone": "America/New_York"},
            "providers": ["acme"],
            "carrier_accounts": [
                {"owner": "casa-verde", "carrier": "dhl", "services": ["parcel"]},
                {"owner": "acme", "carrier": "b c", "services": ["ES"]},
            ],
            "provider_accounts_allowed": True,
            "locations": [{"code": "acme", "country": "FR"}, {"code": "es"}],
        },
    )
)


class Maker:
    """Makes documents of one random source."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def chance(self, percent: int) -> bool:
        return self._dice.randrange(0, 100) >= 100 - percent

    def some(self, members: Sequence[T], most: int) -> list[T]:
        return [self._dice.choice(members) for _ in range(self._dice.randrange(1, most + 1))]

    def rule_set(self, most: int = 12) -> dict[str, Any]:
        """A rule set as a JSON document, free of errors."""
        return {"name": "random", "rules": [self._rule(number) for number in range(self._dice.randrange(1, most + 1))]}

    def _rule(self, number: int) -> dict[str, Any]:
        rule: dict[str, Any] = {
            "id": f"r{number}",
            "when": "always" if self.chance(5) else self.node(0),
            "then": [self._action() for _ in range(self._dice.randrange(0, 4))],
        }
        if self.chance(8):
            rule["enabled"] = False
        if self.chance(30):
            rule["on"] = self.some(TRIGGERS, 3)
        if self.chance(5):
            rule["stop"] = True
        if self.chance(15):
            rule["once"] = True
        return rule

    def node(self, depth: int, *, of_item: bool = False) -> Any:
        """A random node; groups become rarer with depth."""
        kind = self._dice.randrange(0, 10)
        if depth >= 4 or kind < 5:
            return self._condition(of_item=of_item)
        if kind < 9 or of_item:
            members = [self.node(depth + 1, of_item=of_item) for _ in range(self._dice.randrange(0, 5))]
            if not of_item and self.chance(5):
                members.append("always")
            return {self._dice.choice(("all", "any", "none")): members}
        return {self._dice.choice(("any_item", "all_items", "no_item")): self.node(depth + 1, of_item=True)}

    def _condition(self, *, of_item: bool) -> dict[str, Any]:
        if of_item:
            field = self._dice.choice(tuple(ITEM_KINDS))
            kind = ITEM_KINDS[field]
        else:
            field = self._dice.choice(WRITTEN_FIELDS if self.chance(40) else tuple(KINDS))
            kind = KINDS[field]
        if self.chance(10):
            return {"field": field, "is": self._dice.choice(("blank", "not_blank"))}
        operator = self._dice.choice(OPERATORS[kind])
        condition: dict[str, Any] = {"field": field, "is": operator}
        if kind in ("text", "set") and self.chance(20):
            condition["match_case"] = True
        return condition if kind == "boolean" else {**condition, "value": self._value(field, kind, operator)}

    def _value(self, field: str, kind: str, operator: str) -> Any:
        if kind == "set":
            vocabulary = SKUS if field == "skus" else TAGS
            return self.some(vocabulary, 3) if operator in ("in", "not_in") or self.chance(60) else self._dice.choice(vocabulary)
        if kind == "text":
            texts = SKUS if field == "sku" else TEXTS
            patterns = (*texts, "*", "?S", "*a*", "str*e", "ACM-?") if operator.endswith("matches") else texts
            many = operator in ("in", "not_in") or (not operator.endswith("equals") and self.chance(50))
            return self.some(patterns, 4) if many else self._dice.choice(patterns)
        if kind == "number":
            if operator == "between":
                return sorted((self._dice.choice(NUMBERS), self._dice.choice(NUMBERS)))
            return self.some(NUMBERS, 3) if operator in ("in", "not_in") else self._dice.choice(NUMBERS)
        if operator == "between":
            return ["2026-02-01", self._dice.choice(("2026-03-01", "2026-03-29", "2026-12-31T10:00:00Z"))]
        if operator == "on_day":
            return self._dice.choice(("today", "tomorrow", "yesterday", "2026-03-01", "2026-03-29"))
        if operator in ("before", "after"):
            return self._dice.choice(TIMES)
        return self._dice.choice(("30m", "24h", "3d", "60w"))

    def _action(self) -> dict[str, Any]:
        dice = self._dice
        match dice.randrange(0, 9):
            case 0 | 1 | 2:
                return {"do": "add_tag", "tag": dice.choice((*TAGS, "{ship_to.city}", "{order_total}", "{carrier}x", "{skus}"))}
            case 3 | 4:
                action = {
                    "do": "set_service",
                    "carrier": dice.choice(("dhl", "b c", "{carrier}")),
                    "service": dice.choice(("parcel", "ES")),
                }
                return {**action, "package": "box"} if self.chance(20) else action
            case 5:
                extra: dict[str, Any] = dice.choice(({}, {"days": dice.randrange(0, 3)}, {"until": dice.choice(TIMES)}))
                return {"do": "hold", **extra}
            case 6:
                provider = dice.choice(("acme", "ES", "{logistics_provider}", "{custom_field_1}"))
                return {"do": "set_logistics_provider", "provider": provider, "send": self.chance(60)}
            case 7:
                return {"do": "validate_service", "on_invalid": dice.choice(("hold", "alert", "clear", "stop"))}
            case _:
                return {"do": "stop"} if self.chance(25) else {"do": "add_tag", "tag": "t1"}

    def order(self) -> dict[str, Any]:
        """An order with missing, blank and wrong values among sound ones."""
        order: dict[str, Any] = {"order_number": "T-1"}
        parts: dict[str, dict[str, Any]] = {}
        for field, kind in KINDS.items():
            if self.chance(25) or field in ("line_count", "total_quantity", "skus", "international"):
                continue
            head, dot, rest = field.partition(".")
            (parts.setdefault(head, {}) if dot else order)[rest or head] = self._fact(field, kind)
        order |= parts
        if self.chance(3):
            order["ship_to"] = self._dice.choice(WRONG)
        if self.chance(20):
            order["ship_from"] = self._dice.choice(TEXTS)
        if not self.chance(15):
            order["items"] = [self._item() for _ in range(self._dice.randrange(0, 4))]
        elif self.chance(20):
            order["items"] = self._dice.choice(WRONG)
        return order

    def _item(self) -> Any:
        if self.chance(4):
            return self._dice.choice(WRONG)
        return {field: self._fact(field, kind) for field, kind in ITEM_KINDS.items() if not self.chance(20)}

    def _fact(self, field: str, kind: str) -> Any:
        if self.chance(8):
            return self._dice.choice(BLANKS)
        if self.chance(5):
            return self._dice.choice(WRONG)
        vocabulary: dict[str, Sequence[Any]] = {
            "text": SKUS if field == "sku" else TEXTS,
            "number": (*NUMBERS, "5", "2.00", "-1"),
            "time": TIMES,
            "boolean": (True, False),
        }
        return self.some(SKUS if field == "skus" else TAGS, 3) if kind == "set" else self._dice.choice(vocabulary[kind])

    def case(self, context: RuleContext, rules: int = 12) -> Case:
        """An order with a trigger and a history."""
        ids = [f"r{number}" for number in range(rules)]
        history = OrderHistory(
            edited_fields=frozenset(self.some(WRITTEN_FIELDS, 2) if self.chance(20) else ()),
            applied_rules=frozenset(self.some(ids, 3) if self.chance(30) else ()),
            held_by=frozenset(self.some(ids, 3) if self.chance(30) else ()),
        )
        trigger: Trigger = "imported" if self.chance(60) else cast(Trigger, self._dice.choice(TRIGGERS))
        return Case(self.order(), trigger, NOW + self._dice.randrange(-3, 4) * 43_200_000_000, context, history)
