"""From *Awaiting shipment* to the printed label, by keyboard alone, in both languages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader
from support.chromium import enter, looks_right, press, speak
from support.shop import PROVIDER, ready
from support.two_sides import TwoSides

from engine.model.label import Label
from engine.services.accounts.accounts import add_location
from engine.services.deciding.publish_rules import publish_rules
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("Services", "Add carrier account", "Search", "Configure shipment", "Ship from", "Service", "Package", "Weight"),
        *("Rates", "Create label", "Print label", "Void label", "Create labels", "Print all labels", "label-7001.pdf", "Keep it"),
    ),
    "es": (
        *("Servicios", "Agregar cuenta de transporte", "Buscar", "Configurar envío", "Enviar desde", "Servicio", "Paquete"),
        *("Peso", "Tarifas", "Crear etiqueta", "Imprimir etiqueta", "Anular etiqueta", "Crear etiquetas"),
        *("Imprimir todas las etiquetas", "etiqueta-7001.pdf", "Conservarla"),
    ),
}
BY_VAN = b"{name: Acme, rules: [{id: van, when: always, then: [{do: set_service, carrier: house, service: van}]}]}"
VASE = [{"line_key": "1", "sku": "VASE", "name": "Vase, tall", "quantity": 1, "weight_g": 900}]


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def kept(page: Page, button: str, name: str) -> PdfReader:
    """The file that a button brings."""
    with page.expect_download() as download:
        press(page, "button", button)
    assert download.value.suggested_filename == name
    return PdfReader(io.BytesIO(Path(download.value.path()).read_bytes()))


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_from_awaiting_shipment_to_the_printed_label(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words = dict(zip(WORDS["en"], WORDS[language], strict=True))
    shop, sides = site.shop, TwoSides(site.shop)
    add_location(shop.app, shop.provider.slug, code="MAD1", country="ES", city="Madrid", postal_code="28004")
    enter(page, site.url, PROVIDER)
    speak(page, language)
    page.goto(f"{site.url}/settings/shipping/carriers")
    looks_right(page)
    press(page, "link", "House carrier")
    page.get_by_label(words["Services"], exact=True).fill("van")
    looks_right(page)
    press(page, "button", words["Add carrier account"])
    expect(page.get_by_role("status")).to_be_visible()
    looks_right(page)

    publish_rules(shop.app, shop.provider.slug, BY_VAN)
    shop.import_all(*(ready(number, items=VASE) for number in ("7001", "7002")))
    for number in ("7001", "7002"):
        sides.taken(number)
    page.goto(f"{site.url}/orders?status=awaiting_shipment")
    page.get_by_label(words["Search"], exact=True).fill("7001")
    page.keyboard.press("Enter")
    box = page.get_by_role("region", name=words["Configure shipment"])
    expect(box).to_be_focused()
    expect(box.get_by_label(words["Ship from"], exact=True)).to_have_value("MAD1")
    expect(box.get_by_label(words["Service"], exact=True).locator("option:checked")).to_contain_text("house van")
    box.get_by_label(words["Package"], exact=True).fill("box")
    box.get_by_label(words["Weight"], exact=True).fill("1,25 kg")
    page.keyboard.press("Enter")
    expect(box.get_by_role("heading", name=words["Rates"])).to_be_focused()
    looks_right(page)
    press(page, "button", words["Create label"])
    expect(page.get_by_role("status")).to_be_visible()
    [label] = labels(sides, "7001")
    shipped = page.locator(".request-lines > li").filter(has_text=label.request.numbers[0])
    expect(shipped).to_contain_text("1,25 kg" if language == "es" else "1.25 kg")
    looks_right(page)
    text = kept(page, words["Print label"], words["label-7001.pdf"]).pages[0].extract_text()
    assert "7001" in text

    press(page, "button", words["Void label"])
    expect(page.get_by_role("link", name=words["Keep it"], exact=True)).to_be_visible()
    looks_right(page)
    press(page, "button", words["Void label"])
    expect(page.get_by_role("region", name=words["Configure shipment"])).to_be_visible()
    looks_right(page)

    page.goto(f"{site.url}/orders")
    for number in ("7001", "7002"):
        page.get_by_role("checkbox", name=number, exact=True).check()  # by a finger, which nothing may cover
    press(page, "button", words["Create labels"])
    expect(page.get_by_role("link", name="7002")).to_be_visible()
    looks_right(page)
    assert len(kept(page, words["Print all labels"], f"{words['label-7001.pdf'].partition('-')[0]}s.pdf").pages) == 2
    downloads = "/print"  # what leads to a file is, to the browser, a page that never came
    assert [one for one in complaints.found if not one.endswith(downloads)] == []


def labels(sides: TwoSides, number: str) -> list[Label]:
    """Those of the 3PL for its copy of an order."""
    with sides.app.reading() as unit:
        [request] = unit.requests.list_for_order(sides.merchant, sides.shop.order_id(number))
        return unit.labels.list_for_order(sides.provider, str(request.copy_id))
