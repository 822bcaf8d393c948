"""Parts that all schemas are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.messages import Language, Text
from rules.vocabulary import Worded

Schema = dict[str, Any]


def described(help_: Text, schema: Mapping[str, Any], language: Language) -> Schema:
    return {"description": help_.format(language), **schema}


def closed(properties: Mapping[str, Schema], required: Sequence[str] = ()) -> Schema:
    """An object with these keys and no others."""
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def constants(words: Mapping[str, Worded], language: Language) -> Schema:
    """One of some texts, each with its words, which editors show beside it."""
    return {
        "type": "string",  # what the YAML language server needs to know to write a colon behind the key
        "oneOf": [
            {"const": code, "title": word.label.format(language), "description": word.help.format(language)}
            for code, word in words.items()
        ],
    }


def choices(labels: Mapping[str, Text], language: Language) -> Schema:
    """One of some texts, each with what people call it."""
    return {
        "type": "string",
        "oneOf": [{"const": code, "title": label.format(language)} for code, label in labels.items()],
    }


def when(key: str, values: Sequence[str], then: Schema) -> Schema:
    """`then`, for objects that have one of these texts at a key."""
    return {"if": {"properties": {key: {"enum": list(values)}}, "required": [key]}, "then": then}
