"""Pickups of EasyPost: prepared, paid once, called off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.easypost_parcels import AUSTIN, CLOCK, DOMESTIC, opened

from adapters.sandboxes.easypost import EasyPostServer
from engine.model.label import PostalAddress
from engine.model.money import Money
from engine.model.pickup import PickupRequest
from engine.ports import CarrierRefused, CarrierUnavailable

GROUND = "UPSDAP:Ground"
STARTS = CLOCK.now() + timedelta(days=1)


def bought(server: EasyPostServer, reference: str = "lbl_1", service: str = GROUND) -> str:
    session, request = opened(server), replace(DOMESTIC, reference=reference, service=service)
    return session.buy(request, session.prepare(request)).carrier_id


def asked(*carrier_ids: str, line: str = "UPSDAP") -> PickupRequest:
    return PickupRequest("pck_1", line, AUSTIN, STARTS, STARTS + timedelta(hours=4), carrier_ids, 2, 1500, "Dock 1")


def test_what_is_prepared_says_where_when_and_for_what_and_costs_nothing(server: EasyPostServer) -> None:
    shipment = bought(server)
    prepared = opened(server, carrier_accounts="ca_1").prepare_pickup(asked(shipment))
    assert server.bodies[-1] == {
        "pickup": {
            "reference": "pck_1",
            "address": {
                "name": "Dock 1", "company": "Acme 3PL", "street1": "1 Main St", "city": "Austin", "state": "TX",
                "zip": "78701", "country": "US", "phone": "5125550100",
            },
            "min_datetime": "2026-03-03T09:30:00Z",
            "max_datetime": "2026-03-03T13:30:00Z",
            "is_account_address": False,
            "instructions": "Dock 1",
            "shipment": {"id": shipment},
            "carrier_accounts": [{"id": "ca_1"}],
        }
    }  # fmt: skip
    assert prepared.startswith("pickup_")
    assert server.pickups.bought == []


def test_several_shipments_are_a_batch(server: EasyPostServer) -> None:
    opened(server).prepare_pickup(asked(bought(server), bought(server, "lbl_2")))
    assert server.bodies[-1]["pickup"]["batch"] == {"id": f"batch_{1:032x}"}
    assert "shipment" not in server.bodies[-1]["pickup"]


def test_the_cheapest_rate_of_the_carrier_is_bought_once(server: EasyPostServer) -> None:
    session, request = opened(server), asked(bought(server))
    prepared = session.prepare_pickup(request)
    made = session.make_pickup(request, prepared)
    assert server.bodies[-1] == {"carrier": "UPSDAP", "service": "Future-day Pickup"}
    assert (made.carrier_id, made.confirmation, made.cost) == (prepared, "WTC000001", Money(Decimal("4.10"), "USD"))
    assert session.make_pickup(request, prepared) == made
    assert session.find_pickup(request, prepared) == made
    assert len(server.pickups.bought) == 1


def test_a_purchase_whose_answer_is_lost_is_found(server: EasyPostServer) -> None:
    session, request = opened(server), asked(bought(server))
    prepared = session.prepare_pickup(request)
    assert session.find_pickup(request, "") is None
    assert session.find_pickup(request, prepared) is None
    server.change(lose_pickups=1)
    with pytest.raises(CarrierUnavailable):
        session.make_pickup(request, prepared)
    found = session.find_pickup(request, prepared)
    assert found is not None
    assert found.confirmation == "WTC000001"
    assert len(server.pickups.bought) == 1


def test_a_carrier_that_sends_nobody_says_so_before_anything_is_kept(server: EasyPostServer) -> None:
    with pytest.raises(CarrierRefused, match="No driver of DHLExpress comes then"):
        opened(server).prepare_pickup(asked(bought(server), line="DHLExpress"))


def test_it_is_called_off_once_and_not_where_the_carrier_keeps_it(server: EasyPostServer) -> None:
    session, request = opened(server), asked(bought(server))
    prepared = session.prepare_pickup(request)
    session.make_pickup(request, prepared)
    server.change(keep_pickups=1)
    with pytest.raises(CarrierRefused, match="can no longer be cancelled"):
        session.cancel_pickup(request, prepared)
    for _ in range(2):
        session.cancel_pickup(request, prepared)
    with pytest.raises(CarrierRefused, match="cancelled in your account"):
        session.find_pickup(request, prepared)


@pytest.mark.parametrize(
    "place", [replace(AUSTIN, street1=" "), replace(AUSTIN, city=""), replace(AUSTIN, country="XX"), PostalAddress()]
)
def test_a_place_that_nobody_finds_is_refused_without_asking(server: EasyPostServer, place: PostalAddress) -> None:
    with pytest.raises(CarrierRefused, match="complete the ship-from location"):
        opened(server).check_pickup(replace(asked("shp_1"), address=place))
    assert server.calls == []
