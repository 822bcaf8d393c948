"""Contract of the repositories of accounts, people, places, carrier contracts and connections."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.examples import NOON, an_account

from engine.model.account import AccountKind, CarrierAccount, Location, User
from engine.model.connection import Connection, ConnectionState
from engine.model.shipping_hours import USUAL_HOURS, ShippingHours
from engine.ports import NotFound
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def pair(database: Database) -> tuple[str, str]:
    """The ids of a merchant and a 3PL."""
    merchant, provider = an_account("casa-verde"), an_account("acme-3pl", kind=AccountKind.PROVIDER)
    with database.unit_of_work() as unit:
        unit.accounts.add(merchant)
        unit.accounts.add(provider)
        unit.commit()
    return merchant.id, provider.id


def a_user(account_id: str, email: str) -> User:
    return User(f"usr_{email}", account_id, email, "$argon2id$…", "admin", "es", NOON)


def a_connection(identifier: str, provider_id: str, client_id: str, state: ConnectionState) -> Connection:
    return Connection(identifier, provider_id, client_id, state, "Casa V.", "Acme Logistics", NOON)


def test_an_account_comes_back_as_it_was_added(database: Database) -> None:
    open_one, closed = an_account("open"), an_account("closed", kind=AccountKind.PROVIDER, closed_at=NOON)
    with database.unit_of_work() as unit:
        assert unit.accounts.is_empty()
        unit.accounts.add(open_one)
        unit.accounts.add(closed)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert not unit.accounts.is_empty()
        assert unit.accounts.get(open_one.id) == open_one
        assert unit.accounts.find_by_slug("closed") == closed
        assert unit.accounts.find_by_slug("other") is None
        assert sorted(account.slug for account in unit.accounts.list_all()) == ["closed", "open"]
        with pytest.raises(NotFound, match="acc_none"):
            unit.accounts.get("acc_none")


def test_a_slug_belongs_to_one_account(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account("casa-verde"))
        with pytest.raises(ConflictingWrite):
            unit.accounts.add(an_account("casa-verde"))


def test_users_are_found_by_address_whatever_its_case(database: Database, pair: tuple[str, str]) -> None:
    merchant, provider = pair
    owner = a_user(merchant, "Owner@Casa-Verde.example")
    with database.unit_of_work() as unit:
        unit.users.add(owner)
        unit.users.add(a_user(provider, "ops@acme.example"))
        assert unit.users.find(owner.account_id, owner.id) == owner
        assert unit.users.find(merchant, "usr_none") is None
        assert unit.users.list_by_email(" owner@casa-verde.EXAMPLE") == [owner]
        assert unit.users.list_by_email("nobody@casa-verde.example") == []
        assert unit.users.list_for(merchant) == [owner]
        with pytest.raises(ConflictingWrite):
            unit.users.add(a_user(provider, "OWNER@casa-verde.example"))


def test_locations_belong_to_their_account(database: Database, pair: tuple[str, str]) -> None:
    merchant, provider = pair
    main = Location("loc_1", merchant, "MAD", "Madrid", "ES", street1="Calle Mayor 1", city="Madrid", postal_code="00501")
    with database.unit_of_work() as unit:
        unit.locations.add(main)
        assert unit.locations.list_for(merchant) == [main]
        assert unit.locations.list_for(provider) == []


def test_a_location_is_changed_and_removed_but_keeps_its_code_and_its_hours(database: Database, pair: tuple[str, str]) -> None:
    merchant, _ = pair
    hours = ShippingHours("09:00", time_zone="Europe/Madrid")
    main, second = (Location(f"loc_{code}", merchant, code, code, "ES", hours=hours) for code in ("MAD", "BCN"))
    changed = replace(main, name="Lisboa", country="PT", street1="Rua 1", city="Lisboa", state="11", postal_code="1000")
    with database.unit_of_work() as unit:
        unit.locations.add(main)
        unit.locations.add(second)
        unit.locations.update(replace(changed, code="LIS", hours=USUAL_HOURS))
        assert unit.locations.list_for(merchant) == [second, changed]
        unit.locations.remove(merchant, main.id)
        assert unit.locations.list_for(merchant) == [second]


def test_carrier_accounts_keep_the_order_of_their_services(database: Database, pair: tuple[str, str]) -> None:
    merchant, provider = pair
    contract = CarrierAccount("car_1", merchant, "seur", ("24h", "10h", "48h"), (provider,))
    bare = CarrierAccount("car_2", merchant, "mrw", ())
    with database.unit_of_work() as unit:
        unit.carrier_accounts.add(contract)
        unit.carrier_accounts.add(bare)
        assert unit.carrier_accounts.list_for(merchant) == [contract, bare]
        assert unit.carrier_accounts.list_for(provider) == []


@pytest.mark.parametrize("state", list(ConnectionState))
def test_a_provider_uses_what_its_active_clients_share(database: Database, pair: tuple[str, str], state: ConnectionState) -> None:
    merchant, provider = pair
    shared = CarrierAccount("car_1", merchant, "seur", ("24h",), (provider,))
    with database.unit_of_work() as unit:
        unit.carrier_accounts.add(shared)
        unit.carrier_accounts.add(CarrierAccount("car_2", merchant, "mrw", ("24h",)))
        unit.connections.add(a_connection("con_1", provider, merchant, state))
        usable = unit.carrier_accounts.list_usable_by_provider(provider)
        assert usable == ([shared] if state is ConnectionState.ACTIVE else [])
        assert unit.carrier_accounts.list_usable_by_provider(merchant) == []


def test_connections_are_seen_from_both_sides(database: Database, pair: tuple[str, str]) -> None:
    merchant, provider = pair
    declined = a_connection("con_1", provider, merchant, ConnectionState.DECLINED)
    active = a_connection("con_2", provider, merchant, ConnectionState.ACTIVE)
    with database.unit_of_work() as unit:
        unit.connections.add(declined)
        assert unit.connections.find_active(provider, merchant) is None
        unit.connections.add(active)
        assert unit.connections.list_for_client(merchant) == [declined, active]
        assert unit.connections.list_for_provider(provider) == [declined, active]
        assert unit.connections.list_for_client(provider) == []
        assert unit.connections.find_active(provider, merchant) == active
        assert unit.connections.find_active(merchant, provider) is None


def test_a_connection_keeps_whether_costs_are_shared(database: Database, pair: tuple[str, str]) -> None:
    merchant, provider = pair
    kept = a_connection("con_1", provider, merchant, ConnectionState.ACTIVE)
    with database.unit_of_work() as unit:
        unit.connections.add(kept)
        for shares_costs in (True, False):
            unit.connections.update(replace(kept, shares_costs=shares_costs))
            assert unit.connections.get(merchant, "con_1").shares_costs is shares_costs
        unit.connections.add(replace(kept, id="con_2", state=ConnectionState.REMOVED, shares_costs=True))
        assert unit.connections.get(provider, "con_2").shares_costs


def test_whose_shared_carrier_accounts_alone_may_be_used_is_known_of_active_clients(
    database: Database, pair: tuple[str, str]
) -> None:
    merchant, provider = pair
    strict = replace(a_connection("con_1", provider, merchant, ConnectionState.ACTIVE), requires_shared=True)
    with database.unit_of_work() as unit:
        unit.connections.add(strict)
        assert unit.connections.list_requiring_shared(provider) == [strict]
        assert unit.connections.list_requiring_shared(merchant) == []
        for changes in ({"requires_shared": False}, {"state": ConnectionState.REMOVED}):
            unit.connections.update(replace(strict, **changes))
            assert unit.connections.list_requiring_shared(provider) == []
