"""Service points of Sendcloud: looked for, told, and needed where the shipping option says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.sendcloud import HOME, REQUEST, OpenSendcloud, open_sendcloud

from adapters.carriers.sendcloud.service_points import parse_point, parse_points, points_query
from engine.model.label import PostalAddress
from engine.model.service_point import ServicePoint
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

TO_POINT = replace(REQUEST, service="postnl:service_point")
LISBON = HOME


@pytest.fixture
def sendcloud() -> Iterator[OpenSendcloud]:
    with open_sendcloud() as opened:
        yield opened


def test_those_of_the_option_s_carrier_are_listed_the_nearest_first(sendcloud: OpenSendcloud) -> None:
    points = sendcloud.session.list_service_points("postnl:service_point", LISBON)
    assert points[0] == ServicePoint("1000001", "PostNL Kiosk", "Stationsplein 1", "1100-048", "Lisboa", "PT", "PostNL", 150)
    assert [point.distance_m for point in points] == [150, 420, 1300]
    assert sendcloud.session.list_service_points("dpd:home", LISBON)[0].id == "1000011"
    assert sendcloud.session.list_service_points("dpd:home", replace(LISBON, postal_code="0000")) == []


def test_the_question_has_the_parts_of_the_address_and_no_person() -> None:
    assert points_query("postnl:service_point/signature", LISBON) == {
        "country_code": "PT",
        "carrier_code": "postnl",
        "limit": "15",
        "address_street": "Rua Nova 2",
        "address_postal_code": "1100-048",
        "address_city": "Lisboa",
    }
    for nowhere in (PostalAddress(postal_code="1"), PostalAddress(country="PT")):
        with pytest.raises(CarrierRefused, match="the country and the city or postal code"):
            points_query("postnl:x", nowhere)


def test_the_chosen_point_is_told_by_its_id(sendcloud: OpenSendcloud) -> None:
    point = sendcloud.session.get_service_point("1000002")
    sendcloud.buy(replace(TO_POINT, service_point=point))
    assert sendcloud.server.bodies[-1]["to_service_point"] == {"id": "1000002"}
    assert sendcloud.server.bodies[-1]["to_address"]["name"] == "Ana Núñez"
    sendcloud.buy(replace(REQUEST, reference="lbl_2"))
    assert "to_service_point" not in sendcloud.server.bodies[-1]


def test_an_option_that_needs_a_point_is_not_bought_without(sendcloud: OpenSendcloud) -> None:
    with pytest.raises(
        CarrierRefused, match=r'With "postnl:service_point" customers fetch their parcels at a service point: choose one first\.$'
    ):
        sendcloud.buy(TO_POINT)
    assert sendcloud.server.bodies == []


def test_where_sendcloud_does_not_describe_the_option_it_refuses_itself(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("error_500", "quotes")
    with pytest.raises(CarrierRefused, match="/to_service_point: A service point is required"):
        sendcloud.buy(TO_POINT)
    wrong = ServicePoint("1000011", "DPD Kiosk")
    with pytest.raises(CarrierRefused, match="not available for this shipping option"):
        sendcloud.buy(replace(TO_POINT, service_point=wrong))


@pytest.mark.parametrize("point_id", ["1000009", "42", "../shipments", "", "１０"])
def test_a_point_that_is_not_there_any_more_is_said(sendcloud: OpenSendcloud, point_id: str) -> None:
    with pytest.raises(CarrierRefused, match="has no service point"):
        sendcloud.session.get_service_point(point_id)


@pytest.mark.parametrize("kind", ["error_500", "garbage", "lose_answer"])
def test_an_answer_that_cannot_be_had_is_unknown(sendcloud: OpenSendcloud, kind: str) -> None:
    sendcloud.server.strike(kind, "points")
    with pytest.raises(CarrierUnavailable):
        sendcloud.session.list_service_points("postnl:service_point", LISBON)


@pytest.mark.parametrize("data", [{}, {"data": []}, {"data": {"results": {}}}, {"data": {"results": [{"name": "x"}]}}])
def test_what_is_no_list_of_points_is_not_taken_for_one(data: dict[str, Any]) -> None:
    with pytest.raises(CarrierUnavailable, match="without service points that can be read"):
        parse_points(data)


def test_odd_points_are_read_as_far_as_they_go() -> None:
    odd = {"id": "9", "name": "Shop\x1b[31m\n", "address": None, "carrier": [], "distance": -4}
    expired = {"id": 8, "name": "Gone", "is_expired": True}
    near = {"id": 7, "name": "Near", "distance": 12}
    first, second = parse_points({"data": {"results": [odd, expired, near], "geocoding": None}})
    assert (first.id, first.distance_m) == ("7", 12)
    assert (second.id, second.place, second.distance_m) == ("9", "", None)
    assert "\x1b" not in second.name
    with pytest.raises(CarrierRefused, match='has no service point "8"'):
        parse_point({"data": expired}, "8")
