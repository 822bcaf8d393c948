"""Choosing on an order's page where its customer fetches the parcel."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_in, words_of
from support.clock import FixedClock
from support.labels import Shippers
from support.paid_carrier import PaidCarrier
from support.service_points import KIOSK, open_pointed
from support.shop import OWNER
from werkzeug.test import TestResponse

from storage.database import Database

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_pointed(sqlite_database, clock)


def send(sides: Shippers, client: FlaskClient, **form: str) -> TestResponse:
    order_id = sides.shop.order_id("1")
    page = f"/orders/{order_id}"
    with sides.app.reading() as uow:
        account = next(one for one in uow.carrier_accounts.list_for(sides.merchant) if one.carrier == "paid")
    usual = {"service": f"{account.id}/standard", "ship_from": "main", "weight": "750"}
    token = token_of(client.get(page))
    return client.post(f"{page}/label", data={**usual, "csrf_token": token, **form}, follow_redirects=True)


def test_points_are_found_one_is_chosen_and_the_label_goes_there(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    found = send(sides, client, do="points", near="08001").text
    assert "Kiosco Sol Puerta del Sol 1, 28013 Madrid, ES 150 m Choose" in words_in(found)
    assert 'name="near" value="08001"' in found
    chosen = send(sides, client, point="77").text
    assert 'name="service_point" value="77"' in chosen
    assert "150 m chosen" in words_in(chosen)
    assert sides.carrier.purchases == []
    after = words_of(send(sides, client, do="create", service_point="77"))
    assert "To be fetched at Kiosco Sol, Puerta del Sol 1, 28013 Madrid, ES" in after
    [request] = sides.carrier.purchases
    assert request.service_point is not None
    assert request.service_point.id == KIOSK.id


def test_a_number_that_is_nobody_s_is_said_at_its_field_and_nothing_is_bought(sides: Shippers, log_in: LogIn) -> None:
    answer = send(sides, log_in(OWNER), do="create", service_point="99")
    assert answer.status_code == 422
    assert 'id="service_point-wrong"' in answer.text
    assert "the point is gone" in words_of(answer)
    assert 'name="service_point" value="99"' in answer.text
    assert sides.carrier.purchases == []


def test_the_carrier_is_not_asked_while_the_form_lacks_something(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "Choose the service first." in words_of(send(sides, client, do="points", service=""))
    sides.carrier.fails_before["get_service_point"] = [AssertionError("asked")]
    assert "its weight is missing" in words_of(send(sides, client, do="create", service_point="77", weight=""))


def test_there_may_be_none_near_it(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.points = []  # type: ignore[attr-defined]
    assert "There is no service point near it." in words_of(send(sides, log_in(OWNER), do="points"))


def test_it_is_said_in_spanish(sides: Shippers, log_in: LogIn) -> None:
    client, page = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    press(client, page, "/language", language="es", back=page)
    found = words_of(send(sides, client, do="points"))
    assert "Número del punto de recogida" in found
    assert "Kiosco Sol Puerta del Sol 1, 28013 Madrid, ES 150 m Elegir" in found


def test_without_a_carrier_that_has_them_there_is_no_such_field(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.describes = PaidCarrier().describes
    assert "Service point" not in words_of(log_in(OWNER).get(f"/orders/{sides.shop.order_id('1')}"))
