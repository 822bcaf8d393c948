"""The list of packages on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right
from support.shop import OWNER

pytestmark = pytest.mark.browser


def test_a_packages_buttons_stand_alone_on_its_card(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/settings/shipping/packages")
    page.get_by_label("Name", exact=True).fill("box-m")
    page.get_by_role("button", name="Add package").click()
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    cell = page.locator("td.cell-actions")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == "none"
    looks_right(page)
