"""Matches with business-rules: variables are methods, conditions name a variable and an operator of its type.

What that library lacks is added the way it means such things to be added: types with operators of their own, and a variable
for each condition on items.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from typing import Any

OPPOSITES = {"equals": "not_equals", "in": "not_in", "is_true": "is_false"}
LIBRARY_NAMES = {  # of operators that the library has itself
    "number": {
        "equals": "equal_to",
        "less_than": "less_than",
        "at_most": "less_than_or_equal_to",
        "greater_than": "greater_than",
        "at_least": "greater_than_or_equal_to",
    },
    "set": {"includes": "shares_at_least_one_element_with", "excludes": "shares_none_with"},
    "boolean": {"is_true": "is_true", "is_false": "is_false"},
}
NUMBERS = {"order_total", "weight_g", "line_count", "delegation.round", "delegation.hours_left"}
SETS = {"tags", "skus", "delegation.refused_by"}
BOOLEANS = {"gift", "ship_to.residential"}
ITEM_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "in": lambda found, wanted: found in wanted,
    "at_least": lambda found, wanted: bool(found >= wanted),
}


class Matcher:
    """Each rule on its own, as the library does it; what a rule does is to note its number."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        self._ids = [rule["id"] for rule in rules]
        self._variables: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {}
        self._rules = [
            {"conditions": self._node(rule["when"], True), "actions": [{"name": "note", "params": {"number": number}}]}
            for number, rule in enumerate(rules)
        ]
        self._run_all = import_module("business_rules").run_all
        self._facts, self._actions = _classes(self._variables)

    def prepare(self, line: bytes) -> Any:
        """What is matched: an object with the variables."""
        return self._facts(json.loads(line))

    def match(self, facts: Any) -> list[str]:
        """The ids of the rules that match, in order."""
        actions = self._actions()
        self._run_all(self._rules, facts, actions)
        return [self._ids[number] for number in actions.noted]

    def _node(self, node: dict[str, Any], wanted: bool) -> dict[str, Any]:
        """A node, or its opposite: there is no negation but that of single conditions."""
        if "field" in node:
            return self._condition(node, wanted)
        ((kind, inside),) = node.items()
        if kind == "any_item":
            name = f"items_{len(self._variables)}"
            holds = _item_test(inside)
            self._variables[name] = ("boolean", lambda order: any(holds(item) for item in order["items"]))
            return {"name": name, "operator": "is_true", "value": None}
        members_wanted = wanted if kind != "none" else not wanted
        every = (kind == "any") is not wanted
        return {"all" if every else "any": [self._node(member, members_wanted) for member in inside]}

    def _condition(self, condition: dict[str, Any], wanted: bool) -> dict[str, Any]:
        field, operator, value = condition["field"], condition["is"], condition.get("value")
        kind = "number" if field in NUMBERS else "set" if field in SETS else "boolean" if field in BOOLEANS else "text"
        name = field.replace(".", "_")
        self._variables[name] = (kind, _reader(field))
        if operator == "between":
            bounds = {"at_least": condition["value"][0], "at_most": condition["value"][1]}
            return {"all": [self._condition({"field": field, "is": bound, "value": one}, True) for bound, one in bounds.items()]}
        if not wanted:
            operator = OPPOSITES[operator]
        if kind != "number" and operator not in ("equals", "not_equals") and not isinstance(value, list):
            value = [value]
        return {"name": name, "operator": LIBRARY_NAMES.get(kind, {}).get(operator, operator), "value": value}


def _reader(field: str) -> Callable[[dict[str, Any]], Any]:
    head, _, rest = field.partition(".")
    if field == "line_count":
        return lambda order: len(order["items"])
    if field == "skus":
        return lambda order: [item["sku"] for item in order["items"]]
    return (lambda order: order[head][rest]) if rest else (lambda order: order.get(head))


def _item_test(node: dict[str, Any]) -> Callable[[dict[str, Any]], bool]:
    if "all" in node:
        tests = [_item_test(member) for member in node["all"]]
        return lambda item: all(test(item) for test in tests)
    field, wanted, test = node["field"], node["value"], ITEM_TESTS[node["is"]]
    return lambda item: test(item[field], wanted)


def _classes(variables: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]]) -> tuple[type, type]:
    """The library's classes for the facts and the actions."""
    library, actions = import_module("business_rules.variables"), import_module("business_rules.actions")
    types = _types()
    facts: dict[str, Any] = {"__init__": lambda self, order: setattr(self, "order", order)}
    for name, (kind, read) in variables.items():
        facts[name] = library.rule_variable(types[kind])(lambda self, read=read: read(self.order))

    def note(self: Any, number: int) -> None:
        self.noted.append(number)

    numeric = import_module("business_rules.fields").FIELD_NUMERIC
    doing = {"__init__": lambda self: setattr(self, "noted", []), "note": actions.rule_action(params={"number": numeric})(note)}
    return type("Facts", (library.BaseVariables,), facts), type("Actions", (actions.BaseActions,), doing)


def _types() -> dict[str, Any]:
    library, fields = import_module("business_rules.operators"), import_module("business_rules.fields")
    text_operators: dict[str, Callable[[Any, Any], bool]] = {
        "equals": lambda self, value: self.value == value,
        "not_equals": lambda self, value: self.value != value,
        "in": lambda self, values: self.value in values,
        "not_in": lambda self, values: self.value not in values,
        "starts_with": lambda self, values: self.value.startswith(tuple(values)),
        "ends_with": lambda self, values: self.value.endswith(tuple(values)),
        "contains": lambda self, values: any(one in self.value for one in values),
    }
    as_operator = library.type_operator(fields.FIELD_TEXT, label="", assert_type_for_arguments=False)
    text = type("Text", (library.StringType,), {name: as_operator(test) for name, test in text_operators.items()})
    sets = library.SelectMultipleType
    excludes = as_operator(lambda self, values: not sets.shares_at_least_one_element_with(self, values))
    return {
        "text": text,
        "number": library.NumericType,
        "boolean": library.BooleanType,
        "set": type("Set", (sets,), {"shares_none_with": excludes}),
    }
