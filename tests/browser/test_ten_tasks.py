"""The ten things that people do all day: each with no more clicks than docs/ten-tasks.md says, on a desk and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.chromium import log_in
from support.partners import user_of
from support.shop import OWNER, ready

import adapters.web
from engine.model.order import Order
from engine.ports import StoreError
from engine.services.accounts.profile import change_profile
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from rules.messages import Language, Message, Text

pytestmark = pytest.mark.browser

DESK, PHONE = 1280, 390
PAGE = Path(__file__).parents[2] / "docs" / "ten-tasks.md"
SAID = re.compile(r"^\| (\d+) \| .* \| (\d+) \| (\d+) \|$", re.MULTILINE)
CLICKS = {int(task): {DESK: int(desk), PHONE: int(phone)} for task, desk, phone in SAID.findall(PAGE.read_text("utf-8"))}
IN_SPANISH = {  # what the core says, and data
    "order total is greater than 500": "total del pedido es mayor que 500",
    "Not told": "Sin avisar",
    "Set fields": "Modificar campos",
    "Set fields: 3 orders": "Modificar campos: 3 pedidos",
    "paq-estandar: 3 orders": "paq-estandar: 3 pedidos",
}
DEAR, PLAIN = {"order_total": Decimal(900)}, [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
NO = StoreError(Message("no", Text("The store says no.", "La tienda dice que no.")))


@dataclass
class Person:
    """Somebody with the list of orders before them. Each click counts, also one into a field; what is typed then does not."""

    page: Page
    site: Any
    width: int
    language: Language
    clicks: int = 0

    def say(self, text: str, **names: str) -> str:
        """What a page says in the person's language."""
        if self.language == "en":
            return text % names if names else text
        said = IN_SPANISH.get(text) or spanish().gettext(text)
        return said % names if names else said

    def took(self, task: int) -> None:
        assert self.clicks == CLICKS[task][self.width]

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def link(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=self.say(name), exact=True).first)

    def go(self, name: str) -> None:
        """Take an entry of the navigation, which a phone unfolds first."""
        menu = self.page.get_by_role("button", name=self.say("Menu"))
        if menu.is_visible():
            self.click(menu)
        self.link(name)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=self.say(name), exact=True))

    def tab(self, name: str) -> None:
        tabs = self.page.get_by_role("navigation", name=self.say("Orders by status"))
        self.click(tabs.get_by_role("link", name=self.say(name)))

    def unfold(self, text: str) -> None:
        self.click(self.page.locator("summary").filter(has_text=self.say(text)).first)

    def type(self, field: Locator, text: str) -> None:
        self.click(field)
        self.page.keyboard.type(text)

    def tick(self, number: str) -> None:
        self.click(self.page.get_by_role("checkbox", name=number, exact=True))

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(self.say(text)).first).to_be_visible()

    def begin(self) -> None:
        """Now the orders are there, and the clicks count."""
        change_profile(self.site.shop.app, user_of(self.site.shop, OWNER), language=self.language, time_zone=None)
        log_in(self.page, self.site.url, OWNER)
        expect(self.page.get_by_role("button", name=self.say("Log out"))).to_be_visible()
        self.page.goto(f"{self.site.url}/orders")

    def order(self, number: str) -> Order:
        shop = self.site.shop
        with shop.app.reading() as uow:
            found: Order = uow.orders.get(shop.merchant.id, shop.order_id(number))
        return found


@cache
def spanish() -> GNUTranslations:
    with (Path(adapters.web.__file__).parent / "translations" / "es" / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return GNUTranslations(file)


@pytest.fixture(params=[(DESK, "en"), (PHONE, "es")], ids=["desk-english", "phone-spanish"])
def person(chromium: Browser, site: Any, request: pytest.FixtureRequest) -> Iterator[Person]:
    width, language = request.param
    context = chromium.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    yield Person(context.new_page(), site, width, language)
    context.close()


def living(name: str, city: str) -> dict[str, Any]:
    return {"ship_to": {"name": name, "street1": "Calle Mayor 1", "city": city, "postal_code": "28004", "country": "ES"}}


def test_1_the_order_of_garcia_in_madrid_is_found(person: Person) -> None:
    person.site.shop.import_all(
        ready("7001", **living("Lucía García", "Madrid")),
        ready("7002", **living("Lucía García", "Sevilla")),
        ready("7003", **living("Ana Núñez", "Madrid")),
    )
    person.begin()
    person.type(person.page.locator(".filters input[name=q]"), "garcia madrid")
    person.page.keyboard.press("Enter")
    expect(person.page.locator(".grid-orders .order-link")).to_have_text(["7001"])
    person.link("7001")
    expect(person.page.get_by_role("heading", name=person.say("Order %(number)s", number="7001"))).to_be_visible()
    person.took(1)


def test_2_why_an_order_is_held_is_seen(person: Person) -> None:
    person.site.shop.import_all(ready("7001", **DEAR))
    person.begin()
    person.tab("On hold")
    person.link("7001")
    person.click(
        person.page.locator("li", has_text="Dear orders are looked at first").locator(
            "summary", has_text=person.say("Why it fired")
        )
    )
    person.sees("order total is greater than 500")
    person.took(2)


def test_3_all_held_orders_get_another_service(person: Person) -> None:
    person.site.shop.import_all(*(ready(f"700{last}", **DEAR) for last in range(3)), ready("7009"))
    person.begin()
    person.tab("On hold")
    if person.width == DESK:
        person.click(person.page.locator(".grid-orders thead input[type=checkbox]"))
    else:  # the orders are cards, and no box stands over them
        for last in range(3):
            person.tick(f"700{last}")
    person.button("More actions")
    person.button("Set fields")
    person.type(person.page.get_by_label(person.say("Service"), exact=True), "paq-estandar")
    person.button("Set fields: 3 orders")
    person.sees("paq-estandar: 3 orders")
    services = [person.order(f"700{last}").document()["service"] for last in (0, 1, 2, 9)]
    assert services == ["paq-estandar"] * 3 + ["paq-premium"]
    person.took(3)


def test_4_an_order_is_released(person: Person) -> None:
    person.site.shop.import_all(ready("7001", **DEAR))
    person.begin()
    person.tab("On hold")
    person.tick("7001")
    person.button("Release")
    person.sees("Released")
    assert not person.order("7001").is_held
    person.took(4)


def test_5_ten_orders_are_delegated(person: Person) -> None:
    numbers = [f"70{last:02}" for last in range(10)]
    person.site.shop.import_all(*(ready(number, items=PLAIN) for number in numbers))
    person.begin()
    person.tick(numbers[0])
    last = person.page.get_by_role("checkbox", name=numbers[-1], exact=True)
    person.clicks += 1
    last.click(modifiers=["Shift"])
    person.button("Delegate")
    person.button("Acme 3PL")
    person.sees("10 orders" if person.language == "en" else "10 pedidos")
    assert [person.order(number).status() for number in numbers] == ["pending_fulfillment"] * 10
    person.took(5)


def test_6_an_order_is_recalled(person: Person) -> None:
    person.site.shop.import_all(ready("7001"))
    person.begin()
    person.tick("7001")
    person.button("Recall")
    person.sees("Recall")
    assert person.order("7001").status() == "awaiting_shipment"
    person.took(6)


def test_7_an_order_is_shipped_by_hand(person: Person) -> None:
    person.site.shop.import_all(ready("7001", items=PLAIN))
    person.begin()
    person.link("7001")
    person.type(person.page.get_by_label(person.say("Tracking numbers, one a line, one for each parcel")), "PQ123456789ES")
    person.button("Ship")
    person.sees("The order is shipped.")
    assert person.order("7001").status() == "shipped"
    person.took(7)


def test_8_what_the_store_was_not_told_is_found_and_sent_again(person: Person) -> None:
    shop = person.site.shop
    shop.import_all(ready("7001", items=PLAIN))
    shop.connector.refusal = NO
    ship_order(shop.app, shop.merchant.id, shop.order_id("7001"), Shipping("seur", "24h", ("T-77",)), "somebody")
    shop.work_off()
    shop.connector.refusal = None
    person.begin()
    person.go("Shipping")
    person.link("Not told")
    person.click(person.page.get_by_role("button", name=f"{person.say('Tell the store again')} 7001", exact=True))
    shop.work_off()
    assert [notice.tracking_numbers for _, notice in shop.connector.told] == [("T-77",)]
    person.took(8)


def test_9_why_a_rule_did_not_fire_is_seen(person: Person) -> None:
    person.site.shop.import_all(ready("7001"))
    person.begin()
    person.link("7001")
    person.unfold("Why the others did not fire")
    person.unfold("Dear orders are looked at first")
    person.sees("order total is greater than 500")
    person.took(9)


def test_10_a_changed_rule_is_published(person: Person) -> None:
    person.begin()
    person.go("Rules")
    person.button("Switch on")
    person.link("Publish…")
    person.button("Publish")
    said = person.say("Version %(number)s of %(name)s runs now.", number="2", name="Casa Verde")
    expect(person.page.get_by_text(said).first).to_be_visible()
    with person.site.shop.app.reading() as uow:
        [running] = uow.rule_sets.list_published(person.site.shop.merchant.id)
    assert running.number == 2
    person.took(10)


def test_every_task_has_its_number_of_clicks() -> None:
    assert list(CLICKS) == list(range(1, 11))
