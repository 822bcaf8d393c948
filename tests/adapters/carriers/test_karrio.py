"""Carriers by karrio, as far as that goes without the extra; `make test-karrio` tries them with it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from support.examples import NOON

from adapters.carriers.karrio import carrier as karrio_carrier
from adapters.carriers.karrio.carrier import KarrioCarrier, karrio_carriers
from adapters.carriers.karrio.checks import check_shipment
from adapters.carriers.karrio.library import installed_lines
from adapters.carriers.karrio.lines import DHL_PARCEL_DE, LINES, UPS, KarrioLine
from adapters.carriers.karrio.outcomes import OUTCOMES, Came, Heard, done
from adapters.carriers.karrio.settings import connection
from adapters.carriers.karrio.shipment import rated, shipment, street_lines
from adapters.carriers.karrio.tracking import STATES, parse_tracking
from engine.model.account import CarrierAccount
from engine.model.label import LabelRequest, ParcelToShip, PostalAddress
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports import CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text

ROOT = Path(__file__).parents[3]
BERLIN = PostalAddress("Tor 3", "Casa Verde", "Hauptstr. 1", city="Berlin", postal_code="10115", country="DE")
BONN = PostalAddress("Ana Núñez", "", "Rheinweg 2", city="Bonn", postal_code="53113", country="DE")
REQUEST = LabelRequest("lbl_1", "ups_standard_eu", BERLIN, BONN, (ParcelToShip(1231, 201, 150, 99),), date(2026, 3, 3))
LOST = CarrierUnavailable(Message("no_answer", Text("no answer.", "sin respuesta.")))
NOT_CALLED = CarrierRefused(Message("address_not_allowed", Text("not called.", "no se llama.")))


@dataclass(frozen=True)
class Said:
    """A message as karrio makes it."""

    message: str = ""
    code: str = ""
    details: dict[str, Any] | None = None


@dataclass(frozen=True)
class Event:
    """An event as karrio tells it."""

    status: str | None
    timestamp: str | None
    description: str | None = None
    location: str | None = None


@dataclass(frozen=True)
class Parcel:
    events: list[Event]


def account(line: KarrioLine = UPS, services: tuple[str, ...] = (), **settings: Any) -> CarrierAccount:
    credentials = {field.name: "x" for field in line.kind.credentials}
    return CarrierAccount("car_1", "acc_1", line.kind.code, services, settings=settings, credentials=credentials)


def test_without_the_extra_no_carrier_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("adapters.carriers.karrio.library.metadata.version", missing)
    assert karrio_carriers() == []


def test_the_carriers_are_put_together_without_loading_karrio() -> None:
    script = (
        "import sys; from app import Runtime, _carriers; from adapters.clock import SystemClock;"
        "print(len(_carriers(Runtime().settings, SystemClock())), sorted({'karrio', 'loguru'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == f"{3 + len(installed_lines())} []"


def test_what_is_installed_is_offered_without_being_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(karrio_carrier, "installed_lines", lambda: [UPS])
    (carrier,) = karrio_carriers()
    assert carrier.describes is UPS.kind
    carrier.check_settings(account(account_number="A1B2C3"))
    assert "karrio" not in sys.modules


@pytest.mark.parametrize(
    ("line", "settings", "code"),
    [
        (UPS, {}, "number_missing"),
        (UPS, {"account_number": "A1/B2"}, "number"),
        (UPS, {"account_number": "A1B2C3", "test_mode": "perhaps"}, "test_mode"),
        (UPS, {"account_number": "A1B2C3", "url": "https://ups.example"}, "unknown_setting"),
        (DHL_PARCEL_DE, {}, "number_missing"),
    ],
)
def test_an_account_that_cannot_be_used_is_refused(line: KarrioLine, settings: dict[str, Any], code: str) -> None:
    with pytest.raises(CarrierRefused) as refusal:
        connection(line, account(line, **settings))
    assert refusal.value.code == code


def test_an_unknown_service_and_a_missing_key_are_refused() -> None:
    with pytest.raises(CarrierRefused) as refusal:
        connection(UPS, account(services=("ups_by_balloon",), account_number="A1B2C3"))
    assert refusal.value.code == "service"
    carrier = KarrioCarrier(UPS, pytest.fail)
    with pytest.raises(CarrierRefused) as refusal:
        carrier.check_settings(replace(account(account_number="A1B2C3"), credentials={"client_id": "x"}))
    assert refusal.value.code == "credential_missing"


def test_dhl_never_bills_its_own_test_account_in_earnest() -> None:
    """Karrio would, for a service that has no number of its own."""
    config = connection(DHL_PARCEL_DE, account(DHL_PARCEL_DE, billing_number="22222222220101"))["config"]
    assert {one["service"] for one in config["service_billing_numbers"]} == set(DHL_PARCEL_DE.services)
    assert {one["billing_number"] for one in config["service_billing_numbers"]} == {"22222222220101"}
    assert config["default_billing_number"] == "22222222220101"
    assert connection(DHL_PARCEL_DE, account(DHL_PARCEL_DE, test_mode="yes"))["test_mode"] is True


def test_weights_and_sides_are_rounded_up_to_what_karrio_knows() -> None:
    (parcel,) = shipment(UPS, REQUEST)["parcels"]
    assert parcel == {
        "weight": 1.24,
        "weight_unit": "KG",
        "length": 20.1,
        "width": 15.0,
        "height": 9.9,
        "dimension_unit": "CM",
    }
    assert rated(UPS, REQUEST, ["ups_standard_eu"])["services"] == ["ups_standard_eu"]


def test_a_street_stays_as_it_is_written() -> None:
    assert street_lines(UPS, replace(BONN, street1="Rheinweg 2", street2="Hof")) == ("", "Rheinweg 2, Hof")
    assert street_lines(UPS, replace(BONN, street1="2 Elm St", street2="Apt 4")) == ("2 Elm St", "Apt 4")
    assert street_lines(DHL_PARCEL_DE, BONN) == ("Rheinweg 2", "")


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        (UPS, {"ship_to": replace(BONN, street1="A street with a name of more than 35 letters 12")}),
        (UPS, {"ship_to": replace(BONN, country="CH")}),
        (UPS, {"ship_to": replace(BONN, postal_code="")}),
        (UPS, {"ship_from": replace(BERLIN, country="")}),
        (DHL_PARCEL_DE, {"ship_to": replace(BONN, street2="Hof")}),
        (UPS, {"parcels": REQUEST.parcels * 2}),
        (UPS, {"parcels": (ParcelToShip(0),)}),
        (UPS, {"confirmation": "signature"}),
        (UPS, {"insured": Money(Decimal(100), "EUR")}),
        (UPS, {"is_return": True}),
        (UPS, {"options": {"cash_on_delivery": {"amount": Decimal("12.50")}}}),
        (UPS, {"options": {"billing": {"party": "recipient", "account": "A1"}}}),
        (UPS, {"options": {"carrier_options": {"saturday_delivery": True}}}),
    ],
)
def test_what_would_be_lost_is_refused(line: KarrioLine, changes: dict[str, Any]) -> None:
    check_shipment(line, REQUEST)
    with pytest.raises(CarrierRefused) as refusal:
        check_shipment(line, replace(REQUEST, **changes))
    said = refusal.value.args[0]
    assert said.format("en") != said.format("es")


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        (Heard(None, [Said("too heavy")], None), CarrierRefused),  # karrio itself
        (Heard(None, [Said(details={"error": LOST, "is_login": True})], None), CarrierRefused),
        (Heard(None, [Said(details={"error": NOT_CALLED, "is_login": False})], None), CarrierRefused),
        (Heard(None, [Said("no such postal code")], 400), CarrierRefused),
        (Heard(None, [Said("broken answer")], 200), CarrierUnavailable),
        (Heard(None, [Said(details={"error": LOST, "is_login": False})], None), CarrierUnavailable),
    ],
)
def test_what_is_not_done_is_told_from_what_nobody_knows(heard: Heard, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        done(UPS, heard)


def test_what_was_done_is_given_on_and_everything_has_its_outcome() -> None:
    assert done(UPS, Heard("made", [Said("a warning")], 201)) == "made"
    assert set(OUTCOMES) == set(Came)


def test_events_are_told_in_their_order_and_only_those_that_mean_something() -> None:
    told = [
        Event("delivered", "2026-03-04T09:30:00.000Z", "Delivered", "Bonn, DE"),
        Event("in_transit", "2026-03-03T18:00:00.000"),
        Event("unknown", "2026-03-03T18:30:00.000Z"),
        Event("in_transit", None),
        Event("in_transit", "9999-12-31T23:59:59-05:00"),
    ]
    first, last = parse_tracking([Parcel(told)])
    assert (first.state, first.words, first.place) == (TrackingState.IN_TRANSIT, None, "")
    assert (last.state, str(last.words), last.place) == (TrackingState.DELIVERED, "Delivered", "Bonn, DE")
    assert last.at - NOON > timedelta(0)
    assert STATES["return_to_sender"] is TrackingState.RETURNED


def test_each_carrier_has_an_account_number_and_a_test_mode() -> None:
    for line in LINES:
        assert [setting.name for setting in line.kind.settings] == [line.number.name, "test_mode"]
        assert len(set(line.services)) == len(line.services)
