"""Where comments, blank lines and line ends go when rules are added, changed, moved and removed in a draft's text."""

from __future__ import annotations

import difflib
import json

import pytest
from support.rule_sets import condition, rule, tag

from rules.editing import DraftText
from rules.parser import looks_like_json

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
DRAFT = DraftText.read(COMMENTED)
FIRST, SECOND, THIRD = range(3)


def edited_lines(after: DraftText, before: DraftText = DRAFT) -> list[str]:
    """The lines that went (`-`) and came (`+`)."""
    lines = difflib.ndiff(before.text.splitlines(), after.text.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "-+"]


def test_only_the_keys_that_differ_are_written_anew() -> None:
    changed = DRAFT.rules[FIRST] | {"name": "on: the 1st", "stop": True, "on": ["updated"]}

    lines = edited_lines(DRAFT.with_rule(FIRST, changed))

    assert lines[:2] == ["-    name: 'First: one'   # of the name", '+    name: "on: the 1st"   # of the name']
    assert sorted(lines[2:]) == ["+    on: [updated]", "+    stop: true"]


def test_a_changed_condition_takes_only_the_comments_within_it() -> None:
    when = {"all": [condition("gift", "is_true"), condition("store", "in", ["a", "b"])]}
    text = DRAFT.with_rule(SECOND, DRAFT.rules[SECOND] | {"when": when}).text

    assert text[: text.index("  - id: second")] == COMMENTED[: COMMENTED.index("  - id: second")]
    assert text[text.index("    then: [{do: stop}]") :] == COMMENTED[COMMENTED.index("    then: [{do: stop}]") :]
    assert "{field: gift, is: is_true}" in text
    assert "of the field" not in text


def test_keys_that_are_no_longer_there_go() -> None:
    unnamed = {key: value for key, value in DRAFT.rules[FIRST].items() if key != "name"}

    assert edited_lines(DRAFT.with_rule(FIRST, unnamed)) == ["-    name: 'First: one'   # of the name"]


def test_a_new_rule_stands_last_or_before_another() -> None:
    new = {"id": "new", "name": "New", "when": condition("gift", "is_true"), "then": [tag("00501")]}
    lines = [
        "+  - id: new",
        "+    name: New",
        "+    when: {field: gift, is: is_true}",
        "+    then:",
        '+      - {do: add_tag, tag: "00501"}',
    ]

    assert DRAFT.inserted(3, new).ids() == ["first", "second", "third", "new"]
    assert [line for line in edited_lines(DRAFT.inserted(3, new)) if line != "+"] == lines
    assert DRAFT.inserted(SECOND, new).ids() == ["first", "new", "second", "third"]
    assert [line for line in edited_lines(DRAFT.inserted(SECOND, new)) if line != "+"] == lines


def test_the_first_rule_of_an_empty_list_and_the_last_one_removed() -> None:
    empty = DraftText.read("# head\nname: x\nrules: [] # none yet\n# end\n")
    one = empty.inserted(0, rule(id="a"))

    assert one.text == "# head\nname: x\nrules: # none yet\n  - id: a\n    when: always\n    then: []\n# end\n"
    assert one.removed(0).text == empty.text


def test_a_removed_rule_takes_its_own_comments_along() -> None:
    text = DRAFT.removed(FIRST).text

    start, end = COMMENTED.index("  # Belongs to the first"), COMMENTED.index("  # --- Another")
    assert text == COMMENTED[:start] + COMMENTED[end:]  # with one blank line of the two
    assert edited_lines(DRAFT.removed(THIRD)) == [
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
    draft = DraftText.read(text.format(**rules))

    assert draft.removed(draft.place_of(removed)).text == left.format(**rules)


def test_a_moved_rule_takes_its_own_comments_along_and_sections_stay() -> None:
    moved = DRAFT.moved(THIRD, FIRST)

    assert moved.ids() == ["third", "first", "second"]
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
    moved = DRAFT.moved(FIRST, THIRD)

    assert moved.ids() == ["second", "third", "first"]
    assert moved.moved(2, 0).text == COMMENTED


def test_windows_line_ends_stay() -> None:
    draft = DraftText.read(COMMENTED.replace("\n", "\r\n"))
    edited = draft.inserted(3, rule(id="new")).switched(SECOND, False).removed(FIRST)

    assert "\n" not in edited.text.replace("\r\n", "")
    assert edited.ids() == ["second", "third", "new"]


def test_a_document_without_a_last_line_end_can_be_edited() -> None:
    draft = DraftText.read("rules:\n- id: a\n  when: always\n  then: []")

    assert draft.inserted(1, rule(id="b")).text == (
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
    edited = DraftText.read(text).switched(1, False).moved(1, 0)

    first, second = "  - id: b\n    enabled: false\n", "  - id: a\n"
    assert edited.text == f"rules:\n{first}    when: always\n    then: []\n\n{second}    when: always\n    then: []\n"


def test_json_stays_json() -> None:
    draft = DraftText.read(json.dumps({"rules": [rule(id="a"), rule(id="b")], "name": "x"}))
    edited = draft.switched(0, False).removed(1)

    assert looks_like_json(edited.text)
    assert json.loads(edited.text) == {"name": "x", "rules": [{"id": "a", "enabled": False, "when": "always", "then": []}]}


def test_a_block_text_in_a_rule_moves_with_it() -> None:
    draft = DraftText.read(
        "rules:\n  - id: a\n    when: always\n    then:\n      - do: add_tag\n        tag: |-\n          two\n          words\n\n"
        "  - id: b\n    when: always\n    then: []\n"
    )

    assert draft.moved(0, 1).text == (
        "rules:\n  - id: b\n    when: always\n    then: []\n\n"
        "  - id: a\n    when: always\n    then:\n      - do: add_tag\n        tag: |-\n          two\n          words\n"
    )
