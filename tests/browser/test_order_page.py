"""The page of an order says first what to do, offers what cures it, folds the rest, and asks before what cannot be undone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, press, speak
from support.rule_runs import publish
from support.shop import OWNER, Shop, overseas, ready

from adapters.address_rules import address_rules
from engine.model.request import RequestAction
from engine.ports import StoreError
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import Shipping, ship_order
from rules.messages import Message, Text

pytestmark = pytest.mark.browser
GONE = StoreError(Message("gone", Text("The note is gone.", "La nota ya no existe.")))
HERE = {"items": [{"line_key": "1", "sku": "VER-POT", "name": "Pot", "quantity": 1}]}  # no rule delegates it
WINDOWS = ((1280, 900), (390, 844), (320, 640))


def opened(page: Page, site: Any, number: str) -> None:
    page.goto(f"{site.url}/orders/{site.shop.order_id(number)}")


def upcoming(page: Page) -> Any:
    return page.get_by_role("region", name="Next", exact=True)


def ship(shop: Shop, number: str) -> None:
    ship_order(shop.app, shop.merchant.id, shop.order_id(number), Shipping("seur", "24h", ("T1",)), "operator")


def test_each_cause_is_cured_by_the_button_beside_it(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    publish(shop, "{id: heavy, when: {field: weight_g, is: greater_than, value: 1}, then: [{do: add_tag, tag: heavy}]}")
    shop.import_all(ready("1", **HERE), ready("2", **HERE), ready("3", **HERE))
    shop.import_all(ready("1", **HERE), ready("2", **{**HERE, "weight_g": 0}), ready("3", **HERE))
    hold_order(shop.app, shop.merchant.id, shop.order_id("1"), "Which colour?", "operator", until="2026-12-24")
    ship(shop, "3")
    shop.connector.refusal = GONE
    shop.work_off()
    shop.connector.refusal = None
    enter(page, site.url, OWNER)

    opened(page, site, "1")
    expect(upcoming(page)).to_contain_text("On hold by the operator: Which colour?")
    expect(upcoming(page)).to_contain_text("until 24 Dec 2026")
    press(page, "button", "Release")
    expect(page.get_by_text("The order is released.")).to_be_visible()
    expect(upcoming(page)).to_contain_text("Ready to ship")
    upcoming(page).get_by_role("link", name="Ship by hand").click()
    expect(page.get_by_role("heading", name="Ship by hand")).to_be_in_viewport()
    expect(page.get_by_label("Tracking numbers, one a line, one for each parcel")).to_be_visible()

    opened(page, site, "2")
    expect(upcoming(page)).to_contain_text("The store has changed what the rules had read (weight in grams)")
    upcoming(page).get_by_role("button", name="Decide anew").click()
    expect(page.get_by_text("The rules ran again over this order")).to_be_visible()
    expect(upcoming(page)).not_to_contain_text("The store has changed")

    opened(page, site, "3")
    expect(upcoming(page)).to_contain_text("The store does not know of the shipment: The note is gone.")
    upcoming(page).get_by_role("button", name="Tell the store again").click()
    expect(page.get_by_text("The store is told in a moment.")).to_be_visible()
    shop.work_off()
    page.reload()
    expect(upcoming(page)).not_to_contain_text("The store does not know")
    assert complaints.found == []


def test_what_a_provider_rejected_leads_to_the_form_for_another(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    shop.app = replace(shop.app, address_rules=address_rules)
    shop.import_all(ready("1"), overseas("2"))
    shop.work_off()
    with shop.app.reading() as unit:
        (request,) = unit.requests.list_for_order(shop.merchant.id, shop.order_id("1"))
    enter(page, site.url, OWNER)

    opened(page, site, "1")
    expect(upcoming(page)).to_contain_text("Acme 3PL")
    expect(upcoming(page).get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("button", name="Ship", exact=True)).to_have_count(0)
    page.locator("summary").filter(has_text="Ship it yourself, although the provider has it").press("Enter")
    expect(page.get_by_text("Ship it yourself only if the provider has told you")).to_be_visible()

    answer_request(shop.app, shop.provider.id, request.id, Answer(RequestAction.REJECT, "out_of_stock"), "operator")
    page.reload()
    expect(upcoming(page)).to_contain_text("Acme 3PL does not ship it (Out of stock)")
    upcoming(page).get_by_role("link", name="Choose a provider").click()
    expect(page.get_by_role("heading", name="Delegate to a provider")).to_be_in_viewport()

    opened(page, site, "2")
    expect(upcoming(page)).to_contain_text("On hold by the rule Validate carrier service.")
    expect(upcoming(page).get_by_role("link", name="Choose another service")).to_be_visible()
    assert complaints.found == []


def test_the_decision_is_folded_to_the_rules_that_fired(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("1", **HERE))
    enter(page, site.url, OWNER)
    opened(page, site, "1")
    decision = page.locator("#decision")

    expect(decision.get_by_role("link", name="Spain and Portugal go by Paq Premium")).to_be_visible()
    expect(decision.get_by_text("correos", exact=False).first).to_be_visible()
    expect(decision.get_by_text("Overseas orders fly")).to_be_hidden()
    decision.locator("summary").filter(has_text="Why the others did not fire").press("Enter")
    expect(decision.get_by_text("Overseas orders fly")).to_be_visible()
    assert complaints.found == []


def test_what_happened_is_one_list_that_is_filtered_and_paged(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    shop.import_all(ready("1", **HERE))
    for number in range(30):
        hold_order(shop.app, shop.merchant.id, shop.order_id("1"), f"Reason {number}", "operator")
    enter(page, site.url, OWNER)
    opened(page, site, "1")
    history = page.locator("#history")
    expect(history.get_by_role("listitem")).to_have_count(20)
    expect(history).to_contain_text("Reason 29")

    press(page, "link", "Older entries")
    expect(page.get_by_text("Imported", exact=True)).to_be_visible()
    page.get_by_role("link", name="Decisions", exact=True).click()
    expect(page.get_by_role("link", name="This decision")).to_have_count(1)
    expect(page.get_by_text("Reason 1", exact=True)).to_have_count(0)
    looks_right(page)
    assert complaints.found == []


def test_taking_back_asks_first_and_says_what_can_be_undone(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("1", **HERE))
    ship(site.shop, "1")
    enter(page, site.url, OWNER)
    opened(page, site, "1")

    press(page, "button", "Take back")
    expect(page.get_by_role("heading", name="Take back the shipment of order 1?")).to_be_visible()
    expect(page.get_by_text("You undo this by shipping the order again with the same numbers.")).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name="Keep it").click()
    expect(page.get_by_text("Parcel 1: T1")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The shipment is taken back.")).to_be_visible()
    assert complaints.found == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_looks_right_in_every_window(page: Page, site: Any, complaints: Any, language: Any) -> None:
    site.shop.import_all(ready("1", **HERE), overseas("2", items=[{"sku": "S" * 60, "name": "N" * 80, "quantity": 1}]))
    ship(site.shop, "1")
    enter(page, site.url, OWNER)
    speak(page, language)
    for number in ("1", "2"):
        opened(page, site, number)
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            looks_right(page)
    assert complaints.found == []
