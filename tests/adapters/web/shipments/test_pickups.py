"""Asking for a driver on the page *End of day*."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.pages import pages_over
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.pickups import Gate, open_gate
from support.shop import OWNER, STRANGER

from engine.services.manifests.ready import list_ready
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
PAGE = "/end-of-day"


@pytest.fixture
def gate(sqlite_database: Database, clock: FixedClock) -> Gate:
    return open_gate(sqlite_database, clock)


@pytest.fixture
def web(gate: Gate) -> Flask:
    return pages_over(gate.app, gate.shop.database)


def ask(gate: Gate, client: FlaskClient, **form: str) -> str:
    [group] = list_ready(gate.app, gate.shop.merchant)
    usual = {"group": group.key, "day": gate.wish().day.isoformat(), "starts": "14:00", "ends": "18:00"}
    return words_of(press(client, PAGE, "/pickups", **{**usual, **form}))


def test_a_driver_is_asked_for_and_called_off(gate: Gate, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    assert "Ask for a pickup : paid, Madrid" in words_of(owner.get(PAGE)).replace("pickup: ", "pickup : ")
    after = ask(gate, owner, instructions="Dock 3")
    assert "A driver of paid comes: C1." in after
    assert "paid C1 Madrid 2 A driver comes €4.10 Cancel the pickup" in after
    [pickup] = gate.pickups()
    assert pickup.request.instructions == "Dock 3"

    assert log_in(STRANGER).post(f"/pickups/{pickup.id}/cancel").status_code in (400, 404)
    ended = words_of(press(owner, PAGE, f"/pickups/{pickup.id}/cancel"))
    assert "The pickup of paid is cancelled." in ended
    assert "Pickup cancelled" in ended
    assert gate.fetching.called_off == [pickup.carrier_id]


def test_what_goes_wrong_is_said(gate: Gate, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    assert "Write the day of the pickup" in ask(gate, owner, day="tomorrow")
    assert "18:00 to 14:00" in ask(gate, owner, starts="18:00", ends="14:00")
    assert "nothing to be picked up" in ask(gate, owner, group="")
    gate.fetching.fails_before["make_pickup"] = [TOO_FAR]
    assert "Refused by the carrier The carrier does not go there." in ask(gate, owner)
    gate.fetching.fails_after["make_pickup"] = [NO_ANSWER]
    unknown = ask(gate, owner)
    assert "A carrier has not answered yet" in unknown
    assert "Not known yet the carrier did not answer." in unknown
    assert "Cancel the pickup" not in unknown


def test_a_driver_is_named_with_the_account_of_several_with_one_carrier(gate: Gate, log_in: LogIn) -> None:
    gate.nickname("Vans")
    owner = log_in(OWNER)
    assert "Ask for a pickup: paid · Vans, Madrid" in words_of(owner.get(PAGE))
    after = ask(gate, owner)
    assert "A driver of paid · Vans comes: C1." in after
    assert "paid · Vans C1 Madrid 2 A driver comes €4.10 Cancel the pickup paid · Vans, " in after


def test_it_is_said_in_spanish(gate: Gate, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    press(owner, PAGE, "/language", language="es", back=PAGE)
    assert "Pedir una recogida" in words_of(owner.get(PAGE))
    assert "Viene un conductor por 2 paquetes." in words_of(owner.get(PAGE))
    gate.take_back_return(*gate.labels("2"))
    assert "Viene un conductor por 1 paquete." in words_of(owner.get(PAGE))
    assert "Viene un conductor de paid: C1." in ask(gate, owner)


def test_where_no_carrier_sends_a_driver_the_page_says_nothing_of_it(gate: Gate, log_in: LogIn) -> None:
    gate.fetching.describes = replace(gate.fetching.describes, capabilities=frozenset())
    assert "ickup" not in words_of(log_in(OWNER).get(PAGE))
