"""Open orders that no rule has handled, on a page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import words_of
from support.partners import add_member
from support.shop import OWNER, STRANGER, Shop, ready

LogIn = Callable[[str], FlaskClient]
FRANCE = {"name": "Anne", "city": "Paris", "country": "FR"}


def words(client: FlaskClient, address: str = "/rules/unhandled") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words_of(answer)


def test_orders_that_no_rule_has_handled_are_listed_with_what_they_have_in_common(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(
        ready("7001"),
        *(ready(number, ship_to=FRANCE, marketplace="Amazon FR") for number in ("7002", "7003")),
        ready("7004", ship_to={**FRANCE, "country": "DE"}),
    )
    page = words(log_in(OWNER))

    assert "7002" in page
    assert "7003" in page
    assert "7001" not in page, "a rule has handled it"
    assert "Frequent among the newest 3 ship to country FR (2)" in page
    assert "Amazon FR (2)" in page
    assert "DE (1)" not in page, "one alone is not frequent"


def test_an_order_begins_a_rule_for_those_like_it(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7002", ship_to=FRANCE))
    add_member(shop)
    address = f"/rules/from-order/{shop.order_id('7002')}"
    client = log_in(OWNER)

    assert f'href="{address}">New rule from this order<' in client.get("/rules/unhandled").text
    assert "New rule from order 7002" in words(client, address)
    assert "New rule from this order" not in words(log_in("bo@casa-verde.example")), "members cannot change rules"


def test_there_is_nothing_where_rules_handle_everything(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))

    assert "No open order is without a rule" in words(log_in(OWNER))


def test_nobody_sees_the_orders_of_another_account(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7002", ship_to=FRANCE))
    client = log_in(STRANGER)

    assert "No open order is without a rule" in words(client)
    assert len(list(csv.reader(io.StringIO(client.get("/rules/unhandled.csv").text)))) == 1


def test_many_orders_come_page_by_page_and_all_of_them_in_the_file(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(*(ready(str(7000 + number), ship_to=FRANCE) for number in range(51)))
    client = log_in(OWNER)
    first = client.get("/rules/unhandled").text
    after = first.split("/rules/unhandled?after=")[1].split('"')[0]
    second = words(client, f"/rules/unhandled?after={after}")

    assert first.count('class="order-link"') == 50
    assert "Newest orders" in second
    assert "Frequent among" not in second
    header, *rows = csv.reader(io.StringIO(client.get("/rules/unhandled.csv").text.removeprefix("\ufeff")))
    assert header[0] == "order_number"
    assert len(rows) == 51
    assert {row[4] for row in rows} == {"FR"}
