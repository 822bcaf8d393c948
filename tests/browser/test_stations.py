"""A print station is added, chosen on the device that stands there, and shown where labels are printed, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, ready

from engine.jobs.make_label import make_label
from engine.model.label import ParcelToShip
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("Name", "Add print station", "Use on this device Table 1", "Stop using it here Table 1"),
        *("Print: Label (opens a new tab)", "Create label and print"),
    ),
    "es": (
        *("Nombre", "Añadir estación de impresión", "Usar en este dispositivo Table 1", "Dejar de usarla aquí Table 1"),
        *("Imprimir: Etiqueta (se abre en otra pestaña)", "Crear etiqueta e imprimir"),
    ),
}
BY_VAN = LabelWish(ServiceWish("house", "van"), ParcelWish("MAD1", (ParcelToShip(900),)))


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_a_station_is_chosen_and_prints(page: Page, site: Any, language: Language) -> None:
    name, add, use, stop, print_label, create_and_print = WORDS[language]
    shop = site.shop
    add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES", city="Madrid", postal_code="28004")
    add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("house", ("van",)))
    shop.import_all(ready("7001"), ready("7002"))
    made = make_label(shop.app, shop.merchant.id, shop.order_id("7001"), BY_VAN, "operator", "test")
    enter(page, site.url, OWNER)
    speak(page, language)
    page.goto(f"{site.url}/settings/shipping/stations")
    looks_right(page)
    page.get_by_label(name, exact=True).fill("Table 1")
    press(page, "button", add)
    expect(page.get_by_role("button", name=use, exact=True)).to_be_visible()
    looks_right(page)
    press(page, "button", use)
    expect(page.get_by_role("button", name=stop, exact=True)).to_be_visible()
    looks_right(page)

    page.goto(f"{site.url}/orders/{made.shipment.order_id}")
    expect(page.get_by_role("button", name=print_label, exact=True)).to_be_visible()
    looks_right(page)
    page.goto(f"{site.url}/orders/{shop.order_id('7002')}")
    expect(page.get_by_role("button", name=create_and_print, exact=True)).to_be_visible()
    looks_right(page)
