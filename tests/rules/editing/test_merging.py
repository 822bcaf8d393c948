"""Two people edit one rule document: the second to save loses nothing of either."""

from __future__ import annotations

import pytest

from rules.editing import Clash, DraftText, NotByRules, merged

BASE = DraftText.read(
    """\
name: Base
rules:
  # of a
  - id: a
    when: always
    then: []
  # of b
  - id: b
    when: always
    then: []
  - id: c
    when: always
    then: []
"""
)
NEW = {"id": "new", "when": "always", "then": []}


def with_once(draft: DraftText, rule_id: str) -> DraftText:
    place = draft.place_of(rule_id)
    return draft.with_rule(place, {**draft.rules[place], "once": True})


def test_changes_of_different_rules_go_together() -> None:
    result = merged(BASE, with_once(BASE, "a"), with_once(BASE, "b").removed(2))
    assert result.clashes == ()
    assert [(rule["id"], rule.get("once")) for rule in result.draft.rules] == [("a", True), ("b", True)]
    assert "# of a" in result.draft.text
    assert "# of b" in result.draft.text


def test_new_rules_of_both_stand_behind_the_ones_they_were_put_behind() -> None:
    theirs = BASE.inserted(1, {**NEW, "id": "theirs"})
    result = merged(BASE, theirs, BASE.inserted(2, {**NEW, "id": "mine"}))
    assert result.draft.ids() == ["a", "theirs", "b", "mine", "c"]


def test_a_rule_that_both_changed_stays_as_theirs_and_both_are_shown() -> None:
    mine = BASE.with_rule(0, {**BASE.rules[0], "stop": True})
    result = merged(BASE, with_once(BASE, "a"), with_once(mine, "c"))
    assert result.clashes == (Clash("a", {**BASE.rules[0], "once": True}, mine.rules[0]),)
    assert result.draft.rules[0] == {**BASE.rules[0], "once": True}
    assert result.draft.rules[2]["once"] is True


@pytest.mark.parametrize("theirs", [BASE.removed(0), BASE.removed(0).removed(0)])
def test_a_rule_that_one_changed_and_the_other_removed_clashes(theirs: DraftText) -> None:
    result = merged(BASE, theirs, with_once(BASE, "a"))
    assert result.clashes == (Clash("a", None, {**BASE.rules[0], "once": True}),)


def test_the_same_change_of_both_is_one() -> None:
    assert merged(BASE, with_once(BASE, "a"), with_once(BASE, "a")).clashes == ()


def test_my_order_counts_where_they_left_it_alone() -> None:
    assert merged(BASE, with_once(BASE, "c"), BASE.moved(0, 2)).draft.ids() == ["b", "c", "a"]
    assert merged(BASE, BASE.moved(0, 1), BASE.moved(0, 2)).draft.ids() == ["b", "a", "c"]


def test_the_documents_name_is_merged_as_well() -> None:
    mine = BASE.with_head({"name": "Mine"})
    assert merged(BASE, with_once(BASE, "a"), mine).draft.data["name"] == "Mine"
    result = merged(BASE, BASE.with_head({"name": "Theirs"}), mine)
    assert result.clashes == (Clash("name", "Theirs", "Mine", is_rule=False),)
    assert result.draft.data["name"] == "Theirs"


def test_whoever_insists_has_mine_where_both_changed_the_same() -> None:
    theirs = with_once(with_once(BASE, "a"), "c").with_head({"name": "Theirs"}).removed(1)
    mine = BASE.with_rule(0, {**BASE.rules[0], "stop": True}).with_head({"name": "Mine"})
    mine = with_once(mine, "b")
    result = merged(BASE, theirs, mine, insist=True)
    assert result.clashes == ()
    assert result.draft.data["name"] == "Mine"
    by_id = {rule["id"]: rule for rule in result.draft.rules}
    assert (by_id["a"], by_id["b"], by_id["c"]["once"]) == (mine.rules[0], mine.rules[1], True)
    assert merged(BASE, BASE.removed(0), BASE.removed(0), insist=True).draft.ids() == ["b", "c"]


def test_comments_of_both_stay() -> None:
    theirs = DraftText.read(BASE.text.replace("# of a", "# theirs, of a"))
    mine = DraftText.read(with_once(BASE, "b").text.replace("name: Base", "name: Base # mine") + "# mine at the end\n")
    text = merged(BASE, theirs, mine).draft.text
    assert text == mine.text.replace("# of a", "# theirs, of a")


def test_lines_that_both_changed_are_joined_by_rule() -> None:
    theirs = DraftText.read(with_once(BASE, "a").text.replace("# of b", "# theirs"))
    mine = DraftText.read(with_once(BASE, "b").text.replace("# of b", "# mine"))
    result = merged(BASE, theirs, mine)
    assert [rule.get("once") for rule in result.draft.rules] == [True, True, None]
    assert "# theirs" in result.draft.text


def test_changed_rules_without_ids_are_not_joined_by_rules() -> None:
    base = DraftText.read("rules:\n  - {when: always, then: []}\n  - {id: a, when: always, then: []}\n")
    mine = base.with_rule(0, {**base.rules[0], "once": True})
    with pytest.raises(NotByRules):
        merged(base, with_once(base, "a"), mine)
    assert merged(base, mine, with_once(base, "a")).draft.rules[0]["once"] is True
