"""YAML as version 1.2 has it, limits that are seen early, and a library that must not break anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from support.rule_sets import codes_of, problems_of

from rules import yaml_reader, yaml_scanner
from rules.parser import parse_rule_set

RULES = "rules:\n  - id: a\n    when: {field: %s, is: %s, value: %s}\n    then: []\n"


def members(field: str, operator: str, value: str) -> tuple[Any, ...]:
    """The value of one condition as the rules understand it."""
    rule_set, problems = parse_rule_set(RULES % (field, operator, value))
    assert rule_set is not None, [str(problem.message) for problem in problems]
    return rule_set.rules[0].when.members  # type: ignore[union-attr]


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
