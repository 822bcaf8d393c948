"""A new action, field or operator is one registration in a file of its own; nothing else has to change."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from support.rule_sets import a_rule_set, codes_of, condition, decided, rule

from rules import fields
from rules.actions import registry as actions
from rules.catalogue import catalogue
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT
from rules.operators import registry as operators
from rules.reference_page import reference_page
from rules.schema import rule_set_schema
from rules.sentences import action_sentence, node_sentence

ACTION = """
from rules.actions.registry import Action, Parameter, ParameterKind, register, writes
from rules.messages import Text

def apply(draft, params):
    draft.write("custom_field_3", draft.render(params["text"]).upper())

register(Action("shout", Text("Shout", "Gritar"), Text("Shout {text}", "Gritar {text}"),
    Text("Writes the text in capitals.", "Escribe el texto en mayúsculas."),
    (Parameter("text", ParameterKind.TEXT, Text("Text", "Texto")),), writes("custom_field_3"), apply))
"""
FIELD_AND_OPERATOR = """
from rules.fields import ORDER_FIELDS
from rules.messages import Text
from rules.operators.registry import Operator, Takes, register
from rules.operators.texts import TEXT
from rules.values import FieldType

ORDER_FIELDS.add("warehouse.aisle", FieldType.TEXT, Text("aisle", "pasillo"),
    Text("Where the goods lie.", "Dónde están los artículos."))
register(Operator(FieldType.TEXT, "is_anagram_of", Text("is an anagram of", "es un anagrama de"),
    Text("{field} is an anagram of {value}", "{field} es un anagrama de {value}"),
    Text("It has the same letters.", "Tiene las mismas letras."), Takes.ONE, TEXT,
    lambda members, case, zone: sorted(members[0].lower()), lambda fact, value, now: sorted(fact) == value))
"""


@pytest.fixture(autouse=True)
def _registries_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(actions, "_ACTIONS", dict(actions._ACTIONS))
    monkeypatch.setattr(operators, "_OPERATORS", dict(operators._OPERATORS))
    monkeypatch.setattr(fields.ORDER_FIELDS, "_fields", dict(fields.ORDER_FIELDS._fields))
    yield
    sys.modules.pop("an_extension", None)


def load(folder: Path, source: str) -> None:
    path = folder / "an_extension.py"
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location("an_extension", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_an_action_from_a_file_is_parsed_checked_and_applied(tmp_path: Path) -> None:
    load(tmp_path, ACTION)

    rules = a_rule_set(
        rule("always", {"do": "shout", "text": "to {ship_to.city}"}),
        rule(condition("custom_field_3", "equals", "TO ÁVILA", match_case=True), {"do": "stop"}),
    )
    decision = decided(rules, {"ship_to": {"city": "Ávila"}})

    assert decision.matched == ("r0", "r1")
    assert decision.document["custom_field_3"] == "TO ÁVILA"
    assert codes_of('{"rules": [{"id": "a", "when": "always", "then": [{"do": "shout"}]}]}') == ["missing_parameter"]


def test_warnings_know_of_an_action_from_a_file_what_it_says_is_certain(tmp_path: Path) -> None:
    rules = [rule("always", {"do": "shout", "text": "hi"})] * 2
    certain = ACTION.replace('writes("custom_field_3"), apply', 'writes("custom_field_3"), apply, always(Nature.SETS)')
    load(tmp_path, certain.replace("register, writes", "register, writes, always, Nature"))

    assert [problem.message.code for problem in check_rule_set(a_rule_set(*rules), NO_CONTEXT)] == ["repeats"]
    actions._ACTIONS.pop("shout")
    load(tmp_path, ACTION)
    assert check_rule_set(a_rule_set(*rules), NO_CONTEXT) == []


def test_a_field_and_an_operator_from_a_file_work_at_once(tmp_path: Path) -> None:
    load(tmp_path, FIELD_AND_OPERATOR)

    rules = a_rule_set(rule(condition("warehouse.aisle", "is_anagram_of", "Left"), {"do": "add_tag", "tag": "{warehouse.aisle}"}))

    assert decided(rules, {"warehouse": {"aisle": "felt"}}).document["tags"] == ["felt"]
    assert decided(rules, {"warehouse": {"aisle": "right"}}).matched == ()
    assert decided(rules, {"warehouse": {"aisle": True}}).errors[0].message.code == "not_a_text"


def test_without_the_file_they_are_unknown() -> None:
    when, then = '{"field": "warehouse.aisle", "is": "blank"}', '[{"do": "shout"}]'

    assert codes_of(f'{{"rules": [{{"id": "a", "when": {when}, "then": {then}}}]}}') == ["unknown_field", "unknown_action"]


def test_an_action_cannot_be_registered_twice(tmp_path: Path) -> None:
    load(tmp_path, ACTION)

    with pytest.raises(ValueError, match="registered twice"):
        load(tmp_path, ACTION)


def test_a_rule_made_of_them_fits_the_schema_and_reads_as_sentences(tmp_path: Path) -> None:
    document = {"rules": [rule(condition("warehouse.aisle", "is_anagram_of", "Left"), {"do": "shout", "text": "hi"})]}
    assert not Draft202012Validator(rule_set_schema()).is_valid(document)
    load(tmp_path, FIELD_AND_OPERATOR)
    load(tmp_path, ACTION)
    schema = Draft202012Validator(rule_set_schema())
    (made,) = a_rule_set(*document["rules"]).rules

    assert schema.is_valid(document)
    assert not schema.is_valid({"rules": [rule(condition("warehouse.aisle", "is_anagram_of", ["Left"]))]})
    assert not schema.is_valid({"rules": [rule("always", {"do": "shout"})]})
    assert node_sentence(made.when).format("es") == "Pasillo es un anagrama de Left"
    assert action_sentence(made.then[0]).format("en") == "Shout hi"


def test_they_are_in_the_catalogue_and_in_the_reference(tmp_path: Path) -> None:
    load(tmp_path, FIELD_AND_OPERATOR)
    load(tmp_path, ACTION)
    known, page = catalogue("en"), reference_page("es")
    (texts,) = [type_ for type_ in known["types"] if type_["code"] == "text"]

    assert known["fields"][-1]["label"] == "aisle"
    assert [operator["label"] for operator in texts["operators"] if operator["code"] == "is_anagram_of"] == ["is an anagram of"]
    assert known["actions"][-1]["parameters"][0]["label"] == "Text"
    assert "| `warehouse.aisle` | pasillo | texto | Dónde están los artículos. |" in page
    assert "| `is_anagram_of` | es un anagrama de | Tiene las mismas letras. |" in page
    assert "### `shout`: Gritar\n\nEscribe el texto en mayúsculas." in page
