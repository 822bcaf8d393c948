"""A 3PL sets prices, issues a month and has it paid, by keyboard; its client reads the same. In both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.billing import Books, euros
from support.chromium import enter, fits, looks_right, press, speak
from support.clock import FixedClock
from support.shop import OWNER, PROVIDER, ready
from support.two_sides import TwoSides

from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "per_order": "Per order",
        "currency": "Currency",
        "save": "Save",
        "saved": "The prices are saved.",
        "statements": "Statements",
        "before": "‹ February 2026",
        "issue": "Issue",
        "pay": "Mark as paid",
        "undo": "Not paid after all",
        "total": "€30.60",
    },
    "es": {
        "per_order": "Por pedido",
        "currency": "Moneda",
        "save": "Guardar",
        "saved": "Los precios se han guardado.",
        "statements": "Estados de cuenta",
        "before": "‹ febrero de 2026",
        "issue": "Emitir",
        "pay": "Marcar como pagado",
        "undo": "Quitar la marca de pagado",
        "total": "30,60 €",
    },
}

TORN = """() => {
  const found = [];
  for (const cell of document.querySelectorAll(".charges .num")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      if (range.getClientRects().length > 1) found.push(cell.textContent);
    }
  }
  return found;
}"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_month_is_priced_issued_and_paid(page: Page, site: Any, clock: FixedClock, complaints: Any, language: Language) -> None:
    site.shop.import_all(ready("1"))
    books, words = Books(TwoSides(site.shop), clock), WORDS[language]
    shipped = books.sent("1001", "2026-03-10T10:00", lines=3, costs=(euros("4.10"), None))
    connection = f"{site.url}/connections/{books.sides.connection().id}"
    enter(page, connection, PROVIDER)
    speak(page, language)
    prices = page.locator("#prices")
    prices.get_by_label(words["per_order"], exact=True).fill("1,5")
    prices.get_by_label(words["currency"], exact=True).fill("EUR")
    prices.get_by_role("button", name=words["save"]).press("Enter")
    expect(page.get_by_text(words["saved"])).to_be_visible()
    looks_right(page)
    books.price("2026-03", None, monthly="25")
    page.goto(f"{site.url}/statements")
    expect(page.get_by_role("link", name=words["before"])).to_be_visible()
    looks_right(page)
    speak(page, "en")

    books.at("2026-04-02T09:00")  # nobody is logged in any more
    enter(page, f"{site.url}/statements?month=2026-03", PROVIDER)
    speak(page, language)
    press(page, "link", "Casa Verde EUR")
    looks_right(page)
    press(page, "button", words["issue"])
    press(page, "button", words["pay"])
    expect(page.get_by_role("button", name=words["undo"])).to_be_visible()
    looks_right(page)
    address = page.url
    books.keep(shipped.void())
    speak(page, "en")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/log-in")  # to go elsewhere before that would break it off

    enter(page, address, OWNER)
    speak(page, language)
    expect(page.get_by_role("cell", name=words["total"])).to_be_visible()  # 1.50 + 25 + 4.10
    looks_right(page)
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(TORN) == []
        assert fits(page)
    page.goto(f"{site.url}/statements?month=2026-04")
    looks_right(page)
    assert complaints.found == []
