"""The schema of `when`: groups, item groups, and conditions with the operators and values that fit their field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.fields.measures import MEASURES
from rules.messages import Language
from rules.operators import PRESENCE, Operator, Takes, operators_of
from rules.parser.aggregates import COUNT
from rules.parser.conditions import MAX_VALUES
from rules.parser.reading import SWITCH
from rules.schema.words import Schema, closed, constants, described, when
from rules.values import FieldType
from rules.vocabulary import (
    AGGREGATE_KEYS,
    AGGREGATES,
    ALWAYS,
    ALWAYS_OF_LINES,
    CONDITION_KEYS,
    FIELD_TYPES,
    GROUPS,
    ITEM_GROUPS,
    NAMED_LIST,
)

_ONE_OF_TWO = [{"required": ["value"]}, {"required": ["than"]}]
_TAKES_CASE = (FieldType.TEXT, FieldType.SET)


def condition_definitions(language: Language) -> dict[str, Schema]:
    """`node` and what it refers to."""
    groups = {kind: _group("node", language, kind) for kind in GROUPS}
    item_groups = {kind: described(words.help, {"$ref": "#/$defs/item_node"}, language) for kind, words in ITEM_GROUPS.items()}
    return {
        "node": {
            "anyOf": [
                described(ALWAYS.help, {"const": "always"}, language),
                {"$ref": "#/$defs/group"},
                {"$ref": "#/$defs/condition"},
                {"$ref": "#/$defs/aggregate"},
                {"$ref": "#/$defs/off"},
            ]
        },
        "group": _one_of_these(groups | item_groups, language),
        "condition": _condition(ORDER_FIELDS, language),
        "aggregate": _aggregate(language),
        "lines": {"anyOf": [described(ALWAYS_OF_LINES, {"const": "always"}, language), {"$ref": "#/$defs/item_node"}]},
        "item_node": {
            "anyOf": [{"$ref": "#/$defs/group_of_item"}, {"$ref": "#/$defs/condition_of_item"}, {"$ref": "#/$defs/off"}]
        },
        "off": {"type": "object", "properties": {SWITCH: {"const": False}}, "required": [SWITCH]},  # nothing in it is looked at
        "group_of_item": _one_of_these({kind: _group("item_node", language, kind) for kind in GROUPS}, language),
        "condition_of_item": _condition(ITEM_FIELDS, language),
        **{f"{type_}_condition": _typed(type_, language) for type_ in FieldType},
    }


def _aggregate(language: Language) -> Schema:
    """A number over lines, compared as a number field is."""
    parts: dict[str, Schema] = {
        "of": described(AGGREGATE_KEYS["of"], constants(MEASURES, language), language),
        "when": described(AGGREGATE_KEYS["when"], {"$ref": "#/$defs/lines"}, language),
    }
    kinds = {
        kind: described(words.help, {"$ref": "#/$defs/lines"} if kind == COUNT else closed(parts, list(parts)), language)
        for kind, words in AGGREGATES.items()
    }
    numbers = {field.name: field for field in ORDER_FIELDS if field.type is FieldType.NUMBER}
    comparison: dict[str, Schema] = {
        "is": {"type": "string"},
        "value": {"type": ["number", "array"]},
        "than": constants(numbers, language),
        SWITCH: {"type": "boolean", "default": True},
    }
    compared = {key: described(CONDITION_KEYS[key], part, language) for key, part in comparison.items()}
    return {
        **closed({**kinds, **compared}, ["is"]),
        "oneOf": [{"required": [kind]} for kind in kinds],
        "allOf": [{"$ref": f"#/$defs/{FieldType.NUMBER}_condition"}],
    }


def _group(node: str, language: Language, kind: str) -> Schema:
    return described(GROUPS[kind].help, {"type": "array", "items": {"$ref": f"#/$defs/{node}"}}, language)


def _one_of_these(groups: dict[str, Schema], language: Language) -> Schema:
    """An object with one of the groups, and perhaps a switch."""
    switch = described(CONDITION_KEYS[SWITCH], {"type": "boolean", "default": True}, language)
    return {**closed({**groups, SWITCH: switch}), "oneOf": [{"required": [kind]} for kind in groups]}


def _condition(catalogue: FieldCatalogue, language: Language) -> Schema:
    fields = {field.name: field for field in catalogue}
    parts: dict[str, Schema] = {
        "field": constants(fields, language),
        "is": {"type": "string"},
        "value": {"type": ["string", "number", "array", "object"]},
        "than": constants(fields, language),
        "match_case": {"type": "boolean", "default": False},
        SWITCH: {"type": "boolean", "default": True},
    }
    closed_by_id = {id(field.closed): field.closed for field in catalogue if field.closed is not None}
    offered = [
        when("field", [field.name for field in catalogue if field.closed is one], {"properties": {"value": _offer(one.codes)}})
        for one in closed_by_id.values()
    ]
    by_type = {type_: [name for name, field in fields.items() if field.type is type_] for type_ in FieldType}
    return {
        **closed({key: described(CONDITION_KEYS[key], part, language) for key, part in parts.items()}, ["field", "is"]),
        "allOf": [
            *(when("field", names, _of_type(type_, names)) for type_, names in by_type.items() if names),
            *offered,
        ],
    }


def _of_type(type_: FieldType, names: list[str]) -> Schema:
    """What holds for conditions on fields of one type, which are compared with others of that type."""
    return {"$ref": f"#/$defs/{type_}_condition", "properties": {"than": {"enum": names}}}


def _offer(codes: tuple[str, ...]) -> Schema:
    """What editors offer and nobody has to take: case makes no difference, and some operators take parts of a text."""
    return {"examples": list(codes), "items": {"examples": list(codes)}}


def _typed(type_: FieldType, language: Language) -> Schema:
    """What holds for conditions on fields of one type."""
    operators = {operator.code: operator for operator in operators_of(type_)}
    return {
        "title": FIELD_TYPES[type_].format(language),
        "properties": {
            "is": constants({**operators, **PRESENCE}, language),
            "match_case": {} if type_ in _TAKES_CASE else {"const": False},
        },
        "allOf": _values(list(operators.values()), language),
    }


def _values(operators: Sequence[Operator], language: Language) -> list[Schema]:
    """What value goes with which operators."""
    with_value: list[tuple[Schema, list[str]]] = []
    alone = [operator.code for operator in operators if operator.against is None]
    without = list(PRESENCE)
    for operator in operators:
        schema = _value(operator, language)
        if schema is None:
            without.append(operator.code)
            continue
        codes = next((codes for known, codes in with_value if known == schema), None)
        if codes is None:
            with_value.append((schema, [operator.code]))
        else:
            codes.append(operator.code)
    return [
        *(when("is", codes, {"properties": {"value": schema}, "oneOf": _ONE_OF_TWO}) for schema, codes in with_value),
        when("is", without, {"properties": {"value": False}}),
        when("is", [*alone, *PRESENCE], {"properties": {"than": False}}),
    ]


def _value(operator: Operator, language: Language) -> Schema | None:
    if operator.value is None:
        return None
    member = described(operator.value.help, operator.value.schema, language)
    many: dict[str, Any] = {"type": "array", "items": member, "minItems": 1, "maxItems": MAX_VALUES}
    named = described(NAMED_LIST, closed({"list": {"type": ["string", "number"], "pattern": "\\S"}}, ["list"]), language)
    match operator.takes:
        case Takes.NOTHING:
            return None
        case Takes.ONE:
            return member
        case Takes.LIST:
            return {"anyOf": [many, named]}
        case Takes.ONE_OR_LIST:
            return {"anyOf": [member, many, named]}
        case Takes.PAIR:
            return {**many, "minItems": 2, "maxItems": 2}
        case Takes.PAIRS:
            pair = {**many, "minItems": 2, "maxItems": 2}
            return {"anyOf": [pair, {"type": "array", "items": pair, "minItems": 1, "maxItems": MAX_VALUES}]}
