"""The page that makes a draft what runs: what changes, the saved tests, and what somebody published meanwhile."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.shop import OWNER, Shop, ready
from werkzeug.test import TestResponse

from engine.services.deciding.publish_rules import publish_rules
from engine.services.drafting.open_set import OpenSet, open_set
from engine.services.drafting.save_draft import save_draft

LogIn = Callable[[str], FlaskClient]
SET = "casa-verde"
TEXT = """\
set: casa-verde
name: Casa Verde
rules:
  - {id: mark, name: Marks all, when: always, then: [{do: add_tag, tag: marked}]}
"""
FAILING = TEXT + "tests:\n  - {name: nothing is marked, order: {order_number: '1'}, expect: {matched: []}}\n"


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


def opened(shop: Shop) -> OpenSet:
    return open_set(shop.app, shop.merchant.id, SET)


def begin(shop: Shop, document: str) -> None:
    save_draft(shop.app, shop.merchant.id, SET, document, opened(shop).seen, "usr")


def publish(client: FlaskClient, shop: Shop, **form: str) -> TestResponse:
    data = {"csrf_token": token_of(client.get("/rules")), "seen": opened(shop).seen, **form}
    return client.post(f"/rules/{SET}/publish", data=data, follow_redirects=True)


def test_what_changes_stands_there_in_sentences_and_is_published_with_a_note(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TEXT)
    words = words_of(owner.get(f"/rules/{SET}/publish"))
    assert 'Rule added as number 1: "Marks all"' in words
    assert "Rule removed, number 1 before" in words
    assert "Nothing is wrong or doubtful." in words
    page = publish(owner, shop, note=" why ")
    assert "Version 2 of Casa Verde runs now." in words_of(page)
    running = opened(shop).running
    assert running is not None
    with shop.app.reading() as uow:
        [person] = [user for user in uow.users.list_for(shop.merchant.id) if user.email == OWNER]
    assert (running.document, running.note, running.published_by) == (TEXT, "why", person.id)


def test_a_failing_test_is_shown_and_keeps_the_draft_from_running(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, FAILING)
    words = words_of(owner.get(f"/rules/{SET}/publish"))
    assert "Failed nothing is marked matched: expected" in words
    page = publish(owner, shop)
    assert page.status_code == 422
    assert "Nothing was published: see the problems below." in words_of(page)
    assert opened(shop).draft is not None
    begin(shop, FAILING.replace("matched: []", "matched: [mark]"))
    assert "Passed nothing is marked" in words_of(owner.get(f"/rules/{SET}/publish"))


def test_a_draft_with_errors_cannot_be_published(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TEXT.replace("add_tag", "ad_tag"))
    page = owner.get(f"/rules/{SET}/publish")
    assert '<button class="btn btn-main" disabled>Publish</button>' in page.text
    assert "The changes are shown once the draft has no errors." in words_of(page)
    assert publish(owner, shop).status_code == 422


def test_without_a_draft_there_is_nothing_to_publish(owner: FlaskClient) -> None:
    page = owner.get(f"/rules/{SET}/publish", follow_redirects=True)
    assert "there is nothing to publish" in words_of(page)


def test_what_somebody_published_meanwhile_is_taken_into_the_draft_first(owner: FlaskClient, shop: Shop) -> None:
    running = opened(shop).document
    begin(shop, running.replace("name: Overseas orders fly", "name: Mine", 1))
    publish_rules(shop.app, shop.merchant.slug, running.replace("name: Christmas wrapping", "name: Theirs", 1).encode())
    page = owner.get(f"/rules/{SET}/publish")
    assert "Version 2 was published after this draft was begun." in words_of(page)
    assert "published version 2 of this rule set after the draft was begun" in words_of(publish(owner, shop))
    form = {"csrf_token": token_of(page), "seen": "published", "draft": opened(shop).seen, "back": f"/rules/{SET}/publish"}
    page = owner.post(f"/rules/{SET}/merge", data=form, follow_redirects=True)
    assert page.request.path == f"/rules/{SET}/publish"
    assert ("name: Mine" in opened(shop).document, "name: Theirs" in opened(shop).document) == (True, True)
    assert "Version 3 of Casa Verde runs now." in words_of(publish(owner, shop))


def test_where_draft_and_version_changed_the_same_both_are_shown(owner: FlaskClient, shop: Shop) -> None:
    running = opened(shop).document
    begin(shop, running.replace("name: Overseas orders fly", "name: Mine", 1))
    publish_rules(shop.app, shop.merchant.slug, running.replace("name: Overseas orders fly", "name: Theirs", 1).encode())
    form = {"csrf_token": token_of(owner.get("/rules")), "seen": "published", "draft": opened(shop).seen, "back": "/rules"}
    page = owner.post(f"/rules/{SET}/merge", data=form)
    assert page.status_code == 409
    assert ("name: Mine" in words_of(page), "name: Theirs" in words_of(page)) == (True, True)
    owner.post(f"/rules/{SET}/merge", data={**form, "settle": "mine"})
    assert "name: Mine" in opened(shop).document
    assert not opened(shop).is_overtaken


def test_a_draft_that_was_changed_since_it_was_seen_is_not_published(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TEXT)
    seen = opened(shop).seen
    begin(shop, TEXT.replace("Marks all", "Other"))
    assert "Somebody changed the draft meanwhile" in words_of(publish(owner, shop, seen=seen))
    assert opened(shop).draft is not None


def test_a_draft_is_tried_on_past_orders_and_what_came_of_it_is_shown(owner: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("1"), ready("2"))
    begin(shop, TEXT)
    page = owner.get(f"/rules/{SET}/publish")
    assert "This draft was not tried on the orders of the past yet." in words_of(page)
    form = {name: value_of(page.text, name) for name in ("csrf_token", "document", "against")}
    assert form["document"] == TEXT
    asked = owner.post("/rules/backtests", data={**form, "document": form["document"].replace("\n", "\r\n")})
    assert "not tried" in words_of(owner.get(f"/rules/{SET}/publish"))  # it has not ended
    shop.work_off()
    page = owner.get(f"/rules/{SET}/publish")
    assert "compared with the rules that ran when it was asked for · just now · What it found" in words_of(page)
    assert "Orders 2 Changed 2 Unchanged 0 With errors 0" in words_of(page)
    assert f'href="{asked.location}"' in page.text
    begin(shop, TEXT.replace("tag: marked", "tag: other"))
    assert "not tried" in words_of(owner.get(f"/rules/{SET}/publish"))


def test_a_draft_with_errors_is_not_tried(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TEXT.replace("add_tag", "ad_tag"))
    page = owner.get(f"/rules/{SET}/publish")
    assert "It can be begun once the errors are corrected." in words_of(page)
    assert 'action="/rules/backtests"' not in page.text


def value_of(page: str, name: str) -> str:
    """What a hidden field of a page sends."""
    found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])
