"""The address at which carriers say that a parcel has moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from flask import Flask
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import PaidCarrier

from adapters.api.carrier_calls import LONGEST_BODY_BYTES, add_carrier_calls
from adapters.carriers.signed_calls import check_signature, signature_of
from engine.jobs.make_label import MadeLabel
from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH, CalledAbout, CarrierCapability
from engine.model.tracking import HEARD_EVERY, TrackingSource
from engine.services.accounts.carrier_calls import find_calls, set_calls_secret
from engine.services.refusals import Refused
from storage.database import Database
from storage.errors import DatabaseLocked

SECRET = "between us"


class _Calling(PaidCarrier):
    """It calls with the number of the parcel as the body."""

    def parse_call(self, account: CarrierAccount, headers: Mapping[str, str], body: bytes) -> CalledAbout:
        check_signature(account.credentials.get(CALLS_SIGNED_WITH, ""), body, headers.get("Signature", ""))
        return CalledAbout(numbers=(body.decode(),))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    opened = open_shippers(database, clock)
    can = opened.carrier.describes.capabilities | {CarrierCapability.CALLS}
    opened.carrier = _Calling(replace(opened.carrier.describes, capabilities=can))
    opened.shop.app = replace(opened.app, carriers={"paid": opened.carrier})
    return opened


def web_of(sides: Shippers) -> Flask:
    web = Flask("test")
    web.extensions["csrf"] = type("Csrf", (), {"exempt": lambda self, blueprint: None})()
    add_carrier_calls(web, sides.app, (DatabaseLocked,))
    return web


def called(sides: Shippers, carrier_account_id: str, number: str, secret: str = SECRET) -> int:
    headers = {"Signature": signature_of(secret, number.encode())}
    client = web_of(sides).test_client()
    return client.post(f"/api/carriers/{carrier_account_id}/events", data=number.encode(), headers=headers).status_code


def bought(sides: Shippers) -> tuple[MadeLabel, str]:
    """A label, and the carrier account that its carrier calls for."""
    made = sides.buy()
    own = made.label.carrier_account_id
    set_calls_secret(sides.app, sides.shop.merchant, own, SECRET, sides.owner.id)
    return made, own


def sources(sides: Shippers, made: MadeLabel) -> list[TrackingSource | None]:
    with sides.app.reading() as unit:
        return [event.source for event in unit.trackings.list_events(sides.merchant, made.shipment.id)]


def test_a_carrier_that_calls_is_asked_at_once_and_however_often_it_calls_not_more_than_once_a_minute(
    sides: Shippers, clock: FixedClock
) -> None:
    made, own = bought(sides)
    assert called(sides, own, made.shipment.numbers[0]) == 200
    sides.shop.work_off()
    assert sources(sides, made) == [TrackingSource.CALL]
    for _ in range(3):
        assert called(sides, own, made.shipment.numbers[0]) == 200
        sides.shop.work_off()
    assert len(sides.carrier.asked_about) == 1
    clock.sleep(HEARD_EVERY.total_seconds())
    sides.shop.work_off()
    assert len(sides.carrier.asked_about) == 2


def test_the_number_of_a_call_may_have_blanks_and_invisible_marks(sides: Shippers) -> None:
    made, own = bought(sides)
    number = made.shipment.numbers[0]
    assert called(sides, own, f" {number[:1]} {number[1:]}\u200b") == 200
    sides.shop.work_off()
    assert sources(sides, made) == [TrackingSource.CALL]


def test_a_call_about_what_nobody_here_shipped_is_heard_and_comes_to_nothing(sides: Shippers) -> None:
    _, own = bought(sides)
    assert called(sides, own, "T-unknown") == 200
    sides.shop.work_off()
    assert sides.carrier.asked_about == []


def test_what_is_not_signed_for_this_very_account_is_not_heard(sides: Shippers) -> None:
    made, own = bought(sides)
    with sides.app.reading() as unit:
        [another] = unit.carrier_accounts.list_for(sides.provider)
    number = made.shipment.numbers[0]
    assert called(sides, own, number, "guessed") == 401
    assert called(sides, "car_unknown", number) == 401
    assert called(sides, another.id, number) == 401  # no secret was entered for it
    set_calls_secret(sides.app, sides.shop.provider, another.id, SECRET, sides.clerk.id)
    assert called(sides, another.id, number) == 200  # it is that account's call, and the parcel is not
    set_calls_secret(sides.app, sides.shop.merchant, own, "", sides.owner.id)
    assert called(sides, own, number) == 401
    sides.shop.work_off()
    assert sides.carrier.asked_about == []


def test_what_is_too_long_or_cannot_be_kept_now_is_answered_so(sides: Shippers, monkeypatch: pytest.MonkeyPatch) -> None:
    client = web_of(sides).test_client()
    large = client.post("/api/carriers/car_1/events", data=b" " * (LONGEST_BODY_BYTES + 1))
    assert (large.status_code, large.json["error"]["code"]) == (413, "too_large")

    def busy(*_: object) -> None:
        raise DatabaseLocked

    monkeypatch.setattr("adapters.api.carrier_calls.receive_carrier_call", busy)
    answer = client.post("/api/carriers/car_1/events", data=b"{}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_the_address_and_the_secret_belong_to_a_carrier_that_calls(sides: Shippers) -> None:
    _, own = bought(sides)
    found = find_calls(sides.app, sides.shop.merchant, own)
    assert (found.url, found.has_secret) == (f"{sides.app.base_url}/api/carriers/{own}/events", True)
    with pytest.raises(Refused, match="There is no carrier account"):
        find_calls(sides.app, sides.shop.provider, own)
    silent = replace(sides.app, carriers={"paid": PaidCarrier()})
    with pytest.raises(Refused, match="Paid Post does not call"):
        set_calls_secret(silent, sides.shop.merchant, own, SECRET, "somebody")
    with pytest.raises(Refused, match="at most 500"):
        set_calls_secret(sides.app, sides.shop.merchant, own, "x" * 501, "somebody")
