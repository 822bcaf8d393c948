"""From an installation without accounts to the first decided order, by the pages alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import looks_right
from support.sandbox_shop import PASSWORD
from support.trial import FIRST_EMAIL

from engine.jobs.worker import drain
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("Sign up", "Company name", "E-mail address", "Password", "Create the account and log in", "Getting started"),
        *("0 of 5 steps are done.", "Add a ship-from location", "Code", "Add location", "Try with a sandbox store"),
        *("Sandbox store is connected.", "Make a rule set", "Or a file of your own", "Begin the draft", "Publish…", "Publish"),
        *("3 of 5 steps are done.", "Go to the store", "Import now", "Connect a fulfillment provider"),
    ),
    "es": (
        *("Registrarse", "Nombre de la empresa", "Correo electrónico", "Contraseña", "Crear la cuenta y entrar"),
        *("Primeros pasos", "0 de 5 pasos hechos.", "Añadir una ubicación de envío", "Código", "Añadir ubicación"),
        *("Probar con una tienda de prueba", "Tienda de prueba está conectada.", "Crear un conjunto de reglas"),
        *("O un archivo tuyo", "Empezar el borrador", "Publicar…", "Publicar", "3 de 5 pasos hechos.", "Ir a la tienda"),
        *("Importar ahora", "Conecta un proveedor de logística"),
    ),
}
RULES = b"""
name: First rules
rules:
  - id: look-first
    name: Look at each order first
    when: {field: ship_to.country, is: not_equals, value: ZZ}
    then: [{do: add_tag, tag: looked-at}]
"""


def open_page(chromium: Browser, complaints: Any, width: int, language: Language) -> Page:
    locale = "en-GB" if language == "en" else "es-ES"
    page = chromium.new_context(viewport={"width": width, "height": 844}, locale=locale).new_page()
    page.set_default_timeout(30_000)
    complaints.listen(page)
    return page


@pytest.mark.parametrize(("width", "language"), [(1280, "en"), (390, "es")])
def test_the_pages_lead_from_an_empty_installation_to_the_first_decided_order(
    chromium: Browser, empty_site: Any, complaints: Any, width: int, language: Language
) -> None:
    words = dict(zip(WORDS["en"], WORDS[language], strict=True))
    page = open_page(chromium, complaints, width, language)
    page.goto(empty_site.url)
    page.get_by_role("link", name=words["Sign up"]).click()
    page.get_by_label(words["Company name"]).fill("Primera")
    page.get_by_label(words["E-mail address"]).fill(FIRST_EMAIL)
    page.get_by_label(words["Password"], exact=True).fill(PASSWORD)
    page.locator("select[name=country]").select_option("PT" if language == "en" else "ES")
    page.get_by_role("button", name=words["Sign up"]).click()
    expect(page.get_by_text(FIRST_EMAIL)).to_be_visible()
    drain(empty_site.app, "test")
    [(mail, _)] = empty_site.mails.sent
    assert mail.content is not None
    assert mail.content.link is not None
    page.goto(empty_site.url + mail.content.link.path)
    if page.locator("select[name=time_zone]").count():
        page.locator("select[name=time_zone]").select_option(index=1)
    page.get_by_role("button", name=words["Create the account and log in"]).click()

    expect(page.get_by_role("heading", name=words["Getting started"])).to_be_visible()
    expect(page.get_by_text(words["0 of 5 steps are done."])).to_be_visible()
    looks_right(page)
    page.get_by_role("link", name=words["Add a ship-from location"]).click()
    page.get_by_label(words["Code"], exact=True).fill("MAIN")
    page.get_by_role("button", name=words["Add location"]).click()
    page.goto(f"{empty_site.url}/getting-started")
    page.get_by_role("button", name=words["Try with a sandbox store"]).click()
    expect(page.get_by_text(words["Sandbox store is connected."])).to_be_visible()
    expect(page.locator("[aria-current=step]")).to_contain_text(words["Connect a fulfillment provider"])
    looks_right(page)
    page.get_by_role("link", name=words["Make a rule set"]).click()
    page.get_by_label(words["Or a file of your own"]).set_input_files(
        {"name": "first.yaml", "mimeType": "text/yaml", "buffer": RULES}
    )
    page.get_by_role("button", name=words["Begin the draft"]).click()
    page.get_by_role("link", name=words["Publish…"]).click()
    page.get_by_role("button", name=words["Publish"], exact=True).click()

    page.goto(f"{empty_site.url}/orders")
    expect(page.get_by_text(words["3 of 5 steps are done."])).to_be_visible()
    page.get_by_role("link", name=words["Go to the store"]).click()
    page.get_by_role("button", name=words["Import now"]).click()
    drain(empty_site.app, "test")
    page.goto(f"{empty_site.url}/orders")
    expect(page.get_by_role("heading", name=words["Getting started"])).to_have_count(0)
    page.locator(".grid .order-link").first.click()
    expect(page.get_by_text("Look at each order first").first).to_be_visible()
    expect(page.get_by_text("looked-at").first).to_be_visible()
    page.goto(f"{empty_site.url}/getting-started")
    expect(page.locator(".start-next")).to_contain_text(words["Connect a fulfillment provider"])
    assert complaints.found == []
