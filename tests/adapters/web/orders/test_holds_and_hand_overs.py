"""What the orders pages say of holds that end by themselves, and of hand-overs that are under way."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, STRANGER, Shop, ready

from engine.jobs.worker import process_next_job
from engine.model.job import JobKind
from engine.services.stores.sessions import SessionPool

LogIn = Callable[[str], FlaskClient]


def in_spanish(client: FlaskClient, address: str) -> str:
    return words_of(press(client, address, "/language", language="es", back=address))


def test_a_page_says_until_when_an_order_is_held_where_the_account_is(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: h, when: always, then: [{do: hold, until: '2026-03-05T09:00:00Z'}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"

    assert "until 5 Mar 2026, 10:00" in words_of(client.get(address))
    assert "until 5 Mar 2026, 10:00" in words_of(client.get("/orders"))
    assert "hasta el 5 mar 2026, 10:00" in in_spanish(client, address)


def test_a_page_names_no_end_of_a_hold_without_one(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: h, when: always, then: [{do: hold}]}")
    shop.import_all(ready("7001"))
    client = log_in(OWNER)

    [status] = re.findall(r'cell-status".*?</td>', client.get("/orders").text)
    assert "until" not in status
    assert not re.search(r"On hold until \d", words_of(client.get(f"/orders/{shop.order_id('7001')}")))


def test_a_hand_over_of_many_orders_says_how_far_it_has_come(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(*(ready(str(7000 + number)) for number in range(5)))
    client = log_in(OWNER)
    assert "5 orders are being handed over: 0 done." in words_of(client.get("/orders"))

    with SessionPool(shop.app) as sessions:
        for _ in range(2):
            process_next_job(shop.app, "w", sessions, [JobKind.DELEGATE])
    assert "5 orders are being handed over: 2 done." in words_of(client.get("/orders"))
    assert "Se están delegando 5 pedidos: 2 hechos." in in_spanish(client, "/orders")

    shop.work_off()
    press(client, "/orders", "/language", language="en", back="/orders")
    assert "handed over" not in words_of(client.get("/orders"))


def test_a_hand_over_of_others_is_nothing_to_see(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))

    assert "handed over" not in words_of(log_in(STRANGER).get("/orders"))
