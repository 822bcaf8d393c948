"""A person ships an order by hand, sees the store told, and takes the shipment back."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.shop import OWNER, PASSWORD, ready

pytestmark = pytest.mark.browser


def test_an_order_is_shipped_by_hand_and_taken_back(page: Page, site: Any, complaints: Any) -> None:
    site.shop.import_all(ready("7001"))
    page.goto(f"{site.url}/orders/{site.shop.order_id('7001')}")
    page.get_by_label("E-mail address").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.locator("summary").filter(has_text="Ship by hand").press("Enter")
    expect(page.get_by_label("Carrier")).to_have_value("correos")
    page.get_by_label("Tracking numbers, one a line").fill("PQ123456789ES\nPQ123456790ES")
    page.get_by_role("button", name="Ship", exact=True).click()
    expect(page.get_by_text("The order is shipped.")).to_be_visible()
    expect(page.get_by_text("Parcel 2: PQ123456790ES")).to_be_visible()
    site.shop.work_off()
    page.reload()
    expect(page.get_by_text("tracking written to the goods-out note")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("heading", name="Take back the shipment of order 7001?")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The shipment is taken back.")).to_be_visible()
    expect(page.get_by_role("heading", name="Ship by hand")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints.found == []
