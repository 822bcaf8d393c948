"""The pages on which accounts offer each other rule sets, adopt them, switch their rules and move on."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.partners import add_member, user_of
from support.sharing import DELEGATE, NEWER, adopted, adopted_set, offered, publish_own
from support.shop import OWNER, PROVIDER, STRANGER, Shop, open_shop, ready
from werkzeug.test import TestResponse

from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.deciding.arrange_rules import list_rule_sets
from engine.services.deciding.publish_rules import publish_rules
from engine.services.sharing.list_offers import list_offers
from engine.services.sharing.switch_rule import switch_adopted_rule
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"
STRANGE = DELEGATE.replace("provider: acme-3pl", "provider: nobody")


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def press(client: FlaskClient, page: str, path: str, **form: str | list[str]) -> TestResponse:
    """Send a form of a page, and follow where it leads."""
    data = {"csrf_token": token_of(client.get(page)), **form}
    return client.post(path, data=data, follow_redirects=True)


def test_what_is_offered_is_seen_with_from_whom_and_its_rules_as_sentences(shop: Shop, log_in: LogIn) -> None:
    offer = offered(shop).offer
    client = log_in(OWNER)
    assert "Acme for clients Acme 3PL 1 not adopted" in words_of(client.get("/rules/offers"))
    words = words_of(client.get(f"/rules/offers/{offer.id}"))
    assert "Version 1, offered by Acme 3PL" in words
    assert "Iberia goes to Acme" in words
    assert "Ship to country is one of ES, PT" in words
    for who in (STRANGER, PROVIDER):
        assert "Nobody offers rules to you" in words_of(log_in(who).get("/rules/offers"))


def test_rules_are_adopted_above_or_below_ones_own(shop: Shop, log_in: LogIn) -> None:
    publish_own(shop, "mine")
    offer = offered(shop).offer
    client, page = log_in(OWNER), f"/rules/offers/{offer.id}"
    words = words_of(press(client, page, f"{page}/adopt", place="above", without=["mark"]))
    assert "The rules of Acme for clients run from now on." in words
    assert "Adopted from Acme 3PL, its version 1. Nothing newer is offered." in words
    assert [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published] == ["acme", "mine"]
    assert adopted_set(shop).adoption.switched_off == ("mark",)
    assert adopted_set(shop).version.published_by == user_of(shop, OWNER).id
    assert "See what runs with you" in words_of(client.get(page))
    assert "version 1 runs" in words_of(client.get("/rules/offers"))
    again = words_of(press(client, "/rules/offers", f"{page}/adopt", place="below"))
    assert "runs this offer already" in again


def test_below_is_where_rules_run_unless_somebody_says_otherwise(shop: Shop, log_in: LogIn) -> None:
    publish_own(shop, "mine")
    page = f"/rules/offers/{offered(shop).offer.id}"
    press(log_in(OWNER), page, f"{page}/adopt")
    assert [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published] == ["mine", "acme"]


def test_a_rule_that_names_what_is_not_there_is_marked_and_can_be_left_out(shop: Shop, log_in: LogIn) -> None:
    page = f"/rules/offers/{offered(shop, STRANGE).offer.id}"
    client = log_in(OWNER)
    refused = press(client, page, f"{page}/adopt", place="above")
    assert refused.status_code == 422
    words = words_of(refused)
    assert "These rules cannot run with you as they are" in words
    assert words.count('the account has no logistics provider "nobody"') == 2  # above all rules, and at its own
    assert 'value="above" checked' in refused.get_data(as_text=True)
    assert "run from now on" in words_of(press(client, page, f"{page}/adopt", without=["delegate-iberia"]))
    strange = press(client, "/rules/adopted/acme", "/rules/adopted/acme/switch", rule="acme.delegate-iberia", do="on")
    assert (strange.status_code, "these rules name what you do not have" in words_of(strange)) == (422, True)


def test_the_list_of_rule_sets_marks_adopted_ones(shop: Shop, log_in: LogIn) -> None:
    publish_own(shop, "mine")
    adopted(shop)
    client = log_in(OWNER)
    words = words_of(client.get("/rules"))
    assert words.count("Adopted from Acme 3PL.") == 1
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    offered(shop, NEWER)
    words = words_of(client.get("/rules"))
    assert "Adopted from Acme 3PL. 1 rule is switched off here. newer version Switch rules on and off" in words


def test_rules_of_an_adopted_set_are_switched_one_by_one(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    client, page = log_in(OWNER), "/rules/adopted/acme"
    words = words_of(press(client, page, f"{page}/switch", rule="acme.mark", do="off"))
    assert "The rule no longer runs." in words
    assert "Mark what Acme has off acme.mark" in words
    assert adopted_set(shop).adoption.switched_off == ("mark",)
    assert "The rule runs from now on." in words_of(press(client, page, f"{page}/switch", rule="acme.mark", do="on"))
    assert adopted_set(shop).adoption.switched_off == ()
    assert "has no adopted rule" in words_of(press(client, page, f"{page}/switch", rule="acme.x", do="off"))


def test_a_newer_version_says_what_it_would_change_and_is_taken_when_wanted(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    offered(shop, NEWER)
    client, page = log_in(OWNER), "/rules/adopted/acme"
    words = words_of(client.get(page))
    assert "What version 2 would change" in words
    assert "acme.mark Action changed: Add the tag acme → Add the tag by-acme" in words
    assert "newer version" in words_of(client.get("/rules/offers"))
    assert "Version 2 runs from now on." in words_of(press(client, page, f"{page}/update"))
    assert adopted_set(shop).adoption.number == 2
    assert "Nothing newer is offered." in words_of(client.get(page))
    assert "Nothing newer than version 2" in words_of(press(client, page, f"{page}/update"))


def test_a_newer_version_that_cannot_run_is_refused_with_its_sentences(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    offered(shop, STRANGE)
    refused = press(log_in(OWNER), "/rules/adopted/acme", "/rules/adopted/acme/update")
    assert (refused.status_code, 'no logistics provider "nobody"' in words_of(refused)) == (422, True)
    assert adopted_set(shop).adoption.number == 1


def test_what_is_no_longer_offered_is_marked_and_keeps_running(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    with shop.app.reading() as uow:
        [connection] = uow.connections.list_for_client(shop.merchant.id)
    remove_connection(shop.app, user_of(shop, OWNER), connection.id, open_orders=OpenOrders.FINISH)
    client = log_in(OWNER)
    assert "It is no longer offered to you and keeps running as it is." in words_of(client.get("/rules/adopted/acme"))
    assert "No longer offered to you." in words_of(client.get("/rules"))


def test_an_account_offers_what_runs_and_takes_it_back(shop: Shop, log_in: LogIn) -> None:
    publish_own(shop, "mine")
    client = log_in(OWNER)
    words = words_of(press(client, "/rules/offers", "/rules/offers", set="mine", name="Ours for you"))
    assert "Version 1 is offered as Ours for you." in words
    [made] = list_offers(shop.app, shop.merchant.slug).made
    assert "Ours for you Casa Verde 1 not adopted" in words_of(log_in(PROVIDER).get("/rules/offers"))
    words = words_of(press(client, "/rules/offers", f"/rules/offers/{made.offer.id}/withdraw"))
    assert "Ours for you is no longer offered. Who has adopted it keeps running the version it has." in words
    assert "withdrawn" in words
    assert "Nobody offers rules to you" in words_of(log_in(PROVIDER).get("/rules/offers"))
    assert "Nothing was ever published" in words_of(press(client, "/rules/offers", "/rules/offers", set="x"))


def send_file(client: FlaskClient, document: str, **form: str) -> TestResponse:
    token = token_of(client.get("/rules/offers"))
    data = {"csrf_token": token, "file": (io.BytesIO(document.encode()), "rules.yaml"), **form}
    return client.post("/rules/offers/file", data=data, follow_redirects=True)


def test_a_3pl_offers_a_file_that_does_not_run_with_itself(shop: Shop, log_in: LogIn) -> None:
    client = log_in(PROVIDER)
    assert "Version 1 is offered as Iberia." in words_of(send_file(client, DELEGATE, name="Iberia"))
    assert "No rules are published yet." in words_of(client.get("/rules"))
    assert "Iberia Acme 3PL 1 not adopted" in words_of(log_in(OWNER).get("/rules/offers"))
    assert "Choose a file first." in words_of(press(client, "/rules/offers", "/rules/offers/file"))


def test_a_file_with_errors_is_not_offered(shop: Shop, log_in: LogIn) -> None:
    client = log_in(PROVIDER)
    bad = send_file(client, "set: x\nrules: [{id: A, when: always, then: []}]")
    assert (bad.status_code, "The file is not offered: it has errors." in words_of(bad)) == (422, True)
    test = "{name: tagged, order: {order_number: '1'}, expect: {matched: [a]}}"
    failing = send_file(client, f"set: x\nrules: []\ntests: [{test}]")
    assert (failing.status_code, "its saved tests do not hold. tagged:" in words_of(failing)) == (422, True)
    publish_rules(shop.app, shop.provider.slug, b"set: acme\nrules: []")
    assert "publish the file, then offer the version" in words_of(send_file(client, DELEGATE))
    assert list_offers(shop.app, shop.provider.slug).made == ()


def test_who_offers_sees_who_has_adopted_which_version(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    offered(shop, NEWER)
    assert "Acme for clients acme 1, 2 Casa Verde version 1" in words_of(log_in(PROVIDER).get("/rules/offers"))


def test_an_adopted_set_is_not_offered_on(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    assert "Offer a rule set" not in words_of(log_in(OWNER).get("/rules/offers"))


def test_members_look_and_admins_change(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    offer = adopted_set(shop).adoption.offer_id if list_offers(shop.app, shop.merchant.slug).adopted else offered(shop).offer.id
    client = log_in(MEMBER)
    page = words_of(client.get(f"/rules/offers/{offer}"))
    assert "Admins of your account can adopt this." in page
    adopted(shop)
    assert "Switch off" not in words_of(client.get("/rules/adopted/acme"))


def test_an_adopted_rule_has_its_page_in_an_explanation(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    shop.import_all(ready("7001"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    assert "Mark what Acme has" in words_of(client.get(page))
    assert "Mark what Acme has" in words_of(client.get(f"{page}/rules/acme.mark"))


def test_the_pages_speak_spanish(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    offered(shop, NEWER)
    client = log_in(OWNER)
    client.post("/language", data={"csrf_token": token_of(client.get("/rules")), "language": "es"})
    assert "Te ofrecen" in words_of(client.get("/rules/offers"))
    assert "Lo que cambiaría la versión 2" in words_of(client.get("/rules/adopted/acme"))
    assert "Adoptado de Acme 3PL." in words_of(client.get("/rules"))
