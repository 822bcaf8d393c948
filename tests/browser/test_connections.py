"""A 3PL and a merchant connect: from the invitation to the approval, by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, log_in, looks_right, press, speak
from support.partners import invited_by_iris, operators_connection, user_of
from support.shop import OWNER, PROVIDER, STRANGER, ready

from engine.services.connections.answer_invitation import APPROVED, approve
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "menu": "Menu",
        "sales": "Sales channels",
        "clients": "Clients",
        "new": "Add new client",
        "client": "Client name",
        "company": "Client-facing company name",
        "email": "Email",
        "add": "Add client",
        "more": "More actions",
        "pending": "Pending",
        "settings": "Settings",
        "providers": "Fulfillment providers",
        "review": "Review connection",
        "locations": "Ship-from locations",
        "code": "Code",
        "add_location": "Add location",
        "approve": "Approve connection",
        "understood": "I have read this",
        "active": "Active",
    },
    "es": {
        "menu": "Menú",
        "sales": "Canales de ventas",
        "clients": "Clientes",
        "new": "Agregar nuevo cliente",
        "client": "Nombre del cliente",
        "company": "Nombre de la empresa de cara al cliente",
        "email": "Correo electrónico",
        "add": "Agregar cliente",
        "more": "Más acciones",
        "pending": "Pendiente",
        "settings": "Configuración",
        "providers": "Proveedores de logística",
        "review": "Revisar conexión",
        "locations": "Ubicaciones de envío",
        "code": "Código",
        "add_location": "Añadir ubicación",
        "approve": "Aprobar conexión",
        "understood": "He leído lo anterior",
        "active": "Activo",
    },
}


@pytest.fixture(params=[1280, 390])
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def go(page: Page, words: dict[str, str], name: str) -> None:
    if page.get_by_role("button", name=words["menu"]).is_visible():
        press(page, "button", words["menu"])
    press(page, "link", words[name])


@pytest.mark.parametrize("language", ["en", "es"])
def test_from_the_invitation_to_the_approval_by_keyboard(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words = WORDS[language]
    enter(page, site.url, PROVIDER)
    speak(page, language)
    go(page, words, "sales")
    press(page, "link", words["clients"])
    press(page, "button", words["new"])
    expect(page.get_by_role("heading", name=words["new"])).to_be_visible()
    looks_right(page)
    for field, text in (("client", "Elsewhere"), ("company", "Acme Logistics"), ("email", STRANGER)):
        page.get_by_label(words[field], exact=True).fill(text)
    page.get_by_role("button", name=words["add"]).press("Enter")
    expect(page.get_by_role("row", name="Elsewhere")).to_contain_text(words["pending"])
    looks_right(page)
    page.get_by_role("button", name="Cerrar sesión" if language == "es" else "Log out").click()
    speak(page, "en")

    enter(page, site.url, STRANGER)
    speak(page, language)
    go(page, words, "settings")
    looks_right(page)
    press(page, "link", words["providers"])
    press(page, "button", words["more"])
    looks_right(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=words["review"])).to_be_hidden()
    expect(page.get_by_role("button", name=words["more"])).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=words["review"])).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Acme Logistics")).to_be_visible()
    looks_right(page)
    press(page, "link", words["locations"])
    page.get_by_label(words["code"], exact=True).fill("SVQ")
    looks_right(page)
    page.get_by_role("button", name=words["add_location"]).press("Enter")
    box = page.get_by_role("checkbox", name=words["understood"])
    box.press("Space")
    expect(box).to_be_checked()
    press(page, "button", words["approve"])
    expect(page.get_by_text(APPROVED.format(language, provider="Acme Logistics"))).to_be_visible()
    expect(page.get_by_role("row", name="Acme Logistics")).to_contain_text(words["active"])
    looks_right(page)
    assert complaints.found == []


def test_the_pages_of_both_sides_fit_and_can_be_read(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    shop.import_all(ready("7001"))
    shop.work_off()
    invited, active = invited_by_iris(shop), operators_connection(shop)
    own = ["/settings", "/settings/account", "/settings/shipping/providers", "/settings/shipping/locations", "/stores"]
    both = [f"/connections/{active.id}", f"/connections/{active.id}/remove"]
    enter(page, site.url, OWNER)
    for address in (*own, *both, f"/connections/{invited.id}", "/orders"):
        page.goto(site.url + address)
        looks_right(page)
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    page.goto(f"{site.url}/connections/{invited.id}")
    looks_right(page)
    page.get_by_role("button", name="Log out").click()
    enter(page, site.url, PROVIDER)
    for address in (*own, *both, "/clients", "/clients/new", "/requests"):
        page.goto(site.url + address)
        looks_right(page)
    assert complaints.found == []


def test_the_folded_navigation_closes_as_it_opened(page: Page, site: Any) -> None:
    log_in(page, site.url, OWNER)
    navigation, menu = page.get_by_role("navigation", name="Main"), page.get_by_role("button", name="Menu")
    if not menu.is_visible():
        expect(navigation).to_be_visible()
        return
    expect(navigation).to_be_hidden()
    menu.press("Enter")
    expect(navigation).to_be_visible()
    looks_right(page)
    page.keyboard.press("Escape")
    expect(navigation).to_be_hidden()
    expect(menu).to_be_focused()
