"""A client adopts what is offered: pinned to a version, at a place of its own, with ids of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.partners import user_of
from support.rule_runs import decisions, order_of, reprocess
from support.sharing import DELEGATE, NEWER, adopted, adopted_set, offered, publish_own
from support.shop import OWNER, Shop, open_shop, ready

from engine.model.transitions import Side
from engine.services.accounts.acting import find_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.deciding.answer_rules import run_manual_rule
from engine.services.deciding.arrange_rules import export_rule_set, list_rule_sets, move_rule_set, withdraw_rule_set
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.refusals import Refused
from engine.services.sharing.adopt_rules import Wish, adopt_rules, look_at_newer, update_adopted
from engine.services.sharing.list_offers import list_offers, read_offer
from engine.services.sharing.offer_rules import withdraw_offer
from engine.services.sharing.switch_rule import switch_adopted_rule
from rules.problems import RuleSetRefused
from storage.database import Database

BY_HAND = "set: acme\nrules: [{id: by-hand, on: [manual], when: always, then: [{do: add_tag, tag: x}]}]"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def sets(shop: Shop) -> list[str]:
    return [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published]


def test_an_adopted_set_runs_with_prefixed_ids_and_holds_the_offered_document(shop: Shop) -> None:
    adopted(shop)
    shop.import_all(ready("1"))
    order = order_of(shop)
    assert order.matched == ("acme.delegate-iberia", "acme.mark")
    assert order.rules["tags"] == ["acme"]
    [decision] = decisions(shop)
    assert decision.changes[0]["rule"] == "acme.delegate-iberia"
    explained = explain_order(shop.app, shop.merchant.id, order.id)
    assert explained is not None
    assert [rule.entry["rule"] for rule in explained.shown] == ["acme.delegate-iberia", "acme.mark"]
    assert export_rule_set(shop.app, shop.merchant.slug, "acme").document == DELEGATE
    one = adopted_set(shop)
    assert (one.offered_by.slug, one.adoption.number, one.version.number, one.version.name) == (
        "acme-3pl",
        1,
        1,
        "Acme for clients",
    )


def test_one_adopted_rule_is_run_by_hand(shop: Shop) -> None:
    adopted(shop, BY_HAND)
    shop.import_all(ready("1"))
    [run] = run_manual_rule(shop.app, shop.merchant.id, "acme.by-hand", [shop.order_id("1")], "usr_1")
    assert run.matched
    assert order_of(shop).rules["tags"] == ["x"]


def test_a_set_is_adopted_above_or_below_the_accounts_own(shop: Shop) -> None:
    publish_own(shop, "mine")
    first = adopted(shop, position=1)
    assert (first.position, sets(shop)) == (1, ["acme", "mine"])
    move_rule_set(shop.app, shop.merchant.slug, "acme", 2)
    assert sets(shop) == ["mine", "acme"]
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    with pytest.raises(Refused, match="give one from 1 to 2"):
        adopted(shop, position=3)
    assert adopted(shop).position == 2


def test_a_set_is_called_what_is_free_here(shop: Shop) -> None:
    publish_own(shop, "acme")
    assert adopted(shop).version.set_slug == "acme-3pl-acme"
    assert sets(shop) == ["acme", "acme-3pl-acme"]
    nameless = "rules: [{id: a, when: always, then: []}]"
    assert adopted(shop, nameless).version.set_slug == "acme-3pl"
    third = nameless.replace("rules:", "set: third_one\nrules:")
    assert adopted(shop, third, set_slug="our_own").version.set_slug == "our_own"
    withdraw_rule_set(shop.app, shop.merchant.slug, "our_own")
    assert adopted(shop, third).version.set_slug == "our_own"
    assert adopted(shop, nameless.replace("rules:", "set: fourth_one\nrules:")).version.set_slug == "fourth_one"


def test_a_slug_keeps_to_one_origin(shop: Shop) -> None:
    publish_own(shop, "mine")
    with pytest.raises(Refused, match='already has a rule set "mine" of another origin'):
        adopted(shop, set_slug="mine")
    for slug in ("A b", "acme.x", "-", "x" * 101):
        with pytest.raises(Refused, match="cannot be the slug of a rule set"):
            adopted(shop, set_slug=slug)
    adopted(shop)
    for _ in range(2):  # while it runs, and after it was withdrawn
        with pytest.raises(Refused, match=r'"acme" was adopted from another account and cannot be published over'):
            publish_own(shop, "acme")
        if "acme" in sets(shop):
            withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    assert sets(shop) == ["mine"]


def test_an_offer_is_adopted_once_and_after_its_withdrawal_again(shop: Shop) -> None:
    first = adopted(shop).version
    with pytest.raises(Refused, match='runs this offer already, as "acme"'):
        adopted(shop)
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    again = adopted(shop).version
    assert (again.set_slug, again.number, again.id == first.id) == ("acme", 2, False)


def test_rules_that_name_what_the_account_does_not_have_are_refused_unless_they_are_off(shop: Shop) -> None:
    strange = DELEGATE.replace("provider: acme-3pl", "provider: nobody")
    with pytest.raises(RuleSetRefused) as refused:
        adopted(shop, strange)
    [problem] = refused.value.problems
    assert (problem.path, problem.line) == ("rules[0].then[0].provider", 8)
    assert 'the account has no logistics provider "nobody"' in problem.message.format("en")
    assert sets(shop) == []

    adopted(shop, strange, switched_off=("delegate-iberia",))
    shop.import_all(ready("1"))
    assert order_of(shop).matched == ("acme.mark",)
    with pytest.raises(RuleSetRefused):
        switch_adopted_rule(shop.app, shop.merchant, "acme.delegate-iberia", True)
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    with pytest.raises(Refused, match='have no rule "no-such"; there are: delegate-iberia, mark'):
        adopted(shop, strange, switched_off=("no-such",))


def test_what_can_no_longer_be_read_is_refused_with_all_that_is_wrong_here(shop: Shop) -> None:
    offer = offered(shop, DELEGATE.replace("provider: acme-3pl", "provider: nobody")).offer
    with shop.database.begin() as connection:  # written by a version that knew another field
        strange = "  - {id: x, when: {field: gone, is: blank}}"
        connection.exec_driver_sql(f"UPDATE rule_set_versions SET document = document || '{strange}'")
    with pytest.raises(RuleSetRefused) as refused:
        adopt_rules(shop.app, shop.merchant, offer.id, Wish())
    codes = {problem.message.code for problem in refused.value.problems}
    assert codes >= {"unknown_field", "unknown_provider"}
    with pytest.raises(RuleSetRefused) as refused:
        adopt_rules(shop.app, shop.merchant, offer.id, Wish(switched_off=("delegate-iberia",)))
    assert codes - {problem.message.code for problem in refused.value.problems} == {"unknown_provider"}


def test_only_what_is_offered_to_the_account_is_adopted(shop: Shop) -> None:
    offer = offered(shop).offer
    with shop.app.reading() as uow:
        elsewhere = find_account(uow, "elsewhere")
    for account, offer_id in ((elsewhere, offer.id), (shop.provider, offer.id), (shop.merchant, "rof_x")):
        with pytest.raises(Refused, match="Nothing with the id"):
            adopt_rules(shop.app, account, offer_id, Wish())
    withdraw_offer(shop.app, shop.provider, offer.id)
    with pytest.raises(Refused, match="Nothing with the id"):
        adopt_rules(shop.app, shop.merchant, offer.id, Wish())
    with pytest.raises(Refused, match="Nothing with the id"):
        read_offer(shop.app, shop.merchant.id, offer.id)


def test_an_account_stays_with_its_version_until_it_moves_on(shop: Shop) -> None:
    adopted(shop)
    with pytest.raises(Refused, match='Nothing newer than version 1 is offered of "acme"'):
        look_at_newer(shop.app, shop.merchant.slug, "acme")
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    offered(shop, NEWER)
    shop.import_all(ready("1", ship_to={"country": "AD"}))
    assert order_of(shop).matched == ()
    newer = adopted_set(shop).newer
    assert newer is not None
    assert newer.number == 2

    looked = look_at_newer(shop.app, shop.merchant.slug, "acme")
    said = {change.rule: [sentence.format("en") for sentence in change.sentences] for change in looked.changes}
    assert [(change.rule, change.kind) for change in looked.changes] == [
        ("acme.delegate-iberia", "changed"),
        ("acme.mark", "changed"),
    ]
    assert any("AD" in sentence for sentence in said["acme.delegate-iberia"])
    assert adopted_set(shop).adoption.number == 1

    moved_on, publication = update_adopted(shop.app, shop.merchant.slug, "acme")
    assert moved_on.changes == looked.changes
    one = adopted_set(shop)
    assert (one.adoption.number, one.adoption.switched_off, one.newer) == (2, ("mark",), None)
    assert (one.version, one.version.document) == (publication.version, NEWER)
    assert reprocess(shop).matched == ("acme.delegate-iberia",)


def test_what_is_switched_off_and_gone_from_the_newer_version_is_forgotten(shop: Shop) -> None:
    adopted(shop, switched_off=("mark",))
    offered(shop, DELEGATE.split("  - id: mark")[0])
    update_adopted(shop.app, shop.merchant.slug, "acme")
    assert adopted_set(shop).adoption.switched_off == ()


def test_a_newer_version_that_names_what_the_account_does_not_have_is_refused(shop: Shop) -> None:
    before = adopted(shop).version
    offered(shop, NEWER.replace("provider: acme-3pl", "provider: nobody"))
    with pytest.raises(RuleSetRefused):
        update_adopted(shop.app, shop.merchant.slug, "acme")
    assert adopted_set(shop).version == before


def test_what_somebody_has_switched_meanwhile_is_not_undone_by_moving_on(shop: Shop) -> None:
    adopted(shop)
    offered(shop, NEWER)
    looked = look_at_newer(shop.app, shop.merchant.slug, "acme")
    switched = switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False).version
    with pytest.raises(Refused, match='Somebody else has changed the adopted set "acme" meanwhile'):
        publish_rules(shop.app, shop.merchant.slug, looked.document.encode(), adopting=looked.adopting)
    assert adopted_set(shop).version == switched


def test_an_own_set_does_not_move_on(shop: Shop) -> None:
    publish_own(shop, "mine")
    with pytest.raises(Refused, match='no adopted rule set "mine"; adopted are: -'):
        update_adopted(shop.app, shop.merchant.slug, "mine")


def test_when_the_connection_ends_the_set_runs_on_and_is_marked(shop: Shop) -> None:
    adopted(shop)
    offered(shop, NEWER)
    with shop.app.reading() as uow:
        [connection] = uow.connections.list_for_client(shop.merchant.id)
    remove_connection(shop.app, user_of(shop, OWNER), connection.id, open_orders=OpenOrders.FINISH)
    one = adopted_set(shop)
    assert (one.offer, one.newer) == (None, None)
    shop.import_all(ready("1"))
    assert "acme.mark" in order_of(shop).matched
    with pytest.raises(Refused, match='"acme-3pl" no longer offers "acme" to the account "casa-verde", which keeps version 1'):
        update_adopted(shop.app, shop.merchant.slug, "acme")
    connect_accounts(shop.app, provider_slug=shop.provider.slug, client_slug=shop.merchant.slug)
    assert adopted_set(shop).newer is not None


def test_the_offering_account_sees_who_runs_what(shop: Shop) -> None:
    adopted(shop)
    offered(shop, NEWER)
    [made] = list_offers(shop.app, shop.provider.slug).made
    assert [(one.account.slug, one.set_slug, one.number) for one in made.adopters] == [("casa-verde", "acme", 1)]
    [received] = list_offers(shop.app, shop.merchant.slug).received
    assert received.adopted == adopted_set(shop)
    read = read_offer(shop.app, shop.merchant.id, made.offer.id)
    assert (read.version.document, read.received) == (NEWER, received)
    assert read.rules is not None
    withdraw_rule_set(shop.app, shop.merchant.slug, "acme")
    assert list_offers(shop.app, shop.provider.slug).made[0].adopters == ()


def test_each_side_has_the_name_that_their_connection_gives_it(shop: Shop) -> None:
    adopted(shop)
    with shop.app.unit_of_work() as uow:
        [connection] = uow.connections.list_for_client(shop.merchant.id)
        changed = replace(connection, id="con_2", company_name="Acme Logistics", client_name="Green ones")
        uow.connections.update(connection.remove(Side.PROVIDER, "usr_1", shop.app.clock.now()))
        uow.connections.add(replace(changed, store_id=None))
        uow.commit()
    [received] = list_offers(shop.app, shop.merchant.slug).received
    assert received.offered_by.name == adopted_set(shop).offered_by.name == "Acme Logistics"
    assert read_offer(shop.app, shop.merchant.id, received.offer.id).received.offered_by.name == "Acme Logistics"
    [adopter] = list_offers(shop.app, shop.provider.slug).made[0].adopters
    assert (adopter.account.name, adopter.account.slug) == ("Green ones", "casa-verde")


def test_adopting_is_on_the_trail(shop: Shop) -> None:
    offer = offered(shop).offer
    version = adopt_rules(shop.app, shop.merchant, offer.id, Wish(), "usr_1").version
    with shop.app.reading() as uow:
        [entry] = uow.audit.list_for(shop.merchant.id, version.id)
    assert (entry.action, entry.actor, entry.before, entry.after) == ("rules.adopted", "usr_1", None, 1)


def test_own_rules_are_checked_behind_adopted_ones(shop: Shop) -> None:
    adopted(shop, "set: acme\nrules: [{id: all, when: always, then: [], stop: true}]")
    published = publish_rules(shop.app, shop.merchant.slug, b"set: mine\nrules: [{id: a, when: always, then: [{do: hold}]}]")
    assert any("acme.all" in problem.message.format("en") for problem in published.problems)
