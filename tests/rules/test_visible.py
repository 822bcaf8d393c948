"""Characters that a terminal obeys or nobody sees."""

from __future__ import annotations

import unicodedata

import pytest
from support.rule_sets import a_case, a_rule_set, condition, problems_of, rule

from engine.decide.explain import explain
from rules.messages import Message, Text
from rules.values import shown
from rules.visible import harmless, harmless_json_text, with_unseen

OBEYED = ["\x1b[31m", "\x07", "\x00", "\r", "\x7f", "\x9b31m", "\x85", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u061c"]


@pytest.mark.parametrize("text", OBEYED)
def test_what_a_terminal_obeys_is_written_out(text: str) -> None:
    written = harmless(f"a{text}b")

    assert written == f"a<U+{ord(text[0]):04X}>{text[1:]}b"
    assert harmless(written) == written


@pytest.mark.parametrize("text", ["España – „ß“", "日本 Ελλάδα", "10\u00a0kg", "👩\u200d🚀 ❤\ufe0f", "a\tb\nc", "cafe\u0301"])
def test_what_a_terminal_only_shows_stays(text: str) -> None:
    assert harmless(text) == text


def test_no_control_character_is_forgotten() -> None:
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"),
        ):
            assert (harmless(character) == character) is (character in "\t\n"), hex(code)
            assert with_unseen(character) == f"<U+{code:04X}>", hex(code)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ana Ruiz", "Ana Ruiz"),
        ("Ana\u00a0Ruiz", "Ana<U+00A0>Ruiz"),
        ("Ana\tRuiz", "Ana<U+0009>Ruiz"),
        ("Ana\nRuiz", "Ana<U+000A>Ruiz"),
        ("Ana  Ruiz", "Ana <U+0020>Ruiz"),
        ("Ana\u200b Ruiz", "Ana<U+200B> Ruiz"),
        ("Ana\u200d Ruiz", "Ana<U+200D> Ruiz"),
        ("\ufeffAna", "<U+FEFF>Ana"),
        ("A\u00adna", "A<U+00AD>na"),
        ("Ana\u3000Ruiz", "Ana<U+3000>Ruiz"),
        ("👩\u200d🚀 ❤\ufe0f", "👩\u200d🚀 ❤\ufe0f"),
        ("José Ñandú, España", "José Ñandú, España"),
    ],
)
def test_what_nobody_sees_is_written_out(text: str, written: str) -> None:
    assert with_unseen(text) == written
    assert shown(text) == f'"{written}"'


def test_an_explanation_tells_apart_what_looks_the_same() -> None:
    rules = a_rule_set(
        rule(condition("ship_to.name", "equals", "Ana Ruiz")), rule(condition("ship_to.name", "equals", "Ana\u00a0Ruiz"))
    )
    explanation = explain(rules, a_case({"ship_to": {"name": "Ana\u200bRuiz"}}))

    first, second = (entry["when"]["message"] for entry in explanation.rules)
    assert first == 'Ship to name is Ana Ruiz: found "Ana<U+200B>Ruiz"'
    assert second == 'Ship to name is Ana<U+00A0>Ruiz: found "Ana<U+200B>Ruiz"'


def test_a_message_writes_out_what_it_is_filled_with_and_nothing_else() -> None:
    inner = Message("inner", Text("{name}!", "¡{name}!"), {"name": "\x1b]0;x\x07"})

    assert Text("{who}: {inner}", "").format("en", who="\u202ea", inner=inner) == "<U+202E>a: <U+001B>]0;x<U+0007>!"
    assert Text("{n}", "").format("en", n=5) == "5"


def test_the_problems_of_a_document_do_nothing_to_a_terminal() -> None:
    document = (
        'rules:\n  - "id\\e[2J": a\n    when: {field: "\\u202e\\a", is: "x\\x9b"}\n    then: [{do: "\\e]0;\\a"}]\nname: "a"\n'
    )
    problems = problems_of(document)

    assert len(problems) >= 4
    for problem in problems:
        for line in (problem.to_line("f\x1b.yaml"), problem.to_line("f", "es"), problem.to_json("f")["message"]):
            assert line.replace("\n", "") == harmless(line)
            assert not any(unicodedata.category(character) == "Cc" for character in line)


def test_json_says_the_same_with_escapes() -> None:
    assert harmless_json_text('{"a":"\x9b\u202e\x7fñ"}') == '{"a":"\\u009b\\u202e\\u007fñ"}'
