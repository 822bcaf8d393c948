"""What editors make of the JSON Schema: keys that they insert, and codes that they offer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from support.rule_sets import condition, rule

from rules.problems import Problems
from rules.schema import rule_set_schema
from rules.source import Mapping
from rules.yaml_reader import read_yaml


def objects_in(schema: Any) -> Iterator[dict[str, Any]]:
    """Every closed object with its keys, wherever it stands in the schema."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for part in schema.values():
            yield from objects_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_in(part)


def as_the_yaml_language_server_inserts(schema: dict[str, Any]) -> str:
    """The keys that an object needs, as the server writes them: it puts no colon behind one whose kind it cannot tell."""
    known = ("type", "anyOf", "$ref", "const", "enum", "properties", "items")
    return "\n".join(
        f"{key}: " if any(word in schema["properties"][key] for word in known) else key for key in schema["properties"]
    )


def test_what_editors_insert_is_yaml() -> None:
    objects = list(objects_in(rule_set_schema()))

    assert len(objects) > 40
    for schema in objects:
        problems = Problems()
        root = read_yaml(as_the_yaml_language_server_inserts(schema), problems)
        assert problems.found == []
        assert isinstance(root, Mapping)
        assert list(root.entries) == list(schema["properties"])


def test_codes_are_offered_and_others_not_refused() -> None:
    offered = json.dumps(rule_set_schema()["$defs"]["condition"])

    assert '"examples": ["AD", "AE",' in offered
    assert '"awaiting_shipment"' in offered
    document = {"rules": [rule(condition("ship_to.country", "in", ["es", "Spain"]))]}
    assert Draft202012Validator(rule_set_schema()).is_valid(document)
