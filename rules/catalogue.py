"""Everything a rule can be made of, as JSON-ready data for the rule editor, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules import schedule
from rules.actions import Action, Parameter, all_actions
from rules.document import DEFAULT_TRIGGERS, TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.fields.measures import MEASURES
from rules.messages import Language, Text
from rules.operators import PRESENCE, Operator, Presence, Takes, operators_of
from rules.operators.texts import MAX_TEXT
from rules.parser.aggregates import COUNT
from rules.parser.conditions import MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES
from rules.parser.early_limits import MAX_RULES
from rules.values import FieldType
from rules.vocabulary import (
    AGGREGATES,
    DAYS,
    FIELD_TYPES,
    GROUPS,
    ITEM_GROUPS,
    LOOK_AGAIN_KEYS,
    RULE_KEYS,
    SCHEDULE_KEYS,
    STATUSES,
    Worded,
)
from rules.vocabulary import TRIGGERS as TRIGGER_WORDS


def catalogue(language: Language = "en") -> dict[str, Any]:
    """`fields`, `item_fields`, `types` with their operators, `actions`, `groups`, `item_groups`, `aggregates` (numbers over
    lines) and the `measures` that they are made of, `triggers`, `schedules`, `rule_keys` and `limits`.

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
        "aggregates": [
            {**_words(code, words, language), "measured": code != COUNT, "type": FieldType.NUMBER.value}
            for code, words in AGGREGATES.items()
        ],
        "measures": [_words(code, measure, language) for code, measure in MEASURES.items()],
        "triggers": [{**_words(code, TRIGGER_WORDS[code], language), "default": code in DEFAULT_TRIGGERS} for code in TRIGGERS],
        "schedules": {
            **{key: _keys(keys, language) for key, keys in (("schedule", SCHEDULE_KEYS), ("look_again", LOOK_AGAIN_KEYS))},
            "days": [{"code": code, "label": DAYS[code].format(language)} for code in schedule.DAYS],
            "statuses": [
                {"code": code, "label": STATUSES[code].format(language), "default": code in schedule.DEFAULT_OVER}
                for code in schedule.STATES
            ],
        },
        "rule_keys": [{"code": key, "help": help_.format(language)} for key, help_ in RULE_KEYS.items()],
        "limits": {"rules": MAX_RULES, "conditions": MAX_CONDITIONS, "depth": MAX_DEPTH, "values": MAX_VALUES, "text": MAX_TEXT},
    }


def _words(code: str, words: Worded, language: Language) -> dict[str, Any]:
    return {"code": code, "label": words.label.format(language), "help": words.help.format(language)}


def _keys(keys: Mapping[str, Text], language: Language) -> list[dict[str, str]]:
    return [{"code": code, "help": help_.format(language)} for code, help_ in keys.items()]


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
        "compares_lists": isinstance(operator, Operator) and operator.of_list is not None,
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
