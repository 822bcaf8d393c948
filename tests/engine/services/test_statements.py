"""Use cases that concern many orders ask the database no more often when there are more."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop, parked, ready
from support.statements import statements

from adapters.stores.brightpearl.description import reasons
from engine.jobs.retention import forget_old
from engine.model.job import JobState
from engine.model.store import Skipped
from engine.model.write_back import notify_key
from engine.services.deciding.account_names import list_account_names
from engine.services.defaults.product_defaults import set_default
from engine.services.defaults.shipping_methods import map_method
from engine.services.fulfillment.client_notes import read_client_notes
from engine.services.fulfillment.ship_order import Shipping, ship_order
from storage.database import Database, open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

Count = Callable[[Shop, int], None]
FEW, MANY = 3, 30


def shipped_there(number: str) -> Skipped:
    return Skipped(f"n{number}", number, reasons.ALREADY_SHIPPED.message(note=f"n{number}"))


def unprinted_there(number: str) -> Skipped:
    return Skipped(f"n{number}", number, reasons.NOT_PRINTED.message(note=f"n{number}"))


def numbers(count: int) -> list[str]:
    return [str(7000 + number) for number in range(count)]


def _import_new(shop: Shop, count: int) -> None:
    shop.import_all(*map(ready, numbers(count)))


def _import_again(shop: Shop, count: int) -> None:
    shop.import_all(*map(ready, numbers(count)))


def _import_changed(shop: Shop, count: int) -> None:
    shop.import_all(*(ready(number, weight_g=1) for number in numbers(count)))


def _close(shop: Shop, count: int) -> None:
    shop.import_all(*map(shipped_there, numbers(count)))


def _unprint(shop: Shop, count: int) -> None:
    shop.import_all(*map(unprinted_there, numbers(count)))


def _reopen(shop: Shop, count: int) -> None:
    shop.import_all(*map(ready, numbers(count)))


def _park(shop: Shop, count: int) -> None:
    shop.import_all(*(parked(str(9000 + number)) for number in range(count)))


def _name(shop: Shop, count: int) -> None:
    list_account_names(shop.app, shop.merchant.id)


def _notes(shop: Shop, count: int) -> None:
    with shop.app.reading() as uow:
        orders = [(shop.merchant.id, order.id) for order in uow.orders.stream(shop.merchant.id)]
    assert len(orders) == count
    with statements(shop.database) as sent:
        read_client_notes(shop.app, shop.provider.id, orders)
    assert len(sent) <= 2


def _forget(shop: Shop, count: int) -> None:
    forget_old(shop.app)


STORY: tuple[Count, ...] = (_import_new, _import_again, _import_changed, _notes, _unprint, _reopen, _close, _park, _name, _forget)


TAGGING = b"name: A\nrules:\n  - {id: a, when: always, then: [{do: add_tag, tag: x}]}\n"
CHOOSING = TAGGING.replace(b"when", b"on: [imported, updated], when").replace(
    b"{do: add_tag, tag: x}", b"{do: set_logistics_provider, provider: acme-3pl}"
)


def _know_products(shop: Shop) -> None:
    """Something of a product of the orders and of a tag, and which service a method is."""
    account_id = shop.merchant.id
    set_default(shop.app, account_id, {"sku": "ACM-MUG", "warehouse_location": "A-01"})
    set_default(shop.app, account_id, {"tag": "fragile", "package": "padded"})
    map_method(shop.app, account_id, {"method": "Air", "carrier": "dhl", "service": "parcel-connect"})


@pytest.mark.parametrize(("rules", "knows_products"), [(None, False), (TAGGING, False), (CHOOSING, False), (CHOOSING, True)])
def test_more_orders_take_no_more_statements(
    tmp_path: Path, secrets: SecretBox, clock: FixedClock, rules: bytes | None, knows_products: bool
) -> None:
    measured = []
    for count in (FEW, MANY):
        database = open_database(f"sqlite:///{tmp_path}/{count}.db", secrets)
        migrate(database)
        shop = open_shop(database, clock, rules)
        if knows_products:
            _know_products(shop)
        found = {}
        for step in STORY:
            with statements(database) as sent:
                step(shop, count)
            found[step.__name__] = [re.sub(r"\(\?(, \?)*\)", "(?)", statement) for statement, _ in sent]
        measured.append(found)
        database.close()
    few, many = measured
    for step, sent in many.items():
        more = [statement for statement in set(sent) if sent.count(statement) > few[step].count(statement)]
        assert not more, step


def test_orders_that_the_store_shipped_wake_what_waits_for_their_siblings(database: Database, clock: FixedClock) -> None:
    """Of an order in two notes one was shipped from here and one by the store; the other order is left in peace."""
    shop = open_shop(database, clock, rules=None)
    first, second, other = ready("7001"), ready("7002"), ready("7003")
    shop.import_all(first, replace(second, external_order_id="7001"), other)
    for number in ("7001", "7003"):
        with database.reading_unit_of_work() as unit:
            orders = [order for order in unit.orders.stream(shop.merchant.id) if order.external_id == f"n{number}"]
        ship_order(shop.app, shop.merchant.id, orders[0].id, Shipping("seur", "24h", ("T1",)), "operator")
    shop.work_off()
    with database.reading_unit_of_work() as unit:
        shipments = {
            order.external_id: unit.fulfillment.list_shipments(order.account_id, order.id)
            for order in unit.orders.stream(shop.merchant.id)
        }

    shop.import_all(shipped_there("7002"))

    with database.reading_unit_of_work() as unit:
        states = {
            external_id: unit.jobs.find(shop.merchant.id, notify_key(shipped[0].id)).state
            for external_id, shipped in shipments.items()
            if shipped
        }
    assert states == {"n7001": JobState.DUE, "n7003": JobState.DONE}
