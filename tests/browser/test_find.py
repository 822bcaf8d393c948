"""Ctrl+K on any page finds pages, orders and rules by keyboard; without JavaScript a page does."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import UNNAMED, enter, log_in, looks_right, speak
from support.shop import OWNER, ready

pytestmark = pytest.mark.browser


def focused(page: Page) -> Any:
    return page.evaluate("document.activeElement.id")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_palette_opens_what_is_chosen_by_keyboard(page: Page, site: Any, complaints: Any, language: Any) -> None:
    site.shop.import_all(ready("7001"), ready("7002"))
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/insights/providers")
    if language == "es":
        speak(page, "es")
    page.keyboard.press("Control+k")
    field = page.locator("#palette-text")
    expect(field).to_be_focused()
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    looks_right(page)
    page.keyboard.type("700")
    expect(page.locator("#palette-found [role=option]")).to_have_count(2)
    assert page.evaluate(UNNAMED) == []
    looks_right(page)
    first = page.locator("#palette-found [aria-selected=true]")
    expect(first).to_have_id("palette-option-0")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "palette-option-1")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "palette-option-0")
    number = page.locator("#palette-found [aria-selected=true] .found-name").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    assert [one for one in complaints.found if "favicon" not in one] == []


def test_the_focus_stays_in_the_palette_and_returns_at_escape(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    opener = page.get_by_role("button", name="Go to…")
    opener.press("Enter")
    expect(page.get_by_role("dialog", name="Find pages, orders and rules")).to_be_visible()
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || palette.contains(document.activeElement)")
    page.locator("#palette-text").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert focused(page) == "find-open"


def test_it_opens_over_the_code_editor_and_takes_along_what_was_typed(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/casa-verde/text")
    page.locator(".ace_text-input").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("# kept")
    page.keyboard.press("Control+k")
    page.keyboard.type("unhandled")
    expect(page.locator("#palette-found [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/rules/unhandled")
    page.goto(f"{site.url}/rules/casa-verde/text")
    assert "# kept" in page.locator("#document").input_value()


def test_without_javascript_the_button_leads_to_a_page_that_finds_the_same(chromium: Browser, site: Any) -> None:
    site.shop.import_all(ready("7001"))
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, site.url, OWNER)
    page.locator("#find-open").click()
    page.get_by_role("searchbox", name="Page, order or rule").fill("7001")
    page.locator("main").get_by_role("button", name="Find").click()
    page.get_by_role("link", name="7001").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("7001")
    context.close()


def test_the_page_looks_right(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    for text in ("", "rules", "nothing of this name"):
        page.goto(f"{site.url}/find?q={text}")
        looks_right(page)
        assert page.evaluate(UNNAMED) == []
