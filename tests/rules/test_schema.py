"""The JSON Schema accepts what the parser accepts, and refuses what a schema can see to be wrong."""

from __future__ import annotations

import copy
import json
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.rule_sets import codes_of, condition, rule

from benchmarks.random_rules import Maker
from rules.document import TRIGGERS
from rules.messages import LANGUAGES
from rules.order_document import dumps
from rules.parser import parse_rule_set
from rules.parser.saved_tests import FLAGS
from rules.problems import Problems
from rules.schema import rule_set_schema
from rules.source import to_plain
from rules.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]
# What takes counting, comparing or calendars; the parser alone says it.
BEYOND_A_SCHEMA = {
    *("low_above_high", "bad_parameters", "duplicate_id", "limit_conditions", "limit_depth"),
    *("bad_context", "bad_now", "duplicate_key"),
    *("duration_out_of_range", "longer_than_a_day", "ends_before", "over_twice"),
}


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(rule_set_schema())


def accepts(document: Any) -> bool:
    return bool(validator().is_valid(document))


def complaints(document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(document)]


def as_json(yaml: str) -> Any:
    """A YAML rule document in its JSON form, in which numbers are numbers."""
    problems = Problems()
    root = read_yaml(yaml, problems)
    assert root is not None
    assert not problems.found
    return json.loads(dumps(to_plain(root)))


def a_document(*rules: Any, **more: Any) -> dict[str, Any]:
    return {"rules": list(rules), **more}


def test_it_is_a_schema_of_its_dialect_in_every_language() -> None:
    for language in LANGUAGES:
        schema = rule_set_schema(language)

        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)
        json.dumps(schema, allow_nan=False)


def test_every_definition_is_there_and_used() -> None:
    schema = rule_set_schema()
    named = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))

    assert named == set(schema["$defs"])


def test_its_words_are_in_the_language_asked_for() -> None:
    english, spanish = (json.dumps(rule_set_schema(language), ensure_ascii=False) for language in LANGUAGES)

    assert "Add tag" in english
    assert "Añadir etiqueta" in spanish
    for words in ("The country in the delivery address", "is one of", "What it is compared with"):
        assert words in english
        assert words not in spanish


DOCUMENTS = [
    *(ROOT / "rules" / "library").glob("*.yaml"),
    *(ROOT / "benchmarks").glob("*.yaml"),
    *(ROOT / "tests" / "golden" / "rules").glob("*.yaml"),
]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_it_accepts_the_rule_sets_of_this_repository(path: Path) -> None:
    assert complaints(as_json(path.read_text("utf-8"))) == []


def test_it_accepts_the_example_of_the_documentation() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.DOTALL)

    assert complaints(as_json(example)) == []


WAYS_TO_WRITE = [
    a_document(),
    a_document(name=None, description=7, tests=[]),
    a_document(rule(id=501, name=2.5)),
    a_document(rule(id="a" * 100)),
    a_document(rule(condition("ship_to.postal_code", "in", [501, "00501"]))),
    a_document(rule(condition("tags", "includes", 2024))),
    a_document(rule(condition("store", "equals", "x" * 4096))),
    a_document(rule(condition("store", "in", [f"s{n}" for n in range(1000)]))),
    a_document(rule(condition("order_total", "between", [0.5, 10]))),
    a_document(rule(condition("order_date", "before", "2026-03-01T09:00:00.5+01:00"))),
    a_document(rule(condition("order_date", "before", 20260301))),
    a_document(rule(condition("order_date", "between", ["2026-03-01t24:00", "20260309T0900Z"]))),
    a_document(rule(condition("order_date", "on_day", " today "))),
    a_document(rule(condition("order_date", "within_last", "2w"))),
    a_document(rule(condition("order_total", "equals", 1, match_case=False))),
    a_document(rule(condition("tags", "excludes", ["A"], match_case=True))),
    a_document(rule({"any": [{"none": []}, "always", {"no_item": {"all": [condition("quantity", "blank")]}}]})),
    a_document(rule({"count_items": "always", "is": "between", "value": [1, 2.5]})),
    a_document(rule({"all": [{"count_items": {"all": [condition("sku", "blank")]}, "is": "in", "value": [1], "enabled": True}]})),
    a_document(rule({"sum_items": {"of": "line_total", "when": "always"}, "is": "less_than", "than": "order_total"})),
    a_document(rule({"none": [{"max_items": {"of": "weight_g", "when": condition("sku", "equals", "A")}, "is": "not_blank"}]})),
    a_document(rule({"all": [{"min_items": "whatever", "is": 5, "enabled": False}]})),
    a_document(rule("always", {"do": "add_tag", "tag": "{{ { ship_to.city } } {order_number}"})),
    a_document(rule("always", {"do": "add_tag", "tag": 5})),
    a_document(rule("always", {"do": "hold", "days": None, "until": None})),
    a_document(rule("always", {"do": "insure", "value": 12.5}, {"do": "insure", "value": "amount_paid"})),
    a_document(rule("always", {"do": "set_customs", "contents": "gift", "tax_ids": {"ioss": 123, "eori": "ES1"}})),
    a_document(rule(on=list(TRIGGERS), enabled=False, stop=True, once=True)),
    *(
        a_document(rule(on=["schedule"], **times))
        for times in (
            {"schedule": {"at": "08:00", "days": ["mon", "tue"], "over": ["shipped"]}},
            {"schedule": {"every": " 30m "}, "over": ["on_hold", "awaiting_payment"]},
            {"look_again": {"after": "24h", "until": "7d"}, "schedule": {"at": " 23:59 "}},
        )
    ),
    a_document(
        tests=[
            {
                "name": None,
                "order": {"order_total": "wrong", "ship_to": 5, "items": "none", "whatever": {}, "edited_fields": ["tags"]},
                "expect": {"matched": [1, "a"], "flags": list(FLAGS), "order": {"tags": None}, "effects": [1], "errors": [{}]},
                "context": {"account": None, "providers": ["a"], "more": 1, "locations": [{"code": "v", "country": None}]},
                "now": "2026-03-01",
                "trigger": None,
            },
            {"order": {"delegation": {"provider": "a", "refused_by": "x", "round": "many"}}, "expect": {}},
            {"order": {"delegation": "wrong"}, "expect": {}},
        ]
    ),
]


@pytest.mark.parametrize("document", WAYS_TO_WRITE, ids=range(len(WAYS_TO_WRITE)))
def test_it_accepts_every_way_to_write_that_the_parser_accepts(document: Any) -> None:
    assert codes_of(json.dumps(document)) == []
    assert complaints(document) == []


WRONG = [
    *(condition(name, "equals", "x") for name in ("ship_to.cuntry", "sku", "order_total", "gift", "tags")),
    condition("store", "at_least", "x"),
    condition("store", "eqals", "x"),
    condition("store", "equals"),
    {"field": "store", "is": "equals", "value": None},
    condition("store", "blank", "x"),
    condition("gift", "is_true", True),
    condition("store", "equals", " "),
    condition("store", "equals", ["a"]),
    condition("store", "in", "a"),
    condition("store", "in", []),
    condition("store", "in", ["a", {}]),
    condition("store", "in", [f"s{n}" for n in range(1001)]),
    condition("store", "equals", "x" * 4097),
    condition("store", "equals", True),
    condition("order_total", "equals", "10"),
    condition("order_total", "between", [1]),
    condition("order_total", "between", [1, 2, 3]),
    condition("order_total", "equals", 1, match_case=True),
    condition("order_date", "before", "soon"),
    condition("order_date", "within_last", "today"),
    condition("order_date", "before", 3),
    condition("order_date", "on_day", "2026-03-01T10:00"),
    condition("order_date", "within_last", "3 days"),
    condition("order_date", "older_than", 3),
    {"field": "store", "is": "blank", "vlaue": "x"},
    {"field": "store"},
    {"is": "blank"},
    {},
    "sometimes",
    {"all": {}},
    {"all": [], "any": []},
    {"any_item": "always"},
    {"any_item": {"any_item": {"field": "sku", "is": "blank"}}},
    {"any_item": condition("store", "blank")},
    {"count_items": "always"},
    {"count_items": "sometimes", "is": "equals", "value": 1},
    {"count_items": condition("store", "blank"), "is": "equals", "value": 1},
    {"count_items": {"all": ["always"]}, "is": "equals", "value": 1},
    {"count_items": {"any_item": condition("sku", "blank")}, "is": "equals", "value": 1},
    {"count_items": "always", "is": "equals"},
    {"count_items": "always", "is": "equals", "value": "1"},
    {"count_items": "always", "is": "equals", "value": [1]},
    {"count_items": "always", "is": "between", "value": 1},
    {"count_items": "always", "is": "contains", "value": 1},
    {"count_items": "always", "is": "blank", "value": 1},
    {"count_items": "always", "is": "equals", "than": "order_date"},
    {"count_items": "always", "is": "in", "than": "order_total"},
    {"count_items": "always", "is": "equals", "than": "order_total", "value": 1},
    {"count_items": "always", "is": "equals", "value": 1, "match_case": False},
    {"count_items": "always", "is": "equals", "value": 1, "all": []},
    {"count_items": "always", "sum_items": {"of": "quantity", "when": "always"}, "is": "equals", "value": 1},
    {"any_item": {"count_items": "always", "is": "equals", "value": 1}},
    {"sum_items": "always", "is": "equals", "value": 1},
    {"sum_items": {"of": "quantity"}, "is": "equals", "value": 1},
    {"sum_items": {"when": "always"}, "is": "equals", "value": 1},
    {"max_items": {"of": "sku", "when": "always"}, "is": "equals", "value": 1},
    {"min_items": {"of": "quantity", "when": "always", "is": "blank"}, "is": "equals", "value": 1},
    {"is": "equals", "value": 1},
]


@pytest.mark.parametrize("when", WRONG, ids=lambda when: json.dumps(when)[:60])
def test_it_refuses_a_condition_that_the_parser_refuses(when: Any) -> None:
    document = a_document(rule(when))

    assert codes_of(json.dumps(document)) != []
    assert complaints(document) != []


WRONG_DOCUMENTS: list[Any] = [
    [],
    {},
    {"rules": {}},
    a_document(tests={}),
    a_document(names="a"),
    a_document("a"),
    a_document(rule(), more=1),
    *(a_document({**rule(), key: wrong}) for key in ("id", "on", "when", "then", "enabled", "stop") for wrong in ({}, -1, None)),
    *(a_document({key: value for key, value in rule().items() if key != missing}) for missing in ("id", "when", "then")),
    a_document(rule(id="A b")),
    a_document(rule(id="a" * 101)),
    a_document(rule(on=[])),
    a_document(rule(on=["import"])),
    a_document(rule(whne="always")),
    *(
        a_document(rule(on=["schedule"], schedule=wrong))
        for wrong in (
            *({}, None, "08:00", {"at": "8:00"}, {"at": "24:00"}, {"at": 8}, {"at": "08:00", "every": "30m"}),
            *({"every": "30 m"}, {"every": 30}, {"days": ["mon"]}, {"every": "1h", "days": ["monday"]}),
            *({"every": "1h", "days": []}, {"every": "1h", "over": ["lost"]}, {"every": "1h", "over": "shipped"}),
        )
    ),
    *(a_document(rule(on=["schedule"], look_again=wrong)) for wrong in ({}, {"after": "1d"}, {"after": "1d", "until": "x"})),
    a_document(rule(on=["imported"], schedule={"every": "1h"})),
    a_document(rule(look_again={"after": "1d", "until": "2d"})),
    a_document(rule(on=["schedule"], over=["shipped"])),
    a_document(rule(on=["schedule"], schedule={"every": "1h"}, over=["skipped"])),
    a_document(*(rule(id=f"r{n}") for n in range(1001))),
    *(
        a_document(rule("always", call))
        for call in (
            *("stop", {}, {"do": "ad_tag", "tag": "x"}, {"do": "stop", "now": True}),
            *({"do": "add_tag"}, {"do": "add_tag", "tag": None}, {"do": "add_tag", "tag": ["x"]}, {"do": "add_tag", "tag": " "}),
            *({"do": "add_tag", "tag": "{stor}"}, {"do": "add_tag", "tag": "{"}, {"do": "add_tag", "tag": "{order_number"}),
            *({"do": "hold", "days": -1}, {"do": "hold", "days": 1.5}, {"do": "hold", "days": "2"}, {"do": "hold", "until": "x"}),
            *({"do": "validate_service", "on_invalid": "shrug"}, {"do": "set_custom_field", "number": 4, "value": "x"}),
            *({"do": "insure", "value": "tax_paid"}, {"do": "insure", "value": -1}, {"do": "insure", "value": True}),
            *({"do": "rate_shop", "among": [], "prefer": "fastest"}, {"do": "rate_shop", "among": "a", "prefer": "fastest"}),
            {"do": "set_customs", "contents": "gift", "tax_ids": {}},
            {"do": "set_customs", "contents": "gift", "tax_ids": {"a b": "x"}},
            {"do": "set_logistics_provider", "provider": "x", "send": "yes"},
        )
    ),
    *(
        a_document(tests=[{"order": {}, "expect": {}, **wrong}])
        for wrong in (
            *(
                {"order": []},
                {"order": {"delegation": {"provder": "a"}}},
                {"expect": {"order": {"delegation": {"by": "a"}}}},
                {"expect": []},
                {"expect": {"match": []}},
                {"expect": {"matched": "a"}},
                {"expect": {"matched": [{}]}},
            ),
            *({"expect": {"flags": ["lost"]}}, {"expect": {"order": []}}, {"expect": {"effects": {}}}, {"trigger": "import"}),
            *(
                {"now": "later"},
                {"now": None},
                {"context": {"users": "x"}},
                {"contxt": {}},
                {"context": {"account": {"slug": 5}}},
            ),
        )
    ),
    a_document(tests=[{"expect": {}}]),
    a_document(tests=[{"order": {}}]),
]


@pytest.mark.parametrize("document", WRONG_DOCUMENTS, ids=lambda document: json.dumps(document)[:80])
def test_it_refuses_a_document_that_the_parser_refuses(document: Any) -> None:
    assert codes_of(json.dumps(document)) != []
    assert complaints(document) != []


def test_random_rule_sets_and_their_mutants_are_judged_as_the_parser_judges_them() -> None:
    dice = random.Random(20260301)
    refused = 0
    for _ in range(60):
        document = Maker(dice).rule_set(2)
        document["tests"] = [copy.deepcopy(A_TEST)]
        assert complaints(document) == []
        for _ in range(5):
            mutant = copy.deepcopy(document)
            mutate(mutant, dice)
            rule_set, problems = parse_rule_set(json.dumps(mutant))
            if rule_set is not None:
                assert complaints(mutant) == [], json.dumps(mutant)
            elif not {problem.message.code for problem in problems} <= BEYOND_A_SCHEMA:
                refused += 1
                assert not accepts(mutant), [*map(str, (problem.message for problem in problems)), json.dumps(mutant)]
    assert refused > 100


A_TEST: dict[str, Any] = {
    "order": {"items": [{"sku": "a"}]},
    "expect": {"matched": ["r0"], "flags": ["unhandled"], "order": {"tags": ["a"]}},
    "context": {"account": {"slug": "a"}, "providers": ["x"], "locations": [{"code": "a"}]},
    "now": "2026-03-01T09:00:00Z",
    "trigger": "imported",
}
KEYS = (
    *("field", "is", "value", "match_case", "all", "any_item", "count_items", "sum_items", "of"),
    *("do", "tag", "stop", "on", "when", "then", "days", "until"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2.5, 1001, 10**20, 20260301, "", "  ", "x", "ES", "a b", "always", "imported", "hold"),
    *("2026-03-01", "today", "3d", "{ship_to.city}", "{stor}", "{", "{{", "order_total", "x" * 4097, [], ["a"], [1], [""]),
    *([1, 2], ["2026-01-01", "2026-02-01"], {}, {"a": "b"}, {"all": []}, condition("sku", "blank")),
)


def mutate(document: dict[str, Any], dice: random.Random) -> None:
    """Remove, add or replace one thing somewhere."""
    holder, key = dice.choice(list(places(document)))
    match dice.randrange(4):
        case 0 if isinstance(holder, dict):
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[dice.choice(KEYS)] = copy.deepcopy(dice.choice(VALUES))
        case _:
            holder[key] = copy.deepcopy(dice.choice(VALUES))


def places(value: Any) -> Any:
    """Every (container, key) below a value."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [("owner", ("ana@example.com", "", None), ("ana", "a@b@c", 5)), ("review_by", ("2026-03-31", None), ("31.03.2026", "soon"))],
)
def test_what_rules_say_for_people_has_its_form(key: str, good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    assert [value for value in good if complaints(a_document(rule(**{key: value})))] == []
    assert [value for value in bad if accepts(a_document(rule(**{key: value})))] == []
    assert [value for value in bad if not codes_of(json.dumps(a_document(rule(**{key: value}))))] == []
    assert complaints(a_document(rule(why="Because.", group="Spain"))) == []
