"""Editing a draft's text: what is edited says what it should, and all else stays to the letter."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.properties import examples

from rules.editing import DraftText, NoPlace, Unreadable
from rules.rule_text import find_rule_text

LIBRARY = sorted((Path(__file__).parents[3] / "rules" / "library").glob("*.yaml"))
COMMENTED = """\
# The head of the file.
name: Comments everywhere # of the name

rules: # of the list
  # Belongs to the first rule.
  - id: first # of the id
    name: 'First: one'   # of the name
    enabled: true # of the switch
    when: {field: tags, is: includes, value: [ a ,b ]} # of the condition
    then:
      # above the action
      - {do: add_tag, tag: "x"} # of the action

  # --- A section.

  - id: second
    when:
      any: # of the group
        - field: order_total # of the field
          is: at_least
          value: 60.00
        # above a condition
        - {field: custom_field_1, is: equals, value: 00501}
    then: [{do: stop}] # of the actions
  - {id: third, when: always, then: [], once: true} # of the third
# The end.
"""
GIFT = {"field": "gift", "is": "is_true"}
NEW = {"id": "new", "when": GIFT, "then": [{"do": "stop"}]}


def changes(before: DraftText, after: DraftText) -> list[str]:
    """The lines that went (`-`) and came (`+`)."""
    lines = difflib.ndiff(before.text.splitlines(), after.text.splitlines())
    return [line[0] + line[2:] for line in lines if line[0] in "-+"]


@pytest.fixture
def draft() -> DraftText:
    return DraftText.read(COMMENTED)


def test_a_new_condition_leaves_the_others_and_their_comments(draft: DraftText) -> None:
    second = draft.rules[1]
    after = draft.with_rule(1, {**second, "when": {"any": [second["when"]["any"][0], GIFT, second["when"]["any"][1]]}})
    assert changes(draft, after) == ["+        - {field: gift, is: is_true}"]


def test_a_condition_that_moves_takes_its_comment_along(draft: DraftText) -> None:
    second = draft.rules[1]
    after = draft.with_rule(1, {**second, "when": {"any": second["when"]["any"][::-1]}})
    where = after.text.index("any: # of the group\n        # above a condition\n        - {field: custom_field_1")
    assert "is: at_least" in after.text[where:]


def test_a_changed_value_keeps_the_comments_of_its_condition(draft: DraftText) -> None:
    second = draft.rules[1]
    first, other = second["when"]["any"]
    after = draft.with_rule(1, {**second, "when": {"any": [{**first, "is": "less_than"}, other]}})
    assert changes(draft, after) == ["-          is: at_least", "+          is: less_than"]


def test_a_switched_rule_changes_one_line(draft: DraftText) -> None:
    off = draft.switched(0, False)
    assert changes(draft, off) == ["-    enabled: true # of the switch", "+    enabled: false # of the switch"]
    assert changes(draft, draft.switched(1, False)) == ["+    enabled: false"]
    assert draft.switched(1, True) is draft


def test_a_copy_stands_below_switched_off_by_an_id_of_its_own(draft: DraftText) -> None:
    after = draft.copied(0, taken=["first-copy"])
    assert after.ids() == ["first", "first-copy-2", "second", "third"]
    assert after.rules[1]["enabled"] is False
    assert after.rules[1]["then"] == draft.rules[0]["then"]


def test_the_heads_keys_are_set_added_and_taken_away(draft: DraftText) -> None:
    after = draft.with_head({"name": "Other", "set": "my-set"})
    assert changes(draft, after) == [
        "-name: Comments everywhere # of the name",
        "+name: Other # of the name",
        "+set: my-set",
    ]
    assert "set" not in after.with_head({"set": None}).data


def test_a_saved_test_is_added_at_the_end(draft: DraftText) -> None:
    test = {"name": "one", "order": {"order_number": "1"}, "expect": {"matched": []}}
    after = draft.with_test(test)
    assert after.with_test(test).data["tests"] == [test, test]
    assert not [line for line in changes(draft, after) if line.startswith("-")]


def test_what_a_form_does_not_know_stays(draft: DraftText) -> None:
    text = COMMENTED.replace("    then: [{do: stop}]", "    unheard_of: {a: 1.50}\n    then: [{do: stop}]")
    odd = DraftText.read(text)
    after = odd.with_rule(1, {**odd.rules[1], "once": True})
    assert changes(odd, after) == ["+    once: true"]


def test_json_stays_json() -> None:
    draft = DraftText.read('{"rules": [{"id": "a", "when": "always", "then": []}]}')
    assert draft.inserted(1, NEW).text.startswith("{")
    assert draft.inserted(1, NEW).ids() == ["a", "new"]


@pytest.mark.parametrize("text", ["", "rules: [", "rules: 5", "- a", "rules: [5]", "{"])
def test_a_text_without_rules_can_only_be_put_right_as_a_text(text: str) -> None:
    with pytest.raises(Unreadable):
        DraftText.read(text)


def test_a_rule_that_is_not_there_is_refused(draft: DraftText) -> None:
    with pytest.raises(NoPlace):
        draft.with_rule(3, NEW)
    with pytest.raises(NoPlace):
        draft.place_of("nobody")


def blocks(draft: DraftText) -> list[str]:
    where = find_rule_text(draft.text)
    assert where is not None
    return [where.text[block.start : block.end] for block in where.blocks]


TEXTS = [COMMENTED, *(path.read_text() for path in LIBRARY)]
VALUES = st.sampled_from(["ES", "00501", "no", "a: b", "'", "á\n b", "", "- x"])
CONDITION = st.fixed_dictionaries({"field": st.sampled_from(["sku", "tags"]), "is": st.just("equals"), "value": VALUES})
NODE = st.recursive(
    CONDITION | st.just("always"),
    lambda inner: st.builds(lambda kind, nodes: {kind: nodes}, st.sampled_from(["all", "any"]), st.lists(inner, max_size=4)),
    max_leaves=8,
)


@settings(max_examples=examples(30))
@given(st.data())
def test_every_edit_says_what_it_should_and_leaves_the_other_rules(data: st.DataObject) -> None:
    draft = DraftText.read(data.draw(st.sampled_from(TEXTS)))
    for _ in range(3):
        if not draft.rules:
            return
        place = data.draw(st.integers(0, len(draft.rules) - 1))
        rules, texts = list(draft.rules), blocks(draft)
        match data.draw(st.sampled_from(["change", "switch", "move", "remove", "copy"])):
            case "change":
                rules[place] = {**rules[place], "when": data.draw(NODE), "name": data.draw(VALUES)}
                draft = draft.with_rule(place, rules[place])
            case "switch":
                draft = draft.switched(place, False)
                rules[place] = {**rules[place], "enabled": False}
            case "move":
                to = data.draw(st.integers(0, len(rules) - 1))
                rules.insert(to, rules.pop(place))
                texts.insert(to, texts.pop(place))
                draft, place = draft.moved(place, to), to
            case "remove":
                del rules[place], texts[place]
                draft, place = draft.removed(place), -1
            case _:
                draft = draft.copied(place)
                copy = {**rules[place], "id": draft.rules[place + 1]["id"], "enabled": False}
                rules.insert(place + 1, copy)
                texts.insert(place + 1, "")
                place += 1
        assert draft.rules == rules
        now = blocks(draft) if draft.rules else []
        assert [text for at, text in enumerate(now) if at != place] == [text for at, text in enumerate(texts) if at != place]
