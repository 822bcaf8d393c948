"""A 3PL answers line by line, and a change after its label; its client reads both. On a desk and a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, PROVIDER, ready
from support.two_sides import TwoSides

from engine.jobs.make_label import make_label
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": ("Reason", "Line by line", "Why, for this line", "Reject", "Why you do not change it", "Refuse the change"),
    "es": (*("Motivo", "Línea por línea", "Por qué, en esta línea", "Rechazar", "Por qué no lo cambias", "Rechazar el cambio"),),
}
PORTO = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}
ITEMS = [
    {
        "line_key": "1",
        "sku": "ACM-MUG-BLUE-0042",
        "name": "Mug, blue, for left hands",
        "quantity": 2,
        "weight_g": 400,
    },
    {"line_key": "2", "sku": "POT", "name": "Pot", "quantity": 3, "weight_g": 900},
]


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def labelled(sides: TwoSides) -> str:
    """The provider's order 7002, whose client has another address since its label was made."""
    add_location(sides.app, sides.shop.provider.slug, code="MAD1", country="ES", city="Madrid", postal_code="28004")
    add_carrier_account(sides.app, sides.shop.provider.slug, CarrierAccountForm("house", ("van",)))
    copy = str(sides.taken("7002").copy_id)
    make_label(sides.app, sides.provider, copy, LabelWish(ServiceWish("house", "van")), sides.clerk.id, "test")
    sides.app.clock.sleep(60)
    sides.shop.import_all(ready("7002", items=ITEMS, ship_to=PORTO))
    return copy


@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_a_3pl_answers_by_line_and_refuses_a_change(page: Page, site: Any, complaints: Any, language: Language) -> None:
    words = dict(zip(WORDS["en"], WORDS[language], strict=True))
    sides = TwoSides(site.shop)
    sides.shop.import_all(*(ready(number, items=ITEMS) for number in ("7001", "7002")))
    rejected, changed = sides.taken("7001"), labelled(sides)
    enter(page, site.url, PROVIDER)
    speak(page, language)
    page.goto(f"{site.url}/orders/{rejected.copy_id}")
    box = page.locator("#requests")
    box.get_by_label(words["Reason"], exact=True).select_option("out_of_stock")
    box.get_by_text(words["Line by line"], exact=True).click()
    box.get_by_role("group", name="POT Pot").get_by_label(words["Why, for this line"]).select_option("too_large")
    looks_right(page)
    press(page, "button", words["Reject"])
    expect(page.get_by_text("3 × POT Pot").first).to_be_visible()
    looks_right(page)

    page.goto(f"{site.url}/orders/{changed}")
    expect(page.get_by_role("cell", name="Rua 2")).to_be_visible()
    looks_right(page)
    page.get_by_label(words["Why you do not change it"]).fill("7002 …")
    press(page, "button", words["Refuse the change"])
    expect(page.get_by_role("status")).to_be_visible()
    looks_right(page)

    page.context.clear_cookies()
    enter(page, site.url, OWNER)
    for address in (f"orders/{sides.shop.order_id('7001')}", f"orders/{sides.shop.order_id('7002')}"):
        page.goto(f"{site.url}/{address}")
        looks_right(page)
    page.goto(f"{site.url}/connections/{sides.connection().id}")
    looks_right(page)
    assert complaints.found == []
