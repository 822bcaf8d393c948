"""Documents as text: YAML 1.2 core, JSON, encodings, limits of the document."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.rule_sets import codes_of, problems_of

from rules import yaml_reader, yaml_scanner
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


# --- YAML 1.2 where its library knows 1.1


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "1.3", "1.99"])
def test_every_version_1_of_yaml_is_read_alike(version: str) -> None:
    rule_set, _ = parse_rule_set(f"%YAML {version}\n---\n{{rules: [], name: NO?}}\n")

    assert rule_set is not None
    assert rule_set.name == "NO?"


@pytest.mark.parametrize("version", ["2.0", "1", "1.x", "one", "1.2.3", "9" * 5000 + ".1"])
def test_another_version_of_yaml_is_refused_in_one_sentence(version: str) -> None:
    (problem,) = problems_of(f"%YAML {version}\n---\nrules: []\n")

    assert (problem.message.code, problem.line) == ("not_yaml", 1)
    assert "a line that starts with % is an instruction" in str(problem.message)


@pytest.mark.parametrize("text", ["?BC*", "A?C*", "AB?", "?-1", "??x", "a:b", ":x"])
def test_question_marks_and_colons_mean_in_brackets_what_they_mean_elsewhere(text: str) -> None:
    assert members("reference", "in", f"[{text}]") == (text,)
    assert members("reference", "in", f"[a, {text}, b]") == ("a", text, "b")
    assert members("reference", "matches", text) == (text,)


def test_a_colon_before_a_comma_or_a_bracket_ends_its_key() -> None:
    assert codes_of("{rules: [], name:, description:}") == []
    assert codes_of("{rules: [{id: a, when: always, then: [], once:}]}") == ["wrong_type"]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_line_ends_of_unicode_are_characters(character: str) -> None:
    for value in (f"a{character}b", f'"a{character}b"', f"'a{character}b'", f"|-\n  a{character}b"):
        rule_set, problems = parse_rule_set(f"name: {value}\nrules: []\n")
        assert rule_set is not None, problems
        assert rule_set.name == f"a{character}b"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("name:\tx\nrules: []\n", "x"),
        ("name: x\t\nrules: []\n", "x"),
        ("name: x\t# why\nrules: []\n", "x"),
        ("name:\t# why\n  x\nrules: []\n", "x"),
        ("name: a\tb\nrules: []\n", "a\tb"),
        ("name: a\n \tb\nrules: []\n", "a b"),
        ("name: a\n\t\nrules: []\n", "a"),
        ("\t# why\nname: a\n \t\nrules:\t[]\n", "a"),
        ("name:\t|-\n  a\nrules: [\t]\n", "a"),
        ("---\t{name:\ta,\trules: []}\n", "a"),
        ("{\n\tname: a,\n\trules: []\n}\n", "a"),
    ],
)
def test_tabs_are_white_space_where_nothing_is_indented_by_them(document: str, name: str) -> None:
    rule_set, problems = parse_rule_set(document)

    assert rule_set is not None, problems
    assert rule_set.name == name


@pytest.mark.parametrize(
    ("document", "line", "column"),
    [
        ("rules:\n\t- a\n", 2, 1),
        ("rules:\n  \t- a\n", 2, 3),
        ("rules:\n  -\tid: a\n", 2, 4),
        ("rules:\n  - id: a\n\t  when: always\n", 3, 1),
        ("rules:\n  - id: a\n    \twhen: always\n", 3, 5),
        ("name: a\n\tb\nrules: []\n", 2, 1),
        ("\tname: a\nrules: []\n", 1, 1),
        ("-\t- a\n", 1, 2),
    ],
)
def test_a_tab_that_indents_is_refused_where_it_stands(document: str, line: int, column: int) -> None:
    (problem,) = problems_of(document)

    assert (problem.message.code, problem.line) == ("not_yaml", line)
    assert f"indent with spaces (column {column})" in str(problem.message)


# --- Limits, early


A_RULE = "  - {{id: r{n}, when: {{field: sku, is: equals, value: a}}, then: [{{do: add_tag, tag: t}}]}}\n"
HUGE = {
    "rules": ("rules:\n" + "".join(A_RULE.format(n=n) for n in range(6000)), "limit_rules", "rules", "1000 rules"),
    "values": (RULES % ("tags", "includes", f"[{'a, ' * 200_000}]"), "limit_values", "rules[0].when.value", "1000 values"),
    "conditions": (
        "rules:\n- id: a\n  then: []\n  when:\n    all:\n" + "    - {field: gift, is: is_true}\n" * 20_000,
        "limit_conditions",
        "rules[0].when",
        "200 conditions",
    ),
    "a list of lists": ("[" + "[a], " * 100_000 + "]", "wrong_type", "", "a group of `key: value` is expected"),
    "rules that are lists": ("rules: [" + "[], " * 200_000 + "]", "wrong_type", "rules[0]", "is expected here"),
    "a name that is a list": ("name: [" + "a, " * 200_000 + "]\nrules: []\n", "wrong_type", "name", "neither a list nor"),
    "keys": ("rules: []\n" + "".join(f"k{n}: 1\n" for n in range(60_000)), "limit_values", "", "1000 keys"),
}


@pytest.mark.parametrize(("document", "code", "path", "words"), HUGE.values(), ids=HUGE)
def test_a_huge_document_past_a_limit_is_not_read_to_its_end(
    document: str, code: str, path: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    events = yaml_reader._events

    def counted(text: str) -> Iterator[Any]:
        nonlocal read
        for event in events(text):
            read += 1
            yield event

    monkeypatch.setattr(yaml_reader, "_events", counted)
    problems = problems_of(document)

    (refusal,) = [problem for problem in problems if "was looked at" in str(problem.message)]
    assert (refusal.message.code, refusal.path) == (code, path)
    assert words in str(refusal.message)
    assert read < 1_000 * 23 + yaml_reader.SPARE_EVENTS + 100


def test_a_document_of_usual_size_is_told_everything_past_a_limit_too() -> None:
    rules = "".join(A_RULE.format(n=n) for n in range(1001))
    values = ", ".join(f"v{n}" for n in range(1001))
    found = codes_of(f"rules:\n{rules}  - {{id: x, when: {{field: sku, is: in, value: [{values}]}}, then: []}}\nnmae: x\n")

    assert "unknown_key" in found
    assert found.count("limit_rules") == 1
    (problem,) = problems_of(RULES % ("reference", "in", f"[{values}]"))
    assert "1001 values; a list may have 1000" in str(problem.message)


def test_the_orders_of_saved_tests_and_the_actions_of_a_rule_may_be_long() -> None:
    items = ", ".join("{sku: a}" for _ in range(4000))
    calls = "".join("      - {do: add_tag, tag: t}\n" for _ in range(3000))
    rules = f"rules:\n  - id: a\n    when: always\n    then:\n{calls}"
    tests = f"tests:\n  - {{name: t, order: {{items: [{items}]}}, expect: {{}}}}\n"
    assert codes_of(rules + tests) == []


def test_whatever_the_library_raises_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_scanner: Any) -> None:
        raise AssertionError("version minor part can only be 2 or 1")

    monkeypatch.setattr(yaml_scanner._Scanner, "scan_plain", broken)
    (problem,) = problems_of("rules: []\n")

    assert (problem.message.code, problem.line) == ("not_yaml", 1)
    assert "cannot be read" in str(problem.message)


# --- Anything at all


PARTS = (
    *(
        "%YAML 1.3\n",
        "%YAML 2.0\n",
        "%TAG ! x:\n",
        "%FOO bar\n",
        "---\n",
        "...\n",
        "? ",
        "?x",
        "- ",
        "\t",
        "key: ",
        "rules:",
        "- id: a",
    ),
    *(
        "!<",
        "!!",
        "!a!b",
        "!%zz",
        "!<%FF>",
        "&a ",
        "*a ",
        "|",
        "|2-\n",
        ">+\n",
        '"',
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        ": ",
        "#",
        "\n",
        "\n  ",
    ),
    *("\\x", "\\U00110000", "\\\n", "<<: ", "~", "\u2028", "\x85", "\ufeff", "\x00", "\ud800", "a", "0x", "é"),
)


@pytest.mark.parametrize("seed", range(4))
def test_no_mixture_of_signs_ends_in_an_exception(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(250):
        document = "".join(dice.choice(PARTS) for _ in range(dice.randrange(1, 14)))
        for problem in problems_of(document):
            assert "\n" not in problem.to_line("f", "es")


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
