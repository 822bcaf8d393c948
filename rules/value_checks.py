"""Warnings of values that no order has: `UK` as a country, `Awaiting shipment` as a status."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.document import ActionCall, Condition, RuleSet, conditions_of
from rules.fields.closed_values import ClosedValues
from rules.messages import Message, Text
from rules.operators import find_operator
from rules.placeholders import DID_YOU_MEAN, NOTHING, Template
from rules.problems import Problem
from rules.values import FieldType, exact_text, folded_text, shown

UNKNOWN_VALUE = Text(
    "{value} is not a value of `{field}`, which is {kind}{hint}", "{value} no es un valor de `{field}`, que es {kind}{hint}"
)

# What is true of a value is true of its negation: a text that nothing equals, everything differs from.
_COMPARING = frozenset({"equals", "in", "contains", "starts_with", "ends_with", "matches"})
_UTC = ZoneInfo("UTC")


def check_values(rule_set: RuleSet) -> Iterator[Problem]:
    """A warning for each value of a condition or an action that its field never has.

    Sound: of a part of a text or a pattern only where it fits no value at all.
    """
    for rule in rule_set.rules:
        for condition in conditions_of(rule.when):
            yield from _of_condition(condition)
        for call in rule.then:
            yield from _of_action(call)


def _of_condition(condition: Condition) -> Iterator[Problem]:
    closed = condition.field.closed
    operator = condition.operator.removeprefix("not_")
    if closed is None or condition.field.type is not FieldType.TEXT or operator not in _COMPARING:
        return
    is_list = isinstance(condition.written, list)
    for number, member in enumerate(condition.members):
        if not _is_possible(closed, operator, member, condition.match_case):
            line = condition.value_lines[number] if is_list and condition.value_lines else condition.line
            path = f"{condition.path}.value[{number}]" if is_list else f"{condition.path}.value"
            yield Problem("warning", line, path, _message(closed, condition.field.name, member))


def _of_action(call: ActionCall) -> Iterator[Problem]:
    for parameter in call.action.parameters:
        value = call.params[parameter.name]
        if parameter.closed is None or not isinstance(value, Template) or value.constant is None:
            continue
        if not _is_possible(parameter.closed, "equals", value.constant, False):
            line = call.lines.get(parameter.name, call.line)
            yield Problem(
                "warning", line, f"{call.path}.{parameter.name}", _message(parameter.closed, parameter.name, value.constant)
            )


@lru_cache(4096)
def _is_possible(closed: ClosedValues, operator_code: str, member: str, match_case: bool) -> bool:
    """Whether a condition with this one value is true of any value of the field."""
    normalise = exact_text if match_case else folded_text
    if operator_code in ("equals", "in") and normalise(member) in _comparable(closed, match_case):
        return True
    operator = find_operator(FieldType.TEXT, operator_code)
    assert operator is not None
    prepared = operator.prepare((member,), match_case, _UTC)
    return any(operator.test(normalise(code), prepared, 0) for codes in (closed.codes, closed.further()) for code in codes)


@lru_cache(64)
def _comparable(closed: ClosedValues, match_case: bool) -> frozenset[str]:
    return frozenset(closed.codes) if match_case else frozenset(map(folded_text, closed.codes))


def meant_value(closed: ClosedValues, value: str) -> str | None:
    """The code that somebody meant; where case counts, it may be that code in another case."""
    wanted = folded_text(value)
    return next((code for code in closed.codes if folded_text(code) == wanted), None) or closed.meant(value)


def _message(closed: ClosedValues, name: str, value: str) -> Message:
    meant = meant_value(closed, value)
    hint = Message("hint", NOTHING) if meant is None else Message("hint", DID_YOU_MEAN, {"name": meant})
    return Message("unknown_value", UNKNOWN_VALUE, {"value": shown(value), "field": name, "kind": closed.kind, "hint": hint})
