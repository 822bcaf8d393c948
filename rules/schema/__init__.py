"""The JSON Schema of a rule document, generated from what is registered, so that editors complete and check rule files.

It accepts every JSON document that the parser accepts, and refuses what a schema can see to be wrong; what takes counting
or comparing over the document (duplicate ids, depth, a low value above the high one, placeholders) stays with the parser.
"""

from __future__ import annotations

import re
from typing import Any

from rules.document import DEFAULT_TRIGGERS, MAX_SLUG_LENGTH
from rules.messages import Language, Text
from rules.parser.conditions import MAX_CONDITIONS, MAX_DEPTH
from rules.parser.early_limits import MAX_RULES
from rules.parser.keeping import ADDRESS, DAY
from rules.parser.reading import SLUG
from rules.schema.actions import action_definitions
from rules.schema.conditions import condition_definitions
from rules.schema.saved_tests import saved_test_definitions
from rules.schema.words import Schema, closed, constants, described
from rules.vocabulary import DOCUMENT_KEYS, RULE_KEYS, TRIGGERS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

TITLE = Text("Relevo rule set", "Conjunto de reglas de Relevo")
LIMITS = Text(
    "At most {conditions} conditions in a rule, nested at most {depth} deep.",
    "Como mucho {conditions} condiciones en una regla, anidadas en {depth} niveles como mucho.",
)
SLUG_SCHEMA: Schema = {
    "type": ["string", "integer"],
    "pattern": f"^({SLUG.pattern})$",
    "maxLength": MAX_SLUG_LENGTH,
    "minimum": 0,
}
NAME: Schema = {"type": ["string", "number", "null"]}


def rule_set_schema(language: Language = "en") -> dict[str, Any]:
    """The schema, JSON-ready, draft 2020-12; its titles and descriptions are in one language."""
    return {
        "$schema": DIALECT,
        "title": TITLE.format(language),
        **closed(
            {
                "set": described(DOCUMENT_KEYS["set"], SLUG_SCHEMA, language),
                "name": described(DOCUMENT_KEYS["name"], NAME, language),
                "description": described(DOCUMENT_KEYS["description"], NAME, language),
                "rules": described(
                    DOCUMENT_KEYS["rules"],
                    {"type": "array", "items": {"$ref": "#/$defs/rule"}, "maxItems": MAX_RULES},
                    language,
                ),
                "tests": described(DOCUMENT_KEYS["tests"], {"type": "array", "items": {"$ref": "#/$defs/test"}}, language),
            },
            required=["rules"],
        ),
        "$defs": {
            "rule": _rule(language),
            **condition_definitions(language),
            **action_definitions(language),
            **saved_test_definitions(language),
        },
    }


def _pattern(form: re.Pattern[str]) -> Schema:
    """A text of this form, or nothing."""
    return {"type": ["string", "null"], "pattern": f"^({form.pattern})?$"}


def _rule(language: Language) -> Schema:
    limits = LIMITS.format(language, conditions=MAX_CONDITIONS, depth=MAX_DEPTH)
    parts: dict[str, Schema] = {
        "id": SLUG_SCHEMA,
        "name": NAME,
        "group": NAME,
        "why": NAME,
        "owner": _pattern(ADDRESS),
        "review_by": _pattern(DAY),
        "enabled": {"type": "boolean", "default": True},
        "on": {"type": "array", "items": constants(TRIGGERS, language), "minItems": 1, "default": list(DEFAULT_TRIGGERS)},
        "when": {"$ref": "#/$defs/node"},
        "then": {"type": "array", "items": {"$ref": "#/$defs/action"}},
        "stop": {"type": "boolean", "default": False},
        "once": {"type": "boolean", "default": False},
    }
    rule = closed({key: described(RULE_KEYS[key], part, language) for key, part in parts.items()}, ["id", "when", "then"])
    rule["properties"]["when"]["description"] += f" {limits}"
    return rule
