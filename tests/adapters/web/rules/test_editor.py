"""The form of one rule: what is not touched stays to the letter, and everything a rule can hold can be built without YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_in, words_of
from support.forms import form_of
from support.rule_form import SET, begin, opened, rule_now, send
from support.shop import OWNER, Shop, ready

import rules as rules_package
from rules.editing import DraftText

LogIn = Callable[[str], FlaskClient]
LIBRARY = sorted((Path(rules_package.__file__).parent / "library").glob("*.yaml"))
ALL_KINDS = """\
set: casa-verde
name: All kinds
rules:
  # above
  - id: all-kinds
    name: All kinds   # of the name
    on: [imported, updated] # when
    when:
      all:
        # a list
        - {field: ship_to.country, is: in, value: [ ES,PT ]}
        - {field: ship_to.postal_code, is: starts_with, value: 00501} # as written
        - {field: order_total, is: between, value: [10.50, 1e2]}
        - {field: order_total, is: less_than, than: subtotal}
        - {field: ship_to.postal_code, is: between, value: [["35000", "35999"], ["38000", "38999"]]}
        - {field: gift, is: is_true, enabled: false}
        - {field: order_date, is: within_last, value: 24h}
        - {field: tags, is: excludes, value: " spaces stay "}
        - none:
            - any_item: {field: sku, is: matches, value: "A*", match_case: true}
        - always
    then:
      # the first
      - {do: set_customs, contents: gift, tax_ids: {ioss: IM1}}
      - {do: alert, message: "two\\nlines"}
      - {do: set_logistics_provider, provider: beta-3pl, send: true}
      - {do: set_weight, weight_g: 1500.0}
      - {do: rate_shop, among: [seur, ups], prefer: cheapest}
      - {do: notify_marketplace, enabled: false}
    stop: true
"""


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


@pytest.mark.parametrize("document", [ALL_KINDS, *(path.read_text() for path in LIBRARY)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_saving_what_is_shown_changes_nothing(owner: FlaskClient, shop: Shop, document: str, language: str) -> None:
    begin(shop, document)
    before = opened(shop)
    for rule in DraftText.read(document).rules:
        with owner.session_transaction() as session:
            session["language"] = language
        page = send(owner, rule["id"])
        assert page.status_code == 200
        assert opened(shop).document == document
    assert opened(shop).seen == before.seen


def test_a_rule_is_built_from_nothing_with_nested_groups_and_items(owner: FlaskClient, shop: Shop) -> None:
    form = form_of(owner.get(f"/rules/{SET}/new").text, "") or {}
    begin(shop, "set: casa-verde\nname: New\nrules: []\n")
    token = form_of(owner.get(f"/rules/{SET}/new").text.replace('<form method="post" class', '<form id="new" class'), "new")
    owner.post(f"/rules/{SET}/new", data={**form, **token, "name": "Iberia to Beta"})
    rule = "iberia-to-beta"
    send(owner, rule, "add when", **{"when:new": "ship_to.country"})
    send(owner, rule, **{"when.all[0]:is": "in", "when.all[0]:value": ""})
    send(owner, rule, "offer when.all[0]", **{"when.all[0]:offered": "ES"})
    send(owner, rule, "offer when.all[0]", **{"when.all[0]:offered": "PT"})
    send(owner, rule, "add-group when")
    send(owner, rule, "add when.all[1]", **{"when.all[1]:new": "order_total"})
    send(owner, rule, **{"when.all[1].any[0]:is": "at_least", "when.all[1].any[0]:value": "60,50"})
    send(owner, rule, "add-items when.all[1]")
    inside = "when.all[1].any[1].any_item"
    send(owner, rule, f"add {inside}", **{f"{inside}:new": "sku"})
    skus = [f"SKU-{number:03}" for number in range(200)]
    send(owner, rule, **{f"{inside}.all[0]:is": "in", f"{inside}.all[0]:value": "\r\n".join([*skus, ""])})
    send(owner, rule, "add-action then", **{"then:new": "set_logistics_provider"})
    page = send(owner, rule, "done", **{"then[0].provider": "beta-3pl", "then[0].send": "true", "enabled": "1"})
    assert rule_now(shop) == {
        "id": rule,
        "name": "Iberia to Beta",
        "enabled": True,
        "when": {
            "all": [
                {"field": "ship_to.country", "is": "in", "value": ["ES", "PT"]},
                {
                    "any": [
                        {"field": "order_total", "is": "at_least", "value": pytest.approx(60.5)},
                        {"any_item": {"all": [{"field": "sku", "is": "in", "value": skus}]}},
                    ]
                },
            ]
        },
        "then": [{"do": "set_logistics_provider", "provider": "beta-3pl", "send": True}],
    }
    assert "Iberia to Beta" in words_of(page)


def test_one_changed_value_changes_one_line(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    send(owner, "all-kinds", **{"when.all[1]:value": "28"})
    line = '        - {field: ship_to.postal_code, is: starts_with, value: "28"} # as written'
    assert opened(shop).document == ALL_KINDS.replace(
        "        - {field: ship_to.postal_code, is: starts_with, value: 00501} # as written", line
    )


def test_another_field_keeps_the_value_and_has_its_own_operators(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    page = send(owner, "all-kinds", **{"when.all[1]:field": "order_total"})
    assert rule_now(shop)["when"]["all"][1] == {"field": "order_total", "is": "equals", "value": 501}
    select = page.text.split('id="when.all[1]:is"')[1].split("</select>")[0]
    assert 'value="at_least"' in select
    assert 'value="starts_with"' not in select


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("remove when.all[9]", lambda when: when["all"][:9]),
        ("copy when.all[5]", lambda when: [*when["all"][:6], when["all"][5], *when["all"][6:]]),
        ("up when.all[1]", lambda when: [when["all"][1], when["all"][0], *when["all"][2:]]),
        ("wrap when.all[9]", lambda when: [*when["all"][:9], {"any": ["always"]}]),
        ("unwrap when.all[8]", lambda when: [*when["all"][:8], when["all"][8]["none"][0], "always"]),
    ],
)
def test_parts_are_moved_copied_removed_and_grouped(
    owner: FlaskClient, shop: Shop, do: str, expected: Callable[[Any], Any]
) -> None:
    begin(shop, ALL_KINDS)
    before = rule_now(shop)["when"]
    assert send(owner, "all-kinds", do).status_code == 200
    assert rule_now(shop)["when"] == {"all": expected(before)}


def test_parts_are_switched_off_and_on_and_groups_change_their_kind(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    send(owner, "all-kinds", "off when.all[0]", **{"when:kind": "any"})
    send(owner, "all-kinds", "on when.any[5]")
    send(owner, "all-kinds", "off then[1]", **{"when.any[8].none[0]:kind": "no_item"})
    now = rule_now(shop)
    assert now["when"]["any"][0] == {"field": "ship_to.country", "is": "in", "value": ["ES", "PT"], "enabled": False}
    assert now["when"]["any"][5] == {"field": "gift", "is": "is_true"}
    assert now["when"]["any"][8] == {"none": [{"no_item": {"field": "sku", "is": "matches", "value": "A*", "match_case": True}}]}
    assert now["then"][1] == {"do": "alert", "message": "two\nlines", "enabled": False}


def test_what_people_say_of_a_rule_is_kept(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    said = {"group": "Iberia", "why": "Since\r\nMay", "owner": OWNER, "review_by": "2026-12-01", "id": "renamed", "once": "1"}
    page = send(owner, "all-kinds", **said, stop=None, on=["imported", "manual"])
    assert page.request.path == f"/rules/{SET}/renamed"
    now = rule_now(shop)
    kept = {key: now.get(key) for key in (*said, "stop", "on")}
    assert kept == {**said, "why": "Since\nMay", "once": True, "stop": False, "on": ["imported", "manual"]}
    assert list(now)[:6] == ["id", "name", "group", "why", "owner", "review_by"]


def test_what_is_wrong_stands_at_its_place(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    page = send(owner, "all-kinds", **{"when.all[2]:high": "many"})
    assert rule_now(shop)["when"]["all"][2]["value"][1] == "many"
    part = page.text.split('id="when.all[2]"')[1].split('id="when.all[3]"')[0]
    assert "field-error" in part
    assert "many" in part
    assert "shown in words once" in words_of(page)
    page = send(owner, "all-kinds", **{"when.all[2]:high": "99", "then[2].provider": "nobody-3pl"})
    part = page.text.split('id="then[2]"')[1].split('id="then[3]"')[0]
    assert 'has no logistics provider "nobody-3pl"' in words_in(part)
    assert "is-invalid" in part


def test_what_the_form_does_not_know_is_kept_and_shown(owner: FlaskClient, shop: Shop) -> None:
    odd = ALL_KINDS.replace("        - always\n", "        - {unheard_of: {a: 1}} # odd\n").replace(
        "    stop: true", "    later: {at: 1}\n    stop: true"
    )
    begin(shop, odd)
    page = send(owner, "all-kinds", stop=None)
    assert opened(shop).document == odd.replace("stop: true", "stop: false")
    assert "{unheard_of: {a: 1}}" in words_of(page)
    assert "later: {at: 1}" in words_of(page)
    assert "This part is edited as YAML." in words_of(page)


def test_rules_without_a_usable_id_are_reached_by_their_number(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {when: always, then: []}\n  - {id: publish, when: always, then: []}\n")
    page = owner.get("/rules").text
    assert f'href="/rules/{SET}/@1"' in page
    assert f'href="/rules/{SET}/@2"' in page
    send(owner, "@1", id="one")
    assert rule_now(shop)["id"] == "one"
    for address in ("@3", "@0", "nobody"):
        assert owner.get(f"/rules/{SET}/{address}").status_code == 404


def test_two_who_edit_different_rules_lose_nothing(owner: FlaskClient, shop: Shop) -> None:
    first, second = (rule["id"] for rule in DraftText.read(opened(shop).document).rules[:2])
    mine = form_of(owner.get(f"/rules/{SET}/{second}").text, "rule")
    send(owner, first, name="Theirs")
    page = owner.post(f"/rules/{SET}/{second}", data={**mine, "name": "Mine", "do": "save"}, follow_redirects=True)
    assert "it has both changes now" in words_of(page)
    assert [rule_now(shop, place)["name"] for place in (0, 1)] == ["Theirs", "Mine"]


def test_a_field_or_action_is_chosen_before_it_is_added(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    assert "Choose a field for the new condition first." in words_of(send(owner, "all-kinds", "add when"))
    assert "Choose what the rule does first." in words_of(send(owner, "all-kinds", "add-action then"))
    assert opened(shop).document == ALL_KINDS


def test_the_preview_counts_the_orders_that_match(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {id: all-kinds, when: always, then: []}\n")
    assert "0 of the last 0 orders match." in words_of(owner.get(f"/rules/{SET}/all-kinds/preview"))
    begin(shop, "rules: [")
    assert "The set has errors" in words_of(owner.get(f"/rules/{SET}/all-kinds/preview"))


def test_the_text_and_the_form_show_what_the_other_saved(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    page = owner.get(f"/rules/{SET}/text").text
    seen = opened(shop).seen
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    text = ALL_KINDS.replace("All kinds   # of the name", "From the text   # of the name").replace("\n", "\r\n")
    page = owner.post(
        f"/rules/{SET}/text", data={"csrf_token": token, "seen": seen, "document": text}, follow_redirects=True
    ).text
    assert opened(shop).document == text.replace("\r\n", "\n")
    assert 'value="From the text"' in owner.get(f"/rules/{SET}/all-kinds").text
    send(owner, "all-kinds", name="From the form")
    assert "name: From the form   # of the name" in owner.get(f"/rules/{SET}/text").text


def test_the_editor_of_the_text_speaks_the_language_of_the_page(owner: FlaskClient, shop: Shop) -> None:
    address = f"/rules/{SET}/text"
    page = press(owner, address, "/language", language="es", back=address)
    words = json.loads(page.text.split("data-words='")[1].split("'")[0])
    assert words["text-input.aria-label"] == "Cursor en la línea $0"


def test_problems_of_the_text_lead_to_their_lines(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {id: a, when: {field: nope, is: blank}, then: []}\n")
    page = owner.get(f"/rules/{SET}/text")
    assert "Error" in words_of(page)
    assert 'href="/rules/casa-verde/text?line=3#document"' in page.text


TRIED = """\
set: casa-verde
rules:
  - id: tried
    enabled: false
    when:
      all:
        - {field: ship_to.country, is: in, value: [US]}
        - none:
            - {field: order_total, is: at_least, value: 100000}
        - any_item: {field: sku, is: equals, value: NOTHING}
    then: []
"""


def test_a_chosen_order_says_which_conditions_it_meets(owner: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("7001"))
    begin(shop, TRIED)
    page = owner.get(f"/rules/{SET}/tried?order=7001")

    def said(path: str) -> str:
        return words_in("<" + page.text.split(f'<span id="{path}-tried"')[1].split("</div>")[0])

    country = ready("7001").document["ship_to"]["country"]
    assert said("when").startswith("✗")
    assert f"found {country}" in said("when.all[0]")
    assert said("when.all[1]").startswith("✓")
    assert said("when.all[1].none[0]").startswith("✗")
    assert said("when.all[2].any_item").startswith("✗")
    assert "Order 7001" in words_of(page)
    page = send(owner, "tried", **{"when.all[0]:value": country, "order": "7001"})
    assert said("when.all[0]").startswith("✓")


def test_an_order_that_is_not_there_is_said_to_be_missing(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TRIED)
    assert 'There is no order "7009" in this account.' in words_of(owner.get(f"/rules/{SET}/tried?order=7009"))
    begin(shop, TRIED.replace("value: [US]", "value: []"))
    assert owner.get(f"/rules/{SET}/tried?order=7009").status_code == 200


def test_a_text_is_checked_without_being_saved(owner: FlaskClient, shop: Shop) -> None:
    before = opened(shop)
    token = owner.get(f"/rules/{SET}/text").text.split('name="csrf_token" value="')[1].split('"')[0]
    text = "set: casa-verde\r\nrules:\r\n  - {id: a, when: {field: nope, is: blank}, then: []}\r\n"
    answer = owner.post(f"/rules/{SET}/text/check", data={"csrf_token": token, "document": text})
    [problem] = answer.json["problems"]
    assert (problem["line"], problem["severity"]) == (3, "error")
    assert '"nope" is not a field of an order' in problem["message"]
    assert problem["message"] in words_in(answer.json["page"])
    assert opened(shop) == before


def test_the_form_is_checked_without_being_saved(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    before = opened(shop)
    address = f"/rules/{SET}/all-kinds"
    form = form_of(owner.get(address).text, "rule") | {"when.all[2]:high": "many"}
    page = owner.post(f"{address}/check", data=form)
    assert "many" in words_in(page.text.split('id="when.all[2]-said"')[1].split("</div>")[0])
    counted = owner.post(f"{address}/preview", data=form)
    assert "The set has errors" in words_of(counted)
    assert opened(shop) == before
    assert owner.post(f"{address}/check", data={**form, "seen": "99"}).status_code == 409


def test_a_button_of_a_part_that_is_gone_saves_the_rest(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, ALL_KINDS)
    page = send(owner, "all-kinds", "remove when.all[77]", name="Kept")
    assert "That part of the rule is no longer there." in words_of(page)
    assert rule_now(shop)["name"] == "Kept"


def test_a_rule_without_conditions_gets_its_first(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {id: bare}\n")
    send(owner, "bare", "add when", **{"when:new": "gift"})
    send(owner, "bare", "add-action then", **{"then:new": "stop"})
    assert rule_now(shop) == {
        "id": "bare",
        "when": {"all": [{"field": "gift", "is": "is_true"}]},
        "then": [{"do": "stop"}],
    }
