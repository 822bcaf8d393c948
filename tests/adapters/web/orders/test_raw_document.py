"""An order's page leads admins to what its store answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, STRANGER, Shop, ready

from engine.services.accounts.erase_person import erase_person
from engine.services.fulfillment.ship_order import Shipping, ship_order

LogIn = Callable[[str], FlaskClient]


def test_an_admin_reads_each_answer_of_the_store(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(replace(ready("7001"), raw=b'{"note":{"shipped":false,"city":"Le\xc3\xb3n <b>"}}'))
    shop.import_all(replace(ready("7001", weight_g=3), raw=b"not json \xff"))
    client, page = log_in(OWNER), f"/orders/{shop.order_id('7001')}"

    assert f'href="{page}/raw"' in client.get(page).text
    answer = client.get(f"{page}/raw")
    assert answer.status_code == 200
    assert '"city": "León <b>"' in words_of(answer)
    assert "<b>" not in answer.text
    assert "not json" in answer.text

    assert log_in(STRANGER).get(f"{page}/raw").status_code == 404


def test_a_member_does_not_see_it(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    page = f"/orders/{shop.order_id('7001')}"
    client = log_in(OWNER)
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE memberships SET role = 'member'")
    assert f'href="{page}/raw"' not in client.get(page).text
    assert client.get(f"{page}/raw").status_code == 403


def test_what_is_no_longer_kept_is_said_and_so_is_what_was_erased(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    ship_order(shop.app, shop.merchant.id, order_id, Shipping("seur", "24h", ("T1",)), "operator")
    erase_person(shop.app, shop.merchant.slug, name="Ana Núñez")
    client = log_in(OWNER)

    answer = client.get(f"/orders/{order_id}/raw", follow_redirects=True)

    assert "is no longer kept" in words_of(answer)
    assert "The personal data of this order was erased on 2 Mar 2026" in words_of(answer)
    assert "Personal data erased" in words_of(answer)
    assert "Ana Núñez" not in answer.text
