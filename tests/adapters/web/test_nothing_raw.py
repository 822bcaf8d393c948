"""Pages say everything as people do: no times, numbers, codes or paths as programs write them, and one language a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import token_of
from support.busy_shop import open_for_business
from support.clock import FixedClock
from support.every_page import one_of_each
from support.pages import pages_over
from support.shop import OWNER, PROVIDER, Shop
from support.visible_text import Said, visible_text

LogIn = Callable[[str], FlaskClient]
CODE = frozenset({"code", "pre", "textarea", "kbd"})
MANY = {"orders.show": 12, "orders.history": 3, "connections.show": 3, "stores.show": 3, "rules.edit": 3, "requests.index": 2}

# What no page shows anywhere but where a file or a rule is shown as it is written.
RAW = {
    "a time of a program": re.compile(r"\d{4}-\d\d-\d\d(T| \d\d:)|\d\d:\d\d:\d\d|[+]\d\d:00|\bUTC\b|\d{4}-\d\d-\d\d"),
    "a value of a program": re.compile(r"\b(None|True|False|Decimal|datetime|null|undefined|nan)\b|<[A-Z]\w+\.|\{'|\['|%\("),
    "a path": re.compile(r"\b[a-z]+(?:_[a-z]+)*\.[a-zA-Z]+(?:[_.][a-zA-Z]+)*\b"),
    "a code": re.compile(r"\b[a-z0-9]+_[a-z0-9_]+\b"),
    "an id": re.compile(r"\b[a-z]{3}_[0-9a-f]{10,}\b|\b[0-9a-f]{16,}\b"),
    "a tag": re.compile(r"</?(time|span|code|strong)\b"),
}
ENGLISH_NUMBER = re.compile(r"\d,\d{3}\.\d|\d\.\d{1,2}\b(?![.º])|[€$]\s?\d")

# Where something of the kind is meant, by the sentences or the place that show it.
NAMES_AND_ADDRESSES = re.compile(r"[\w.]+@[\w.-]+|https?://\S+")
MEANT = (
    re.compile(r"^UTC$"),  # a zone to choose
    re.compile(r"Days are those of UTC|Los días son los de UTC"),  # what is counted by days is counted for all at once
    re.compile(r"^(A day such as|Un día como) 2026-03-31\.$"),  # how a field is filled in
    re.compile(r"^None (of|yet)\b"),
    re.compile(r"\{[a-z_.]+\}"),  # a placeholder of a rule's text, or of a message's
)
MEANT_WITHIN = {
    "code": "an id of a rule, or of a statement, as commands and rules name it",
    "cell-product": "the same in lists",
    "shared-words": "the same of a set that is shared",
    "mail": "a mail as it was sent",
}

# What the shop's people have called things; one may have the same name in both languages.
GIVEN = """
Casa Verde online|Casa Verde|Acme for clients|Acme 3PL|Acme|Ana Núñez|Taller Sol|Calle Mayor 1|Madrid|Joe Doe|Boston|Norte
Validate carrier service|Spain and Portugal go by Paq Premium|Dear orders are looked at first|Overseas orders fly
Iberian mugs go to Acme|Christmas wrapping|Mark what Acme has|Iberia goes to Acme|Soon late|Marked|More|Spain
Please ring twice. <b>Not</b> on Mondays.|Which door?|Address?|On Thursday.|Ring twice.|Felicidades|Weighs 12500 g|Weighs 1250 g
Mug, blue|ACM-MUG|VASE|Vase|Small box|Packing table 1|Next Day|Paid Post|card|Verde|Amazon|web|ana|express|vip|late
Correos Paq Standard|Correos Paq Premium
correos|paq-premium|paq-estandar|dhl|parcel-connect|seur|paid|standard|main|wrap|delegated|acme|signature|K-1|x-1
casa-verde|acme-3pl|norte|more|check-service|service-iberia|service-overseas|to-acme|review|asleep|delegate-iberia|mark
more-late|more-marked|by-acme|PQ\\w+|T-?\\d+|P1-1|SHOP-\\d+|Weighs \\{weight_g\\} g|\\(members: 1\\)
"""
# The same in English and Spanish, as the trade has it.
SHARED = """
Relevo|English|Español|Total|Subtotal|Marketplace|Manual|Provisional|Webhooks|Webhook|Brightpearl|OAuth 2|Error|Legal|Color
SKU|EUR|PDF|CSV|ZPL|PNG|A4|A6|UTC|HS|EORI|IOSS|VAT|Tag|Admin|Personal|Final|Local|Normal|Excel|YAML|API|min|ioss|kg|mm|IVA
"""


@dataclass(frozen=True)
class Seen:
    """A piece of text of a page."""

    who: str
    language: str
    endpoint: str
    said: Said

    def __str__(self) -> str:
        return f"{self.endpoint} ({self.who}, {self.language}): {self.said}"


@pytest.fixture
def seen(shop: Shop, clock: FixedClock, log_in: LogIn) -> list[Seen]:
    """All that the pages of a busy shop say to the people of both sides, in both languages."""
    open_for_business(shop, clock)
    web = pages_over(shop.app, shop.database)
    return [one for email in (OWNER, PROVIDER) for language in ("en", "es") for one in _read(web, log_in(email), email, language)]


def _read(web: Flask, client: FlaskClient, email: str, language: str) -> Iterator[Seen]:
    client.post("/language", data={"csrf_token": token_of(client.get("/orders")), "language": language})
    number = 0
    for page in one_of_each(web, client, MANY):
        number += 1
        yield from (Seen(email, language, page.endpoint, said) for said in visible_text(page.html))
    assert number > 80, "the walk has lost its way"


def test_pages_say_nothing_as_programs_do_and_spanish_ones_say_it_in_spanish(seen: list[Seen]) -> None:
    english = {one.said.text for one in seen if one.language == "en"}
    wrong: dict[str, str] = {}
    for one in seen:
        for what in (*_raw(one), *(_foreign(one, english) if one.language == "es" else ())):
            wrong.setdefault(f"{what}: {one.said.text}", f"{what}: {one}")
    assert not wrong, "\n".join(wrong.values())


def _raw(one: Seen) -> Iterator[str]:
    classes = {name for element in one.said.path for name in element.attributes.get("class", "").split()}
    text = NAMES_AND_ADDRESSES.sub("", one.said.text)
    if one.said.within(CODE) or classes & MEANT_WITHIN.keys() or any(known.search(text) for known in MEANT):
        return
    if one.said.path[-1].attributes.get("title") == one.said.text and one.said.path[-1].tag == "time":
        return  # the exact instant, to the second, with its zone
    for what, pattern in RAW.items():
        if pattern.search(text):
            yield what


def _foreign(one: Seen, english: set[str]) -> Iterator[str]:
    """What of a Spanish page is written in English."""
    if one.said.within(CODE) or any("mail" in element.attributes.get("class", "") for element in one.said.path):
        return
    if ENGLISH_NUMBER.search(NAMES_AND_ADDRESSES.sub("", one.said.text)) and not one.said.text.startswith("2.º"):
        yield "an English number"
    if one.said.text in english and re.search(r"[A-Za-z]{3}", _unknown(one.said.text)):
        yield "English"


def _unknown(text: str) -> str:
    """What of a text is not a name."""
    return _NAMED.sub("", NAMES_AND_ADDRESSES.sub("", text))


def _names() -> Iterator[str]:
    yield from (
        name.replace("?", r"\?").replace(".", r"\.") for block in (GIVEN, SHARED) for name in re.split(r"[|\n]", block) if name
    )
    english, spanish = Locale("en"), Locale("es")
    for code, name in english.territories.items():
        if spanish.territories.get(code) == name:
            yield re.escape(name)
    yield r"[A-Z]\w+/[\w /+-]+"  # a time zone
    yield r"stm_\w+"


_NAMED = re.compile("|".join(rf"(?<!\w)(?:{name})(?!\w)" for name in sorted(_names(), key=len, reverse=True)))
