"""A store on a bad day: whatever it answers, an import ends, loses nothing, doubles nothing and closes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.sandbox_shop import STORE_PASSWORD, SandboxShop, open_sandbox_shop, sandbox, store_form

from adapters.clock import SystemClock
from adapters.sandboxes.brightpearl import Throttle
from engine.model.order import OrderState
from engine.model.store import StoreState
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from engine.services.stores.change_store import disconnect_store
from engine.services.stores.connect_store import connect_store
from storage.database import Database, open_database
from storage.secret_box import SecretBox

KINDS = ["error_500", "outage_503", "html_502", "html_200", "truncated", "reset"]
REQUESTS = 7  # log-in, search, notes, orders, order notes, names of shipping methods and of channels
REQUESTS_LATER = 5  # the names are known
CLOSED = {OrderState.SHIPPED, OrderState.CANCELLED}


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with sandbox(clock.now) as server:
        yield open_sandbox_shop(sqlite_database, server, clock)


def last_outcome(shop: SandboxShop) -> str | None:
    with shop.database.reading_unit_of_work() as unit:
        run = unit.stores.last_run(shop.store.account_id, shop.store.id)
        assert run is not None
        assert run.ended_at is not None
        return run.outcome


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("position", range(REQUESTS))
def test_two_failing_replies_anywhere_do_no_harm(shop: SandboxShop, kind: str, position: int) -> None:
    started = shop.clock.now()
    shop.server.fault(kind, skip=position, times=2)

    summary = shop.run_import()

    assert set(shop.orders()) == shop.expected()
    assert summary.requests == REQUESTS + 2
    assert shop.clock.now() - started < timedelta(seconds=45)
    assert shop.clock.slept[0] <= 2
    assert shop.clock.slept[1] <= 2
    assert last_outcome(shop) == "done"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("position", range(REQUESTS_LATER))
def test_a_lasting_failure_stops_with_a_sentence_and_closes_nothing(shop: SandboxShop, kind: str, position: int) -> None:
    shop.run_import()
    before = shop.dump()
    started = shop.clock.now()
    shop.server.fault(kind, skip=position, times=1000)

    with pytest.raises(StoreUnavailable, match="Brightpearl cannot be read at the moment"):
        shop.run_import()

    assert shop.clock.now() - started < timedelta(seconds=45)
    assert shop.dump() == before
    assert last_outcome(shop) == "failed"
    shop.server.clear_faults()
    assert shop.run_import().unchanged == len(before)
    assert shop.dump() == before


@pytest.mark.parametrize("kind", [*KINDS, "throttled"])
def test_a_failure_while_looking_after_missing_orders_closes_none(shop: SandboxShop, kind: str) -> None:
    """The search no longer shows a note; what became of it is asked, and that answer fails."""
    shop.run_import()
    note = next(iter(shop.orders()))
    shop.server.data.ship_note(int(note))
    shop.server.fault(kind, "goods-out/", skip=1, times=1000)

    with pytest.raises(StoreUnavailable):
        shop.run_import()

    assert not CLOSED & {order.state for order in shop.orders().values()}
    shop.server.clear_faults()
    shop.run_import()
    assert shop.orders()[note].state is OrderState.SHIPPED


def test_an_import_that_failed_half_way_keeps_what_it_read(sqlite_database: Database, clock: FixedClock) -> None:
    with sandbox(clock.now, 450, plain=True) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        server.fault("error_500", "order-service", skip=2, times=1000)
        with pytest.raises(StoreUnavailable):
            shop.run_import()
        kept = shop.orders()
        assert 0 < len(kept) < len(shop.expected())

        server.clear_faults()
        summary = shop.run_import()

        assert set(shop.orders()) == shop.expected()
        assert (summary.imported, summary.unchanged) == (len(shop.expected()) - len(kept), len(kept))
        assert {key: order.id for key, order in shop.orders().items() if key in kept} == {
            key: order.id for key, order in kept.items()
        }


@pytest.mark.parametrize("position", range(1, REQUESTS))
def test_a_token_that_runs_out_is_renewed_once(shop: SandboxShop, position: int) -> None:
    shop.server.reset_requests()
    shop.server.fault("expire_token", skip=position)

    shop.run_import()

    assert set(shop.orders()) == shop.expected()
    by_path = shop.server.state()["requests"]["by_path"]
    assert by_path["POST /testacct/authorise"]["requests"] == 2


def test_a_refused_password_is_tried_at_most_three_times(shop: SandboxShop) -> None:
    shop.server.set_password("changed")
    shop.server.reset_requests()

    with pytest.raises(CredentialsRefused, match=r"log-in.*password"):
        shop.run_import()

    assert shop.server.state()["requests"]["by_path"]["POST /testacct/authorise"]["requests"] <= 3
    assert shop.requests() <= 3
    with shop.database.reading_unit_of_work() as unit:
        assert unit.stores.get(shop.store.account_id, shop.store.id).state is StoreState.REFUSED

    shop.server.set_password(STORE_PASSWORD)
    shop.run_import()
    with shop.database.reading_unit_of_work() as unit:
        assert unit.stores.get(shop.store.account_id, shop.store.id).state is StoreState.CONNECTED


def test_a_refused_log_in_leaves_no_store_behind(shop: SandboxShop) -> None:
    with pytest.raises(CredentialsRefused) as refused:
        connect_store(shop.app, shop.merchant.slug, store_form(shop.server, password="wrong-one-77"))

    assert "wrong-one-77" not in str(refused.value)
    with shop.database.reading_unit_of_work() as unit:
        assert len(unit.stores.list_for(shop.merchant.id)) == 1
    disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator")
    assert connect_store(shop.app, shop.merchant.slug, store_form(shop.server)).id


def test_a_small_cap_is_waited_for(sqlite_database: Database) -> None:
    clock = SystemClock()  # the cap's window runs in real time
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock)
        server.set_throttle(Throttle(limit=2, window_s=0.3))
        started = clock.now()

        shop.run_import()

        assert set(shop.orders()) == shop.expected()
        assert server.state()["requests"]["refused"] <= 5
        assert clock.now() - started < timedelta(seconds=5)


def test_refusals_are_waited_out_as_brightpearl_says(shop: SandboxShop) -> None:
    shop.server.fault("throttled", times=3, seconds=7)

    shop.run_import()

    assert set(shop.orders()) == shop.expected()
    assert [wait for wait in shop.clock.slept if wait > 2] == pytest.approx([7.15] * 3, abs=0.15)


def test_an_account_that_only_refuses_is_left_alone(shop: SandboxShop) -> None:
    shop.server.reset_requests()
    shop.server.fault("throttled", "public-api", times=1000, seconds=2)

    with pytest.raises(StoreUnavailable, match="limit of requests"):
        shop.run_import()

    assert shop.server.state()["requests"]["refused"] <= 5


def test_a_slow_answer_is_an_answer(shop: SandboxShop) -> None:
    shop.server.fault("delay", "order-service", seconds=0.2)

    assert shop.run_import().requests == REQUESTS
    assert set(shop.orders()) == shop.expected()


def test_a_store_that_is_gone_is_named_in_a_sentence(shop: SandboxShop) -> None:
    shop.run_import()
    shop.server.stop()

    with pytest.raises(StoreError, match="connection failed"):
        shop.run_import()

    assert not CLOSED & {order.state for order in shop.orders().values()}


def test_two_imports_at_the_same_time_give_what_one_gives(sqlite_database: Database) -> None:
    clock = SystemClock()
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock)
        server.fault("delay", "order-service", seconds=0.15, times=2)
        errors: list[Exception] = []

        def run() -> None:
            try:
                shop.run_import()
            except StoreError as error:
                errors.append(error)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert not errors
        assert set(shop.orders()) == shop.expected()
        assert len(shop.dump()) == len(shop.expected())
        with shop.database.reading_unit_of_work() as unit:
            for order in shop.orders().values():
                assert len(unit.decisions.list_for_order(order.account_id, order.id)) == 1


@pytest.mark.parametrize("text", ["nul \x00 inside", "bell \x07"])
@pytest.mark.parametrize("kind", ["sqlite_url", pytest.param("postgresql_url", marks=pytest.mark.postgresql)])
def test_odd_characters_in_a_stores_texts_stop_nothing(
    request: pytest.FixtureRequest, secrets: SecretBox, clock: FixedClock, text: str, kind: str
) -> None:
    database = open_database(request.getfixturevalue(kind), secrets)
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(database, server, clock)
        note = min(shop.expected())
        order_id = server.data.note(int(note))["orderId"]
        server.data.change_address(order_id, addressFullName=text, addressLine3=text, addressLine1=text)
        with server.data.edit_order(order_id) as order:
            order["reference"] = text
            for row in order["orderRows"].values():
                row["productName"] = row["productSku"] = text
        shop.run_import()
        shop.work_off()

        assert set(shop.orders()) == shop.expected()
    database.close()
