"""Pickups of Sendcloud: made once, found again by their reference, called off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.examples import NOON
from support.sendcloud import WAREHOUSE, OpenSendcloud, open_sendcloud

from adapters.carriers.sendcloud.pickups import like, made_pickup, parse_pickup
from engine.model.pickup import MadePickup, PickupRequest
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

STARTS = NOON + timedelta(days=1)
ASKED = PickupRequest("pck_1", "dpd", WAREHOUSE, STARTS, STARTS + timedelta(hours=4), ("s-1",), 3, 2500, "Dock 3")
MADE = MadePickup("1", "PRG000001")


@pytest.fixture
def sendcloud() -> Iterator[OpenSendcloud]:
    with open_sendcloud() as opened:
        yield opened


def told(sendcloud: OpenSendcloud) -> dict[str, Any]:
    return sendcloud.server.pickups.get("1")


def test_the_carrier_is_told_where_when_and_how_much(sendcloud: OpenSendcloud) -> None:
    sendcloud.set(contract_id="517")
    assert sendcloud.session.make_pickup(ASKED, sendcloud.session.prepare_pickup(ASKED)) == MADE
    sent = {name: told(sendcloud)[name] for name in ("carrier_code", "time_slots", "items", "reference", "contract_id")}
    assert sent == {
        "carrier_code": "dpd",
        "time_slots": [{"start_at": "2026-03-03T12:00:00Z", "end_at": "2026-03-03T16:00:00Z"}],
        "items": [{"quantity": 3, "container_type": "parcel", "total_weight": {"value": "2.500", "unit": "kg"}}],
        "reference": "pck_1",
        "contract_id": 517,
    }
    assert told(sendcloud)["special_instructions"] == "Dock 3"
    assert told(sendcloud)["address"]["address_line_1"] == "Calle Mayor 1"


def test_a_pickup_whose_answer_is_lost_is_found_by_its_reference(sendcloud: OpenSendcloud) -> None:
    assert sendcloud.session.find_pickup(ASKED, "") is None
    sendcloud.session.make_pickup(replace(ASKED, reference="pck_0"), "")
    sendcloud.session.make_pickup(replace(ASKED, reference="pck_9", line="postnl"), "")
    sendcloud.server.strike("lose_answer", "pickup")
    with pytest.raises(CarrierUnavailable):
        sendcloud.session.make_pickup(ASKED, "")
    sendcloud.called()
    assert sendcloud.session.find_pickup(ASKED, "") == MadePickup("3", "PRG000003")
    assert sendcloud.called() == ["GET /pickups", "GET /pickups/3"]


def test_while_the_carrier_has_not_answered_nobody_knows(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("announcing", "pickup")
    with pytest.raises(CarrierUnavailable, match="still telling the carrier"):
        sendcloud.session.make_pickup(ASKED, "")
    with pytest.raises(CarrierUnavailable, match="still telling the carrier"):
        sendcloud.session.find_pickup(ASKED, "")
    assert sendcloud.session.find_pickup(ASKED, "") == MADE


def test_what_is_refused_is_said_in_sendcloud_s_words(sendcloud: OpenSendcloud) -> None:
    with pytest.raises(CarrierRefused, match="/carrier_code: The carrier does not support pickups"):
        sendcloud.session.make_pickup(replace(ASKED, line="sendcloud"), "")
    with pytest.raises(CarrierRefused, match="did not take the pickup"):
        made_pickup({"id": 1, "status": "FAILED"})


@pytest.mark.parametrize("how", ["at_once", "queued"])
def test_it_is_called_off_once(sendcloud: OpenSendcloud, how: str) -> None:
    sendcloud.server.change(cancel=how)
    sendcloud.session.make_pickup(ASKED, "")
    for _ in range(2):
        sendcloud.session.cancel_pickup(ASKED, "1")
    with pytest.raises(CarrierRefused, match="cancelled in your account"):
        sendcloud.session.find_pickup(ASKED, "")


def test_a_carrier_that_keeps_it_says_so(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.change(cancel="never")
    sendcloud.session.make_pickup(ASKED, "")
    with pytest.raises(CarrierRefused, match="can no longer be cancelled"):
        sendcloud.session.cancel_pickup(ASKED, "1")


def test_a_place_that_nobody_finds_is_refused_without_asking(sendcloud: OpenSendcloud) -> None:
    with pytest.raises(CarrierRefused, match="street"):
        sendcloud.session.check_pickup(replace(ASKED, address=replace(WAREHOUSE, street1="")))
    with pytest.raises(CarrierRefused, match="which carrier"):
        sendcloud.session.check_pickup(replace(ASKED, line=""))
    assert sendcloud.called() == []


@pytest.mark.parametrize("data", [{}, {"data": []}, {"data": {"id": "x"}}, {"data": {"id": True}}])
def test_what_is_no_pickup_is_not_taken_for_one(data: dict[str, Any]) -> None:
    with pytest.raises(CarrierUnavailable, match="without a pickup that can be read"):
        parse_pickup(data)


def test_only_those_of_the_carrier_and_the_time_may_be_it() -> None:
    slot = {"start_at": "2026-03-03T13:00:00+01:00"}
    listed = [
        {"id": 1, "carrier_code": "dpd", "time_slots": [slot]},
        {"id": 2, "carrier_code": "postnl", "time_slots": [slot]},
        {"id": 3, "carrier_code": "dpd", "time_slots": [{"start_at": "soon"}]},
        {"id": 4, "carrier_code": "dpd", "time_slots": []},
        "none",
    ]
    assert like({"data": listed}, ASKED) == [1]
    with pytest.raises(CarrierUnavailable):
        like({"data": None}, ASKED)
