"""What differs, on a desk and on a phone: what each side says, a warning before what is dangerous, and the empty page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, speak
from support.shop import OWNER, Shop
from support.standing_still import imported

from engine.model.reconciliation import Difference, DifferenceKind, Reconciliation

pytestmark = pytest.mark.browser


def differ(shop: Shop) -> None:
    """An order that is not here, and one that the store has shipped."""
    order, now = imported(shop), shop.app.clock.now()
    own = (shop.merchant.id, shop.store.id)
    missing = Difference(*own, DifferenceKind.NOT_HERE, "n9001", now, now, "", "n9001", "9001")
    gone = Difference(
        *own, DifferenceKind.NOT_THERE, order.id, now, now, "already_shipped", order.external_id, order.order_number, order.id
    )
    with shop.app.unit_of_work() as uow:
        uow.reconciliations.put(Reconciliation(shop.store.id, shop.merchant.id, now, now, completed_at=now))
        uow.reconciliations.keep(*own, [missing, gone])
        uow.commit()


def test_differences_are_read_and_cured_on_a_desk_and_on_a_phone(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    differ(site.shop)
    page.goto(f"{site.url}/reconciliation")
    looks_right(page)
    page.get_by_role("link", name="Casa Verde online").click()
    entries = page.locator(".inbox-entry")
    expect(entries).to_contain_text(["Open in the store, not here 9001", "Open here, not in the store 7001"])
    entries.nth(1).get_by_text("Close it as the store says").first.click()
    expect(entries.nth(1)).to_contain_text("what a provider has not sent yet is recalled")
    looks_right(page)
    entries.nth(0).get_by_role("button", name="Import it now").click()
    expect(page.get_by_text("It is being read in the store")).to_be_visible()

    page.set_viewport_size({"width": 320, "height": 700})
    looks_right(page)
    speak(page, "es")
    expect(page.get_by_role("heading", name="Conciliación")).to_be_visible()
    expect(page.locator(".inbox-entry").first).to_contain_text("Abierto en la tienda, aquí no")
    looks_right(page)
    assert complaints.found == []
