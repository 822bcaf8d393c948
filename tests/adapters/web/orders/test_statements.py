"""The page of an order asks the database so many times and no more, whatever has happened to the order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from support.shop import OWNER, Shop, ready
from support.statements import statements, transactions

from adapters.web.orders.history import ON_A_PAGE, SHOWN_ON_ORDER
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence

LogIn = Callable[[str], FlaskClient]
ENTRIES = 5000
MOST, MOST_OF_HISTORY = 21, 14  # of an order that was never shipped, with the form for its label
FOR_A_BUSY_ONE = 21


def asked(shop: Shop, client: FlaskClient, address: str) -> tuple[int, str]:
    with statements(shop.database) as sent:
        page = client.get(address)
    assert page.status_code == 200
    return len(sent), page.text


def entries_of(page: str) -> int:
    return page.count('class="timeline-when')


def test_an_order_to_ship_takes_few_statements(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}]))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"

    count, page = asked(shop, client, address)
    assert 'id="configure-shipment"' in page
    assert count <= MOST
    assert asked(shop, client, f"{address}/history")[0] <= MOST_OF_HISTORY


@pytest.mark.parametrize("address", ["/orders", "/orders?q=ana&tag=vip&sort=-total", "/inbox", "/holds", "/orders/{order}"])
def test_pages_that_people_work_with_are_read_in_one_transaction(shop: Shop, log_in: LogIn, address: str) -> None:
    """Who looks is read in it too."""
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}]))
    client = log_in(OWNER)
    address = address.format(order=shop.order_id("7001"))
    with transactions(shop.database) as begun:
        page = client.get(address)
    assert page.status_code == 200
    assert len(begun) == 1


def test_an_order_with_thousands_of_entries_takes_as_few_and_shows_a_page_of_them(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}]))
    order_id = shop.order_id("7001")
    live_long(shop, order_id)
    client, address = log_in(OWNER), f"/orders/{order_id}"

    count, page = asked(shop, client, address)
    assert count <= FOR_A_BUSY_ONE
    assert entries_of(page) == SHOWN_ON_ORDER
    assert len(page) < 150_000

    count, page = asked(shop, client, f"{address}/history")
    assert count <= MOST_OF_HISTORY
    assert entries_of(page) == ON_A_PAGE
    older = re.search(r'href="([^"]*before=[^"]*)"', page)
    assert older is not None
    count, second = asked(shop, client, older[1].replace("&amp;", "&"))
    assert count <= MOST_OF_HISTORY
    assert entries_of(second) == ON_A_PAGE


def live_long(shop: Shop, order_id: str) -> None:
    """Thousands of lines of the audit trail, with alerts and jobs."""
    account_id, now = shop.merchant.id, shop.app.clock.now()
    with shop.database.unit_of_work() as unit:
        unit.audit.append(
            [
                AuditEntry(account_id, now + timedelta(seconds=number), "import", "order.updated", order_id, None, {"gift": True})
                for number in range(ENTRIES)
            ]
        )
        for number in range(100):
            unit.alerts.add(Alert(f"alr_{number}", account_id, order_id, Sentence.of("look"), now))
        unit.jobs.add_many(
            [
                Job(f"job_{number}", account_id, JobKind.EMAIL, f"k{number}", {}, now, now, order_id, JobState.DONE, tried_at=now)
                for number in range(100)
            ]
        )
        unit.commit()
