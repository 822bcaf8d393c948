"""What is typed into a rule or its text is saved by itself, as long as nobody else changed the draft that the page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.forms import form_of
from support.partners import MEMBER, add_member, user_of
from support.rule_form import SET, begin, opened, rule_now, said_at, send
from support.shop import OWNER, Shop
from werkzeug.test import TestResponse

from engine.services.drafting.save_draft import discard_draft, save_draft

LogIn = Callable[[str], FlaskClient]
DOCUMENT = """\
set: casa-verde
rules:
  # of a
  - id: a
    name: A
    when: {field: order_total, is: at_least, value: 5} # of the condition
    then: []
  - {id: b, name: B, when: always, then: []}
"""


@pytest.fixture
def owner(log_in: LogIn, shop: Shop) -> FlaskClient:
    begin(shop, DOCUMENT)
    return log_in(OWNER)


def form_at(client: FlaskClient, rule: str) -> dict[str, Any]:
    return {name: value for name, value in form_of(client.get(f"/rules/{SET}/{rule}").text, "rule").items() if value is not None}


def keep(client: FlaskClient, rule: str, form: dict[str, Any], seen: str, **fields: str) -> TestResponse:
    return client.post(f"/rules/{SET}/{rule}/autosave", data=form | fields, headers={"If-Match": f'"{seen}"'})


def test_what_is_typed_is_saved_and_the_answer_names_the_draft_as_it_is_then(owner: FlaskClient, shop: Shop) -> None:
    form = form_at(owner, "a")
    answer = keep(owner, "a", form, form["seen"], **{"when:value": "7.50"})
    assert answer.status_code == 200
    assert answer.get_etag() == (opened(shop).seen, False)
    assert opened(shop).document == DOCUMENT.replace("value: 5}", "value: 7.50}")
    assert "Saved at" in words_of(answer)
    again = keep(owner, "a", form, opened(shop).seen, **{"when:value": "much"})
    assert '"much"' in said_at(again, "when")


def test_a_rule_that_gets_another_id_is_saved_on_at_its_new_address(owner: FlaskClient) -> None:
    form = form_at(owner, "a")
    answer = keep(owner, "a", form, form["seen"], id="first")
    assert f'data-autosave="/rules/{SET}/first/autosave"' in answer.text
    assert keep(owner, "first", form, answer.get_etag()[0] or "", name="First").status_code == 200


def test_who_changed_the_draft_meanwhile_is_named_and_nothing_is_written_over(owner: FlaskClient, shop: Shop) -> None:
    add_member(shop)
    form = form_at(owner, "a")
    theirs = DOCUMENT.replace("value: 5}", "value: 6}")
    save_draft(shop.app, shop.merchant.id, SET, theirs, opened(shop).seen, user_of(shop, MEMBER).id)
    answer = keep(owner, "a", form, form["seen"], **{"when:value": "7"})
    assert answer.status_code == 412
    assert f"{MEMBER} changed this draft, just now" in words_of(answer)
    assert "What you entered since then is not saved yet" in words_of(answer)
    assert 'name="do" value="save"' in answer.text
    assert opened(shop).document == theirs
    clash = owner.post(f"/rules/{SET}/a", data=form | {"when:value": "7", "do": "save"})
    assert clash.status_code == 409
    assert "value: 6" in words_of(clash)
    assert "value: 7" in words_of(clash)


def test_a_draft_that_is_gone_is_said_to_be_and_what_was_entered_can_still_be_kept(owner: FlaskClient, shop: Shop) -> None:
    form = form_at(owner, "a")
    discard_draft(shop.app, shop.merchant.id, SET, opened(shop).seen)
    begin(shop, DOCUMENT.replace("name: A\n", "name: Anew\n"))
    discard_draft(shop.app, shop.merchant.id, SET, opened(shop).seen)
    rule = rule_now(shop)["id"]
    answer = keep(owner, "a", form, form["seen"], name="Mine")
    assert answer.status_code == 412
    assert "published or discarded meanwhile" in words_of(answer)
    clash = owner.post(f"/rules/{SET}/{rule}", data=form | {"name": "Mine", "do": "save"})
    assert clash.status_code == 409
    merge = form_of(clash.text.replace('class="row-actions"', 'class="row-actions" id="merge"'), "merge")
    owner.post(f"/rules/{SET}/merge", data=merge | {"settle": "mine"})
    assert rule_now(shop)["name"] == "Mine"


def test_without_the_state_that_it_goes_on_from_nothing_is_saved(owner: FlaskClient, shop: Shop) -> None:
    form = form_at(owner, "a")
    for headers in ({}, {"If-Match": '"1", "2"'}, {"If-Match": "*"}):
        assert owner.post(f"/rules/{SET}/a/autosave", data=form | {"name": "x"}, headers=headers).status_code == 428
    assert opened(shop).document == DOCUMENT


def test_what_was_typed_at_once_is_undone_at_once(owner: FlaskClient, shop: Shop) -> None:
    form = form_at(owner, "a")
    seen = form["seen"]
    for name in ("N", "Na", "Nam"):
        seen = keep(owner, "a", form, seen, name=name, step=form["seen"]).get_etag()[0] or ""
    assert rule_now(shop)["name"] == "Nam"
    data = {"csrf_token": token_of(owner.get("/rules")), "seen": seen, "do": "undo"}
    owner.post(f"/rules/{SET}/change", data=data)
    assert opened(shop).document == DOCUMENT


def test_the_text_is_saved_by_itself_too(owner: FlaskClient, shop: Shop) -> None:
    page = owner.get(f"/rules/{SET}/text")
    assert f'data-autosave="/rules/{SET}/text/autosave"' in page.text
    data = {"csrf_token": token_of(page), "document": DOCUMENT + "# more\n"}
    seen = opened(shop).seen
    answer = owner.post(f"/rules/{SET}/text/autosave", data=data, headers={"If-Match": f'"{seen}"'})
    assert (answer.status_code, answer.get_etag()[0]) == (200, opened(shop).seen)
    assert opened(shop).document == DOCUMENT + "# more\n"
    assert 'id="draft-bar"' in answer.text
    late = owner.post(f"/rules/{SET}/text/autosave", data=data | {"document": "x"}, headers={"If-Match": f'"{seen}"'})
    assert late.status_code == 412
    assert "You changed this draft in another window" in words_of(late)
    assert owner.post(f"/rules/{SET}/text/autosave", data=data).status_code == 428


def test_a_text_that_cannot_be_kept_is_refused_with_a_sentence(owner: FlaskClient, shop: Shop) -> None:
    data = {"csrf_token": token_of(owner.get("/rules")), "document": "a\0b"}
    answer = owner.post(f"/rules/{SET}/text/autosave", data=data, headers={"If-Match": f'"{opened(shop).seen}"'})
    assert answer.status_code == 422
    assert "U+0000" in words_of(answer)


def test_without_a_script_the_button_saves_and_the_page_says_when(owner: FlaskClient) -> None:
    page = send(owner, "a", name="By button")
    assert "Saved at" in words_of(page)
    assert "Save to the draft" in words_of(page)
    assert "Triggers that run the rule" in words_of(page)
