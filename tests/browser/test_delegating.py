"""Orders go from the merchant's grid to the 3PL's and back, by keyboard, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.partners import operators_connection, user_of
from support.shop import OWNER, PROVIDER, ready

from engine.model.connection import Answers
from engine.services.connections.set_connection import set_connection
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "delegate": "Delegate",
        "recall": "Recall",
        "import": "Import",
        "request": "Client request",
        "awaiting": "Awaiting shipment",
        "pending": "Pending fulfillment",
        "rejected": "Rejected fulfillment",
        "accept": "Accept",
        "reject": "Reject",
        "reason": "Reason",
        "text": "Text for the client",
        "write": "Write to the client",
        "send": "Send message",
        "log_out": "Log out",
    },
    "es": {
        "delegate": "Delegar",
        "recall": "Retirar",
        "import": "Importar",
        "request": "Solicitud del cliente",
        "awaiting": "En espera de envío",
        "pending": "En el proveedor",
        "rejected": "Preparación rechazada",
        "accept": "Aceptar",
        "reject": "Rechazar",
        "reason": "Motivo",
        "text": "Texto para el cliente",
        "write": "Escribir al cliente",
        "send": "Enviar mensaje",
        "log_out": "Cerrar sesión",
    },
}
VASE = [{"line_key": "1", "sku": "VASE", "name": "Vase, tall", "quantity": 3}]


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def tick(page: Page, number: str) -> None:
    box = page.get_by_role("checkbox", name=number, exact=True)
    box.press("Space")
    expect(box).to_be_checked()


def change_person(page: Page, url: str, email: str, words: dict[str, str], language: Language) -> None:
    page.get_by_role("button", name=words["log_out"]).click()
    speak(page, "en")
    enter(page, url, email)
    speak(page, language)


@pytest.mark.parametrize(("page", "language"), [(390, "en"), (1280, "es")], indirect=["page"])
def test_orders_are_delegated_imported_rejected_and_recalled(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words, shop = WORDS[language], site.shop
    set_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id, answers=Answers.EACH)
    shop.import_all(*(ready(number, items=VASE) for number in ("7001", "7002", "7003")))
    enter(page, site.url, OWNER)
    speak(page, language)
    looks_right(page)
    for number in ("7001", "7002"):
        tick(page, number)
    press(page, "button", words["delegate"])
    press(page, "button", "Acme 3PL")
    expect(page.get_by_role("status")).to_be_visible()
    looks_right(page)
    expect(page.get_by_role("row", name="7001")).to_contain_text(words["pending"])

    change_person(page, site.url, PROVIDER, words, language)
    page.goto(f"{site.url}/orders")
    press(page, "button", words["import"])
    looks_right(page)
    press(page, "button", "Casa Verde")
    expect(page.get_by_role("status")).to_be_visible()
    shop.work_off()
    page.goto(f"{site.url}/orders?status=awaiting_shipment")
    expect(page.get_by_role("row", name="7001")).to_contain_text("Casa Verde")
    expect(page.get_by_role("row", name="7002")).to_contain_text(words["awaiting"])
    looks_right(page)
    press(page, "link", "7001")
    press(page, "button", words["accept"])
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_label(words["write"]).fill("It leaves tomorrow.")
    press(page, "button", words["send"])
    expect(page.locator("#requests").get_by_text("It leaves tomorrow.")).to_be_visible()
    looks_right(page)
    page.goto(f"{site.url}/orders?q=7002")
    press(page, "link", "7002")
    answers = page.get_by_role("region", name=words["request"])
    answers.get_by_label(words["reason"]).select_option("out_of_stock")
    answers.get_by_label(words["text"]).fill("Next week.")
    press(page, "button", words["reject"])
    expect(page.get_by_role("status")).to_be_visible()
    looks_right(page)

    change_person(page, site.url, OWNER, words, language)
    page.goto(f"{site.url}/orders")
    expect(page.get_by_role("row", name="7002")).to_contain_text(words["rejected"])
    tick(page, "7001")
    tick(page, "7003")
    press(page, "button", words["recall"])
    expect(page.get_by_role("listitem").filter(has_text="7003")).to_contain_text("7003")  # what was not done is shown
    looks_right(page)
    page.goto(f"{site.url}/orders")
    expect(page.get_by_role("row", name="7001")).to_contain_text(words["awaiting"])
    looks_right(page)
    assert complaints.found == []
