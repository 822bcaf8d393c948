"""Rules of an adopted set are switched off one by one, and past decisions stay what they were."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import decisions, order_of, reprocess
from support.sharing import DELEGATE, adopted, adopted_set, publish_own
from support.shop import Shop, open_shop, ready

from engine.services.deciding.arrange_rules import export_rule_set, list_rule_sets
from engine.services.deciding.explain_order import explain_order
from engine.services.refusals import Refused
from engine.services.sharing.switch_rule import switch_adopted_rule
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def test_a_rule_that_is_off_runs_no_longer_and_back_on_again(shop: Shop) -> None:
    adopted(shop)
    shop.import_all(ready("1"))
    switched = switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False, "usr_1")
    assert (switched.is_on, switched.is_new, switched.version.number) == (False, True, 2)
    assert adopted_set(shop).adoption.switched_off == ("mark",)
    assert reprocess(shop).matched == ("acme.delegate-iberia",)
    assert switch_adopted_rule(shop.app, shop.merchant, "acme.mark", True).version.number == 3
    assert reprocess(shop).matched == ("acme.delegate-iberia", "acme.mark")


def test_switching_makes_a_version_of_the_same_document_in_the_same_place(shop: Shop) -> None:
    adopted(shop)
    publish_own(shop, "mine")
    switched = switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False, "usr_1").version
    assert [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published] == ["acme", "mine"]
    for number in (1, 2):
        assert export_rule_set(shop.app, shop.merchant.slug, "acme", number).document == DELEGATE
    with shop.app.reading() as uow:
        [entry] = uow.audit.list_for(shop.merchant.id, switched.id)
    assert (entry.action, entry.actor, entry.after) == ("rules.switched_off", "usr_1", "acme.mark")


def test_a_decision_of_before_is_explained_by_the_rules_as_they_were_switched_then(shop: Shop) -> None:
    adopted(shop)
    shop.import_all(ready("1"))
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    reprocess(shop)
    order = order_of(shop)
    first, newest = decisions(shop)
    assert newest.rule_set_version_ids != first.rule_set_version_ids
    for decision, status in ((first, "matched"), (newest, "disabled")):
        explained = explain_order(shop.app, shop.merchant.id, order.id, decision.id)
        assert explained is not None
        [mark] = [rule.entry for rule in explained.shown if rule.entry["rule"] == "acme.mark"]
        assert mark["status"] == status


def test_what_is_that_way_already_makes_no_version(shop: Shop) -> None:
    version = adopted(shop).version
    switched = switch_adopted_rule(shop.app, shop.merchant, "acme.mark", True)
    assert (switched.is_new, switched.version) == (False, version)
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    assert not switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False).is_new


def test_a_rule_that_is_off_where_it_was_written_cannot_be_switched_on_here(shop: Shop) -> None:
    adopted(shop, DELEGATE.replace("  - id: mark\n", "  - id: mark\n    enabled: false\n"))
    with pytest.raises(Refused, match="switched off by the account that offers it"):
        switch_adopted_rule(shop.app, shop.merchant, "acme.mark", True)


@pytest.mark.parametrize("rule_id", ["mine", "mark", "acme.no-such", "other.mark", "mine.mine"])
def test_only_rules_of_adopted_sets_are_switched(shop: Shop, rule_id: str) -> None:
    adopted(shop)
    publish_own(shop, "mine")
    with pytest.raises(Refused, match=f'no adopted rule "{rule_id}"'):
        switch_adopted_rule(shop.app, shop.merchant, rule_id, False)
    assert adopted_set(shop).version.number == 1
