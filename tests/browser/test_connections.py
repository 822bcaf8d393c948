"""A 3PL and a merchant connect: the pages of both, and the approval of an invitation by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, fits, log_in, looks_right, press, speak
from support.pages import pages_over
from support.partners import invite_stranger, invited_by_iris, operators_connection, user_of
from support.remote_warehouses import RemoteWarehouses
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready

from engine.model.integrated_provider import IntegratedProvider
from engine.services.accounts.accounts import add_location
from engine.services.connections.answer_invitation import APPROVED, approve
from rules.messages import LANGUAGES, Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "menu": "Menu",
        "more": "More actions",
        "settings": "Settings",
        "providers": "Fulfillment providers",
        "review": "Review connection",
        "locations": "Ship-from locations",
        "code": "Code",
        "add_location": "Add location",
        "approve": "Approve connection",
        "understood": "I have read this",
        "active": "Active",
        "add": "Add provider with its own system",
        "name": "Provider name",
        "address": "Address of its system",
        "refused": "Nothing was added yet: look at the marked fields.",
        "secret": "Secret of Norte",
        "copied": "I have copied it",
        "test": "Test the connection",
        "answers": "Norte answers and knows the secret.",
        "new_secret": "New secret",
    },
    "es": {
        "menu": "Menú",
        "more": "Más acciones",
        "settings": "Configuración",
        "providers": "Proveedores de logística",
        "review": "Revisar conexión",
        "locations": "Ubicaciones de envío",
        "code": "Código",
        "add_location": "Añadir ubicación",
        "approve": "Aprobar conexión",
        "understood": "He leído lo anterior",
        "active": "Activo",
        "add": "Agregar proveedor con sistema propio",
        "name": "Nombre del proveedor",
        "address": "Dirección de su sistema",
        "refused": "Aún no se ha añadido nada: revisa los campos marcados.",
        "secret": "Clave de Norte",
        "copied": "Ya la he copiado",
        "test": "Probar la conexión",
        "answers": "Norte responde y conoce la clave.",
        "new_secret": "Nueva clave",
    },
}


@pytest.fixture(params=[1280, 390])
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def go(page: Page, words: dict[str, str], name: str) -> None:
    if page.get_by_role("button", name=words["menu"]).is_visible():
        press(page, "button", words["menu"])
    press(page, "link", words[name])


@pytest.mark.parametrize(("page", "language"), [(390, "en"), (1280, "es")], indirect=["page"])
def test_an_invitation_is_found_read_and_approved_by_keyboard(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words = WORDS[language]
    invite_stranger(site.shop)
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
    invite_stranger(shop)
    with shop.app.reading() as unit:
        [request] = unit.requests.list_for_client(shop.merchant.id)
    own = ["/settings", "/settings/account", "/settings/shipping/providers", "/settings/shipping/locations", "/stores", "/orders"]
    both = [f"/connections/{active.id}", f"/connections/{active.id}/remove"]
    merchants = [*own, *both, f"/connections/{invited.id}", f"/orders/{request.order_id}"]
    providers = [*own, *both, "/clients", "/clients/new", "/requests", f"/orders/{request.copy_id}"]
    enter(page, site.url, OWNER)
    look_at(page, site.url, merchants)
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    look_at(page, site.url, [f"/connections/{invited.id}"])
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in")  # to go elsewhere before that would break it off
    enter(page, site.url, PROVIDER)
    look_at(page, site.url, providers)
    assert complaints.found == []


def look_at(page: Page, url: str, addresses: Sequence[str]) -> None:
    """At each of these pages: whether the longer words of Spanish fit, and all else in English, which they speak afterwards."""
    for language in LANGUAGES[::-1]:
        speak(page, language)
        for address in addresses:
            page.goto(url + address)
            expect(page.locator("html")).to_have_attribute("lang", language)
            if language == "es":
                assert fits(page), page.url
            else:
                looks_right(page)


def test_a_provider_with_its_own_system_is_added_tested_and_given_another_secret_by_keyboard(
    page: Page, site: Any, complaints: Any
) -> None:
    shop, systems = site.shop, RemoteWarehouses(site.shop.app.clock)
    pages_over(replace(shop.app, provider_system=systems), shop.database)  # those that are served
    add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES")
    enter(page, site.url, OWNER)
    speak(page, "es")
    go(page, WORDS["es"], "settings")
    press(page, "link", WORDS["es"]["providers"])
    press(page, "button", WORDS["es"]["add"])
    expect(page.get_by_label(WORDS["es"]["name"], exact=True)).to_be_visible()
    for language in LANGUAGES:
        words = WORDS[language]
        speak(page, language)
        page.get_by_label(words["name"], exact=True).press("Enter")
        expect(page.get_by_text(words["refused"])).to_be_visible()
        looks_right(page)
    page.get_by_label(words["name"], exact=True).focus()
    page.keyboard.type("Norte")
    page.keyboard.press("Tab")
    page.keyboard.type("https://norte.example/wms")
    page.keyboard.press("Enter")
    added = leave_secret(page, words, shop)
    systems.add(added.id, added.secrets.current)
    for language in LANGUAGES:
        words = WORDS[language]
        speak(page, language)
        press(page, "button", words["test"])
        expect(page.get_by_text(words["answers"])).to_be_visible()
        looks_right(page)
        press(page, "button", words["new_secret"])
        leave_secret(page, words, shop)
    page.goto(f"{site.url}/settings/shipping/providers")
    looks_right(page)
    assert [one for one in complaints.found if "422" not in one] == []


def leave_secret(page: Page, words: dict[str, str], shop: Shop) -> IntegratedProvider:
    """Look at the page that shows the provider's secret, and leave it for one that does not."""
    expect(page.get_by_role("heading", name=words["secret"])).to_be_visible()
    with shop.app.reading() as unit:
        [provider] = unit.integrated_providers.list_for(shop.merchant.id)
    secret = provider.secrets.current
    expect(page.get_by_text(secret)).to_be_visible()
    looks_right(page)
    press(page, "link", words["copied"])
    expect(page.get_by_role("heading", name="Norte", level=1)).to_be_visible()
    assert secret not in page.content()
    return provider


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
