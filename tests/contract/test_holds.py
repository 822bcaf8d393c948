"""Holds of people, and the keys by which their owners know them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.hold import Hold, HoldOwner
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def hold(database: Database) -> Hold:
    """A hold of an order, which is not kept yet."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id, "1")
        unit.orders.add_many([order], "run_1")
        unit.commit()
    return Hold("hld_1", store.account_id, order.id, HoldOwner.MERCHANT, "look", NOON, "usr_1", "a note", NOON, "wms-7")


def test_a_hold_comes_back_as_it_was_kept(database: Database, hold: Hold) -> None:
    with database.unit_of_work() as unit:
        unit.holds.add(hold)
        assert unit.holds.list_for_orders(hold.account_id, [hold.order_id]) == [hold]


def test_a_key_is_its_owners_once_and_holds_without_one_are_many(database: Database, hold: Hold) -> None:
    with database.unit_of_work() as unit:
        unit.holds.add(hold)
        unit.holds.add(replace(hold, id="hld_2", owner=HoldOwner.PROVIDER))
        for number in "34":
            unit.holds.add(replace(hold, id=f"hld_{number}", key=""))
        unit.commit()
    with pytest.raises(ConflictingWrite), database.unit_of_work() as unit:
        unit.holds.add(replace(hold, id="hld_5"))
