"""A rule set as a document again: as data for JSON, or as text. What is read from it is the same rule set."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rules.document import DEFAULT_TRIGGERS, TRIGGERS, ActionCall, Always, Condition, Group, Node, Rule, RuleSet, SavedTest
from rules.document_writer import json_text, yaml_text
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.operators.written_times import WrittenTime
from rules.placeholders import Template
from rules.values import FieldType
from rules.written_decimal import WrittenDecimal


def render(rule_set: RuleSet) -> str:
    """The rule set as YAML in the style of the rule library, without comments and without what goes without saying.

    JSON where a saved test holds what only JSON can say: a number among tags, `true` in a text field.
    """
    data = as_data(rule_set)
    tests = rule_set.tests
    return json_text(data) + "\n" if any(_only_json_says(test) for test in tests) else yaml_text(data)


def as_data(rule_set: RuleSet) -> dict[str, Any]:
    """The rule set as a JSON object: numbers exact, defaults left out, keys in their usual order."""
    data: dict[str, Any] = {}
    if rule_set.set:
        data["set"] = rule_set.set
    if rule_set.name:
        data["name"] = rule_set.name
    if rule_set.description:
        data["description"] = rule_set.description
    data["rules"] = [rule_data(rule) for rule in rule_set.rules]
    if rule_set.tests:
        data["tests"] = [_test_data(test) for test in rule_set.tests]
    return data


def rule_data(rule: Rule) -> dict[str, Any]:
    """One rule as a JSON object."""
    data: dict[str, Any] = {"id": rule.id}
    if rule.name != rule.id:
        data["name"] = rule.name
    data |= _keeping_data(rule)
    if not rule.enabled:
        data["enabled"] = False
    if rule.triggers != frozenset(DEFAULT_TRIGGERS):
        data["on"] = [trigger for trigger in TRIGGERS if trigger in rule.triggers]
    data["when"] = node_data(rule.when)
    data["then"] = [call_data(call) for call in rule.then]
    if rule.stop:
        data["stop"] = True
    if rule.once:
        data["once"] = True
    return data


def _keeping_data(rule: Rule) -> dict[str, Any]:
    """What a rule says about itself for people."""
    day = "" if rule.review_by is None else rule.review_by.isoformat()
    texts = {"group": rule.group, "why": rule.why, "owner": rule.owner, "review_by": day}
    return {key: text for key, text in texts.items() if text}


def node_data(node: Node) -> Any:
    """What a `when`, or a part of it, is as JSON."""
    match node:
        case Always():
            return "always"
        case Condition():
            return _condition_data(node)
        case Group():
            return {node.kind: [node_data(member) for member in node.nodes]}
        case _:
            return {node.kind: node_data(node.node)}


def _condition_data(condition: Condition) -> dict[str, Any]:
    data: dict[str, Any] = {"field": condition.field.name, "is": condition.operator}
    if condition.than is not None:
        data["than"] = condition.than.name
    elif condition.members:
        data["value"] = _value_data(condition.written, condition.field.type)
    if condition.match_case:
        data["match_case"] = True
    return data


def _value_data(value: Any, type_: FieldType) -> Any:
    if isinstance(value, list):
        return [_value_data(member, type_) for member in value]
    return _number(value) if type_ is FieldType.NUMBER else value


def call_data(call: ActionCall) -> dict[str, Any]:
    """One action with its parameters as a JSON object."""
    data: dict[str, Any] = {"do": call.action.code}
    for parameter in call.action.parameters:
        value = call.params[parameter.name]
        if value != parameter.default:
            data[parameter.name] = _param_data(value)
    return data


def _param_data(value: Any) -> Any:
    match value:
        case Template():
            return value.source
        case WrittenTime():
            return value.text
        case Mapping():
            return {name: _param_data(member) for name, member in value.items()}
        case list() | tuple():
            return [_param_data(member) for member in value]
        case _:
            return _number(value)


def _test_data(test: SavedTest) -> dict[str, Any]:
    data: dict[str, Any] = {} if test.name == test.path else {"name": test.name}
    data["order"] = _order_data(ORDER_FIELDS, "", test.order)
    if test.context is not None:
        data["context"] = test.context
    if test.now is not None:
        data["now"] = test.now.isoformat()
    if test.trigger != "imported":
        data["trigger"] = test.trigger
    data["expect"] = {
        key: _order_data(ORDER_FIELDS, "", value) if key == "order" else value for key, value in test.expect.items()
    }
    return data


def _order_data(catalogue: FieldCatalogue, name: str, value: Any) -> Any:
    """A part of an order. A number that stands for a text, `00501`, becomes that text, as JSON has no such numbers."""
    if isinstance(value, Mapping):
        return {key: _order_data(catalogue, f"{name}.{key}" if name else key, member) for key, member in value.items()}
    if isinstance(value, list):
        within, inner = (ITEM_FIELDS, "") if catalogue is ORDER_FIELDS and name == "items" else (catalogue, name)
        return [_order_data(within, inner, member) if isinstance(member, Mapping) else member for member in value]
    field = catalogue.find(name)
    if field is None:
        return value
    return _as_text(value) if field.type is FieldType.TEXT else _number(value)


def _as_text(value: Any) -> Any:
    return value.source if isinstance(value, WrittenDecimal) else value


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, WrittenDecimal) else value


def _only_json_says(test: SavedTest) -> bool:
    parts = (test.order, test.expect.get("order", {}))
    return any(_has_json_type(ORDER_FIELDS, "", part) for part in parts) or _has_number(test.context)


def _has_json_type(catalogue: FieldCatalogue, name: str, value: Any) -> bool:
    """Whether a text field holds a boolean, or a set something else than texts: YAML reads texts in both places."""
    if isinstance(value, Mapping):
        return any(_has_json_type(catalogue, f"{name}.{key}" if name else key, member) for key, member in value.items())
    field = catalogue.find(name)
    if isinstance(value, list):
        if catalogue is ORDER_FIELDS and name == "items":
            return any(_has_json_type(ITEM_FIELDS, "", member) for member in value)
        is_set = field is not None and field.type is FieldType.SET
        return is_set and any(isinstance(member, bool | int | Decimal) for member in value)
    return isinstance(value, bool) and field is not None and field.type is FieldType.TEXT


def _has_number(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_number, value.values()))
    if isinstance(value, list):
        return any(map(_has_number, value))
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
