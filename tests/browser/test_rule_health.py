"""Versions are compared and taken up again, and the health of rules is read, by keyboard and in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import enter, looks_right, press, speak
from support.shop import OWNER, ready

from engine.services.accounts.carrier_accounts import CarrierAccountChange, change_carrier_account
from engine.services.deciding.publish_rules import publish_rules
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


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_version_is_looked_at_and_taken_up_again_and_rules_are_looked_after(
    page: Page, site: Any, complaints: Any, language: Language
) -> None:
    shop, words = site.shop, WORDS[language]
    publish_rules(shop.app, shop.merchant.slug, TAGS.encode(), by=OWNER, note="Wrap gifts at the other table from Monday on")
    publish_rules(shop.app, shop.merchant.slug, TAGS.replace("tag: wrap", "tag: gift-wrap").encode())
    abroad = {"name": "Anne", "city": "Paris", "country": "FR"}
    shop.import_all(ready("7001"), *(ready(number, ship_to=abroad) for number in ("7002", "7003")))
    with shop.app.reading() as uow:
        (account,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    change_carrier_account(shop.app, shop.merchant.id, account.id, CarrierAccountChange(services=("paq-estandar",)))

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
    assert complaints.found == []
