"""What a 3PL has of its client's products, and how it did, as both sides read and change it, on a desk and on a phone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, fits, looks_right, press, speak
from support.shop import OWNER, PROVIDER, ready
from support.two_sides import TwoSides

from engine.model.inventory import AdjustReason
from engine.model.request import RequestAction
from engine.services.inventory.change_counts import Adjustment, Receipt, adjust_count, receive_goods
from rules.messages import Language

pytestmark = pytest.mark.browser

VASE = "VASE-OF-THE-GRANDMOTHER"
VASES = [{"line_key": "1", "sku": VASE, "name": "Vase, very old", "quantity": 3}]
DESK: Any = {"width": 1280, "height": 850}
PHONE: Any = {"width": 390, "height": 844}
WAYS: tuple[tuple[Any, Any, Language], ...] = ((PHONE, DESK, "es"), (DESK, PHONE, "en"))
PAGES = {
    PROVIDER: (
        *("/inventory", f"/inventory/product?client=casa-verde&sku={VASE}", "/inventory/receive", "/inventory/import"),
        "/insights/providers",
    ),
    OWNER: (
        "/products",
        f"/products/movements?provider=acme-3pl&sku={VASE}",
        "/insights/providers?from=2026-03-05&to=2026-03-01",
    ),
}


def test_stock_and_how_providers_did_are_read_and_changed(chromium: Browser, site: Any, complaints: Any) -> None:
    sides = TwoSides(site.shop)
    sides.shop.import_all(ready("1", items=VASES), ready("2", items=VASES))
    receive_goods(sides.app, sides.clerk, "casa-verde", VASE, Receipt(Decimal(1200), "DN-7", "pallet 3"))
    adjust_count(sides.app, sides.clerk, "casa-verde", VASE, Adjustment(Decimal("-1198.5"), AdjustReason.DAMAGED))
    sides.taken("1")
    sides.answer(sides.taken("2"), RequestAction.REJECT, code="out_of_stock")
    context = chromium.new_context(viewport=DESK, locale="en-GB")
    page = context.new_page()
    complaints.listen(page)
    for person, addresses in PAGES.items():
        enter(page, f"{site.url}/orders", person)
        if person == PROVIDER:
            _change_by_keyboard(page, f"{site.url}/inventory")
        _compare_by_keyboard(page, "Casa Verde" if person == PROVIDER else "Acme 3PL")
        for size, other, language in WAYS:
            page.set_viewport_size(size)
            speak(page, language)
            for address in addresses:
                page.goto(f"{site.url}{address}")
                looks_right(page)
                page.set_viewport_size(other)
                assert fits(page)
                page.set_viewport_size(size)
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/log-in")
    assert [one for one in complaints.found if "422" not in one] == []
    context.close()


def _compare_by_keyboard(page: Page, other: str) -> None:
    """From the navigation to the figures of another period, and of one that is none."""
    press(page, "link", "Insights")
    press(page, "link", "Providers" if other == "Acme 3PL" else "Partners")
    expect(page.get_by_role("heading", name="Comparison of providers")).to_be_visible()
    expect(page.get_by_text(other, exact=True)).to_be_visible()
    first = page.get_by_label("First day")
    first.fill("2026-03-10")
    first.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page)
    first.fill("2025-12-01")
    page.get_by_label("Last day").fill("2025-12-31")
    press(page, "button", "Show")
    expect(page.get_by_text(other, exact=True)).to_have_count(0)
    expect(page.get_by_text("in this period.")).to_be_visible()
    looks_right(page)


def _change_by_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "link", VASE)
    page.get_by_role("radio", name="Adjust").check()
    page.get_by_label("Units").fill("1,000.5")
    press(page, "button", "Save")
    expect(page.get_by_role("alert")).to_have_text("Say for what reason the count is adjusted.")
    looks_right(page)
    page.get_by_label("Reason of an adjustment").select_option("found")
    press(page, "button", "Save")
    expect(page.get_by_text("there are 1,002 now.")).to_be_visible()
