"""Versions are compared and taken up again, and the health of rules is read, by keyboard and in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, ready

from engine.services.accounts.carrier_accounts import CarrierAccountChange, change_carrier_account
from engine.services.deciding.publish_rules import publish_rules
from engine.services.drafting.open_set import open_set
from engine.services.drafting.save_draft import save_draft
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "changed": "What changed 2",
        "lines": "The lines of the files that differ",
        "again": "Restore version 1",
        "note": "Note",
        "publish": "Publish it again",
        "done": "Version 1 is restored, as version 3.",
        "health": "Health",
        "invalid": "invalid",
        "unhandled": "Unhandled orders",
        "frequent": "Frequent among the newest 2",
        "from_order": "New rule from this order 7003",
        "like_it": "New rule from order 7003",
        "facts": "1 match in 30 days",
        "backtest": "Backtest",
        "draft": "Or a draft",
        "try": "Backtest the draft",
        "found": "What it found",
    },
    "es": {
        "changed": "Qué cambió 2",
        "lines": "Las líneas de los archivos que difieren",
        "again": "Restaurar la versión 1",
        "note": "Nota",
        "publish": "Volver a publicarla",
        "done": "La versión 1 se ha restaurado, como versión 3.",
        "health": "Salud",
        "invalid": "no válida",
        "unhandled": "Pedidos sin regla",
        "frequent": "Frecuente entre los 2 más recientes",
        "from_order": "Nueva regla a partir de este pedido 7003",
        "like_it": "Nueva regla a partir del pedido 7003",
        "facts": "1 coincidencia en 30 días",
        "backtest": "Prueba retrospectiva",
        "draft": "O un borrador",
        "try": "Probar el borrador con pedidos pasados",
        "found": "Qué encontró",
    },
}
TAGS = """set: tags
rules:
  - id: gifts
    name: Gifts are wrapped
    when: {field: gift, is: is_true}
    then: [{do: add_tag, tag: wrap}]
    owner: OWNER
    review_by: 2020-01-31
    why: The warehouse packs them at another table.
  - {id: same, when: {field: gift, is: is_true}, then: [{do: add_tag, tag: wrap}]}
""".replace("OWNER", OWNER)


def lose_a_service(shop: Any) -> None:
    """What a rule of the shop names is gone."""
    with shop.app.reading() as uow:
        (account,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    change_carrier_account(shop.app, shop.merchant.id, account.id, CarrierAccountChange(services=("paq-estandar",)))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_version_is_looked_at_and_taken_up_again_and_rules_are_looked_after(
    page: Page, site: Any, complaints: Any, language: Language
) -> None:
    shop, words = site.shop, WORDS[language]
    publish_rules(shop.app, shop.merchant.slug, TAGS.encode(), by=OWNER, note="Wrap gifts at the other table from Monday on")
    publish_rules(shop.app, shop.merchant.slug, TAGS.replace("tag: wrap", "tag: gift-wrap").encode())
    abroad = {"name": "Anne", "city": "Paris", "country": "FR"}
    shop.import_all(ready("7001"), *(ready(number, ship_to=abroad) for number in ("7002", "7003")))
    lose_a_service(shop)

    enter(page, f"{site.url}/rules/versions?set=tags", OWNER)
    speak(page, language)
    looks_right(page)
    press(page, "link", words["changed"])
    page.get_by_text(words["lines"]).press("Enter")
    expect(page.locator(".line-added").last).to_be_visible()
    looks_right(page)
    press(page, "link", words["again"])
    looks_right(page)
    page.get_by_label(words["note"], exact=True).fill("x")
    press(page, "button", words["publish"])
    expect(page.get_by_text(words["done"])).to_be_visible()

    press(page, "link", words["health"])
    expect(page.get_by_text(words["invalid"], exact=True)).to_be_visible()
    looks_right(page)
    press(page, "link", words["unhandled"])
    expect(page.get_by_text(words["frequent"])).to_be_visible()
    looks_right(page)
    press(page, "link", words["from_order"])
    expect(page.get_by_role("heading", name=words["like_it"])).to_be_visible()
    assert complaints.found == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_list_says_how_rules_do_and_a_draft_is_tried_before_it_is_published(
    page: Page, site: Any, complaints: Any, language: Language
) -> None:
    shop, words = site.shop, WORDS[language]
    publish_rules(shop.app, shop.merchant.slug, TAGS.encode(), by=OWNER)
    shop.import_all(ready("7001", gift=True))
    lose_a_service(shop)
    begun = open_set(shop.app, shop.merchant.id, "tags")
    save_draft(shop.app, shop.merchant.id, "tags", TAGS.replace("tag: wrap", "tag: gift-wrap"), begun.seen, "usr")

    enter(page, f"{site.url}/rules", OWNER)
    speak(page, language)
    expect(page.get_by_text(words["facts"]).first).to_be_visible()
    expect(page.get_by_text(words["invalid"]).first).to_be_visible()
    looks_right(page)
    press(page, "link", words["backtest"])
    expect(page.get_by_label(words["draft"])).to_have_value(re.compile("tag: gift-wrap"))

    page.goto(f"{site.url}/rules/tags/publish")
    looks_right(page)
    with page.expect_navigation():
        press(page, "button", words["try"])
    shop.work_off()
    page.goto(f"{site.url}/rules/tags/publish")
    looks_right(page)
    press(page, "link", words["found"])
    looks_right(page)
    assert complaints.found == []
