"""The inbox on a desk and on phones: an entry appears, is taken, put off and done, and ends by itself."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, open_menu, speak
from support.shop import OWNER
from support.standing_still import park, store_state

pytestmark = pytest.mark.browser


def test_an_entry_is_taken_put_off_and_done_and_another_ends_by_itself(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    open_menu(page)
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Inbox")
    expect(link).to_have_text("Inbox")
    park(site.shop)
    store_state(site.shop, failures=2)
    page.goto(f"{site.url}/inbox")
    open_menu(page)
    expect(link).to_have_text("Inbox 2 open in the inbox")
    page.keyboard.press("Escape")
    parked = page.get_by_role("listitem").filter(has_text="9001")
    looks_right(page)

    parked.get_by_role("button", name="I take it").click()
    expect(parked).to_contain_text(f"{OWNER} has it")
    parked.get_by_text("Assign or put off").click()
    looks_right(page)
    parked.get_by_label("Put off until").fill("2026-12-24")
    parked.get_by_role("button", name="Put off", exact=False).last.click()
    expect(page.get_by_text("Put off: it is back on that day.")).to_be_visible()
    expect(parked).to_have_count(0)
    page.get_by_role("link", name="Postponed").click()
    parked.get_by_role("button", name="Open again").click()
    page.get_by_role("link", name="Open", exact=True).click()
    parked.get_by_role("button", name="Done").click()
    expect(page.get_by_text("Done: it comes back only if it happens again.")).to_be_visible()
    expect(parked).to_have_count(0)

    expect(page.locator(".inbox-entry")).to_contain_text(["Store not imported"])
    store_state(site.shop)
    page.reload()
    expect(page.get_by_role("heading", name="Nothing needs a person")).to_be_visible()
    speak(page, "es")
    expect(page.get_by_role("heading", name="Nada requiere intervención")).to_be_visible()
    page.get_by_role("link", name="Hechas").click()
    expect(page.get_by_role("listitem").filter(has_text="9001")).to_contain_text("Apartado")
    page.set_viewport_size({"width": 320, "height": 700})
    looks_right(page)
    assert complaints.found == []
