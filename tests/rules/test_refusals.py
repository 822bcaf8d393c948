"""What the loader refuses: each with its line and column, and a sentence in each language that says what to do."""

from __future__ import annotations

import pytest
from support.rule_sets import problems_of

from rules import json_reader, source, yaml_reader, yaml_syntax
from rules.messages import LANGUAGES, Text
from rules.parser import rule_set as parser
from rules.source import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH

# A document, where it is wrong (line, column), the sentence for it, and what the sentence names.
NOT_YAML: list[tuple[str, int, int, Text, dict[str, object]]] = [
    ("rules:\n\t- a\n", 2, 1, yaml_syntax.TAB, {}),
    ("rules:\n  - id: a\n    \tname: b\n", 3, 5, yaml_syntax.TAB, {}),
    ("name: @x\n", 1, 7, yaml_syntax.CANNOT_START, {"character": "@"}),
    ("name: `x\n", 1, 7, yaml_syntax.CANNOT_START, {"character": "`"}),
    ("name: %x\n", 1, 7, yaml_syntax.CANNOT_START, {"character": "%"}),
    ("rules: []\nname: Rule: one\n", 2, 11, yaml_syntax.STRAY_COLON, {}),
    ("name: a\n  rules: []\n", 2, 8, yaml_syntax.STRAY_COLON, {}),
    ("name: x\nrules\ntests: []\n", 2, 1, yaml_syntax.COLON_MISSING, {}),
    ('rules: []\nname: "abc\n\n', 2, 7, yaml_syntax.OPEN_QUOTE, {}),
    ("rules: []\nname: 'abc\n---\n", 2, 7, yaml_syntax.OPEN_QUOTE, {}),
    ('name: "a\\qb"\n', 1, 10, yaml_syntax.BAD_ESCAPE, {}),
    ('name: "a\\xZZ"\n', 1, 11, yaml_syntax.BAD_ESCAPE, {}),
    ("rules: [\n", 2, 1, yaml_syntax.OPEN_BRACKET, {}),
    ("rules:\n  - {id: a\n", 2, 5, yaml_syntax.OPEN_BRACKET, {}),
    ("rules: []\nname: [a,\n  b: c: d]\n", 3, 7, yaml_syntax.BAD_LIST, {"line": 2}),
    ("rules: [a}\n", 1, 10, yaml_syntax.BAD_LIST, {"line": 1}),
    ("rules:\n  - {id: a when: b}\n", 2, 16, yaml_syntax.BAD_BRACES, {"line": 2}),
    ("rules: [- b]\n", 1, 9, yaml_syntax.VALUE_EXPECTED, {}),
    ("rules: ]\n", 1, 8, yaml_syntax.VALUE_EXPECTED, {}),
    ('name: "abc" def\n', 1, 13, yaml_syntax.AFTER_VALUE, {}),
    ("rules:\n  - id: a\n    when: b\n   then: c\n", 4, 4, yaml_syntax.INDENTATION, {}),
    ("rules:\n  - id: a\n   - id: b\n", 3, 4, yaml_syntax.INDENTATION, {}),
    ("rules: []\n- a\n", 2, 1, yaml_syntax.INDENTATION, {}),
    ("rules: - a\n", 1, 8, yaml_syntax.STRAY_DASH, {}),
    ("name: ? a\n", 1, 7, yaml_syntax.QUESTION_MARK, {}),
    ("%YAML 3.0\n---\nrules: []\n", 1, 1, yaml_syntax.DIRECTIVE, {}),
    ("%YAML x\n---\nrules: []\n", 1, 7, yaml_syntax.DIRECTIVE, {}),
    ("%YAML 1.2\n%YAML 1.2\n---\nrules: []\n", 2, 1, yaml_syntax.DIRECTIVE, {}),
    ("%YAML 1.2\nrules: []\n", 2, 1, yaml_syntax.DIRECTIVE, {}),
    ("name: |x\n a\n", 1, 8, yaml_syntax.BLOCK_HEADER, {}),
    ("name: |0\n a\n", 1, 8, yaml_syntax.BLOCK_HEADER, {}),
    ("name: |\n \n   text\n", 3, 4, yaml_syntax.BLOCK_INDENTATION, {}),
    ("rules: []\n... x\n", 2, 5, yaml_syntax.NOT_UNDERSTOOD, {}),
    ("rules: []\nname: \x07\n", 2, 7, yaml_reader.NO_CHARACTER, {"code": "0007"}),
    ("rules: []\nname: \x00\n", 2, 7, yaml_reader.NO_CHARACTER, {"code": "0000"}),
    ('rules: []\nname: "\\UFFFFFFFF"\n', 2, 8, yaml_reader.NO_SUCH_CHARACTER, {}),
]
NOT_JSON: list[tuple[str, int, int, Text]] = [
    ('{"rules": [],\n "name": "a', 2, 10, json_reader.OPEN_TEXT),
    ('{"rules": [],\n "name": "a\x01"}', 2, 12, json_reader.CONTROL_CHARACTER),
    ('{"rules": [],\n "name": "a\\q"}', 2, 12, json_reader.BAD_ESCAPE),
    ('{"rules": [],\n "name": "\\uZZZZ"}', 2, 12, json_reader.BAD_ESCAPE),
    ('{"rules": []}\n{"rules": []}', 2, 1, json_reader.MORE_TEXT),
    ('{"rules": [', 1, 12, json_reader.A_VALUE),
    ('{"rules": [],\n @}', 2, 2, json_reader.A_KEY),
    ('{"rules" []}', 1, 10, json_reader.A_COLON),
    ('{"rules": [1 "a"]}', 1, 14, json_reader.COMMA_OR_BRACKET),
    ('{"rules": []\n "name": "x"}', 2, 2, json_reader.COMMA_OR_BRACE),
]
# A document, code, line, path, and the sentence with what it names.
REFUSED: list[tuple[str | bytes, str, int, str, Text, dict[str, object]]] = [
    ("rules: []\nname: a\nname: b\n", "duplicate_key", 3, "name", source.DUPLICATE_KEY, {"key": "name"}),
    ('{"rules": [],\n "rules": []}', "duplicate_key", 2, "rules", source.DUPLICATE_KEY, {"key": "rules"}),
    ("rules: []\nname: &x a\n", "alias", 2, "name", yaml_syntax.ALIAS, {}),
    ("rules: []\nname: *MUG*\n", "alias", 2, "name", yaml_syntax.ALIAS, {}),
    ("rules: []\nname: * MUG\n", "alias", 2, "", yaml_syntax.ALIAS, {}),
    ("rules: []\nname: & a\n", "alias", 2, "", yaml_syntax.ALIAS, {}),
    ("rules: []\nname: !!str a\n", "tag", 2, "name", yaml_reader.TAG, {"tag": "!!str"}),
    ("rules: []\nname: !a!b c\n", "tag", 2, "", yaml_syntax.BAD_TAG, {}),
    ("rules: []\nname: !<x y\n", "tag", 2, "", yaml_syntax.BAD_TAG, {}),
    ("%TAG ! a\n%TAG ! b\n---\nrules: []\n", "tag", 2, "", yaml_syntax.BAD_TAG, {}),
    ("rules: []\nname: .nan\n", "bad_number", 2, "name", source.BAD_NUMBER, {"value": ".nan", "limit": 400}),
    ("rules: []\nname: -.inf\n", "bad_number", 2, "name", source.BAD_NUMBER, {"value": "-.inf", "limit": 400}),
    ('{"rules": [],\n "name": NaN}', "bad_number", 2, "name", source.BAD_NUMBER, {"value": "NaN", "limit": 400}),
    ('{"rules": [],\n "name": -Infinity}', "bad_number", 2, "name", source.BAD_NUMBER, {"value": "-Infinity", "limit": 400}),
    (
        b"#" * (MAX_DOCUMENT_BYTES + 1),
        "limit_document",
        1,
        "",
        parser.TOO_LARGE,
        {"size": MAX_DOCUMENT_BYTES + 1, "limit": MAX_DOCUMENT_BYTES},
    ),
    ("rules: []\nname: España\n".encode("latin-1"), "not_utf8", 2, "", parser.NOT_UTF8, {"at": 20}),
    ("rules: []\n---\nrules: []\n", "second_document", 2, "", yaml_reader.SECOND_DOCUMENT, {}),
    ("rules: []\n? [a]\n: b\n", "bad_key", 2, "", yaml_reader.KEY_NOT_TEXT, {}),
    ("rules: []\n{a: b}: c\n", "bad_key", 2, "", yaml_reader.KEY_NOT_TEXT, {}),
    ('rules: []\nname: "a\\0b"\n', "nul_character", 2, "name", source.NUL, {}),
    ('rules: []\nname: "\\x00"\n', "nul_character", 2, "name", source.NUL, {}),
    ('{"rules": [],\n "name": "\\u0000"}', "nul_character", 2, "name", source.NUL, {}),
    ('rules: []\ntests: [{order: {"\\0": 1}, expect: {}}]', "nul_character", 2, "tests[0].order", source.NUL, {}),
    ('rules: []\nname: "\\ud800"\n', "not_unicode", 2, "name", source.HALF_OF_A_PAIR, {}),
    ('{"rules": [],\n "name": "\\udc00\\ud800"}', "not_unicode", 2, "name", source.HALF_OF_A_PAIR, {}),
    (
        '{"rules": [], "tests": [{"order": {"\\ud800": 1}, "expect": {}}]}',
        "not_unicode",
        1,
        "tests[0].order",
        source.HALF_OF_A_PAIR,
        {},
    ),
    ("rules: " + "[" * 70, "too_deep", 1, "rules" + "[0]" * 63, source.TOO_DEEP, {"limit": MAX_DOCUMENT_DEPTH}),
]


@pytest.mark.parametrize(("document", "line", "column", "text", "named"), NOT_YAML)
def test_what_is_not_yaml_is_said_in_sentences_of_our_own(
    document: str, line: int, column: int, text: Text, named: dict[str, object]
) -> None:
    [problem] = problems_of(document)

    assert (problem.message.code, problem.line) == ("not_yaml", line)
    for language in LANGUAGES:
        sentence = yaml_reader.NOT_YAML.format(language, problem=text.format(language, **named), column=column)
        assert problem.message.format(language) == sentence


@pytest.mark.parametrize(("document", "line", "column", "text"), NOT_JSON)
def test_what_is_not_json_is_said_in_sentences_of_our_own(document: str, line: int, column: int, text: Text) -> None:
    problems = source.Problems()
    assert json_reader.read_json(document, problems) is None
    [problem] = problems.found

    assert (problem.message.code, problem.line) == ("not_json", line)
    for language in LANGUAGES:
        assert problem.message.format(language) == json_reader.NOT_JSON.format(language, problem=text, column=column)


@pytest.mark.parametrize(("document", "code", "line", "path", "text", "named"), REFUSED)
def test_each_refusal_has_its_code_place_and_sentence(
    document: str | bytes, code: str, line: int, path: str, text: Text, named: dict[str, object]
) -> None:
    problem = problems_of(document)[0]

    assert (problem.message.code, problem.line, problem.path) == (code, line, path)
    for language in LANGUAGES:
        assert problem.message.format(language) == text.format(language, **named)


def test_every_sentence_about_syntax_differs_between_the_languages_and_is_tested() -> None:
    kinds = {id(kind.text): kind.text for kind in (*yaml_syntax._KINDS, yaml_syntax._UNKNOWN)}
    tested = {id(text) for _, _, _, text, _ in NOT_YAML} | {id(text) for *_, text, _ in REFUSED}

    assert kinds.keys() <= tested
    assert all(text.en != text.es for text in kinds.values())


def test_what_is_neither_json_nor_yaml_is_complained_about_as_json() -> None:
    [problem] = problems_of('{"rules": [],\n "name": "a')

    assert problem.message.code == "not_json"


def test_a_problem_with_a_character_does_not_hide_the_others() -> None:
    document = 'name: "\\0"\nrules:\n  - {id: a, when: {field: stor, is: blank}, then: []}\n'

    assert [problem.message.code for problem in problems_of(document)] == ["nul_character", "unknown_field"]
