"""The fields that actions write, each with the parameter that it takes its value from: read off the actions themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain, product
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from rules.actions import Action, Nature, Parameter, ParameterKind, all_actions, find_part_label
from rules.actions.draft import ActionFailed, Draft
from rules.context import NO_CONTEXT
from rules.fields import ORDER_FIELDS
from rules.fields.closed_values import ClosedValues
from rules.messages import Text
from rules.placeholders import Template
from rules.values import FieldType

ANY = "*"  # as the last part of a field: any name that an action gives it
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)
_FEW = 10  # a number with so many values at most stands for a choice
_SETTING = (Nature.SETS, Nature.SETS_AND_SENDS)
_TYPES = {
    ParameterKind.TEXTS: FieldType.SET,
    ParameterKind.BOOLEAN: FieldType.BOOLEAN,
    ParameterKind.BOOLEAN_OR_NUMBER: FieldType.BOOLEAN,
    ParameterKind.INTEGER: FieldType.NUMBER,
    ParameterKind.NUMBER: FieldType.NUMBER,
    ParameterKind.AMOUNT: FieldType.NUMBER,
    ParameterKind.TIME: FieldType.TIME,
}


class WrittenField(Struct, frozen=True):
    """A field of an order that some action writes. `parameter` is what it is set to; None where an action works it out."""

    name: str
    type: FieldType
    label: Text
    help: Text
    parameter: Parameter | None = None
    may_be_number: bool = False  # of a switch that may say how much, too
    closed: ClosedValues | None = None  # all values that mean something, where they are known

    def named(self, name: str) -> WrittenField:
        """The same for one name where `name` stands for any."""
        return replace(self, name=name, label=find_part_label(name) or self.label)


@cache
def written_fields() -> Mapping[str, WrittenField]:
    """By name, in the order of the actions' codes."""
    tries = [(action, params) for action in sorted(all_actions(), key=lambda one: one.code) for params in _tries(action)]
    tries.sort(key=lambda tried: tried[0].nature(tried[1]) not in _SETTING)  # those that adjust a field know less of it
    found: dict[str, WrittenField] = {}
    for action, params in tries:
        sources = _sources(action, params)
        for name in sorted(action.writes(params)):
            parameter = sources.get(name)
            if name not in found or (found[name].parameter is None and parameter is not None):
                found[name] = _field(action, params, name, parameter)
    return found


def find_written(name: str) -> WrittenField | None:
    """The field of a name, also of one that an action makes up: `customs.tax_ids.ioss`."""
    group, _, own = name.rpartition(".")
    found = written_fields().get(name)
    if found is None and _NAME.fullmatch(own) and (any_of := written_fields().get(f"{group}.{ANY}")):
        return any_of.named(name)
    return found


def _field(action: Action, params: Mapping[str, Any], name: str, parameter: Parameter | None) -> WrittenField:
    known = ORDER_FIELDS.find(name)
    type_ = known.type if known else FieldType.TEXT if parameter is None else _TYPES.get(parameter.kind, FieldType.TEXT)
    label = known.label if known else find_part_label(name.removesuffix(f".{ANY}")) or action.label
    may_be_number = False
    if parameter is not None and parameter.kind is ParameterKind.BOOLEAN_OR_NUMBER:
        may_be_number = action.check is None or action.check({**params, parameter.name: 1}) is None
    closed = None if parameter is None else parameter.closed
    return WrittenField(name, type_, label, known.help if known else action.help, parameter, may_be_number, closed)


def _tries(action: Action) -> Iterator[dict[str, Any]]:
    """Parameters that have the action write, between them, all that it may."""
    optional = [one.name for one in action.parameters if not one.required]
    for values in product(*(_samples(place, one) for place, one in enumerate(action.parameters))):
        given = {one.name: value for one, value in zip(action.parameters, values, strict=True)}
        for left_out in chain([()], ([name] for name in optional), [optional]):
            tried = {**given, **{one.name: one.default for one in action.parameters if one.name in left_out}}
            if action.check is None or action.check(tried) is None:
                yield tried


def _samples(place: int, parameter: Parameter) -> tuple[Any, ...]:
    """Values of one parameter; but for choices and switches, no two parameters of an action have the same."""
    name = parameter.name
    match parameter.kind:
        case ParameterKind.CHOICE:
            return tuple(parameter.choices)
        case ParameterKind.TEXT:
            return (Template(name, (name,), name),)
        case ParameterKind.TEXTS:
            return ((Template(name, (name,), name),),)
        case ParameterKind.TEXT_MAP:
            return ({ANY: Template(name, (name,), name)},)
        case ParameterKind.BOOLEAN | ParameterKind.BOOLEAN_OR_NUMBER:
            return (True,)
        case ParameterKind.TIME:
            return (None,)
    low, high = parameter.low or 0, parameter.high
    return tuple(range(low, high + 1)) if high is not None and high - low < _FEW else (low + 1_000 + place,)


def _sources(action: Action, params: Mapping[str, Any]) -> dict[str, Parameter]:
    """Which parameter's value the action puts into which field, on an order that says nothing."""
    draft = Draft("", False, {}, NO_CONTEXT, 0, frozenset(), hold_allowed=True)
    with suppress(ActionFailed):
        action.apply(draft, params)
    sources = {}
    for change in draft.changes:
        for parameter in action.parameters:
            if any(type(value) is type(change.after) and value == change.after for value in _written(params[parameter.name])):
                sources[change.field] = parameter
    return sources


def _written(value: Any) -> Iterator[Any]:
    """What a parameter's value is in an order's document."""
    if isinstance(value, Template):
        yield value.constant
    elif isinstance(value, tuple):
        yield [member.constant for member in value]
    elif isinstance(value, dict):
        yield from (member.constant for member in value.values())
    elif value is not None:
        yield value
