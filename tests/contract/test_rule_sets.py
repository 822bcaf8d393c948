"""Contract of the repository of published rules."""

from __future__ import annotations

import pytest
from support.examples import NOON, an_account

from engine.model.rule_set import RuleSetVersion
from engine.ports import NotFound
from storage.database import Database


def test_the_version_published_last_is_the_one_in_use(database: Database) -> None:
    account, other = an_account(), an_account("other")
    first = RuleSetVersion("rsv_1", account.id, 1, "Acme", "rules: []  # nothing\n", NOON, "usr_1")
    second = RuleSetVersion("rsv_2", account.id, 2, "Acme", "rules: []\n", NOON, "usr_1")
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.accounts.add(other)
        assert unit.rule_sets.find_published(account.id) is None
        assert unit.rule_sets.next_number(account.id) == 1
        unit.rule_sets.publish(first)
        assert unit.rule_sets.find_published(account.id) == first
        assert unit.rule_sets.next_number(account.id) == 2
        unit.rule_sets.publish(second)
        assert unit.rule_sets.find_published(account.id) == second
        assert unit.rule_sets.get_version(account.id, first.id) == first
        assert unit.rule_sets.find_published(other.id) is None
        assert unit.rule_sets.next_number(other.id) == 1
        with pytest.raises(NotFound):
            unit.rule_sets.get_version(other.id, first.id)
