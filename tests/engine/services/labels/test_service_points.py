"""A parcel goes to the service point that a person has chosen, and the point is kept with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import NO_ANSWER
from support.service_points import KIOSK, LOCKER, PointCarrier, open_pointed
from support.shop import ready

from engine.model.carrier import CarrierCapability
from engine.model.service_point import ServicePoint
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.service_points import get_service_point, list_service_points
from engine.services.refusals import Refused
from storage.database import Database

PAID = ServiceWish("paid", "standard")


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_pointed(sqlite_database, clock)


def find(sides: Shippers, near: str = "") -> list[ServicePoint]:
    return list_service_points(sides.app, sides.merchant, sides.shop.order_id("1"), PAID, near)


def get(sides: Shippers, point_id: str) -> ServicePoint:
    return get_service_point(sides.app, sides.merchant, sides.shop.order_id("1"), PAID, point_id)


def test_the_carrier_is_asked_near_the_address_or_near_what_a_person_says(sides: Shippers) -> None:
    assert isinstance(sides.carrier, PointCarrier)
    assert find(sides) == [KIOSK, LOCKER]
    find(sides, " 08001 ")
    assert sides.carrier.looked == [("standard", "28004", "ES"), ("standard", "08001", "ES")]


def test_the_chosen_point_goes_along_and_stays_with_the_label(sides: Shippers) -> None:
    point = get(sides, " 78 ")
    assert point == replace(LOCKER, distance_m=None)
    made = sides.buy("1", LabelWish(PAID, ParcelWish(service_point=point)))
    assert sides.carrier.purchases[0].service_point == point
    assert [label.request.service_point for label in sides.labels()] == [point]
    assert made.label.request.digest != replace(made.label.request, service_point=None).digest


def test_without_a_point_nothing_is_said_of_one(sides: Shippers) -> None:
    request = sides.buy("1").label.request
    assert request.service_point is None
    assert "service_point" not in request.to_data()


def test_a_point_that_is_gone_and_a_carrier_that_does_not_answer_are_said(sides: Shippers) -> None:
    with pytest.raises(Refused, match=r"^the point is gone\.$"):  # the carrier has said so
        get(sides, "79")
    sides.carrier.fails_before["list_service_points"] = [NO_ANSWER]
    with pytest.raises(Refused, match=r"Paid Post does not say which service points there are: .*did not answer"):
        find(sides)


def test_a_carrier_without_service_points_is_not_asked(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_shippers(sqlite_database, clock)
    assert not sides.carrier.describes.can(CarrierCapability.SERVICE_POINTS)
    for ask in (lambda: find(sides), lambda: get(sides, "77")):
        with pytest.raises(Refused, match="Paid Post has no service points to choose here"):
            ask()


def test_a_service_that_the_order_may_not_use_and_a_stranger_s_order_find_nothing(sides: Shippers) -> None:
    with pytest.raises(Refused, match="not valid because the client"):
        list_service_points(sides.app, sides.merchant, sides.shop.order_id("1"), ServiceWish("paid", "other"))
    with pytest.raises(Refused) as refused:
        list_service_points(sides.app, sides.provider, sides.shop.order_id("1"), PAID)
    assert refused.value.message.code == "no_order"


def test_the_way_back_does_not_begin_at_the_point(sides: Shippers) -> None:
    can = sides.carrier.describes.capabilities | {CarrierCapability.RETURNS}
    sides.carrier.describes = replace(sides.carrier.describes, capabilities=can)
    sides.shop.import_all(ready("2", return_label=True))
    sides.buy("2", LabelWish(PAID, ParcelWish(service_point=KIOSK)))
    sides.shop.work_off()
    assert [request.service_point for request in sides.carrier.purchases] == [KIOSK, None]


def test_erasing_a_person_forgets_where_they_fetched_it(sides: Shippers) -> None:
    sides.buy("1", LabelWish(PAID, ParcelWish(service_point=KIOSK)))
    with sides.app.unit_of_work() as uow:
        uow.labels.redact(sides.merchant, [sides.order().id])
        uow.commit()
    assert [label.request.service_point for label in sides.labels()] == [None]
