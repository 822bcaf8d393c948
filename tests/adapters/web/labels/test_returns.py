"""Return labels on the page of an order that has left."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.pages import pages_over
from support.paid_carrier import FORM, TOO_FAR
from support.shop import OWNER, STRANGER

from engine.model.carrier import CarrierCapability, CarrierKind
from engine.model.label import LabelState
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
CAN = (CarrierCapability.LOOK_UP, CarrierCapability.RETURNS, CarrierCapability.VOID)


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    """The order has left with a label."""
    sides = open_shippers(sqlite_database, clock, describes=CarrierKind("paid", "Paid Post", frozenset(CAN), forms=(FORM,)))
    sides.buy()
    return sides


@pytest.fixture
def web(sides: Shippers) -> Flask:
    return pages_over(sides.app, sides.shop.database)


def test_a_return_label_is_created_printed_and_voided(sides: Shippers, log_in: LogIn) -> None:
    owner, page = log_in(OWNER), f"/orders/{sides.order().id}"
    before = owner.get(page)
    [service] = re.findall(r'<select[^>]*id="return-service"[^>]*>\s*<option value="([^"]+)"', before.text)
    [field] = re.findall(r'name="(quantity-[^"]+)"', before.text.partition('id="returns"')[2])

    after = words_of(press(owner, page, f"{page}/return-label", service=service, weight="1,2 kg", **{field: "1"}))
    assert "The return label is created: paid standard, P2-1. Print it below." in after
    assert "Returns paid standard Parcel 1: P2-1 Label created by" in after
    assert "Return label bought" in after
    [label] = [one for one in sides.labels() if one.is_return]
    assert (label.request.parcels[0].weight_g, sum(label.lines.values())) == (1200, 1)

    printed = press(owner, page, f"/labels/{label.shipment_id}/print", form="pdf-4x6")
    assert printed.data == b"%PDF P2-1"
    asked = words_of(owner.get(f"/labels/{label.shipment_id}/void"))
    assert "Another return label can be created." in asked
    assert "The order awaits shipment again" not in asked
    assert "The label is voided" in words_of(press(owner, page, f"/labels/{label.shipment_id}/void"))
    assert [one.state for one in sides.labels() if one.is_return] == [LabelState.VOIDED]
    assert log_in(STRANGER).get(f"/labels/{label.shipment_id}/void").status_code == 404


def test_it_comes_back_to_where_it_left_or_to_a_chosen_location(sides: Shippers, log_in: LogIn) -> None:
    owner, page = log_in(OWNER), f"/orders/{sides.order().id}"
    assert "Comes back to" not in words_of(owner.get(page))  # there is one location
    with sides.app.unit_of_work() as uow:
        [main] = uow.locations.list_for(sides.shop.merchant.id)
        uow.locations.add(replace(main, id="loc_2", code="VLC", name="Returns & Repairs", city="Valencia"))
        uow.commit()
    [choices] = re.findall(r'<select[^>]*id="return-to".*?</select>', owner.get(page).text, re.DOTALL)
    assert re.findall(r'<option value="([^"]*)">([^<]+)<', choices) == [
        ("", "where it left from"), ("VLC", "Returns &amp; Repairs (VLC)"), (main.code, main.name),
    ]  # fmt: skip

    assert "BCN" in words_of(press(owner, page, f"{page}/return-label", to="BCN"))
    press(owner, page, f"{page}/return-label", to="VLC", **{"quantity-1": "1"})
    press(owner, page, f"{page}/return-label", to="", **{"quantity-1": "1"})
    assert [one.request.ship_to.city for one in sides.labels() if one.is_return] == ["Valencia", main.city]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight": "heavy"}, "“heavy” is not clearly a weight"),
        ({"quantity-1": "many"}, "“many” is not a quantity: write a number."),
        ({"quantity-1": "99"}, "can still come back"),
        ({"service": "car_x/none"}, SERVICE_NOT_AVAILABLE.en),
    ],
)
def test_what_cannot_be_done_is_said(sides: Shippers, log_in: LogIn, typed: dict[str, str], said: str) -> None:
    page = f"/orders/{sides.order().id}"
    assert said in words_of(press(log_in(OWNER), page, f"{page}/return-label", **typed))
    assert not any(one.is_return for one in sides.labels())


def test_what_the_carrier_refuses_is_said(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR]
    page = f"/orders/{sides.order().id}"
    assert "The carrier does not go there." in words_of(press(log_in(OWNER), page, f"{page}/return-label"))


def test_without_a_carrier_that_makes_them_the_page_says_so(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.describes = replace(sides.carrier.describes, capabilities=frozenset())
    page = log_in(OWNER).get(f"/orders/{sides.order().id}")
    assert "None of your carrier accounts makes return labels." in words_of(page)


def test_an_order_that_has_not_left_has_nothing_that_comes_back(sides: Shippers, log_in: LogIn) -> None:
    sides.take_back(sides.buy())
    assert "Returns" not in words_of(log_in(OWNER).get(f"/orders/{sides.order().id}"))
