"""Contract of the repository of drafts of rule sets."""

from __future__ import annotations

from support.examples import NOON, an_account

from engine.model.rule_draft import DraftRevision, RuleDraft
from storage.database import Database

ACCOUNT, OTHER = an_account(), an_account("other")


def a_revision(number: int, follows: int | None = None, account_id: str = ACCOUNT.id) -> DraftRevision:
    return DraftRevision(account_id, "acme", number, f"rules: []  # {number}\r\n", NOON, "usr_1", follows)


def test_a_set_has_one_draft_which_its_account_alone_finds(database: Database) -> None:
    draft = RuleDraft(ACCOUNT.id, "acme", 1, NOON, "usr_1")
    blue = RuleDraft(ACCOUNT.id, "blue", 1, NOON, "usr_1")
    with database.unit_of_work() as unit:
        for account in (ACCOUNT, OTHER):
            unit.accounts.add(account)
        drafts = unit.rule_drafts
        for one in (blue, draft):
            drafts.put(one)
        changed = RuleDraft(ACCOUNT.id, "acme", 2, NOON, "usr_2")
        drafts.put(changed)
        assert drafts.find(ACCOUNT.id, "acme") == changed
        assert drafts.list_for(ACCOUNT.id) == [changed, blue]
        assert drafts.find(OTHER.id, "acme") is None
        drafts.remove(ACCOUNT.id, "acme")
        assert drafts.list_for(ACCOUNT.id) == [blue]


def test_revisions_are_kept_to_the_letter_until_they_are_forgotten(database: Database) -> None:
    with database.unit_of_work() as unit:
        for account in (ACCOUNT, OTHER):
            unit.accounts.add(account)
        drafts = unit.rule_drafts
        foreign = a_revision(1, account_id=OTHER.id)
        for revision in (a_revision(1), a_revision(2, 1), a_revision(10, 2), foreign):
            drafts.add_revision(revision)
        assert drafts.find_revision(ACCOUNT.id, "acme", 2) == a_revision(2, 1)
        assert drafts.find_revision(ACCOUNT.id, "acme", 3) is None
        drafts.put(RuleDraft(ACCOUNT.id, "acme", 2, NOON, "usr_1"))
        drafts.put(RuleDraft(OTHER.id, "acme", 1, NOON, "usr_1"))
        assert drafts.list_current(ACCOUNT.id) == [a_revision(2, 1)]
        found = drafts.find_revision(ACCOUNT.id, "acme", 2)
        assert found is not None
        assert found.state == a_revision(2, 1).state
        assert drafts.list_numbers(ACCOUNT.id, "acme") == {1: None, 2: 1, 10: 2}
        drafts.forget_revisions(ACCOUNT.id, "acme", {1})
        assert drafts.list_numbers(ACCOUNT.id, "acme") == {2: None, 10: 2}
        drafts.forget_revisions(ACCOUNT.id, "acme", {2, 9})
        assert drafts.list_numbers(ACCOUNT.id, "acme") == {10: None}
        drafts.forget_revisions(ACCOUNT.id, "acme", set())
        drafts.remove(ACCOUNT.id, "acme")
        assert drafts.list_numbers(ACCOUNT.id, "acme") == {}
        assert drafts.find_revision(OTHER.id, "acme", 1) == foreign
