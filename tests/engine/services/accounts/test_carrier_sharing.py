"""Which services an order may use, on both sides of a connection."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.accounts.carrier_sharing import Sharing, UsableService, list_services, share_carrier_account
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    add_carrier_account(sides.app, "acme-3pl", CarrierAccountForm("seur", ("seur-24",)))
    return sides


def share(sides: TwoSides, *, require: bool = False) -> None:
    merchant = sides.shop.merchant
    with sides.app.reading() as unit:
        account = next(one for one in unit.carrier_accounts.list_for(merchant.id) if one.carrier == "dhl")
    share_carrier_account(sides.app, merchant, account.id, Sharing("acme-3pl", require=require), sides.owner.id)


def of_copy(sides: TwoSides) -> list[UsableService]:
    copy = sides.copy(sides.taken())
    return list_services(sides.app, sides.shop.provider, copy.id)


def test_a_clients_order_may_use_what_its_client_shares_and_the_providers_own(sides: TwoSides) -> None:
    share(sides)
    assert of_copy(sides) == [
        UsableService("dhl", "parcel-connect", ("casa-verde",)),
        UsableService("seur", "seur-24", ("own",)),
    ]


def test_a_client_that_requires_its_own_allows_no_other(sides: TwoSides) -> None:
    share(sides, require=True)
    assert of_copy(sides) == [
        UsableService("dhl", "parcel-connect", ("casa-verde",)),
        UsableService("seur", "seur-24", ("own",), False, SERVICE_NOT_AVAILABLE),
    ]


def test_what_is_taken_back_is_gone_at_once(sides: TwoSides) -> None:
    share(sides)
    merchant = sides.shop.merchant
    with sides.app.reading() as unit:
        account = next(one for one in unit.carrier_accounts.list_for(merchant.id) if one.carrier == "dhl")
    share_carrier_account(sides.app, merchant, account.id, Sharing("acme-3pl", withdraw=True), sides.owner.id)

    assert [one.service for one in of_copy(sides)] == ["seur-24"]


def test_a_merchants_own_order_uses_its_own(sides: TwoSides) -> None:
    services = list_services(sides.app, sides.shop.merchant, sides.order().id)
    assert {one.owners for one in services} == {("own",)}
    assert all(one.valid for one in services)
