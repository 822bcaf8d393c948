"""No page asks the database more often because there is more to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from support.browsing import send_log_in
from support.clock import FixedClock
from support.examples import a_store, an_account
from support.mails import post
from support.routes import address, pages
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox
from support.shop import OWNER, PROVIDER
from support.statements import statements

from adapters.web.application import create_web
from adapters.web.orders.grid import STORES_LISTED
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.account import AccountKind, CarrierAccount, Location
from engine.model.alert import Alert
from engine.model.connection import Connection, ConnectionState
from engine.model.ids import new_id
from engine.model.order import OrderState
from engine.model.price_list import PriceList
from engine.model.sentence import Sentence
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.ship_order import Shipping, ship_order, unship_order
from storage.database import open_database
from storage.migrate import migrate
from storage.queries import Queries
from storage.secret_box import SecretBox

FEW, MANY = 3, 30


@contextmanager
def filled(url: str, secrets: SecretBox, clock: FixedClock, count: int) -> Iterator[SandboxShop]:
    """A shop that has so many of everything a page can show."""
    database = open_database(url, secrets)
    migrate(database)
    with sandbox(clock.now, 4 * count) as server:
        shop = open_sandbox_shop(database, server, clock)
        shop.run_import()
        shop.work_off()
        _add_partners(shop, count)
        _live_through(shop, count)
        yield shop
    database.close()


def _add_partners(shop: SandboxShop, count: int) -> None:
    now = shop.clock.now()
    with shop.database.unit_of_work() as unit:
        [own] = unit.connections.list_for_client(shop.merchant.id)
        unit.billing.set_prices(
            PriceList(own.provider_id, shop.merchant.id, "2026-01", "EUR", *[Decimal(1)] * 5, actor="", set_at=now)
        )
        for number in range(STORES_LISTED):  # with more stores than a page lists they are asked for in another way
            unit.stores.add(a_store(shop.merchant.id, name=f"Shop {number}"))
        for number in range(count):
            client = an_account(f"client-{number}")
            provider = an_account(f"provider-{number}", kind=AccountKind.PROVIDER)
            unit.accounts.add(client)
            unit.accounts.add(provider)
            for one, other in ((shop.provider, client), (provider, shop.merchant)):
                unit.connections.add(Connection(new_id("con"), one.id, other.id, ConnectionState.ACTIVE, "", "", now))
                unit.billing.set_prices(PriceList(one.id, other.id, "2026-01", "EUR", *[Decimal(1)] * 5, actor="", set_at=now))
            invited = ConnectionState.PENDING, "", "", now, f"client-{number}@example.com", now + timedelta(days=30)
            unit.connections.add(Connection(new_id("con"), shop.provider.id, None, *invited))
            unit.locations.add(Location(new_id("loc"), shop.merchant.id, f"place-{number}", "Place", "ES"))
            unit.carrier_accounts.add(CarrierAccount(new_id("car"), shop.merchant.id, f"carrier-{number}", ("a", "b"), ()))
            unit.carrier_accounts.add(CarrierAccount(new_id("car"), client.id, "seur", ("24h",), (shop.provider.id,)))
            unit.stores.add(a_store(shop.merchant.id, name=f"Store {number}"))
            unit.alerts.add(Alert(new_id("alr"), shop.merchant.id, None, Sentence.of("look"), now))
        unit.commit()
    for _ in range(count):
        post(shop)


def _live_through(shop: SandboxShop, count: int) -> None:
    """The first open order is decided about, shipped and taken back many times."""
    order = next(order for order in shop.orders().values() if order.state is OrderState.OPEN)
    for number in range(count):
        reprocess_orders(shop.app, shop.merchant.id, [order.id], "operator")
        ship_order(shop.app, shop.merchant.id, order.id, Shipping("seur", "24h", (f"T{number}",)), "operator")
        unship_order(shop.app, shop.merchant.id, order.id, "operator")
    with shop.database.unit_of_work() as unit:
        for number in range(count):
            unit.alerts.add(Alert(new_id("alr"), shop.merchant.id, order.id, Sentence.of(f"look {number}"), shop.clock.now()))
        flagged = unit.orders.get(shop.merchant.id, order.id)
        flagged.flag(NEEDS_ATTENTION)
        unit.orders.update_many([flagged])
        unit.commit()
    shop.watched = order  # type: ignore[attr-defined]


def named(path: str, values: dict[str, str]) -> str:
    """An address with words in the place of ids, to be compared with that of another shop."""
    for name, value in values.items():
        path = path.replace(value, name) if name.endswith("_id") else path
    return path


def counts(shop: SandboxShop) -> dict[str, int]:
    """How many statements each page sends, by person and page."""
    web = create_web(shop.app, Queries(shop.database), secret=b"k" * 32)
    with shop.app.reading() as unit:
        (partner,) = (one for one in unit.connections.list_for_client(shop.merchant.id) if one.provider_id == shop.provider.id)
    month, _, _ = str(shop.clock.now().date()).rpartition("-")
    values = {
        "statement_id": f"stm_{partner.id.removeprefix('con_')}_{month.replace('-', '')}_EUR",
        "order_id": shop.watched.id,
        "store_id": shop.store.id,  # type: ignore[attr-defined]
        "connection_id": partner.id,
        "kind": "brightpearl",
    }
    found: dict[str, int] = {}
    for person in (OWNER, PROVIDER):
        client = web.test_client()
        assert send_log_in(client, person).status_code == 302
        for rule in pages(web):
            if rule.arguments - values.keys():
                continue
            path = address(web, rule, values)
            for query in ("", "?flag=needs_attention", "?status=shipped", "?q=a") if rule.endpoint == "orders.index" else ("",):
                with statements(shop.database) as sent:
                    answer = client.get(path + query)
                assert answer.status_code in (200, 302, 404), (path, answer.status_code)
                found[f"{person} {named(path, values)}{query}"] = len(sent)
    return found


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_no_page_asks_more_often_when_there_is_more(
    kind: str, request: pytest.FixtureRequest, secrets: SecretBox, clock: FixedClock, tmp_path_factory: pytest.TempPathFactory
) -> None:
    measured = []
    for count in (FEW, MANY):
        if kind == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('shop')}/relevo.db"
        else:
            url = request.getfixturevalue("postgresql_url" if count == FEW else "empty_postgresql_url")
        with filled(url, secrets, clock, count) as shop:
            measured.append(counts(shop))
    few, many = measured
    assert len(few) > 25
    assert {page: (few[page], number) for page, number in many.items() if number > few[page]} == {}
    assert max(many.values()) <= 38, max(many, key=lambda page: many[page])
