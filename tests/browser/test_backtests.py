"""Somebody tries rules out on the orders of the past, watches, reads why, and undoes what a version did. In both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, speak
from support.publishing import publish_alone
from support.rule_runs import rule_set
from support.shop import OWNER, ready

from rules.messages import Language

pytestmark = pytest.mark.browser

TAG_ALL = "{id: all, name: Everything, when: always, then: [{do: add_tag, tag: %s}]}"
SPAIN = (
    "{id: spain, name: Spain goes by Paq, when: {all: [{field: ship_to.country, is: equals, value: ES}, "
    "{field: order_total, is: greater_than, value: 10}]}, then: [{do: set_service, carrier: correos, service: paq-premium}]}"
)
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "draft": "Or a draft",
        "begin": "Begin",
        "soon": "It begins in a moment.",
        "done": "Done",
        "why": "Why 3",
        "both": "Order 3, before and after",
        "none": "There is no such rule here.",
        "version": "Version",
        "show": "Show its open orders",
        "again": "Run the rules again over the ticked orders",
        "ran": "The rules ran again over 3 orders.",
    },
    "es": {
        "draft": "O un borrador",
        "begin": "Empezar",
        "soon": "Empieza en un momento.",
        "done": "Hecho",
        "why": "Motivo 3",
        "both": "Pedido 3, antes y después",
        "none": "Aquí no existe esa regla.",
        "version": "Versión",
        "show": "Mostrar sus pedidos abiertos",
        "again": "Volver a ejecutar las reglas sobre los pedidos marcados",
        "ran": "Las reglas se han ejecutado de nuevo en 3 pedidos.",
    },
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_rules_are_tried_out_and_undone(page: Page, site: Any, complaints: Any, language: Language) -> None:
    shop, words = site.shop, WORDS[language]
    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG_ALL % "old"))
    shop.import_all(*(ready(number) for number in ("1", "2", "3")))
    enter(page, f"{site.url}/rules/backtests", OWNER)
    speak(page, language)
    looks_right(page)
    page.get_by_label(words["draft"]).fill(rule_set(SPAIN).decode())
    page.get_by_role("button", name=words["begin"]).press("Enter")
    expect(page.get_by_text(words["soon"])).to_be_visible()
    looks_right(page)
    shop.work_off()
    expect(page.get_by_role("heading", name=words["done"])).to_be_visible()  # without anybody loading it
    looks_right(page)
    page.get_by_role("link", name=words["why"]).press("Enter")
    expect(page.get_by_role("heading", name=words["both"])).to_be_visible()
    expect(page.get_by_text(words["none"]).first).to_be_visible()
    looks_right(page)

    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG_ALL % "new"))
    page.goto(f"{site.url}/rules/undo")
    page.get_by_label(words["version"], exact=True).select_option(index=2)
    page.get_by_role("button", name=words["show"]).press("Enter")
    looks_right(page)
    page.get_by_role("button", name=words["again"]).press("Enter")
    expect(page.get_by_text(words["ran"])).to_be_visible()
    assert complaints.found == []


def test_without_scripts_the_page_has_a_link_to_load_it(site: Any, chromium: Any) -> None:
    shop = site.shop
    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG_ALL % "old"))
    shop.import_all(ready("1"))
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    enter(page, f"{site.url}/rules/backtests", OWNER)
    page.get_by_label("Or a draft").fill(rule_set(TAG_ALL % "new").decode())
    page.get_by_role("button", name="Begin").press("Enter")
    shop.work_off()
    page.get_by_role("link", name="Load it now").press("Enter")
    expect(page.get_by_role("heading", name="Done")).to_be_visible()
    context.close()
