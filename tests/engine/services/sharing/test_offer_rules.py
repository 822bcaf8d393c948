"""Rule sets are offered version by version, and taken back."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.publishing import publish_alone
from support.sharing import DELEGATE, NEWER, adopted, adopted_set, offered, publish_own
from support.shop import Shop, open_shop

from engine.model.rule_offer import Audience
from engine.services.deciding.arrange_rules import list_rule_sets
from engine.services.deciding.publish_rules import TestsFailed
from engine.services.refusals import Refused
from engine.services.sharing.file_to_offer import keep_file_to_offer
from engine.services.sharing.list_offers import list_offers
from engine.services.sharing.offer_rules import LONGEST_NAME, Offering, offer_rules, withdraw_offer
from rules.problems import RuleSetRefused
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def trail(shop: Shop, thing_id: str) -> list[tuple[str, object, object]]:
    with shop.app.reading() as uow:
        return [(entry.action, entry.before, entry.after) for entry in uow.audit.list_for(shop.provider.id, thing_id)]


def test_a_client_sees_what_its_3pl_offers_and_others_do_not(shop: Shop) -> None:
    offer = offered(shop, name="Iberia by Acme").offer
    [received] = list_offers(shop.app, shop.merchant.slug).received
    assert (received.offer, received.offered_by.slug, received.newest.number) == (offer, "acme-3pl", 1)
    assert (offer.name, offer.audience, received.adopted) == ("Iberia by Acme", Audience.CONNECTED, None)
    for slug in ("elsewhere", shop.provider.slug):
        assert list_offers(shop.app, slug).received == ()
    assert trail(shop, offer.id) == [("rules.offered", None, 1)]


def test_a_newer_version_is_offered_under_the_same_offer(shop: Shop) -> None:
    first = offered(shop, name="Iberia by Acme")
    second = offered(shop, NEWER)
    assert (second.offer, second.number, second.is_new) == (first.offer, 2, True)
    [made] = list_offers(shop.app, shop.provider.slug).made
    assert [one.number for one in made.versions] == [1, 2]

    again = offered(shop, NEWER, name="Acme", audience=Audience.EVERYONE)
    assert (again.is_new, again.offer.name, again.offer.audience) == (False, "Acme", Audience.EVERYONE)
    assert [one.offer.id for one in list_offers(shop.app, "elsewhere").received] == [first.offer.id]
    assert trail(shop, first.offer.id) == [("rules.offered", None, 1), ("rules.offered", 1, 2), ("rules.offered", 2, 2)]
    assert offered(shop, NEWER).is_new is False
    assert len(trail(shop, first.offer.id)) == 3


def test_an_offer_never_goes_back(shop: Shop) -> None:
    offered(shop)
    offered(shop, NEWER)
    with pytest.raises(Refused, match='Version 2 of "acme" is offered already, and offers only move on'):
        offer_rules(shop.app, shop.provider.slug, Offering("acme", 1))


def test_an_offer_has_a_name_of_bounded_length(shop: Shop) -> None:
    assert offered(shop).offer.name == "Acme for clients"
    with pytest.raises(Refused, match="needs a name"):
        offered(shop, name="  ")
    with pytest.raises(Refused, match=f"may have {LONGEST_NAME} characters"):
        offered(shop, name="x" * (LONGEST_NAME + 1))


def test_a_merchant_offers_what_it_runs_to_its_3pl(shop: Shop) -> None:
    publish_own(shop, "mine")
    offer = offer_rules(shop.app, shop.merchant.slug, Offering()).offer
    assert [one.offer for one in list_offers(shop.app, shop.provider.slug).received] == [offer]


def test_only_the_account_that_wrote_a_set_offers_it(shop: Shop) -> None:
    adopted(shop)
    with pytest.raises(Refused, match="only that account can offer it"):
        offer_rules(shop.app, shop.merchant.slug, Offering("acme"))
    with pytest.raises(Refused, match="only that account can offer it"):
        keep_file_to_offer(shop.app, shop.merchant.slug, DELEGATE.replace("acme-3pl", "x").encode())


def test_who_has_adopted_keeps_what_it_runs_when_the_offer_is_withdrawn(shop: Shop) -> None:
    adopted(shop)
    before = adopted_set(shop)
    offer = withdraw_offer(shop.app, shop.provider, before.adoption.offer_id)
    assert offer.withdrawn_at is not None
    after = adopted_set(shop)
    assert (after.version, after.offer, after.newer) == (before.version, None, None)
    assert list_offers(shop.app, shop.merchant.slug).received == ()
    assert withdraw_offer(shop.app, shop.provider, offer.id) == offer
    assert [entry[0] for entry in trail(shop, offer.id)] == ["rules.offered", "rules.offer_withdrawn"]

    assert offered(shop).offer.withdrawn_at is None
    assert adopted_set(shop).offer is not None


def test_nobody_withdraws_what_another_offers(shop: Shop) -> None:
    offer = offered(shop).offer
    with pytest.raises(Refused, match="has no offer"):
        withdraw_offer(shop.app, shop.merchant, offer.id)


def test_a_file_to_offer_does_not_run_and_may_name_what_only_clients_have(shop: Shop) -> None:
    kept = keep_file_to_offer(shop.app, shop.provider.slug, DELEGATE.encode())
    assert keep_file_to_offer(shop.app, shop.provider.slug, DELEGATE.encode()) == kept
    assert list_rule_sets(shop.app, shop.provider.slug).published == ()
    assert trail(shop, kept.id) == [("rules.kept", None, 1)]


def test_a_file_to_offer_is_checked(shop: Shop) -> None:
    test = "\ntests: [{name: t, order: {order_number: '1'}, expect: {matched: [a]}}]"
    rule = "rules: [{id: a, when: {field: brand, is: equals, value: x}, then: []}]"
    for content in (b"set: x\nrules: [{id: A}]", "name: 日本\nrules: []".encode()):
        with pytest.raises(RuleSetRefused):
            keep_file_to_offer(shop.app, shop.provider.slug, content)
    with pytest.raises(RuleSetRefused) as refused:
        keep_file_to_offer(shop.app, shop.provider.slug, "name: 日本\nrules:\n  - {id: a, when: always}".encode())
    assert [problem.path for problem in refused.value.problems] == ["name", "rules[0]"]
    with pytest.raises(TestsFailed):
        keep_file_to_offer(shop.app, shop.provider.slug, f"set: x\n{rule}{test}".encode())


def test_a_set_that_runs_is_published_before_it_is_offered(shop: Shop) -> None:
    publish_alone(shop.app, shop.provider.slug, b"set: acme\nrules: []")
    with pytest.raises(Refused, match="publish the file, then offer the version"):
        keep_file_to_offer(shop.app, shop.provider.slug, DELEGATE.encode())
