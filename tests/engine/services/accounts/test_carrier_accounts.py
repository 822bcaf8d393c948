"""A carrier account is kept once the carrier has accepted what was entered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import NO_ANSWER, TOO_FAR

from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, CredentialField
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.refusals import Refused
from rules.messages import Text
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


def add(sides: Shippers, form: CarrierAccountForm) -> CarrierAccount:
    return add_carrier_account(sides.app, sides.shop.merchant.slug, form)


def code_of(sides: Shippers, form: CarrierAccountForm) -> str:
    with pytest.raises(Refused) as refused:
        add(sides, form)
    return refused.value.message.code


def test_it_has_a_carrier_and_services_and_is_shared_with_providers_alone(sides: Shippers) -> None:
    shared = add(sides, CarrierAccountForm(" seur ", ("24h",), (sides.shop.provider.slug,)))
    assert (shared.carrier, shared.services, shared.shared_with) == ("seur", ("24h",), (sides.provider,))
    for carrier, services in ((" ", ("24h",)), ("seur", ()), ("seur", ("24h", " "))):
        assert code_of(sides, CarrierAccountForm(carrier, services)) == "no_services"
    assert code_of(sides, CarrierAccountForm("seur", ("24h",), (sides.shop.merchant.slug,))) == "not_a_provider"


@pytest.mark.parametrize(("error", "code"), [(TOO_FAR, "bad_settings"), (NO_ANSWER, "carrier_unavailable")])
def test_what_the_carrier_does_not_accept_is_not_kept(sides: Shippers, error: Exception, code: str) -> None:
    sides.carrier.fails_before["check"] = [error]
    assert code_of(sides, CarrierAccountForm("paid", ("night",))) == code
    with sides.app.reading() as unit:
        assert [one.services for one in unit.carrier_accounts.list_for(sides.merchant) if one.carrier == "paid"] == [
            ("standard",)
        ]


def test_what_the_carrier_needs_to_know_who_asks_is_asked_for(sides: Shippers) -> None:
    key = CredentialField("key", Text("the public key", "la clave pública"))
    sides.carrier.describes = replace(sides.carrier.describes, credentials=(key,))
    with pytest.raises(Refused, match="Paid Post needs the public key"):
        add(sides, CarrierAccountForm("paid", ("night",), credentials={"key": " "}))
    added = add(sides, CarrierAccountForm("paid", ("night",), credentials={"key": "k"}))
    with sides.app.reading() as unit:
        assert unit.carrier_accounts.get(sides.merchant, added.id).credentials == {"key": "k"}


def test_a_carrier_whose_numbers_are_given_out_here_gets_a_prefix_of_its_own(sides: Shippers) -> None:
    kind = sides.carrier.describes
    sides.carrier.describes = replace(kind, capabilities=kind.capabilities | {CarrierCapability.NUMBERED_HERE})
    made = add(sides, CarrierAccountForm("paid", ("night",)))
    assert len(made.settings["number_prefix"]) == 4
    named = add(sides, CarrierAccountForm("paid", ("day",), settings={"number_prefix": "CV"}))
    assert named.settings == {"number_prefix": "CV"}
