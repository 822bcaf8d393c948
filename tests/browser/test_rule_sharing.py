"""Offered rules are looked at, adopted, switched off one by one, and taken to a newer version, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.sharing import DELEGATE, NEWER, adopted_set, offered
from support.shop import OWNER

from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": ("Offers", "Leave switched off", "Before your own rules", "Adopt", "Switch on", "Switch off", "Move on to version 2"),
    "es": (
        *("Ofertas", "Dejar desactivada", "Antes de tus propias reglas", "Adoptar"),
        *("Activar", "Desactivar", "Pasar a la versión 2"),
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
def test_a_client_adopts_what_its_3pl_offers(page: Page, site: Any, language: Language) -> None:
    offers, leave_off, before, adopt, switch_on, switch_off, move_on = WORDS[language]
    shop = site.shop
    offered(shop, DELEGATE)
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/rules")
    page.get_by_role("link", name=offers, exact=True).click()
    looks_right(page)
    page.get_by_role("link", name="Acme for clients", exact=True).click()
    looks_right(page)
    page.get_by_label(leave_off, exact=True).nth(1).check()
    page.get_by_label(before, exact=True).check()
    press(page, "button", adopt)
    expect(page.get_by_role("button", name=switch_on, exact=True)).to_have_count(1)
    looks_right(page)
    press(page, "button", switch_on)
    expect(page.get_by_role("button", name=switch_off, exact=True)).to_have_count(2)

    offered(shop, NEWER)
    page.goto(f"{site.url}/rules")
    looks_right(page)
    page.goto(f"{site.url}/rules/adopted/acme")
    looks_right(page)
    press(page, "button", move_on)
    expect(page.get_by_role("button", name=move_on, exact=True)).to_have_count(0)
    looks_right(page)
    assert (adopted_set(shop).adoption.number, adopted_set(shop).adoption.switched_off) == (2, ())
