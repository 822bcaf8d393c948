"""Everything a rule can be made of, as JSON-ready data for the rule editor, in one language."""

from __future__ import annotations

from typing import Any

from rules.actions import Action, Parameter, all_actions
from rules.document import DEFAULT_TRIGGERS, TRIGGERS, UNRAISED_TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.messages import Language
from rules.operators import PRESENCE, Operator, Presence, Takes, operators_of
from rules.operators.texts import MAX_TEXT
from rules.parser.conditions import MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES
from rules.parser.early_limits import MAX_RULES
from rules.values import FieldType
from rules.vocabulary import FIELD_TYPES, GROUPS, ITEM_GROUPS, RULE_KEYS, Worded
from rules.vocabulary import TRIGGERS as TRIGGER_WORDS


def catalogue(language: Language = "en") -> dict[str, Any]:
    """`fields`, `item_fields`, `types` with their operators, `actions`, `groups`, `item_groups`, `triggers`, `rule_keys`,
    `limits`.

    Codes are what documents hold; labels, sentences and help are for people.
    """
    return {
        "language": language,
        "fields": _fields(ORDER_FIELDS, language),
        "item_fields": _fields(ITEM_FIELDS, language),
        "types": [_type(type_, language) for type_ in FieldType],
        "actions": [_action(action, language) for action in all_actions()],
        "groups": [_words(code, words, language) for code, words in GROUPS.items()],
        "item_groups": [_words(code, words, language) for code, words in ITEM_GROUPS.items()],
        "triggers": [
            {
                **_words(code, TRIGGER_WORDS[code], language),
                "default": code in DEFAULT_TRIGGERS,
                "raised": code not in UNRAISED_TRIGGERS,
            }
            for code in TRIGGERS
        ],
        "rule_keys": [{"code": key, "help": help_.format(language)} for key, help_ in RULE_KEYS.items()],
        "limits": {"rules": MAX_RULES, "conditions": MAX_CONDITIONS, "depth": MAX_DEPTH, "values": MAX_VALUES, "text": MAX_TEXT},
    }


def _words(code: str, words: Worded, language: Language) -> dict[str, Any]:
    return {"code": code, "label": words.label.format(language), "help": words.help.format(language)}


def _fields(fields: FieldCatalogue, language: Language) -> list[dict[str, Any]]:
    return [
        {
            **_words(field.name, field, language),
            "type": field.type.value,
            "personal": field.personal,
            "derived": field.derived,
            "values": None if field.closed is None else list(field.closed.codes),
        }
        for field in fields
    ]


def _type(type_: FieldType, language: Language) -> dict[str, Any]:
    operators: list[Operator | Presence] = [*operators_of(type_), *PRESENCE.values()]
    return {
        "code": type_.value,
        "label": FIELD_TYPES[type_].format(language),
        "operators": [_operator(operator, language) for operator in operators],
    }


def _operator(operator: Operator | Presence, language: Language) -> dict[str, Any]:
    """`takes` says how many values; `value` of which kind, and how a person writes one."""
    value = operator.value if isinstance(operator, Operator) else None
    return {
        **_words(operator.code, operator, language),
        "sentence": operator.sentence.format(language),
        "takes": (operator.takes if isinstance(operator, Operator) else Takes.NOTHING).value,
        "value": None if value is None else {"code": value.code, "help": value.help.format(language)},
        "compares_fields": isinstance(operator, Operator) and operator.against is not None,
        "on_blank": operator.on_blank,
    }


def _action(action: Action, language: Language) -> dict[str, Any]:
    return {
        **_words(action.code, action, language),
        "sentence": action.sentence.format(language),
        "parameters": [_parameter(parameter, language) for parameter in action.parameters],
        "carried_out": action.is_carried_out,
    }


def _parameter(parameter: Parameter, language: Language) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "label": parameter.label.format(language),
        "kind": parameter.kind.value,
        "required": parameter.required,
        "default": parameter.default,
        "choices": [{"code": code, "label": label.format(language)} for code, label in parameter.choices.items()],
        "low": parameter.low,
        "high": parameter.high,
        "values": None if parameter.closed is None else list(parameter.closed.codes),
        "refers_to": None if parameter.refers_to is None else parameter.refers_to.value,
    }
