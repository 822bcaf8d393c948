"""Splitting, cancelling, duplicating and creating orders in a browser, wide in English and narrow in Spanish."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, ready

from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("Split…", "Split", "Join with its original", "Cancel order…", "Reason", "Cancel the order", "Restore"),
        *("Duplicate…", "Duplicate", "New order", "Name", "Country (two letters)", "SKU, line 1", "Quantity, line 1"),
        "Create order",
    ),
    "es": (
        *("Dividir…", "Dividir", "Unir con el original", "Cancelar pedido…", "Motivo", "Cancelar el pedido", "Restaurar"),
        *("Duplicar…", "Duplicar", "Pedido nuevo", "Nombre", "País (dos letras)", "SKU, línea 1", "Cantidad, línea 1"),
        "Crear pedido",
    ),
}


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_an_order_is_repaired_on_its_page(page: Page, site: Any, language: Language, complaints: Any) -> None:
    splits, split, join, cancels, reason, cancel, restore, duplicates, duplicate, *new = WORDS[language]
    new_order, name, country, sku, quantity, create = new
    site.shop.import_all(ready("9001", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 2}]))
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/orders/{site.shop.order_id('9001')}")
    press(page, "link", splits)
    page.get_by_label("VASE").fill("1")
    looks_right(page)
    press(page, "button", split)
    expect(page.get_by_role("heading", name="9001-2").first).to_be_visible()
    looks_right(page)
    press(page, "button", join)
    press(page, "link", cancels)
    looks_right(page)
    page.get_by_label(reason).fill("x")
    press(page, "button", cancel)
    press(page, "button", restore)
    press(page, "link", duplicates)
    looks_right(page)
    press(page, "button", duplicate)
    expect(page.get_by_role("heading", name="9001-R1").first).to_be_visible()
    page.goto(f"{site.url}/orders")
    looks_right(page)
    press(page, "link", new_order)
    page.get_by_label(name, exact=True).fill("Ana")
    page.get_by_label(country).fill("ES")
    page.get_by_label(sku).fill("MUG")
    page.get_by_label(quantity).fill("1")
    looks_right(page)
    press(page, "button", create)
    expect(page.get_by_role("link", name=duplicates)).to_be_visible()
    looks_right(page)
