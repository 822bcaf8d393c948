"""Editing a rule document: what is not edited stays as it was written, comments and all."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from support.rule_sets import condition, rule, tag
from support.structure import structure_of

from rules.parser import looks_like_json
from rules.problems import RuleSetRefused
from rules.render import as_data, rule_data
from rules.rule_document import NoSuchRule, RuleDocument

ROOT = Path(__file__).parents[2]
COMMENTED = """\
# The head of the file.
name: Comments everywhere # of the name

# Above the rules.
rules: # of the list
  # --- A section, set off by a blank line.

  # Belongs to the first rule,
  # both lines of it.
  - id: first # of the id
    # above the name
    name: 'First: one'   # of the name
    enabled: true # of the switch
    when: {field: tags, is: includes, value: [ a ,b ]} # of the condition
    then:
      # above the action
      - {do: add_tag, tag: "x"} # of the action
      # below the action

  # --- Another section.

  # Belongs to the second rule.
  - id: second
    when:
      any: # of the group
        - field: order_total # of the field
          is: at_least
          value: 60.00
        # above a condition
        - {field: custom_field_1, is: equals, value: 00501}
    then: [{do: stop}] # of the actions
  # Belongs to the third, as there is no blank line.
  - {id: third, when: always, then: [], once: true} # of the third

# Above the tests.
tests: # of the tests
  - {order: {order_number: 1e3}, expect: {matched: [third]}} # of the test
# The end.
"""
DOCUMENT = RuleDocument.read(COMMENTED)


def edited_lines(after: RuleDocument, before: RuleDocument = DOCUMENT) -> list[str]:
    """The lines that went (`-`) and came (`+`)."""
    lines = difflib.ndiff(before.text.splitlines(), after.text.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "-+"]


def ids_of(document: RuleDocument) -> list[str]:
    return [one.id for one in document.rule_set.rules]


def data_of(rule_id: str, document: RuleDocument = DOCUMENT) -> dict[str, Any]:
    return next(rule_data(one) for one in document.rule_set.rules if one.id == rule_id)


def test_a_document_keeps_its_text_to_the_letter() -> None:
    assert RuleDocument.read(COMMENTED.encode()).text == COMMENTED
    assert RuleDocument.read(b"\xef\xbb\xbf" + COMMENTED.encode()).text == COMMENTED


def test_a_document_with_errors_is_refused_with_its_problems() -> None:
    with pytest.raises(RuleSetRefused) as refused:
        RuleDocument.read("rules: [{id: a}]")
    assert {problem.message.code for problem in refused.value.problems} == {"missing_key"}


# --- Switching on and off


def test_switching_a_rule_off_and_on_changes_one_word() -> None:
    off = DOCUMENT.with_rule_enabled("first", False)

    assert edited_lines(off) == ["-    enabled: true # of the switch", "+    enabled: false # of the switch"]
    assert not off.rule_set.rules[0].enabled
    assert off.with_rule_enabled("first", True).text == COMMENTED
    assert DOCUMENT.with_rule_enabled("first", True).text == COMMENTED


def test_a_switch_that_is_not_there_yet_is_put_in_under_id_and_name() -> None:
    assert edited_lines(DOCUMENT.with_rule_enabled("second", False)) == ["+    enabled: false"]
    assert "  - id: second\n    enabled: false\n    when:" in DOCUMENT.with_rule_enabled("second", False).text


def test_a_rule_in_braces_is_switched_within_them() -> None:
    assert edited_lines(DOCUMENT.with_rule_enabled("third", False)) == [
        "-  - {id: third, when: always, then: [], once: true} # of the third",
        "+  - {id: third, enabled: false, when: always, then: [], once: true} # of the third",
    ]


# --- Changing a rule


def test_only_the_keys_that_differ_are_written_anew() -> None:
    changed = data_of("first") | {"name": "on: the 1st", "stop": True, "on": ["updated"]}

    assert edited_lines(DOCUMENT.with_rule(changed)) == [
        "-    name: 'First: one'   # of the name",
        '+    name: "on: the 1st"   # of the name',
        "+    on: [updated]",
        "+    stop: true",
    ]


def test_a_changed_condition_takes_only_the_comments_within_it() -> None:
    changed = data_of("second") | {"when": {"all": [condition("gift", "is_true"), condition("store", "in", ["a", "b"])]}}
    text = DOCUMENT.with_rule(changed).text

    assert (
        """\
  - id: second
    when:
      all:
        - {field: gift, is: is_true}
        - {field: store, is: in, value: [a, b]}
    then: [{do: stop}] # of the actions
"""
        in text
    )
    assert text[: text.index("  - id: second")] == COMMENTED[: COMMENTED.index("  - id: second")]
    assert text[text.index("    then: [{do: stop}]") :] == COMMENTED[COMMENTED.index("    then: [{do: stop}]") :]


def test_keys_that_are_no_longer_there_go() -> None:
    unnamed = {key: value for key, value in data_of("first").items() if key != "name"}

    assert edited_lines(DOCUMENT.with_rule(unnamed)) == ["-    name: 'First: one'   # of the name"]
    assert DOCUMENT.with_rule({**data_of("third"), "once": False}).text == COMMENTED.replace("once: true", "once: false")


def test_a_rule_that_says_the_same_in_other_words_is_not_touched() -> None:
    same = data_of("second") | {"stop": False, "enabled": True, "name": "second", "on": ["reprocess", "released", "imported"]}

    assert DOCUMENT.with_rule(same).text == COMMENTED


def test_a_changed_rule_with_errors_is_refused_in_its_place() -> None:
    with pytest.raises(RuleSetRefused) as refused:
        DOCUMENT.with_rule(data_of("second") | {"when": condition("stor", "blank")})
    [problem] = refused.value.problems

    assert (problem.path, problem.message.code) == ("rules[1].when.field", "unknown_field")


# --- Adding, removing, moving


def test_a_new_rule_stands_last_or_before_another() -> None:
    new = rule(condition("gift", "is_true"), tag("00501"), id="new", name="New")
    lines = [
        "+  - id: new",
        "+    name: New",
        "+    when: {field: gift, is: is_true}",
        "+    then:",
        '+      - {do: add_tag, tag: "00501"}',
    ]

    assert ids_of(DOCUMENT.with_rule(new)) == ["first", "second", "third", "new"]
    assert [line for line in edited_lines(DOCUMENT.with_rule(new)) if line != "+"] == lines
    assert ids_of(DOCUMENT.with_rule(new, before="second")) == ["first", "new", "second", "third"]
    assert [line for line in edited_lines(DOCUMENT.with_rule(new, before="second")) if line != "+"] == lines


def test_the_first_rule_of_an_empty_list_and_the_last_one_removed() -> None:
    empty = RuleDocument.read("# head\nname: x\nrules: [] # none yet\n# end\n")
    one = empty.with_rule(rule(id="a"))

    assert one.text == "# head\nname: x\nrules: # none yet\n  - id: a\n    when: always\n    then: []\n# end\n"
    assert one.without_rule("a").text == empty.text


def test_a_removed_rule_takes_its_own_comments_along() -> None:
    text = DOCUMENT.without_rule("first").text

    start, end = COMMENTED.index("  # Belongs to the first"), COMMENTED.index("  # --- Another")
    assert text == COMMENTED[:start] + COMMENTED[end:]  # with one blank line of the two
    assert edited_lines(DOCUMENT.without_rule("third")) == [
        "-  # Belongs to the third, as there is no blank line.",
        "-  - {id: third, when: always, then: [], once: true} # of the third",
    ]


@pytest.mark.parametrize(
    ("text", "removed", "left"),
    [
        ("rules:\n{a}\n{b}\n{c}", "a", "rules:\n{b}\n{c}"),
        ("rules:\n{a}\n{b}\n{c}", "b", "rules:\n{a}\n{c}"),
        ("rules:\n{a}\n{b}\n{c}", "c", "rules:\n{a}\n{b}"),
        ("rules:\n{a}{b}\n{c}", "b", "rules:\n{a}\n{c}"),
        ("rules:\n{a}\n{b}\nname: x\n", "b", "rules:\n{a}\nname: x\n"),
        ("rules:\n{a}{b}name: x\n", "b", "rules:\n{a}name: x\n"),
        ("rules:\n\n{a}\n\n{b}", "a", "rules:\n\n{b}"),
    ],
)
def test_blank_lines_around_a_removed_rule_do_not_pile_up(text: str, removed: str, left: str) -> None:
    rules = {name: f"  - {{id: {name}, when: always, then: []}}\n" for name in "abc"}

    assert RuleDocument.read(text.format(**rules)).without_rule(removed).text == left.format(**rules)


def test_a_moved_rule_takes_its_own_comments_along_and_sections_stay() -> None:
    moved = DOCUMENT.with_rule_moved("third", before="first")

    assert ids_of(moved) == ["third", "first", "second"]
    order = [
        "A section",
        "Belongs to the third",
        "id: third",
        "Another section",
        "Belongs to the first",
        "id: first",
        "id: second",
    ]
    places = [moved.text.index(words) for words in order]
    assert sorted(moved.text.splitlines()) == sorted(COMMENTED.splitlines())
    assert places[:3] == sorted(places[:3])
    assert moved.text.index("both lines of it.\n  - id: first") > 0
    assert moved.text.index("# of the third\n") < moved.text.index("# Belongs to the first")


def test_moving_there_and_back_gives_the_same_text() -> None:
    moved = DOCUMENT.with_rule_moved("first")

    assert ids_of(moved) == ["second", "third", "first"]
    assert moved.with_rule_moved("first", before="second").text == COMMENTED
    assert DOCUMENT.with_rule_moved("first", before="first").text == COMMENTED


@pytest.mark.parametrize(
    "edit",
    [
        lambda document: document.without_rule("nobody"),
        lambda document: document.with_rule_moved("nobody"),
        lambda document: document.with_rule_moved("first", before="nobody"),
        lambda document: document.with_rule_enabled("nobody", True),
        lambda document: document.with_rule(rule(id="new"), before="nobody"),
    ],
)
def test_an_unknown_rule_is_named(edit: Callable[[RuleDocument], RuleDocument]) -> None:
    with pytest.raises(NoSuchRule, match="nobody"):
        edit(DOCUMENT)


# --- Documents of other shapes


def test_windows_line_ends_stay() -> None:
    document = RuleDocument.read(COMMENTED.replace("\n", "\r\n"))
    edited = document.with_rule(rule(id="new")).with_rule_enabled("second", False).without_rule("first")

    assert "\n" not in edited.text.replace("\r\n", "")
    assert ids_of(edited) == ["second", "third", "new"]


def test_a_document_without_a_last_line_end_can_be_edited() -> None:
    document = RuleDocument.read("rules:\n- id: a\n  when: always\n  then: []")

    assert document.with_rule(rule(id="b")).text == (
        "rules:\n- id: a\n  when: always\n  then: []\n\n- id: b\n  when: always\n  then: []\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{id: a, when: always, then: []}, {id: b, when: always, then: []}]",
        "{rules: [{id: a, when: always, then: []}, {id: b, when: always, then: []}]}",
        "rules:\n  -\n    id: a\n    when: always\n    then: []\n  - {id: b, when: always, then: []}\n",
    ],
)
def test_yaml_of_unusual_shape_is_written_anew(text: str) -> None:
    edited = RuleDocument.read(text).with_rule_enabled("b", False).with_rule_moved("b", before="a")

    first, second = "  - id: b\n    enabled: false\n", "  - id: a\n"
    assert edited.text == f"rules:\n{first}    when: always\n    then: []\n\n{second}    when: always\n    then: []\n"


def test_json_stays_json() -> None:
    document = RuleDocument.read(json.dumps({"rules": [rule(id="a"), rule(id="b")], "name": "x"}))
    edited = document.with_rule_enabled("a", False).without_rule("b")

    assert looks_like_json(edited.text)
    assert json.loads(edited.text) == {"name": "x", "rules": [{"id": "a", "enabled": False, "when": "always", "then": []}]}


def test_a_block_text_in_a_rule_moves_with_it() -> None:
    document = RuleDocument.read(
        "rules:\n  - id: a\n    when: always\n    then:\n      - do: add_tag\n        tag: |-\n          two\n          words\n\n"
        "  - id: b\n    when: always\n    then: []\n"
    )
    moved = document.with_rule_moved("a")

    assert moved.text == (
        "rules:\n  - id: b\n    when: always\n    then: []\n\n"
        "  - id: a\n    when: always\n    then:\n      - do: add_tag\n        tag: |-\n          two\n          words\n"
    )


def comments_of(document: RuleDocument) -> list[str]:
    return sorted(line.strip() for line in document.text.splitlines() if line.lstrip().startswith("#"))


@pytest.mark.parametrize("number", range(6))
def test_random_edits_of_shipped_documents_do_what_they_say_and_keep_all_comments(number: int) -> None:
    dice = Random(number)
    file = dice.choice(sorted((ROOT / "rules" / "library").glob("*.yaml")))
    before = document = RuleDocument.read(file.read_bytes())
    for step in range(4):
        expected = as_data(document.rule_set)
        rules = expected["rules"]
        chosen, other = dice.choice(rules), dice.choice(rules)["id"]
        match dice.randrange(3):
            case 0 if chosen["id"] != other:
                document = document.with_rule_moved(chosen["id"], before=other)
                rules.remove(chosen)
                rules.insert([one["id"] for one in rules].index(other), chosen)
            case 1:
                document = document.with_rule_enabled(chosen["id"], "enabled" in chosen)
                chosen.update({"enabled": False}) if "enabled" not in chosen else chosen.pop("enabled")
            case _:
                new = rule(condition("store", "equals", f"s{step}"), tag("t"), id=f"new-{step}")
                document = document.with_rule(new, before=other)
                rules.insert([one["id"] for one in rules].index(other), new)
        assert as_data(document.rule_set) == expected
    assert comments_of(document) == comments_of(before)
    assert structure_of(RuleDocument.read(document.text).rule_set) == structure_of(document.rule_set)
