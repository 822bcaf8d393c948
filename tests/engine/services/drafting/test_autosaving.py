"""Drafts that are saved while somebody types: only what they saw is written over, and undo takes back what was typed at once."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop

from engine.model.rule_draft import MOST_REVISIONS, revisions_to_forget
from engine.services.deciding.publish_rules import publish_rules
from engine.services.drafting.open_set import OpenSet, open_set
from engine.services.drafting.save_draft import ChangedMeanwhile, Saved, autosave_draft, discard_draft, save_draft, undo
from engine.services.refusals import Refused
from storage.database import Database

BASE = "set: own\nname: Own rules\nrules: []\n"
ANN, BO = "usr_ann", "usr_bo"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    publish_rules(shop.app, shop.merchant.slug, BASE.encode())
    return shop


def opened(shop: Shop) -> OpenSet:
    return open_set(shop.app, shop.merchant.id, "own")


def named(name: str) -> str:
    return BASE.replace("Own rules", name)


def types(shop: Shop, name: str, seen: str, step: str = "", actor: str = ANN) -> Saved:
    return autosave_draft(shop.app, shop.merchant.id, "own", named(name), seen, actor, step=step)


def undone(shop: Shop, seen: str, *, redo: bool = False) -> Saved:
    return undo(shop.app, shop.merchant.id, "own", seen, ANN, redo=redo)


def test_what_is_typed_without_a_pause_is_one_step_for_undo_and_redo(shop: Shop) -> None:
    began = opened(shop).seen
    seen = types(shop, "O", began, began).seen
    for name in ("Ou", "Our"):
        seen = types(shop, name, seen, began).seen
    seen = types(shop, "Ours", seen, seen).seen  # after a pause
    back = undone(shop, seen)
    assert back.document == named("Our")
    start = undone(shop, back.seen)
    assert start.document == BASE
    assert not opened(shop).may_undo
    again = undone(shop, start.seen, redo=True)
    assert again.document == named("Our")
    assert undone(shop, again.seen, redo=True).document == named("Ours")


def test_what_somebody_else_saved_is_a_step_of_its_own(shop: Shop) -> None:
    began = save_draft(shop.app, shop.merchant.id, "own", named("A"), opened(shop).seen, ANN).seen
    theirs = types(shop, "B", began, began, actor=BO).seen
    mine = types(shop, "C", theirs, began)
    assert undone(shop, mine.seen).document == named("B")


def test_nothing_is_written_over_what_somebody_else_saved(shop: Shop) -> None:
    began = opened(shop).seen
    theirs = types(shop, "Theirs", began, actor=BO)
    with pytest.raises(ChangedMeanwhile) as found:
        types(shop, "Mine", began)
    assert (found.value.now.document, found.value.now.seen) == (named("Theirs"), theirs.seen)
    assert opened(shop).document == named("Theirs")


def test_a_draft_that_was_begun_anew_is_not_taken_for_the_one_that_was_seen(shop: Shop, clock: FixedClock) -> None:
    first = types(shop, "First", opened(shop).seen)
    discard_draft(shop.app, shop.merchant.id, "own", first.seen)
    clock.sleep(1)
    second = types(shop, "Second", opened(shop).seen, actor=BO)
    assert second.seen.split(".")[0] == first.seen.split(".")[0]  # its revisions are counted anew
    with pytest.raises(ChangedMeanwhile):
        types(shop, "First again", first.seen)
    assert opened(shop).document == named("Second")


def test_saving_what_is_saved_makes_no_revision(shop: Shop) -> None:
    seen = types(shop, "Same", opened(shop).seen).seen
    assert types(shop, "Same", seen).seen == seen


def test_what_cannot_be_kept_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match="U\\+0000"):
        types(shop, "\0", opened(shop).seen)


def test_however_long_somebody_types_undo_leads_back_to_where_they_began(shop: Shop) -> None:
    before = save_draft(shop.app, shop.merchant.id, "own", named("Before"), opened(shop).seen, ANN).seen
    seen = before
    for number in range(MOST_REVISIONS + 10):
        seen = types(shop, f"Name {number}", seen, before).seen
    with shop.app.reading() as uow:
        assert len(uow.rule_drafts.list_numbers(shop.merchant.id, "own")) <= MOST_REVISIONS + 3
    assert undone(shop, seen).document == named("Before")


def test_undo_and_those_who_opened_the_draft_lately_find_their_revisions() -> None:
    burst = {1: None, 2: 1, **dict.fromkeys(range(3, 200), 2)}
    kept = set(burst) - revisions_to_forget(burst, 199)
    assert kept == {1, 2, *range(200 - MOST_REVISIONS, 200)}
    line: dict[int, int | None] = {1: None, **{number: number - 1 for number in range(2, 200)}}
    assert set(line) - revisions_to_forget(line, 199) == set(range(200 - MOST_REVISIONS, 200))
