"""The schema of `then`: every action with its parameters."""

from __future__ import annotations

import re

from rules.actions import Action, Parameter, ParameterKind, all_actions
from rules.fields import ORDER_FIELDS
from rules.messages import Language
from rules.operators.texts import TEXT
from rules.operators.written_times import TIME
from rules.parser.actions import MAX_MEMBERS
from rules.parser.reading import SWITCH
from rules.schema.words import Schema, choices, closed, constants, described, when
from rules.vocabulary import ACTION_CODE, CONDITION_KEYS


def action_definitions(language: Language) -> dict[str, Schema]:
    """`action`, one definition for each action, and `template`: a text that may use fields of the order."""
    actions = {action.code: action for action in all_actions()}
    return {
        "action": {"anyOf": [{"$ref": "#/$defs/call"}, {"allOf": [{"$ref": "#/$defs/off"}, {"not": _sets_switch(actions)}]}]},
        "call": {
            "type": "object",
            "properties": {"do": described(ACTION_CODE, constants(actions, language), language)},
            "required": ["do"],
            "allOf": [when("do", [code], {"$ref": f"#/$defs/{_name(code)}"}) for code in actions],
        },
        **{_name(code): _action(action, language) for code, action in actions.items()},
        "template": {**TEXT.schema, "allOf": [{"pattern": _placeholders()}]},
    }


def _sets_switch(actions: dict[str, Action]) -> Schema:
    """The actions for which `enabled` is what they set."""
    codes = [code for code, action in actions.items() if any(parameter.name == SWITCH for parameter in action.parameters)]
    return {"properties": {"do": {"enum": codes}}, "required": ["do"]}


def _placeholders() -> str:
    """A pattern of texts in which every `{…}` names a field, and `{{` is a brace."""
    names = "|".join(re.escape(name) for name in ORDER_FIELDS.names())
    return rf"^([^{{]|\{{\{{|\{{\s*({names})\s*\}})*$"


def _name(code: str) -> str:
    return f"do_{code}"


def _action(action: Action, language: Language) -> Schema:
    parameters = {parameter.name: _parameter(parameter, language) for parameter in action.parameters}
    switch = described(CONDITION_KEYS[SWITCH], {"type": "boolean", "default": True}, language)
    required = [parameter.name for parameter in action.parameters if parameter.required]
    return {
        "title": action.label.format(language),
        "description": action.help.format(language),
        **closed({"do": {"const": action.code}, SWITCH: switch, **parameters}, ["do", *required]),
    }


def _parameter(parameter: Parameter, language: Language) -> Schema:
    value = _kind_schema(parameter, language)
    if not parameter.required:
        value = {"anyOf": [value, {"type": "null"}]}  # null is as good as left out
    schema: Schema = {"title": parameter.label.format(language), **value}
    if parameter.default is not None:
        schema["default"] = parameter.default
    return schema


def _kind_schema(parameter: Parameter, language: Language) -> Schema:
    match parameter.kind:
        case ParameterKind.TEXT:
            return {"$ref": "#/$defs/template"}
        case ParameterKind.TEXTS:
            return {"type": "array", "items": {"$ref": "#/$defs/template"}, "minItems": 1, "maxItems": MAX_MEMBERS}
        case ParameterKind.TEXT_MAP:
            return {
                "type": "object",
                "propertyNames": {"pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$"},
                "additionalProperties": {"$ref": "#/$defs/template"},
                "minProperties": 1,
                "maxProperties": MAX_MEMBERS,
            }
        case ParameterKind.BOOLEAN:
            return {"type": "boolean"}
        case ParameterKind.INTEGER:
            return {"type": "integer", **_bounds(parameter)}
        case ParameterKind.NUMBER:
            return {"type": "number", **_bounds(parameter)}
        case ParameterKind.AMOUNT:
            return {"anyOf": [{"type": "number", **_bounds(parameter)}, choices(parameter.choices, language)]}
        case ParameterKind.BOOLEAN_OR_NUMBER:
            return {"type": ["boolean", "number"], **_bounds(parameter)}
        case ParameterKind.TIME:
            return dict(TIME.schema)
        case ParameterKind.CHOICE:
            return choices(parameter.choices, language)


def _bounds(parameter: Parameter) -> Schema:
    bounds = {"minimum": parameter.low, "maximum": parameter.high}
    return {name: bound for name, bound in bounds.items() if bound is not None}
