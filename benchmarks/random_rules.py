"""Random rule sets, orders and contexts that meet every corner of the rule language, for comparing evaluators.

What is random comes from a `Dice`: a seeded generator in long runs, hypothesis in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from benchmarks.random_actions import ActionMaker
from benchmarks.random_choices import NUMBERS, TAGS, TEXTS, TIMES
from benchmarks.random_contexts import LIST_NAMES, TAKING_LISTS
from engine.decide import Case
from engine.decide.decision import Trigger
from engine.model.order_history import OnceWrite, OrderHistory
from rules.context import RuleContext
from rules.document import MANUAL, TRIGGERS
from rules.fields.closed_values import TRACKING_CODES
from rules.schedule import SCHEDULE

NOW = 1_772_366_400_000_000_000  # 2026-03-01T12:00:00Z
RANGES = (("00500", "00502"), ("a", "z"), ("acm-1", "acm-9"), ("strasse", "STRAßE"), ("ES", "PT"), ("caff", "caf\u00e9"))
MOVING_WINDOWS = ("now-1d now", "today today", "yesterday now+3h", "2026-02-01 tomorrow", "now 2027-01-01")
MOMENTS = ("today", "tomorrow", "yesterday", "now", "today+2d", "yesterday-1w", "tomorrow+90m", "now-4h", "now+1d", "today-12h")
TIMES_OF_DAY = ("00:00", "08:00", "12:00", "12:00:01", "16:30")
WEEKDAYS = ("mon", "sat", "sun")
SKUS = ("ACM-1", "acm-2", "VER-1", "ß-3")
PROVIDERS = ("acme", "ES", "beta")
REASONS = ("out_of_stock", "incorrect_address", "other")

ONCE_WRITES: tuple[tuple[str, str, Any], ...] = (
    ("tags", "add", ["t1", "vip"]),
    ("tags", "remove", ["t2"]),
    ("carrier", "set", "dhl"),
    ("service", "set", None),
    ("status", "set", "on_hold"),
    ("weight_g", "adjust", -5),
    ("notes.internal", "append", "mine"),
)
TEXT_FIELDS = (
    "ship_to.country",
    "ship_to.city",
    "status",
    "carrier",
    "service",
    "logistics_provider",
    "custom_field_1",
    "client",
    "package",
    "ship_from",
    "confirmation",
    "assigned_to",
    "notes.internal",
    "delegation.provider",
    "delegation.reason",
    "tracking.state",
    "tracking.words",
)
NUMBER_FIELDS = (
    "order_total",
    "amount_paid",
    "insured_value",
    "weight_g",
    "height_mm",
    "line_count",
    "total_quantity",
    "delegation.round",
    "delegation.hours_left",
    "tracking.days_since_label",
)
TIME_FIELDS = ("now", "order_date", "ship_by", "ship_date", "hold_until")
BOOLEAN_FIELDS = ("gift", "international", "ship_to.residential")
SET_FIELDS = ("tags", "skus", "delegation.refused_by")
# Read often, because actions write them: later rules see what earlier ones left.
WRITTEN_FIELDS = (
    "tags",
    "carrier",
    "service",
    "status",
    "logistics_provider",
    "hold_until",
    "package",
    "ship_from",
    "confirmation",
    "assigned_to",
    "notes.internal",
    "custom_field_1",
    "insured_value",
    "weight_g",
    "height_mm",
    "ship_by",
    "ship_date",
)
ITEM_KINDS = {"sku": "text", "name": "text", "quantity": "number", "unit_price": "number", "tags": "set"}
AGGREGATE_KINDS = ("count_items", "count_items", "sum_items", "max_items", "min_items")
MEASURE_NAMES = ("quantity", "unit_price", "line_total")
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
        "between",
    ),
    "number": ("equals", "not_equals", "less_than", "at_most", "greater_than", "at_least", "between", "in", "not_in"),
    "time": ("before", "after", "between", "on_day", "within_last", "within_next", "older_than", "time_between", "on_weekday"),
    "boolean": ("is_true", "is_false"),
    "set": ("includes", "includes_all", "excludes"),
}
COMPARE_FIELDS = {
    "text": ("equals", "not_equals", "contains", "not_contains", "starts_with", "ends_with", "matches", "not_matches"),
    "number": ("equals", "not_equals", "less_than", "at_most", "greater_than", "at_least"),
    "time": ("before", "after", "on_day"),
    "set": ("includes", "includes_all", "excludes"),
}
SETS: dict[str, Sequence[str]] = {"tags": TAGS, "skus": SKUS, "delegation.refused_by": PROVIDERS}
VOCABULARIES: dict[str, Sequence[str]] = {
    "sku": SKUS,
    "delegation.reason": REASONS,
    "delegation.provider": PROVIDERS,
    "tracking.state": TRACKING_CODES,
}
BLANKS: tuple[Any, ...] = (None, "", "  ", [])
WRONG: tuple[Any, ...] = (True, "abc", {"a": 1}, [1], 5, "1e3", "10,5")
NO_MAPPING = tuple(value for value in WRONG if not isinstance(value, dict))  # Relevo's own parts are known key by key


class Maker(ActionMaker):
    """Makes documents of one random source."""

    def rule_set(self, most: int = 12) -> dict[str, Any]:
        """A rule set as a JSON document, free of errors."""
        return {"name": "random", "rules": [self._rule(number) for number in range(self._dice.randrange(1, most + 1))]}

    def _rule(self, number: int) -> dict[str, Any]:
        rule: dict[str, Any] = {
            "id": f"r{number}",
            "when": "always" if self.chance(5) else self.node(0),
            "then": [self._switch(self.action()) for _ in range(self._dice.randrange(0, 4))],
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
            members: list[Any] = [self._switch(self.node(depth + 1, of_item=of_item)) for _ in range(self._dice.randrange(0, 5))]
            if not of_item and self.chance(5):
                members = [*members, "always"]
            return {self._dice.choice(("all", "any", "none")): members}
        if self.chance(40):
            return self._aggregate(depth)
        return {self._dice.choice(("any_item", "all_items", "no_item")): self.node(depth + 1, of_item=True)}

    def _aggregate(self, depth: int) -> dict[str, Any]:
        """A number over lines, compared."""
        kind = self._dice.choice(AGGREGATE_KINDS)
        lines = "always" if self.chance(30) else self.node(depth + 1, of_item=True)
        of_lines = lines if kind == "count_items" else {"of": self._dice.choice(MEASURE_NAMES), "when": lines}
        if self.chance(10):
            return {kind: of_lines, "is": self._dice.choice(("blank", "not_blank"))}
        operator = self._dice.choice(OPERATORS["number"])
        if operator in COMPARE_FIELDS["number"] and self.chance(15):
            return {kind: of_lines, "is": operator, "than": self._dice.choice(NUMBER_FIELDS)}
        return {kind: of_lines, "is": operator, "value": self._value("", "number", operator)}

    def _switch(self, part: dict[str, Any]) -> dict[str, Any]:
        """A part of a rule, now and then switched off."""
        return {**part, "enabled": False} if "enabled" not in part and self.chance(6) else part

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
        if operator in COMPARE_FIELDS.get(kind, ()) and self.chance(12):
            others = [name for name, its in (ITEM_KINDS if of_item else KINDS).items() if its == kind]
            return {**condition, "than": self._dice.choice(others)}
        if operator in TAKING_LISTS and self.chance(15):
            return {**condition, "value": {"list": self._dice.choice(LIST_NAMES)}}
        return condition if kind == "boolean" else {**condition, "value": self._value(field, kind, operator)}

    def _value(self, field: str, kind: str, operator: str) -> Any:
        if kind == "set":
            vocabulary = SETS.get(field, TAGS)
            return self.some(vocabulary, 3) if operator in ("in", "not_in") or self.chance(60) else self._dice.choice(vocabulary)
        if kind == "text" and operator == "between":
            pairs = [list(self._dice.choice(RANGES)) for _ in range(self._dice.randrange(1, 4))]
            return pairs if self.chance(50) else pairs[0]
        if kind == "text":
            texts = VOCABULARIES.get(field, TEXTS)
            patterns = (*texts, "*", "?S", "*a*", "str*e", "ACM-?") if operator.endswith("matches") else texts
            many = operator in ("in", "not_in") or (not operator.endswith("equals") and self.chance(50))
            return self.some(patterns, 4) if many else self._dice.choice(patterns)
        if kind == "number":
            if operator == "between":
                return sorted((self._dice.choice(NUMBERS), self._dice.choice(NUMBERS)))
            return self.some(NUMBERS, 3) if operator in ("in", "not_in") else self._dice.choice(NUMBERS)
        return self._time_value(operator)

    def _time_value(self, operator: str) -> Any:
        match operator:
            case "time_between":
                first = self._dice.choice(TIMES_OF_DAY)
                return [first, self._dice.choice([time for time in (*TIMES_OF_DAY, "24:00") if time != first])]
            case "on_weekday":
                return self.some(WEEKDAYS, 2) if self.chance(50) else self._dice.choice(WEEKDAYS)
            case "between" if self.chance(50):
                return self._dice.choice(MOVING_WINDOWS).split()
            case "between":
                return ["2026-02-01", self._dice.choice(("2026-03-01", "2026-03-29", "2026-12-31T10:00:00Z"))]
            case "on_day":
                return self._dice.choice((*MOMENTS, "2026-03-01", "2026-03-29"))
            case "before" | "after":
                return self._dice.choice((*TIMES, *MOMENTS))
            case _:
                return self._dice.choice(("30m", "24h", "3d", "60w"))

    def order(self) -> dict[str, Any]:
        """An order with missing, blank and wrong values among sound ones."""
        order: dict[str, Any] = {"order_number": "T-1"}
        parts: dict[str, dict[str, Any]] = {}
        for field, kind in KINDS.items():
            if self.chance(25) or field in ("line_count", "total_quantity", "skus", "international"):
                continue
            head, dot, rest = field.partition(".")
            (parts.setdefault(head, {}) if dot else order)[rest or head] = self._fact(field, kind)
        for own in ("delegation", "tracking"):
            if self.chance(50):
                parts.pop(own, None)
        order |= parts
        for part in ("ship_to", "delegation", "tracking"):
            if self.chance(3):
                order[part] = self._dice.choice(WRONG if part == "ship_to" else NO_MAPPING)
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
            "text": VOCABULARIES.get(field, TEXTS),
            "number": (*NUMBERS, "5", "2.00", "-1"),
            "time": TIMES,
            "boolean": (True, False),
        }
        return self.some(SETS.get(field, TAGS), 3) if kind == "set" else self._dice.choice(vocabulary[kind])

    def _once_writes(self, ids: list[str]) -> tuple[OnceWrite, ...]:
        return tuple(
            OnceWrite(self._dice.choice(ids), *self._dice.choice(ONCE_WRITES)) for _ in range(self._dice.randrange(1, 5))
        )

    def case(self, context: RuleContext, rules: int = 12) -> Case:
        """An order with a trigger and a history."""
        ids = [f"r{number}" for number in range(rules)]
        applied = self.some(ids, 3) if self.chance(30) else []
        history = OrderHistory(
            edited_fields=frozenset(self.some(WRITTEN_FIELDS, 2) if self.chance(20) else ()),
            applied_rules=frozenset(applied),
            held_by=frozenset(self.some(ids, 3) if self.chance(30) else ()),
            once_writes=self._once_writes([*applied, "r99"]) if self.chance(20) else (),
        )
        trigger: Trigger = "imported" if self.chance(60) else cast(Trigger, self._dice.choice(TRIGGERS))
        only = tuple(self.some(ids, 1 if trigger == MANUAL else 5)) if trigger in (MANUAL, SCHEDULE) or self.chance(3) else None
        return Case(self.order(), trigger, NOW + self._dice.randrange(-3, 4) * 43_200_000_000_000, context, history, only)
