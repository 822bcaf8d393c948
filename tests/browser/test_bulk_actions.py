"""Many orders are acted on, looked at beside the list and gone through by keys, in both languages and on a telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, speak
from support.shop import OWNER, Shop, ready

from adapters.web.bulk import begin
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "hold": "Hold",
        "more": "More actions",
        "rules": "Run the rules again",
        "reason": "Reason",
        "undo": "Undo",
        "held": "Put on hold: Stock count: 2 orders.",
        "undone": "Undone: Put on hold: Stock count: 2 orders.",
        "done": "3 of 3 orders: 3 done",
        "two": "Hold: 2 orders",
        "chosen": "3 orders chosen",
        "close": "Close",
    },
    "es": {
        "hold": "Retener",
        "more": "Más acciones",
        "rules": "Volver a ejecutar las reglas",
        "reason": "Motivo",
        "undo": "Deshacer",
        "held": "Retenidos: Stock count: 2 pedidos.",
        "undone": "Deshecho: Retenidos: Stock count: 2 pedidos.",
        "done": "3 de 3 pedidos: 3 hechos",
        "two": "Retener: 2 pedidos",
        "chosen": "3 pedidos elegidos",
        "close": "Cerrar",
    },
}
NUMBERS = ("7001", "7002", "7003")


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def box(page: Page, number: str) -> Any:
    return page.get_by_role("checkbox", name=number, exact=True)


def open_grid(page: Page, site: Any, language: Language) -> Shop:
    site.shop.import_all(*(ready(number) for number in NUMBERS))
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/orders")
    shop: Shop = site.shop
    return shop


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_chosen_orders_are_held_undone_and_run_over_with_their_progress(
    page: Page, site: Any, complaints: Any, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, shop = WORDS[language], open_grid(page, site, language)
    looks_right(page)
    box(page, "7001").check()
    box(page, "7002").check()
    page.get_by_role("button", name=words["hold"], exact=True).click()
    looks_right(page)
    page.get_by_label(words["reason"]).fill("Stock count")
    page.get_by_role("button", name=words["two"]).click()
    expect(page.get_by_role("status").filter(has_text=words["held"])).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.get_by_role("status").filter(has_text=words["undone"])).to_be_visible()

    monkeypatch.setattr(begin, "AT_ONCE", 0)  # as where they are many
    for number in NUMBERS:
        box(page, number).check()
    page.get_by_role("button", name=words["more"]).click()
    page.get_by_role("button", name=words["rules"]).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    looks_right(page)
    shop.work_off()
    expect(page.get_by_role("progressbar")).to_have_count(0)  # the page was told, and has loaded itself again
    expect(page.get_by_text(words["done"])).to_be_visible()
    looks_right(page)
    page.goto(f"{site.url}/orders/actions")
    looks_right(page)
    assert complaints.found == []


@pytest.mark.parametrize(("page", "language"), [(1280, "es")], indirect=["page"])
def test_orders_are_gone_through_by_keys_and_chosen_in_ranges(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words = WORDS[language]
    open_grid(page, site, language)
    first, second, third = (page.locator(".grid-orders .order-link").nth(place) for place in range(3))
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("x")
    chosen = page.locator('.grid-orders input[name="order"]')
    expect(chosen.nth(0)).to_be_checked()
    chosen.nth(2).click(modifiers=["Shift"])
    expect(chosen.nth(1)).to_be_checked()
    expect(page.get_by_text(words["chosen"])).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    looks_right(page)
    page.keyboard.press("Escape")
    third.focus()
    page.keyboard.press("o")
    panel = page.locator("#order-panel")
    expect(panel).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?show=ord_"))
    looks_right(page)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(page).to_have_url(f"{site.url}/orders")
    expect(third).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("jx/7002?")
    expect(page.locator(".filters input[name=q]")).to_have_value("jx/7002?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    third.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/orders/ord_\w+$"))
    assert complaints.found == []


@pytest.mark.parametrize(("page", "language"), [(390, "en")], indirect=["page"])
def test_keys_are_silent_once_they_are_switched_off_and_a_preview_opens_without_scripts(
    page: Page, site: Any, complaints: Any, language: Language, chromium: Browser
) -> None:
    words = WORDS[language]
    open_grid(page, site, language)
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".grid-orders tr.at")).to_have_count(0)
    page.locator("a.peek").nth(1).click()
    expect(page.locator("#order-panel")).to_be_in_viewport()
    looks_right(page)
    address = page.url
    kept = page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=kept, viewport={"width": 390, "height": 844})
    still = plain.new_page()
    still.goto(address)
    expect(still.locator("#order-panel")).to_be_visible()
    still.get_by_role("link", name=words["close"]).click()
    expect(still.locator("#order-panel")).to_have_count(0)
    plain.close()
    assert complaints.found == []
