"""Contract of the repository of pickups."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store
from support.pickups import a_pickup

from engine.model.account import CarrierAccount
from engine.model.money import Money
from engine.model.pickup import MadePickup
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database


@pytest.fixture
def account(database: Database) -> str:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.carrier_accounts.add(CarrierAccount("car_1", store.account_id, "paid", ("standard",)))
        unit.commit()
    return store.account_id


def test_a_pickup_comes_back_as_it_was_kept(database: Database, account: str) -> None:
    pickup = a_pickup(account, "car_1")
    with database.unit_of_work() as unit:
        assert unit.pickups.add(pickup)
        assert unit.pickups.add(replace(pickup, id="pck_2", claim="tomorrow", created_at=pickup.created_at + timedelta(hours=1)))
        unit.commit()
    lost = pickup.lose(Sentence("no answer", "sin respuesta"))
    made = lost.make(MadePickup("p-7", "C1", Money(Decimal("4.10"), "EUR")), NOON)
    with database.unit_of_work() as unit:
        assert unit.pickups.get(account, "pck_1", for_change=True) == pickup
        assert [one.id for one in unit.pickups.list_for(account, 10)] == ["pck_2", "pck_1"]
        assert [one.id for one in unit.pickups.list_for(account, 1)] == ["pck_2"]
        for later in (lost, made, made.request_cancel().with_problem(Sentence("no answer", "sin respuesta"))):
            unit.pickups.update(later)
            assert unit.pickups.get(account, "pck_1") == later
        with pytest.raises(NotFound):
            unit.pickups.get(account, "pck_unknown")


def test_one_claim_is_kept_once_until_its_pickup_is_over(database: Database, account: str) -> None:
    pickup = a_pickup(account, "car_1")
    second = replace(pickup, id="pck_2")
    with database.unit_of_work() as unit:
        assert unit.pickups.add(pickup)
        assert not unit.pickups.add(second)
        unit.pickups.update(pickup.refuse(Sentence("no", "no")))
        assert unit.pickups.add(second)
        unit.pickups.update(second.make(MadePickup("p-2"), NOON).request_cancel().cancel())
        assert unit.pickups.add(replace(pickup, id="pck_3"))
        assert [one.id for one in unit.pickups.list_for(account, 10)] == ["pck_1", "pck_2", "pck_3"]
