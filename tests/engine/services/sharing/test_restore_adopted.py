"""Earlier versions of adopted sets are taken up again, as those of an account's own sets are."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.partners import user_of
from support.rule_runs import order_of, reprocess
from support.sharing import DELEGATE, NEWER, adopted, adopted_set, offered, publish_own
from support.shop import OWNER, Shop, open_shop, ready

from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.deciding.arrange_rules import list_rule_sets, withdraw_rule_set
from engine.services.deciding.publish_rules import Publication
from engine.services.deciding.rule_versions import restore_version
from engine.services.sharing.adopt_rules import update_adopted
from engine.services.sharing.list_offers import list_offers
from engine.services.sharing.offer_rules import withdraw_offer
from engine.services.sharing.switch_rule import switch_adopted_rule
from rules.problems import RuleSetRefused
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def restored(shop: Shop, number: int) -> Publication:
    return restore_version(shop.app, shop.merchant.slug, "acme", number, note="Back")[1]


def test_a_set_that_was_withdrawn_runs_again_after_the_others_although_it_is_no_longer_offered(shop: Shop) -> None:
    before = adopted(shop, switched_off=("mark",)).version
    publish_own(shop, "mine")
    withdraw_offer(shop.app, shop.provider, adopted_set(shop).adoption.offer_id)
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")

    published = restored(shop, 1)

    assert (published.version.number, published.position, published.is_new) == (2, 2, True)
    assert [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published] == ["mine", "acme"]
    one = adopted_set(shop)
    assert (one.adoption, one.version.document, one.version.note) == (before.adoption, DELEGATE, "Back")
    assert (one.version.name, one.offer) == (before.name, None)
    shop.import_all(ready("1"))
    assert order_of(shop).matched == ("mine", "acme.delegate-iberia")


def test_the_version_before_the_newer_one_runs_again_in_its_place(shop: Shop) -> None:
    adopted(shop)
    publish_own(shop, "mine")
    offered(shop, NEWER)
    update_adopted(shop.app, shop.merchant.slug, "acme")

    published = restored(shop, 1)

    assert (published.version.number, published.position) == (3, 1)
    assert published.replaced is not None
    assert published.replaced.number == 2
    newer = adopted_set(shop).newer
    assert newer is not None
    assert newer.number == 2
    [made] = list_offers(shop.app, shop.provider.slug).made
    assert [(one.account.slug, one.number) for one in made.adopters] == [("casa-verde", 1)]


def test_a_version_has_its_own_rules_switched_off(shop: Shop) -> None:
    adopted(shop)
    shop.import_all(ready("1"))
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    assert not restored(shop, 2).is_new
    assert restored(shop, 1).version.number == 3
    assert reprocess(shop).matched == ("acme.delegate-iberia", "acme.mark")
    restored(shop, 2)
    assert reprocess(shop).matched == ("acme.delegate-iberia",)


def test_only_a_rule_that_is_off_may_name_what_the_account_no_longer_has(shop: Shop) -> None:
    adopted(shop)
    switch_adopted_rule(shop.app, shop.merchant, "acme.delegate-iberia", False)
    with shop.app.reading() as uow:
        [connection] = uow.connections.list_for_client(shop.merchant.id)
    remove_connection(shop.app, user_of(shop, OWNER), connection.id, open_orders=OpenOrders.FINISH)
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    with pytest.raises(RuleSetRefused) as refused:
        restored(shop, 1)
    assert [problem.path for problem in refused.value.problems] == ["rules[0].then[0].provider"]
    assert restored(shop, 2).version.number == 3
