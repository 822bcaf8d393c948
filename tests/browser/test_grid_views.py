"""The orders grid in a browser: filters, search, a saved view, sorting, columns, its file, and cards on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, speak
from support.shop import OWNER, overseas, ready

pytestmark = pytest.mark.browser


def numbers_on(page: Page) -> list[str]:
    return page.locator(".order-link").all_inner_texts()


def test_orders_are_narrowed_sorted_kept_as_a_view_and_downloaded(chromium: Browser, site: Any) -> None:
    site.shop.import_all(
        ready("7001", order_total=5),
        overseas("7002", tags=["vip"]),
        ready("7003", order_total=900, ship_to={"name": "Eva", "country": "ES"}),
    )
    context = chromium.new_context(viewport={"width": 1265, "height": 844}, locale="en-GB")
    page = context.new_page()
    enter(page, site.url, OWNER)
    page.get_by_label("Search").fill("NUÑEZ")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".chip")).to_have_text(["Searched for: NUÑEZ ×"])
    assert numbers_on(page) == ["7001"]
    page.get_by_role("link", name="Remove the filter Searched for: NUÑEZ").click()

    page.locator(".more-filters > summary").click()
    page.get_by_label("Country").select_option("Spain")
    page.get_by_role("button", name="Apply the filters").click()
    page.get_by_role("link", name="Total").click()
    expect(page.get_by_role("columnheader", name="Total")).to_have_attribute("aria-sort", "descending")
    assert numbers_on(page) == ["7003", "7001"]

    page.get_by_text("Save this view").click()
    page.get_by_label("Name").fill("Spain, dear ones first")
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page.get_by_role("navigation", name="Saved views").get_by_role("link")).to_have_attribute("aria-current", "page")
    looks_right(page)

    page.locator("summary", has_text="Columns").click()
    page.get_by_role("checkbox", name="Tags").uncheck()
    page.get_by_label("Width of Total").select_option("l")
    page.get_by_label("Lines").select_option("compact")
    page.locator(".option-form:visible").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("columnheader", name="Tags")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    content = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in content] == ["Order", "7003", "7001"]
    for language in ("en", "es"):
        speak(page, language)
        for summary in page.locator("summary").all():
            summary.click()
        looks_right(page)
    context.close()


def test_on_a_phone_orders_are_cards_and_every_tab_is_reached(chromium: Browser, site: Any) -> None:
    site.shop.import_all(ready("7001"), overseas("7002"))
    context = chromium.new_context(viewport={"width": 390, "height": 800}, locale="en-GB")
    page = context.new_page()
    enter(page, site.url, OWNER)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for language in ("en", "es"):
            speak(page, language)
            looks_right(page)
            for tab in page.locator(".tabs a").all():
                box = tab.bounding_box()
                assert box is not None
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
    speak(page, "en")
    expect(page.get_by_role("cell", name="7001 SHOP-7001")).to_be_visible()
    page.goto(f"{site.url}/orders?q=9999")
    looks_right(page)
    expect(page.get_by_role("heading", name="Where is my order?")).to_be_visible()
    context.close()
