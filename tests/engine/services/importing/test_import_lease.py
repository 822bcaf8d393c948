"""One import of a store at a time, and what becomes of the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.sandbox_shop import SandboxShop

from engine.model.lease import LEASE
from engine.model.store import ImportSummary
from engine.services.importing.import_store import LEASE_WAIT_S, import_store
from engine.services.refusals import LeaseLost, Refused


def test_two_imports_of_one_store_do_not_run_at_once(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    now = shop.clock.now()
    with shop.database.unit_of_work() as unit:
        assert unit.stores.take_import_lease(shop.store.account_id, shop.store.id, "another", now, now + LEASE)
        unit.commit()
    sleep = shop.clock.sleep

    def sleep_while_it_goes_on(seconds: float) -> None:
        sleep(seconds)
        with shop.database.unit_of_work() as unit:
            assert unit.stores.hold_import_lease(shop.store.account_id, shop.store.id, "another", shop.clock.now() + LEASE)
            unit.commit()

    monkeypatch.setattr(shop.clock, "sleep", sleep_while_it_goes_on)

    with pytest.raises(Refused) as refused:
        shop.run_import()

    assert refused.value.message.code == "import_running"
    assert shop.clock.now() - now <= timedelta(seconds=LEASE_WAIT_S + 1)
    assert not shop.orders()


def test_a_dead_imports_lease_is_free_within_15_seconds(shop: SandboxShop) -> None:
    now = shop.clock.now()
    with shop.database.unit_of_work() as unit:
        assert unit.stores.take_import_lease(shop.store.account_id, shop.store.id, "dead", now, now + LEASE)
        unit.commit()

    assert shop.run_import().imported > 0

    assert shop.clock.now() - now <= timedelta(seconds=15)


def test_a_lease_of_a_process_whose_clock_was_ahead_holds_nobody_up(shop: SandboxShop) -> None:
    now = shop.clock.now()
    with shop.database.unit_of_work() as unit:
        ahead = now + timedelta(days=30)
        assert unit.stores.take_import_lease(shop.store.account_id, shop.store.id, "killed", ahead, ahead + LEASE)
        unit.commit()

    assert shop.run_import().imported > 0
    assert shop.clock.now() - now < timedelta(seconds=1)


def test_an_import_that_was_taken_over_writes_nothing_more(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first batch somebody else has the lease."""
    monkeypatch.setattr("engine.services.importing.import_store.RECORDS_A_TRANSACTION", 1)

    def take_over(_summary: ImportSummary) -> None:
        with shop.database.unit_of_work() as unit:
            later = shop.clock.now() + timedelta(days=1)
            assert unit.stores.take_import_lease(shop.store.account_id, shop.store.id, "another", later, later + LEASE)
            unit.commit()

    with pytest.raises(LeaseLost):
        import_store(shop.app, shop.store.account_id, shop.store.id, progress=take_over)

    assert not shop.orders()  # the first batch holds what the search itself ruled out
    with shop.database.unit_of_work() as unit:
        assert unit.stores.hold_import_lease(shop.store.account_id, shop.store.id, "another", shop.clock.now())
    run = shop.database.reading_unit_of_work()
    with run as unit:
        last = unit.stores.last_run(shop.store.account_id, shop.store.id)
        assert last is not None
        assert last.outcome == "failed"
