"""The figures of an account as its people read them, on a desk and on phones, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.chromium import enter, fits, looks_right, press, speak
from support.labels import label_of_own_order
from support.shop import OWNER, PROVIDER, overseas, ready
from support.two_sides import TwoSides

from rules.messages import Language

pytestmark = pytest.mark.browser

VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
SIZES: tuple[Any, ...] = ({"width": 320, "height": 700}, {"width": 390, "height": 844}, {"width": 1280, "height": 850})
WORDS: dict[Language, tuple[str, ...]] = {
    "en": ("Orders by day", "How long orders take", "Rules that decide most", "Costs by service", "Comparison of providers"),
    "es": (
        *("Pedidos por día", "Cuánto tardan los pedidos", "Reglas que más deciden", "Costes por servicio"),
        "Comparación de proveedores",
    ),
}
PAGES = ("", "/times", "/rules", "/costs", "/providers")


def test_figures_are_read_on_a_desk_and_on_phones(chromium: Browser, site: Any, complaints: Any) -> None:
    sides = TwoSides(site.shop)
    sides.shop.import_all(overseas("1"), ready("2", items=VASES), ready("3", items=VASES), ready("4", items=VASES))
    sides.ship(sides.taken("2"))
    sides.taken("3")
    label_of_own_order(sides.shop, "4")
    sides.shop.work_off()
    context = chromium.new_context(viewport=SIZES[-1], locale="en-GB")
    page = context.new_page()
    complaints.listen(page)
    for person, languages in ((OWNER, ("en", "es")), (PROVIDER, ("en",))):
        enter(page, f"{site.url}/orders", person)
        speak(page, "en")
        press(page, "link", "Insights")
        press(page, "link", "Times")
        press(page, "link", "7 days")
        expect(page.get_by_role("img", name="Chart, To the decision")).to_be_visible()
        for language in languages:
            speak(page, language)
            for address, heading in zip(PAGES, WORDS[language], strict=True):
                page.goto(f"{site.url}/insights{address}?days=90")
                expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
                looks_right(page)
                for size in SIZES:
                    page.set_viewport_size(size)
                    assert fits(page), (address, language, size)
        speak(page, "en")
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/log-in")
    assert complaints.found == []
    context.close()
