"""The main job as a person does it: log in, find the held order, see why, release it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import TOO_PALE, fits, log_in, open_menu, speak
from support.shop import OWNER, PASSWORD, PROVIDER, overseas, parked, ready

pytestmark = pytest.mark.browser


def test_a_held_order_is_found_understood_and_released(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("7001", order_total=Decimal(900)), overseas("7002"), parked("8001"))
    log_in(page, site.url, OWNER)
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    assert fits(page)

    page.get_by_role("navigation", name="Orders by status").get_by_role("link", name="On hold").click()
    page.get_by_role("link", name="7001", exact=True).click()
    expect(page.get_by_role("heading", name="Order 7001")).to_be_visible()
    page.locator("li", has_text="Dear orders are looked at first").locator("summary").filter(has_text="Why it fired").click()
    expect(page.get_by_text("order total is greater than 500")).to_be_visible()
    page.get_by_text("Why the others did not fire").click()
    page.get_by_text("Christmas wrapping").click()
    expect(page.get_by_text("The rule is switched off.")).to_be_visible()
    assert fits(page)

    page.get_by_role("button", name="Release").click()
    expect(page.get_by_text("The order is released.")).to_be_visible()
    expect(page.get_by_role("button", name="Release")).to_have_count(0)
    with site.shop.app.reading() as uow:
        assert uow.orders.get(site.shop.merchant.id, site.shop.order_id("7001")).status() == "awaiting_shipment"

    speak(page, "es")
    expect(page.get_by_role("heading", name="Pedido 7001")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert fits(page)
    open_menu(page, "Menú")
    page.get_by_role("navigation", name="Principal").get_by_role("link", name="Pedidos").click()
    expect(page.get_by_role("heading", name="Pedidos")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Cerrar sesión").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    assert complaints.found == []


def test_a_provider_sees_what_it_was_asked_to_ship(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("7001"))
    site.shop.work_off()
    log_in(page, site.url, PROVIDER)

    expect(page.get_by_role("cell", name="7001")).to_be_visible()
    expect(page.get_by_text("<b>Not</b> on Mondays.")).to_be_visible()
    assert fits(page)
    assert complaints.found == []


def test_the_pages_work_with_the_keyboard_alone(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("7001"))
    page.goto(site.url)
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(OWNER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert complaints.found == []


def test_all_text_can_be_read(page: Page, site: Any) -> None:
    """WCAG AA: 4.5 to 1 for every text on its background, 3 to 1 for large text."""
    site.shop.import_all(ready("7001", order_total="a lot"), overseas("7002"), parked("8001"))
    log_in(page, site.url, OWNER)
    order_id = site.shop.order_id("7001")
    for address in ("/orders", "/orders/parked", f"/orders/{order_id}", f"/orders/{site.shop.order_id('7002')}", "/log-out"):
        page.goto(site.url + address)
        assert page.evaluate(TOO_PALE) == [], address
