"""What the schema says in words, offers and inserts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.rule_sets import codes_of, condition, rule

from rules import vocabulary
from rules.actions import Action, Parameter, ParameterKind, registry
from rules.document import DEFAULT_TRIGGERS, TRIGGERS
from rules.messages import Text
from rules.parser import parse_rule_set
from rules.parser.conditions import CONDITION_KEYS, GROUPS, ITEM_GROUPS
from rules.parser.saved_tests import EXPECT_KEYS
from rules.problems import Problems
from rules.schema import rule_set_schema
from rules.source import Mapping
from rules.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(rule_set_schema())


def complaints(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(document)]


def a_document(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"rules": list(rules), **more}


VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2.5, 1001, 10**20, 20260301, "", "  ", "x", "ES", "a b", "always", "imported", "hold"),
    *("2026-03-01", "today", "3d", "{ship_to.city}", "{stor}", "{", "{{", "order_total", "x" * 4097, [], ["a"], [1], [""]),
    *([1, 2], ["2026-01-01", "2026-02-01"], {}, {"a": "b"}, {"all": []}, condition("sku", "blank")),
)


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("kind", ParameterKind)
def test_every_kind_of_parameter_takes_what_the_parser_takes(
    kind: ParameterKind, required: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Text("try", "probar")
    choices = {"ES": text, "imported": text}
    parameter = Parameter("x", kind, Text("X", "X"), required=required, choices=choices, low=0, high=5)
    monkeypatch.setattr(registry, "_ACTIONS", {})
    registry.register(Action("try", text, text, text, (parameter,), registry.writes(), lambda _draft, _params: None))
    schema = Draft202012Validator(rule_set_schema())
    documents = [a_document(rule("always", {"do": "try", "x": value})) for value in VALUES]
    taken = [document for document in documents if codes_of(json.dumps(document)) == []]

    assert 0 < len(taken) < len(documents)
    assert [document for document in documents if schema.is_valid(document)] == taken


def test_a_choice_is_a_code_with_its_name() -> None:
    definitions = rule_set_schema("es")["$defs"]

    assert definitions["do_rate_shop"]["properties"]["prefer"]["oneOf"] == [
        {"const": "cheapest", "title": "el más barato"},
        {"const": "fastest", "title": "el más rápido"},
    ]
    (_, field) = definitions["do_cash_on_delivery"]["properties"]["amount"]["anyOf"]
    assert field == {"type": "string", "oneOf": [{"const": "order_total", "title": "total del pedido"}]}


def test_the_words_cover_every_part_of_a_document() -> None:
    properties = {name: set(part["properties"]) for name, part in rule_set_schema()["$defs"].items() if "properties" in part}

    assert tuple(vocabulary.GROUPS) == GROUPS
    assert tuple(vocabulary.ITEM_GROUPS) == ITEM_GROUPS
    assert tuple(vocabulary.TRIGGERS) == TRIGGERS
    assert tuple(vocabulary.CONDITION_KEYS) == CONDITION_KEYS
    assert tuple(vocabulary.EXPECT_KEYS) == EXPECT_KEYS
    assert properties["expect"] == set(EXPECT_KEYS)
    assert properties["group"] == {*GROUPS, *ITEM_GROUPS, "enabled"}
    assert properties["aggregate"] == {*vocabulary.AGGREGATES, "is", "value", "than", "enabled"}


def test_defaults_are_those_of_the_parser() -> None:
    parts = rule_set_schema()["$defs"]["rule"]["properties"]
    rule_set, _ = parse_rule_set(json.dumps(a_document(rule())))
    assert rule_set is not None
    (read,) = rule_set.rules

    assert {key: parts[key]["default"] for key in ("enabled", "stop", "once")} == {
        "enabled": read.enabled,
        "stop": read.stop,
        "once": read.once,
    }
    assert frozenset(parts["on"]["default"]) == read.triggers == frozenset(DEFAULT_TRIGGERS)


def test_orders_of_tests_are_described_field_by_field() -> None:
    order = rule_set_schema()["$defs"]["order"]["properties"]

    assert order["ship_to"]["properties"]["country"]["title"] == "ship to country"
    assert order["items"]["items"]["properties"]["sku"]["description"]
    assert "line_count" not in order  # worked out: writing it changes nothing


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
    assert complaints(a_document(rule(condition("ship_to.country", "in", ["es", "Spain"])))) == []


def test_the_file_in_docs_is_what_the_code_generates() -> None:
    written = json.loads((ROOT / "docs" / "rules.schema.json").read_text("utf-8"))

    assert written == rule_set_schema(), "`make docs` writes it anew"
