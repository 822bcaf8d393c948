"""Orders in one parcel, and a note that leaves in parts, in a browser: by keyboard, wide in English, narrow in Spanish."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, Shop, ready
from support.split_notes import leaves

from engine.model.write_back import TELL_PARTS, PartsTelling
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("2 orders to the same address: combine…", "Combine", "Separate the orders", "Split the goods-out note"),
        "The goods-out note is split: each part gets a note of its own when it has left.",
    ),
    "es": (
        *("2 pedidos a la misma dirección: agrupar…", "Agrupar", "Separar los pedidos", "Dividir la nota de salida"),
        "La nota de salida se divide: cada parte recibe una nota propia cuando ha salido.",
    ),
}
VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 2, "weight_g": 900}]


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def ask_about_parts(shop: Shop) -> None:
    with shop.database.unit_of_work() as unit:
        unit.stores.update(replace(shop.store, settings={**shop.store.settings, TELL_PARTS: PartsTelling.ASK.value}))
        unit.commit()


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_orders_are_combined_and_separated_and_a_note_is_split_by_keyboard(
    page: Page, site: Any, language: Language, complaints: Any
) -> None:
    combines, combine, separate, split, is_split = WORDS[language]
    shop = site.shop
    ask_about_parts(shop)
    shop.import_all(*(ready(number, items=VASES) for number in ("9101", "9102", "9103")))
    first, second = shop.order_id("9101"), shop.order_id("9102")
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/orders/{second}")
    press(page, "link", combines)
    looks_right(page)
    box = page.get_by_role("checkbox", name="9103 · 2 × Vase")
    box.focus()
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()
    press(page, "button", combine)
    expect(page.get_by_role("heading", name="9101").first).to_be_visible()
    looks_right(page)
    page.goto(f"{site.url}/orders/{second}")
    looks_right(page)
    press(page, "link", "9101")
    press(page, "button", separate)
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_be_visible()
    looks_right(page)
    with shop.app.reading() as unit:
        leaves(shop, unit.orders.get(shop.merchant.id, first), "T1")
    shop.work_off()
    page.goto(f"{site.url}/orders/{first}")
    looks_right(page)
    press(page, "button", split)
    expect(page.get_by_text(is_split)).to_be_visible()
    looks_right(page)
