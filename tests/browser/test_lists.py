"""A named list is made by pasting a column, searched, taken out of and removed, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER

from engine.services.lists.named_lists import find_list, set_list
from rules.messages import Language

pytestmark = pytest.mark.browser

LONG = "a-member-without-any-space-that-is-longer-than-the-window-of-a-phone-is-wide-0123456789"
WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("Lists", "Name", "Members, one in each line", "Make list", "Search", "Find"),
        *("Take out what is ticked", "Taken out: 1.", "Remove list", "There are no lists yet."),
    ),
    "es": (
        *("Listas", "Nombre", "Elementos, uno en cada línea", "Crear lista", "Buscar", "Buscar"),
        *("Quitar los marcados", "Quitados: 1.", "Eliminar lista", "Aún no hay listas."),
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
def test_a_list_is_made_searched_and_removed(page: Page, site: Any, language: Language, complaints: Any) -> None:
    lists, name, members, make, search, find, take_out, taken, remove, none = WORDS[language]
    shop = site.shop
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/settings")
    press(page, "link", lists)
    looks_right(page)
    page.get_by_label(name, exact=True).fill("skus")
    page.get_by_label(members, exact=True).fill(f"GLASS-1\nGLASS-2\n{LONG}\n")
    press(page, "button", make)
    expect(page.get_by_role("checkbox", name=LONG)).to_be_visible()
    looks_right(page)
    page.get_by_label(search, exact=True).fill("glass")
    press(page, "button", find)
    expect(page.get_by_role("checkbox")).to_have_count(2)
    page.get_by_role("checkbox", name="GLASS-2").check()
    press(page, "button", take_out)
    expect(page.get_by_text(taken)).to_be_visible()
    assert list(find_list(shop.app, shop.merchant, "skus")[1]) == ["GLASS-1", LONG]
    press(page, "button", remove)
    expect(page.get_by_text(none)).to_be_visible()
    set_list(shop.app, shop.merchant, "a-list-of-postal-codes-with-as-long-a-name-as-a-list-may-hav", [])
    page.reload()
    looks_right(page)
    assert complaints.found == []
