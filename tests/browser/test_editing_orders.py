"""Fields of orders set and undone in both languages, on a desk and on a phone, with the mouse and by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.chromium import enter, fits, looks_right, press, speak
from support.editing import edited
from support.rule_runs import order_of
from support.shop import OWNER, overseas, ready

from rules.messages import Language

pytestmark = pytest.mark.browser

DESK: Any = {"width": 1280, "height": 850}
PHONE: Any = {"width": 390, "height": 844}
WAYS: tuple[tuple[Any, Any, Language], ...] = ((PHONE, DESK, "es"), (DESK, PHONE, "en"))
LONG = "A-TAG-OF-SOMEBODY-WHO-HAD-MUCH-TO-SAY-AND-NO-BLANKS-TO-SAY-IT-WITH"


def test_a_person_puts_an_order_right_and_takes_it_back(chromium: Browser, site: Any, complaints: Any) -> None:
    shop = site.shop
    shop.import_all(overseas("1"), ready("2"))
    edited(shop, "1", tags=[LONG], weight_g="900", customs__declaration="Two mugs")
    order = f"{site.url}/orders/{shop.order_id('1')}"
    page = chromium.new_context(viewport=DESK, locale="en-GB").new_page()
    complaints.listen(page)
    enter(page, f"{site.url}/orders", OWNER)
    for size, other, language in WAYS:
        page.set_viewport_size(size)
        speak(page, language)
        for address in (order, f"{order}?edit=fields"):
            page.goto(address)
            looks_right(page)
            page.set_viewport_size(other)
            assert fits(page)
            page.set_viewport_size(size)

    page.goto(f"{order}?edit=fields")
    page.get_by_label("Weight", exact=True).fill("heavy")
    page.get_by_role("button", name="Save", exact=True).click()
    weight = page.get_by_label("Weight", exact=True)
    expect(weight).to_have_accessible_description('"heavy" is not a number: write one such as 250 or 12.5.')
    expect(weight).to_have_value("heavy")
    looks_right(page)
    weight.fill("1,400")
    page.get_by_label("Ship-by date", exact=True).fill("2026-12-24")
    page.get_by_label("Time of Ship-by date").fill("17:30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The order is changed.")).to_be_visible()
    assert order_of(shop).document()["ship_by"] == "2026-12-24T17:30:00+01:00"

    press(page, "button", "dhl parcel-connect")
    expect(page.get_by_text("The order is still on hold: release it when it may leave.")).to_be_visible()
    expect(page.get_by_text("These are valid")).to_have_count(0)
    press(page, "button", "Undo Weight")
    expect(page.get_by_text("The field is again what rules and the store say.")).to_be_visible()
    assert order_of(shop).document()["weight_g"] == 1250
    speak(page, "es")
    page.get_by_role("button", name="Deshacer Servicio").click()
    expect(page.get_by_text("Estos son válidos")).to_be_visible()
    assert "invalid_service" in order_of(shop).flags


def test_chosen_orders_are_edited_together(chromium: Browser, site: Any, complaints: Any) -> None:
    shop = site.shop
    shop.import_all(ready("1"), ready("2"))
    page = chromium.new_context(viewport=DESK, locale="en-GB").new_page()
    complaints.listen(page)
    enter(page, f"{site.url}/orders", OWNER)
    for size, _, language in WAYS:
        page.set_viewport_size(size)
        speak(page, language)
        page.goto(f"{site.url}/orders")
        for box in page.locator("input[name=order]").all():
            box.check()
        page.evaluate("document.getElementById('chosen').setAttribute('action', '/orders/act/edit')")
        page.evaluate("document.getElementById('chosen').submit()")
        expect(page.get_by_role("heading", level=1)).to_contain_text("2")
        looks_right(page)
    page.get_by_label("Tags", exact=True).fill("vip")
    page.get_by_role("button", name="Set fields: 2 orders").click()
    expect(page.get_by_text("Fields: tags: + vip")).to_be_visible()
    looks_right(page)
    assert all("vip" in order_of(shop, number).document()["tags"] for number in "12")
