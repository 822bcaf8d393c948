"""The grid of orders in a window of 1280 pixels, whatever its texts are."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.chromium import enter, looks_right, speak
from support.shop import OWNER, ready

from engine.services.stores.connect_store import StoreForm, connect_store

pytestmark = pytest.mark.browser

LONG = {
    "reference": "SHOPIFY-2026-0000000417-WEB",
    "order_total": Decimal("1234567.89"),
    "ship_to": {"name": "Donaudampfschifffahrtsgesellschaftskapitänsmütze", "city": "Madrid", "country": "ES"},
    "requested_service": "express-worldwide-documents-before-noon",
    "tags": ["cliente preferente", "regalo envuelto"],
}
CUT_OFF = """() => {
  const frame = document.querySelector(".grid-frame").getBoundingClientRect();
  return [...document.querySelectorAll(".grid :is(th, td)")]
    .filter((cell) => cell.getBoundingClientRect().right > frame.right + 1 || cell.scrollWidth > cell.clientWidth + 1)
    .map((cell) => cell.textContent.trim());
}"""


def test_every_column_is_seen_at_1280_pixels_with_long_names(chromium: Browser, site: Any) -> None:
    shop = site.shop
    form = StoreForm("brightpearl", "Casa Verde Internacional Barcelona", {"channels": ["3"]}, {"username": "u", "password": "p"})
    connect_store(shop.app, shop.merchant.slug, form)
    shop.import_all(ready("4170001", **LONG), ready("4170002", **{**LONG, "ship_to": {**LONG["ship_to"], "country": "US"}}))
    shop.work_off()
    context = chromium.new_context(viewport={"width": 1265, "height": 844}, locale="en-GB")  # 1280 less a scroll bar
    page = context.new_page()
    enter(page, site.url, OWNER)
    for language in ("en", "es"):
        speak(page, language)
        looks_right(page)
        assert page.evaluate(CUT_OFF) == []
    context.close()


def test_one_box_ticks_all_of_the_page_at_any_width(chromium: Browser, site: Any) -> None:
    site.shop.import_all(*[ready(f"418000{number}") for number in range(3)])
    context = chromium.new_context(viewport={"width": 1280, "height": 844}, locale="en-GB")
    page = context.new_page()
    enter(page, site.url, OWNER)
    everything = page.get_by_label("Choose all on this page")
    ticked = page.locator(".grid-orders tbody input[name=order]:checked")

    everything.check()
    expect(ticked).to_have_count(3)
    page.set_viewport_size({"width": 390, "height": 844})  # the head of the table is not shown there
    expect(everything).to_be_checked()
    expect(page.get_by_text("Choose all on this page")).to_be_in_viewport()
    everything.uncheck()
    expect(ticked).to_have_count(0)
    looks_right(page)
    page.get_by_text("Choose all on this page").click()  # its words as well
    expect(page.get_by_text("3 orders chosen")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 844})
    expect(page.get_by_text("Choose all on this page")).to_have_count(0)
    expect(everything).to_be_checked()
    context.close()
