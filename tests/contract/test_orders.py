"""Contract of the repositories of orders and decisions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from support.examples import NOON, a_decision, a_job, an_account_with_store, an_order

from engine.model.job import JobKind, JobState
from engine.model.order import Edit, Order, OrderHead, OrderState
from engine.model.order_history import OnceWrite, OrderHistory
from engine.model.store import Store
from engine.ports import NotFound
from storage.database import Database


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


@pytest.fixture
def order(database: Database, store: Store) -> Order:
    """One kept order."""
    order = an_order(store.account_id, store.id)
    with database.unit_of_work() as unit:
        unit.orders.add_many([order], "run_1")
        unit.commit()
    return order


def test_an_order_comes_back_with_all_its_layers(database: Database, store: Store) -> None:
    order = an_order(
        store.account_id,
        store.id,
        state=OrderState.CANCELLED,
        rules={"tags": ["a", "ñ"], "weight_g": Decimal("10.50")},
        person={"ship_to.city": "Sevilla"},
        edits={"ship_to.city": Edit("usr_1", NOON)},
        flags=("needs_attention",),
        matched=("one", "two"),
        decision_id="dec_1",
        state_reason="note_gone",
        applied_once=("one",),
        held_by=("two",),
        once_writes=(OnceWrite("one", "tags", "add", ["vip"]),),
    )
    manual = an_order(store.account_id, None, "m-1", source={"order_total": Decimal("0.10"), "big": 10**17, "nil": None})
    with database.unit_of_work() as unit:
        unit.orders.add_many([order, manual], "run_1")
        assert unit.orders.get(store.account_id, order.id) == order
        assert unit.orders.get(store.account_id, manual.id) == manual
        assert str(unit.orders.get(store.account_id, manual.id).source["order_total"]) == "0.10"
        assert unit.orders.history(store.account_id, order.id) == OrderHistory(
            frozenset({"ship_to.city"}), frozenset({"one"}), frozenset({"two"})
        )


def test_a_stranger_finds_no_order(database: Database, store: Store, order: Order) -> None:
    with database.unit_of_work() as unit:
        stranger = an_account_with_store(unit, "stranger").account_id
        assert unit.orders.get_many(stranger, [order.id]) == []
        assert list(unit.orders.stream(stranger)) == []
        unit.orders.update_many([replace(order, account_id=stranger, revision="stolen")])
        for ask in (unit.orders.get, unit.orders.history):
            with pytest.raises(NotFound, match=order.id):
                ask(stranger, order.id)
        assert unit.orders.get(store.account_id, order.id).revision == order.revision


def test_heads_tell_what_is_known_in_this_store(database: Database, store: Store, order: Order) -> None:
    with database.unit_of_work() as unit:
        other = an_account_with_store(unit, "other")
        unit.orders.add_many([an_order(other.account_id, other.id, "999")], "run_1")
        many = [order.external_id, "999", *map(str, range(10_000, 10_900))]
        assert unit.orders.heads(store.account_id, store.id, many) == {"501": OrderHead(order.id, "501", "r1", OrderState.OPEN)}
        assert unit.orders.heads(store.account_id, store.id, []) == {}


def test_an_update_writes_everything_but_when_it_was_seen(database: Database, store: Store, order: Order) -> None:
    changed = replace(
        order, source={**order.source, "ship_to": {"city": "Vigo"}}, revision="r2", state=OrderState.SHIPPED, updated_at=NOON
    )
    other = an_order(store.account_id, store.id, "502")
    with database.unit_of_work() as unit:
        unit.orders.add_many([other], "run_1")
        unit.orders.update_many([changed])
        unit.orders.update_many([])
        assert unit.orders.get_many(store.account_id, [other.id, changed.id, "ord_none"]) == sorted(
            [changed, other], key=lambda found: found.id
        )
        assert unit.orders.list_unseen(store.account_id, store.id, "run_1", "", 10) == []


@pytest.mark.parametrize("number", ["7001", "SHOP-1", "501", "brightpearl-9"])
def test_an_order_is_found_by_any_of_its_numbers(database: Database, store: Store, number: str) -> None:
    order = an_order(store.account_id, store.id, external_order_id="brightpearl-9")
    with database.unit_of_work() as unit:
        unit.orders.add_many([order], "run_1")
        assert unit.orders.list_by_number(store.account_id, store.id, number) == [order]
        assert unit.orders.list_by_number(store.account_id, store.id, number[:-1]) == []
        assert unit.orders.list_by_number(store.account_id, "sto_none", number) == []


def test_unseen_are_the_unshipped_orders_that_the_run_missed(database: Database, store: Store) -> None:
    states = {
        "1": OrderState.OPEN,
        "2": OrderState.SKIPPED,
        "3": OrderState.PENDING_FULFILLMENT,
        "4": OrderState.SHIPPED,
        "5": OrderState.CANCELLED,
        "6": OrderState.OPEN,
    }
    orders = [an_order(store.account_id, store.id, external_id, state=state) for external_id, state in states.items()]
    with database.unit_of_work() as unit:
        unit.orders.add_many(orders, "run_1")
        assert unit.orders.list_unseen(store.account_id, store.id, "run_1", "", 10) == []
        unit.orders.mark_seen(store.account_id, store.id, ["6", "none"], "run_2")
        assert unit.orders.list_unseen(store.account_id, store.id, "run_2", "", 10) == ["1", "2", "3"]
        assert unit.orders.list_unseen(store.account_id, store.id, "run_2", "1", 1) == ["2"]


def test_to_tell_are_the_shipped_orders_that_the_run_missed_and_whose_store_waits(database: Database, store: Store) -> None:
    shipped = {
        external_id: an_order(store.account_id, store.id, external_id, state=OrderState.SHIPPED) for external_id in "123456"
    }
    waiting = an_order(store.account_id, store.id, "7", state=OrderState.PARTIALLY_SHIPPED)
    kind = JobKind.NOTIFY_STORE
    states = {"1": JobState.DUE, "2": JobState.RUNNING, "3": JobState.WAITING, "4": JobState.DONE, "5": JobState.DEAD}
    jobs = [
        a_job(store.account_id, f"notify:{one}", kind=kind, order_id=shipped[one].id, state=state)
        for one, state in states.items()
    ]
    jobs.append(a_job(store.account_id, "mail:6", kind=JobKind.BUYER_EMAIL, order_id=shipped["6"].id))
    jobs.append(a_job(store.account_id, "notify:7", kind=kind, order_id=waiting.id))
    with database.unit_of_work() as unit:
        unit.orders.add_many([*shipped.values(), waiting], "run_1")
        unit.jobs.add_many(jobs)
        assert unit.jobs.list_orders_to_tell(store.account_id, store.id, "run_1", "", 10) == []
        assert unit.jobs.list_orders_to_tell(store.account_id, store.id, "run_2", "", 10) == ["1", "2", "3"]
        assert unit.jobs.list_orders_to_tell(store.account_id, store.id, "run_2", "1", 1) == ["2"]
        assert unit.jobs.list_orders_to_tell(store.account_id, "sto_none", "run_2", "", 10) == []
        unit.orders.mark_seen(store.account_id, store.id, ["1"], "run_2")
        assert unit.jobs.list_orders_to_tell(store.account_id, store.id, "run_2", "", 10) == ["2", "3"]


def test_orders_stream_in_the_order_of_import(database: Database, store: Store) -> None:
    orders = [an_order(store.account_id, store.id, str(number)) for number in range(450)]
    with database.unit_of_work() as unit:
        unit.orders.add_many(orders, "run_1")
        unit.commit()
    with database.reading_unit_of_work() as unit:
        streamed = [order.id for order in unit.orders.stream(store.account_id)]
    assert streamed == sorted(order.id for order in orders)


def test_decisions_come_back_oldest_first(database: Database, store: Store, order: Order) -> None:
    later = a_decision(order, decided_at=NOON.replace(hour=13), trigger="updated")
    first = a_decision(order)
    with database.unit_of_work() as unit:
        unit.decisions.keep_context("ctx-1", {"country": "ES", "rate": Decimal("1.20")})
        unit.decisions.keep_context("ctx-1", {"country": "ES", "rate": Decimal("1.20")})
        unit.decisions.add_many([later, first])
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.decisions.get(store.account_id, first.id) == first
        assert unit.decisions.list_for_order(store.account_id, order.id) == [first, later]
        assert unit.decisions.get_context(first) == {"country": "ES", "rate": Decimal("1.20")}
        assert unit.decisions.list_for_order("acc_stranger", order.id) == []
        with pytest.raises(NotFound):
            unit.decisions.get("acc_stranger", first.id)
        with pytest.raises(NotFound):
            unit.decisions.get_context(replace(first, account_id="acc_stranger"))


def test_stamps_change_without_the_rest(database: Database, store: Store, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.orders.update_source_versions(store.account_id, store.id, {order.external_id: "s2", "unknown": "s3"})
        unit.orders.update_source_versions(store.account_id, store.id, {})
        unit.orders.update_source_versions(store.account_id, "sto_other", {order.external_id: "s9"})
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.orders.get(store.account_id, order.id) == replace(order, source_version="s2")
        assert unit.orders.heads(store.account_id, store.id, [order.external_id])[order.external_id].source_version == "s2"


def test_stamps_of_unshipped_orders_are_forgotten(database: Database, store: Store, order: Order) -> None:
    shipped = replace(order, id="ord_shipped", external_id="n-shipped", state=OrderState.SHIPPED, source_version="s5")
    with database.unit_of_work() as unit:
        unit.orders.update_source_versions(store.account_id, store.id, {order.external_id: "s2"})
        unit.orders.add_many([shipped], "run")
        unit.orders.forget_source_versions(store.account_id, "sto_other")
        assert unit.orders.heads(store.account_id, store.id, [order.external_id])[order.external_id].source_version == "s2"
        unit.orders.forget_source_versions(store.account_id, store.id)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        heads = unit.orders.heads(store.account_id, store.id, [order.external_id, shipped.external_id])
    assert (heads[order.external_id].source_version, heads[shipped.external_id].source_version) == ("", "s5")


def test_an_operator_finds_the_account_of_an_order(database: Database, order: Order) -> None:
    with database.reading_unit_of_work() as unit:
        assert unit.owners.account_of_order(order.id) == order.account_id
        with pytest.raises(NotFound, match="ord_none"):
            unit.owners.account_of_order("ord_none")


def test_an_operator_finds_the_account_of_a_store(database: Database, store: Store) -> None:
    with database.reading_unit_of_work() as unit:
        assert unit.owners.account_of_store(store.id) == store.account_id
        with pytest.raises(NotFound, match="sto_none"):
            unit.owners.account_of_store("sto_none")
