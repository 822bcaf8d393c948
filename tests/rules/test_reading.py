"""Documents as text: YAML 1.2 core, JSON, encodings, limits of the document."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.rule_sets import codes_of, problems_of

from rules.parser import parse_rule_set
from rules.source import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH

RULES = "rules:\n  - id: a\n    when: {field: %s, is: %s, value: %s}\n    then: []\n"
LANGUAGE_EXAMPLE = Path(__file__).parents[2] / "tests" / "golden" / "rules" / "acme.yaml"


def members(field: str, operator: str, value: str) -> tuple[Any, ...]:
    """The value of one condition as the rules understand it."""
    rule_set, problems = parse_rule_set(RULES % (field, operator, value))
    assert rule_set is not None, [str(problem.message) for problem in problems]
    return rule_set.rules[0].when.members  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "source",
    [
        "on",
        "NO",
        "yes",
        "Off",
        "True",
        "FALSE",
        "true",
        "false",
        "00501",
        "12:30",
        "0x1F",
        "1e3",
        "1_000",
        "2026-03-01",
        "7E1234",
        "=",
        "<<",
    ],
)
def test_a_plain_scalar_is_a_text_as_it_is_written_where_a_text_is_wanted(source: str) -> None:
    assert members("custom_field_1", "equals", source) == (source,)
    assert members("custom_field_1", "in", f"[{source}, x]") == (source, "x")
    assert members("tags", "includes", f"[{source}]") == (source,)


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("10", 10),
        ("+5", 5),
        ("-5", -5),
        ("05", 5),
        ("0o17", 15),
        ("0x1F", 31),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("60.00", Decimal(60)),
        ("1e3", Decimal(1000)),
        ("1.5E-2", Decimal("0.015")),
        ("0.1", Decimal("0.1")),
        ("123456789012345678901234567890.123", Decimal("123456789012345678901234567890.123")),
        ("9" * 400, int("9" * 400)),
    ],
)
def test_numbers_are_exact(source: str, number: Any) -> None:
    assert members("order_total", "equals", source) == (number,)


@pytest.mark.parametrize(
    "source", ['"10"', "'10'", "1_000", "0b1", "ten", "true", "12:30", "1e9999", "1e99999999999999999999", "9" * 401]
)
def test_a_text_is_no_number(source: str) -> None:
    assert codes_of(RULES % ("order_total", "equals", source)) == ["wrong_value_type"]


@pytest.mark.parametrize("source", [".nan", ".NaN", ".NAN", ".inf", "-.inf", "+.Inf", ".INF"])
@pytest.mark.parametrize("field", ["order_total", "custom_field_1"])
def test_nan_and_infinity_are_errors_whatever_is_wanted(source: str, field: str) -> None:
    assert codes_of(RULES % (field, "equals", source)) == ["bad_number"]


@pytest.mark.parametrize("word", ["true", "false"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    assert codes_of(f"rules:\n  - {{id: a, when: always, then: [], enabled: {word}}}") == []


@pytest.mark.parametrize("word", ["yes", "on", "True", "TRUE", '"true"', "1", "y"])
def test_other_words_are_no_booleans(word: str) -> None:
    assert codes_of(f"rules:\n  - {{id: a, when: always, then: [], enabled: {word}}}") == ["wrong_type"]


@pytest.mark.parametrize(
    ("document", "code", "line", "path"),
    [
        ("rules: []\nname: a\nname: b\n", "duplicate_key", 3, "name"),
        ("rules:\n  - id: a\n    id: b\n    when: always\n    then: []\n", "duplicate_key", 3, "rules[0].id"),
        ("name: &x a\nrules: []\n", "alias", 1, "name"),
        ("rules: []\nname: !!str a\n", "tag", 2, "name"),
        ('rules: []\nname: ! "a"\n', "tag", 2, "name"),
        ("rules: []\nname: !x a\n", "tag", 2, "name"),
        ("rules: []\n---\nrules: []\n", "second_document", 2, ""),
        ("rules: [\n", "not_yaml", 2, ""),
        ("rules:\n\t- a\n", "not_yaml", 2, ""),
        ("rules: []\nname: \x07\n", "not_yaml", 2, ""),
        ('rules: []\nname: "\\UFFFFFFFF"\n', "not_yaml", 2, ""),
        ('rules: []\nname: "\\ud800"\n', "not_unicode", 2, "name"),
        ("rules: []\n? [a]\n: b\n", "bad_key", 2, ""),
        ("", "empty_document", 1, ""),
        ("# only a comment\n", "empty_document", 1, ""),
        ("just text\n", "wrong_type", 1, ""),
        ("- a\n", "wrong_type", 1, ""),
        ("name: x\n", "missing_key", 1, ""),
    ],
)
def test_what_yaml_documents_must_not_hold(document: str, code: str, line: int, path: str) -> None:
    found = problems_of(document)

    assert [(problem.message.code, problem.line, problem.path) for problem in found] == [(code, line, path)]


def test_an_alias_is_reported_beside_its_anchor_and_not_again_for_what_it_is_not() -> None:
    document = "rules:\n  - {id: a, when: &w {field: gift, is: is_true}, then: []}\n  - {id: b, when: *w, then: []}\n"

    assert [(p.message.code, p.path) for p in problems_of(document)] == [("alias", "rules[0].when"), ("alias", "rules[1].when")]


def test_quoted_escapes_of_two_halves_are_one_character() -> None:
    for document in ('rules: []\nname: "\\ud83c\\udf81"\n', '{"rules": [], "name": "\\ud83c\\udf81"}'):
        rule_set, _ = parse_rule_set(document)
        assert rule_set is not None
        assert rule_set.name == "\U0001f381"


def test_a_document_start_and_an_end_are_no_second_document() -> None:
    assert codes_of("%YAML 1.2\n---\nrules: []\n...\n") == []


def test_windows_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    document = b"\xef\xbb\xbfrules:\r\n  - id: a\r\n    when: {field: x, is: y}\r\n    then: []\r\n"

    assert [(problem.message.code, problem.line) for problem in problems_of(document)] == [
        ("unknown_field", 3),
        ("unknown_operator", 3),
    ]


def test_a_document_that_is_not_utf8_names_the_byte_and_the_line() -> None:
    (problem,) = problems_of("rules: []\nname: España\n".encode("latin-1"))

    assert (problem.message.code, problem.line) == ("not_utf8", 2)
    assert "byte 20" in str(problem.message)


def test_half_a_surrogate_pair_in_a_text_is_no_document() -> None:
    assert codes_of("name: \ud800\nrules: []") == ["not_utf8"]


def test_the_limit_of_the_document_is_one_mebibyte() -> None:
    start = b"rules: []\n#"

    assert codes_of(start + b"x" * (MAX_DOCUMENT_BYTES - len(start))) == []
    (problem,) = problems_of(start + b"x" * (MAX_DOCUMENT_BYTES - len(start) + 1))
    assert problem.message.code == "limit_document"
    assert str(MAX_DOCUMENT_BYTES) in str(problem.message)
    assert "1 MiB" in str(problem.message)


@pytest.mark.parametrize("opening", ["[", '{"a":', "{a: ", "- ", "? "])
def test_deep_nesting_ends_in_one_sentence(opening: str) -> None:
    (problem,) = problems_of(opening * 50_000)

    assert problem.message.code == "too_deep"
    assert str(MAX_DOCUMENT_DEPTH) in str(problem.message)


# --- JSON


def test_json_is_the_same_document() -> None:
    document = json.dumps(
        {"name": "a\tb", "rules": [{"id": "a", "when": "always", "then": [{"do": "add_tag", "tag": "t"}]}]}, indent="\t"
    )
    rule_set, problems = parse_rule_set(document)

    assert problems == []
    assert rule_set is not None
    assert rule_set.name == "a\tb"
    assert (rule_set.rules[0].line, rule_set.rules[0].then[0].line) == (4, 8)


def test_json_numbers_are_exact_and_booleans_are_no_texts() -> None:
    assert members("order_total", "equals", "0.1") == (Decimal("0.1"),)
    document = '{"rules": [{"id": "a", "when": {"field": "%s", "is": "equals", "value": %s}, "then": []}]}'

    assert codes_of(document % ("order_total", "1e3")) == []
    assert codes_of(document % ("custom_field_1", "501")) == []
    assert codes_of(document % ("custom_field_1", "true")) == ["wrong_value_type"]
    assert codes_of(document % ("order_total", '"10"')) == ["wrong_value_type"]


@pytest.mark.parametrize(
    ("document", "code", "line", "path"),
    [
        ('{"rules": [],\n "rules": []}', "duplicate_key", 2, "rules"),
        ('{"rules": [],\n "name": NaN}', "bad_number", 2, "name"),
        ('{"rules": [],\n "name": -Infinity}', "bad_number", 2, "name"),
        ('{"rules": [],\n "name": 1e99999999999999999999}', "bad_number", 2, "name"),
        ('{"rules": [', "not_json", 1, ""),
        ('{"rules": [], \n"name": "a', "not_json", 2, ""),
        ('{"rules": []}\n{"rules": []}', "not_json", 2, ""),
        ('{"rules": [],\n "name": "\\ud800"}', "not_unicode", 2, "name"),
        ('{"rules": [],\n "name": "\\q"}', "not_json", 2, ""),
        ('{"rules": [],\n "name": "a\x01"}', "not_json", 2, ""),
        ('{"rules" []}', "not_json", 1, ""),
        ("{", "not_json", 1, ""),
    ],
)
def test_what_json_documents_must_not_hold(document: str, code: str, line: int, path: str) -> None:
    found = problems_of(document)

    assert [(problem.message.code, problem.line, problem.path) for problem in found] == [(code, line, path)]


def test_yaml_in_flow_style_may_begin_like_json() -> None:
    assert codes_of('{"name": plain text, rules: []} # a comment') == []
    assert codes_of('{"name": !!str x, rules: []}') == ["tag"]


# --- Anything at all


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_document_never_ends_in_an_exception(seed: int) -> None:
    text = LANGUAGE_EXAMPLE.read_text("utf-8")
    dice = random.Random(seed)
    for _ in range(60):
        letters = list(text)
        for _ in range(dice.randrange(1, 6)):
            place = dice.randrange(len(letters))
            letters[place : place + dice.randrange(0, 4)] = dice.choice("{}[]:,\"'&*!|>%@`#-? \n\tab01.\\~=<\x00\u2028é\ud800")
        for problem in problems_of("".join(letters)):
            assert "\n" not in problem.to_line("f", "es")
            assert problem.line >= 1
