"""Contract of the repository of published rule sets."""

from __future__ import annotations

from typing import Any

import pytest
from support.examples import NOON, an_account

from engine.model.rule_set import RuleSetVersion
from engine.ports import NotFound, UnitOfWork
from storage.database import Database

ACCOUNT, OTHER = an_account(), an_account("other")


def a_version(id_: str, set_slug: str = "acme", number: int = 1, **changes: Any) -> RuleSetVersion:
    fields = {"account_id": ACCOUNT.id, "document": "\ufeffrules: []  # nothing\r\n", **changes}
    return RuleSetVersion(
        id_, number=number, name="Acme", published_at=NOON, published_by="usr_1", set_slug=set_slug, note="why", **fields
    )


def added(unit: UnitOfWork, *versions: RuleSetVersion) -> list[RuleSetVersion]:
    for account in (ACCOUNT, OTHER):
        unit.accounts.add(account)
    for version in versions:
        unit.rule_sets.add_version(version)
    return list(versions)


def test_sets_run_in_the_order_in_which_they_were_arranged_last(database: Database) -> None:
    with database.unit_of_work() as unit:
        first, second, third = added(unit, a_version("rsv_1"), a_version("rsv_2", "blue"), a_version("rsv_3", "cyan"))
        assert unit.rule_sets.list_published(ACCOUNT.id) == []
        unit.rule_sets.arrange(ACCOUNT.id, [second.id, first.id])
        assert unit.rule_sets.list_published(ACCOUNT.id) == [second, first]
        unit.rule_sets.arrange(ACCOUNT.id, [first.id, third.id, second.id])
        assert unit.rule_sets.list_published(ACCOUNT.id, for_change=True) == [first, third, second]
        unit.rule_sets.arrange(ACCOUNT.id, [third.id])
        assert unit.rule_sets.list_published(ACCOUNT.id) == [third]
        unit.rule_sets.arrange(ACCOUNT.id, [])
        assert unit.rule_sets.list_published(ACCOUNT.id) == []


def test_an_account_arranges_only_its_own_sets(database: Database) -> None:
    with database.unit_of_work() as unit:
        own, foreign = added(unit, a_version("rsv_1"), a_version("rsv_2", account_id=OTHER.id))
        unit.rule_sets.arrange(ACCOUNT.id, [own.id])
        unit.rule_sets.arrange(OTHER.id, [foreign.id])
        unit.rule_sets.arrange(ACCOUNT.id, [])
        assert unit.rule_sets.list_published(OTHER.id) == [foreign]


def test_versions_are_found_by_id_in_the_order_asked_for_and_only_by_their_account(database: Database) -> None:
    with database.unit_of_work() as unit:
        first, second = added(unit, a_version("rsv_1"), a_version("rsv_2", "blue"))
        assert unit.rule_sets.get_versions(ACCOUNT.id, [second.id, first.id]) == [second, first]
        assert unit.rule_sets.get_versions(ACCOUNT.id, []) == []
        for account_id, ids in ((OTHER.id, [first.id]), (ACCOUNT.id, [first.id, "rsv_unknown"])):
            with pytest.raises(NotFound):
                unit.rule_sets.get_versions(account_id, ids)


def test_numbers_are_those_of_a_set(database: Database) -> None:
    with database.unit_of_work() as unit:
        first, tenth, blue = added(unit, a_version("rsv_1"), a_version("rsv_2", number=10), a_version("rsv_3", "blue"))
        sets = unit.rule_sets
        assert sets.find_version(ACCOUNT.id, "acme") == tenth
        assert sets.find_version(ACCOUNT.id, "acme", 1) == first
        assert sets.find_version(ACCOUNT.id, "blue") == blue
        assert sets.find_version(ACCOUNT.id, "acme", 2) is None
        assert sets.find_version(OTHER.id, "acme") is None
        assert sets.list_slugs(ACCOUNT.id) == ["acme", "blue"]
        assert sets.list_slugs(OTHER.id) == []


def test_the_versions_of_a_set_are_listed_from_the_newest_on(database: Database) -> None:
    with database.unit_of_work() as unit:
        first, third, second, _ = added(
            unit,
            a_version("rsv_1", rules=3),
            a_version("rsv_3", number=10),
            a_version("rsv_2", number=2),
            a_version("rsv_4", "blue"),
        )
        sets = unit.rule_sets
        assert sets.list_versions(ACCOUNT.id, "acme") == [third, second, first]
        assert sets.list_versions(ACCOUNT.id, "acme", limit=2) == [third, second]
        assert sets.list_versions(ACCOUNT.id, "acme", below=10) == [second, first]
        assert sets.list_versions(ACCOUNT.id, "acme", below=10, limit=1) == [second]
        assert sets.list_versions(OTHER.id, "acme") == []
