"""Drafts: saved with all their revisions, joined when two people save, checked and published."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop

from engine.model.rule_draft import MOST_REVISIONS
from engine.services.deciding.arrange_rules import withdraw_rule_set
from engine.services.deciding.publish_rules import TestsFailed, publish_rules
from engine.services.drafting.check_draft import check_draft
from engine.services.drafting.open_set import OpenSet, list_open_sets, open_set
from engine.services.drafting.publish_draft import publish_draft
from engine.services.drafting.save_draft import (
    DraftClash,
    Saved,
    Settle,
    change_draft,
    discard_draft,
    new_document,
    rebase_draft,
    save_draft,
    start_set,
    undo,
)
from engine.services.refusals import Refused
from rules.editing import DraftText
from rules.problems import RuleSetRefused
from storage.database import Database

BASE = """\
set: own
name: Own rules
rules:
  # of a
  - id: a
    when: always
    then: [{do: add_tag, tag: a}]
  # of b
  - id: b
    when: always
    then: [{do: add_tag, tag: b}]
"""
ANN, BO = "usr_ann", "usr_bo"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    publish_rules(shop.app, shop.merchant.slug, BASE.encode())
    return shop


def opened(shop: Shop, set_slug: str = "own") -> OpenSet:
    return open_set(shop.app, shop.merchant.id, set_slug)


def save(shop: Shop, document: str, seen: str, actor: str = ANN, *, settle: Settle = "ask") -> Saved:
    return save_draft(shop.app, shop.merchant.id, "own", document, seen, actor, settle=settle)


def with_once(document: str, place: int) -> str:
    draft = DraftText.read(document)
    return draft.with_rule(place, {**draft.rules[place], "once": True}).text


def test_a_set_without_a_draft_shows_what_runs(shop: Shop) -> None:
    now = opened(shop)
    assert (now.document, now.draft, now.position, now.name) == (BASE, None, 1, "Own rules")
    with pytest.raises(Refused, match='no rule set "other"'):
        opened(shop, "other")


def test_a_draft_decides_nothing(shop: Shop) -> None:
    save(shop, with_once(BASE, 0), opened(shop).seen)
    with shop.app.reading() as uow:
        [running] = uow.rule_sets.list_published(shop.merchant.id)
    assert running.document == BASE
    assert opened(shop).document == with_once(BASE, 0)
    assert opened(shop).draft is not None


def test_saving_what_is_there_begins_no_draft(shop: Shop) -> None:
    assert save(shop, BASE, opened(shop).seen).seen == opened(shop).seen
    assert opened(shop).draft is None


def test_the_second_to_save_is_joined_with_the_first(shop: Shop) -> None:
    seen = opened(shop).seen
    first = save(shop, with_once(BASE, 0), seen)
    second = save(shop, with_once(BASE, 1), seen, BO)
    assert (first.joined, second.joined) == (False, True)
    [theirs] = second.theirs
    assert (first.theirs, theirs.rule, theirs.kind) == ((), "a", "changed")
    assert second.document == with_once(with_once(BASE, 0), 1)
    assert opened(shop).document == second.document


def test_where_both_changed_one_rule_the_second_is_shown_both_and_nothing_is_saved(shop: Shop) -> None:
    seen = opened(shop).seen
    theirs, mine = with_once(BASE, 0), BASE.replace("tag: a", "tag: other")
    save(shop, theirs, seen)
    with pytest.raises(DraftClash) as clash:
        save(shop, mine, seen, BO)
    [one] = clash.value.clashes
    assert (one.of, one.theirs["once"], one.mine["then"]) == ("a", True, [{"do": "add_tag", "tag": "other"}])
    assert (clash.value.mine, clash.value.theirs.document, opened(shop).document) == (mine, theirs, theirs)
    both = with_once(mine, 1)
    kept = save(shop, both, seen, BO, settle="theirs")
    assert kept.document == with_once(theirs, 1)
    assert save(shop, mine, seen, BO, settle="mine").document == with_once(mine, 1)


def test_a_change_is_made_to_what_was_seen_and_joined_with_the_rest(shop: Shop) -> None:
    seen = opened(shop).seen
    save(shop, with_once(BASE, 0), seen)
    changed = change_draft(shop.app, shop.merchant.id, "own", seen, BO, lambda draft: draft.removed(1))
    assert changed.document == DraftText.read(with_once(BASE, 0)).removed(1).text
    with pytest.raises(Refused, match="changed the draft meanwhile"):
        change_draft(shop.app, shop.merchant.id, "own", "77", BO, lambda draft: draft.removed(1))


def test_texts_that_cannot_be_joined_by_rules_clash_as_a_whole(shop: Shop) -> None:
    seen = opened(shop).seen
    save(shop, "rules: [", seen)
    with pytest.raises(DraftClash) as clash:
        save(shop, with_once(BASE, 0), seen, BO)
    assert clash.value.clashes == ()
    assert opened(shop).document == "rules: ["
    assert save(shop, with_once(BASE, 0), seen, BO, settle="mine").document == with_once(BASE, 0)


def test_undo_and_redo_lead_through_the_states_of_a_draft(shop: Shop) -> None:
    account = shop.merchant.id
    first = save(shop, with_once(BASE, 0), opened(shop).seen)
    second = save(shop, with_once(BASE, 1), first.seen)
    back = undo(shop.app, account, "own", second.seen, ANN)
    assert back.document == with_once(BASE, 0)
    assert (opened(shop).may_undo, opened(shop).may_redo) == (True, True)
    start = undo(shop.app, account, "own", back.seen, ANN)
    assert start.document == BASE
    assert not opened(shop).may_undo
    with pytest.raises(Refused, match="nothing more"):
        undo(shop.app, account, "own", start.seen, ANN)
    again = undo(shop.app, account, "own", start.seen, ANN, redo=True)
    assert again.document == with_once(BASE, 0)
    with pytest.raises(Refused, match="changed the draft meanwhile"):
        undo(shop.app, account, "own", second.seen, ANN)


def test_a_draft_keeps_a_bounded_number_of_revisions(shop: Shop) -> None:
    seen = opened(shop).seen
    for number in range(MOST_REVISIONS + 5):
        seen = save(shop, BASE.replace("Own rules", f"Own rules {number}"), seen).seen
    with shop.app.reading() as uow:
        kept = uow.rule_drafts.list_numbers(shop.merchant.id, "own")
    assert len(kept) == MOST_REVISIONS
    assert seen.startswith(f"{max(kept)}.")


def test_discarding_shows_what_runs_again(shop: Shop) -> None:
    saved = save(shop, with_once(BASE, 0), opened(shop).seen)
    with pytest.raises(Refused, match="changed the draft meanwhile"):
        discard_draft(shop.app, shop.merchant.id, "own", "1")
    discard_draft(shop.app, shop.merchant.id, "own", saved.seen)
    assert (opened(shop).document, opened(shop).draft) == (BASE, None)


def test_a_new_set_is_a_draft_until_it_is_published(shop: Shop) -> None:
    account = shop.merchant.id
    start_set(shop.app, account, "new-set", new_document("new-set", "New set"), ANN)
    assert [one.slug for one in list_open_sets(shop.app, account)] == ["own", "new-set"]
    for taken in ("own", "new-set"):
        with pytest.raises(Refused, match="already"):
            start_set(shop.app, account, taken, new_document(taken, "x"), ANN)
    with pytest.raises(Refused, match="letters or digits"):
        start_set(shop.app, account, "", new_document("x", "x"), ANN)
    publication = publish_draft(shop.app, account, "new-set", opened(shop, "new-set").seen, ANN, "first")
    assert (publication.version.set_slug, publication.position, publication.version.note) == ("new-set", 2, "first")


def test_publishing_makes_the_version_and_ends_the_draft(shop: Shop) -> None:
    saved = save(shop, with_once(BASE, 0), opened(shop).seen)
    publication = publish_draft(shop.app, shop.merchant.id, "own", saved.seen, ANN, "why")
    version = publication.version
    assert (version.document, version.number, version.published_by) == (saved.document, 2, ANN)
    assert opened(shop).draft is None
    with pytest.raises(Refused, match="no draft"):
        publish_draft(shop.app, shop.merchant.id, "own", opened(shop).seen, ANN)


def test_a_draft_that_was_overtaken_is_joined_before_it_is_published(shop: Shop) -> None:
    account = shop.merchant.id
    saved = save(shop, with_once(BASE, 0), opened(shop).seen)
    publish_rules(shop.app, shop.merchant.slug, with_once(BASE, 1).encode())
    assert opened(shop).is_overtaken
    with pytest.raises(Refused, match="published version 2"):
        publish_draft(shop.app, account, "own", saved.seen, ANN)
    joined = rebase_draft(shop.app, account, "own", saved.seen, ANN)
    assert joined.document == with_once(with_once(BASE, 0), 1)
    assert not opened(shop).is_overtaken
    assert publish_draft(shop.app, account, "own", joined.seen, ANN).version.number == 3


def test_an_overtaken_draft_that_changed_the_same_rule_shows_both(shop: Shop) -> None:
    saved = save(shop, with_once(BASE, 0), opened(shop).seen)
    publish_rules(shop.app, shop.merchant.slug, BASE.replace("tag: a", "tag: other").encode())
    with pytest.raises(DraftClash) as clash:
        rebase_draft(shop.app, shop.merchant.id, "own", saved.seen, ANN)
    assert [one.of for one in clash.value.clashes] == ["a"]
    joined = rebase_draft(shop.app, shop.merchant.id, "own", saved.seen, ANN, settle="mine")
    assert joined.document == saved.document


def test_what_changed_since_it_was_seen_is_not_published(shop: Shop) -> None:
    saved = save(shop, with_once(BASE, 0), opened(shop).seen)
    save(shop, with_once(saved.document, 1), saved.seen, BO)
    with pytest.raises(Refused, match="changed the draft meanwhile"):
        publish_draft(shop.app, shop.merchant.id, "own", saved.seen, ANN)


def test_a_version_is_replaced_only_while_it_runs(shop: Shop) -> None:
    version = opened(shop).seen
    withdraw_rule_set(shop.app, shop.merchant.slug, "own")
    with pytest.raises(Refused, match="in the meantime"):
        publish_rules(shop.app, shop.merchant.slug, with_once(BASE, 0).encode(), over=version)


def test_a_withdrawn_set_is_edited_from_its_newest_version(shop: Shop) -> None:
    withdraw_rule_set(shop.app, shop.merchant.slug, "own")
    now = opened(shop)
    assert (now.document, now.running, now.position) == (BASE, None, None)
    saved = save(shop, with_once(BASE, 0), now.seen)
    assert publish_draft(shop.app, shop.merchant.id, "own", saved.seen, ANN).version.number == 2


def test_a_draft_is_checked_as_publishing_would(shop: Shop) -> None:
    account = shop.merchant.id
    other = "set: other\nname: O\nrules:\n  - {id: taken, when: always, then: []}\n"
    publish_rules(shop.app, shop.merchant.slug, other.encode())
    wrong = BASE.replace("id: b", "id: taken").replace("set: own", "set: else")
    wrong = wrong.replace("{do: add_tag, tag: a}", "{do: assign_user, user: nobody@x.example}")
    save(shop, wrong, opened(shop).seen)
    for thoroughly in (True, False):
        checked = check_draft(shop.app, account, opened(shop), thoroughly=thoroughly)
        assert {problem.message.code for problem in checked.problems} == {"other_slug", "taken_id", "unknown_user"}
        assert checked.run_tests() == []
    with pytest.raises(RuleSetRefused):
        publish_draft(shop.app, account, "own", opened(shop).seen, ANN)
    assert opened(shop).draft is not None


def test_errors_of_one_rule_hide_nothing_that_others_name(shop: Shop) -> None:
    wrong = BASE.replace("id: b\n    when: always", "id: b\n    when: {field: nope, is: blank}").replace("set: own", "set: else")
    wrong = wrong.replace("{do: add_tag, tag: a}", "{do: assign_user, user: nobody@x.example}")
    save(shop, wrong, opened(shop).seen)
    for thoroughly in (True, False):
        checked = check_draft(shop.app, shop.merchant.id, opened(shop), thoroughly=thoroughly)
        assert [problem.message.code for problem in checked.problems] == ["other_slug", "unknown_user", "unknown_field"]
        assert (checked.rule_set, checked.run_tests()) == (None, [])


def test_a_draft_that_cannot_be_read_has_its_problems(shop: Shop) -> None:
    save(shop, "rules: [", opened(shop).seen)
    checked = check_draft(shop.app, shop.merchant.id, opened(shop))
    assert checked.rule_set is None
    assert checked.errors == 1


def test_saved_tests_are_run_and_keep_a_draft_from_being_published(shop: Shop) -> None:
    account = shop.merchant.id
    text = BASE + "tests:\n  - {name: one, order: {order_number: '1'}, expect: {matched: []}}\n"
    save(shop, text, opened(shop).seen)
    [result] = check_draft(shop.app, account, opened(shop)).run_tests()
    assert not result.passed
    with pytest.raises(TestsFailed):
        publish_draft(shop.app, account, "own", opened(shop).seen, ANN)


def test_what_cannot_be_kept_is_refused(shop: Shop) -> None:
    seen = opened(shop).seen
    with pytest.raises(Refused, match="1 MiB"):
        save(shop, "#" * (1024 * 1024 + 1), seen)
    with pytest.raises(Refused, match="0000"):
        save(shop, BASE + "# \0", seen)
    assert opened(shop).draft is None


def test_others_see_nothing_of_a_draft(shop: Shop) -> None:
    save(shop, with_once(BASE, 0), opened(shop).seen)
    assert list_open_sets(shop.app, shop.provider.id) == []
    with pytest.raises(Refused):
        open_set(shop.app, shop.provider.id, "own")
