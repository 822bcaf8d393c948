"""What the screens are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.examples import NOON, a_decision, a_job, a_store, an_account, an_account_with_store, an_order

from engine.model.account import AccountKind
from engine.model.alert import Alert
from engine.model.connection import Connection, ConnectionState
from engine.model.fulfillment import Shipment
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, RequestLine, RequestState
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, Parked, Store, StoreState
from engine.ports import NotFound
from storage.database import Database
from storage.queries import Queries, StoresOverview

PARKED = Parked("900", "7900", "7900", "parties.delivery", Sentence("has no country", "no tiene país"), b"{}")


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        an_account_with_store(unit, "stranger")
        unit.commit()
    return store


def keep(database: Database, *orders: Order) -> list[str]:
    with database.unit_of_work() as unit:
        unit.orders.add_many(orders, "run_1")
        unit.commit()
    return sorted((order.id for order in orders), reverse=True)


def numbered(store: Store, count: int) -> list[Order]:
    return [an_order(store.account_id, store.id, str(100 + number), id=f"ord_{number}") for number in range(count)]


def test_the_grid_shows_the_merged_order(database: Database, store: Store) -> None:
    rules = {"logistics_provider": "acme-3pl", "carrier": "seur", "service": "24h", "tags": ["b", "a"]}
    order = an_order(
        store.account_id, store.id, rules=rules, person={"ship_to.name": "Eva"}, flags=("unhandled",), matched=("r1", "r2")
    )
    keep(database, order)
    (row,) = Queries(database).orders_page(store.account_id).rows
    assert (row.status, row.state, row.reference) == ("awaiting_shipment", OrderState.OPEN, "SHOP-1")
    assert (row.logistics_provider, row.carrier, row.service) == ("acme-3pl", "seur", "24h")
    assert (row.ship_to_name, row.ship_to_country, row.order_total, row.currency) == ("Eva", "ES", Decimal("60.10"), "EUR")
    assert (row.tags, row.flags, row.matched) == (("b", "a"), ("unhandled",), ("r1", "r2"))
    assert row.order_date == NOON.replace(day=1, hour=9, microsecond=0)


def test_the_grid_pages_from_the_newest(database: Database, store: Store) -> None:
    ids = keep(database, *numbered(store, 5))
    queries = Queries(database)
    first = queries.orders_page(store.account_id, limit=2)
    second = queries.orders_page(store.account_id, limit=2, after=first.next_after)
    third = queries.orders_page(store.account_id, limit=2, after=second.next_after)
    assert [row.id for page in (first, second, third) for row in page.rows] == ids
    assert third.next_after is None
    assert queries.orders_page(store.account_id, limit=5).next_after is None


def test_the_grid_filters(database: Database, store: Store) -> None:
    other = a_store(store.account_id)
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.commit()
    held = an_order(store.account_id, store.id, "1", rules={"status": "on_hold"}, flags=("needs_attention",))
    skipped = an_order(store.account_id, store.id, "2", state=OrderState.SKIPPED)
    named = an_order(store.account_id, other.id, "3", order_number="A_1", person={"ship_to.name": "ÁNGELA 100%"})
    keep(database, held, skipped, named)
    queries = Queries(database)

    def found(**wanted: str) -> set[str]:
        return {row.external_id for row in queries.orders_page(store.account_id, **wanted).rows}

    assert found() == {"1", "3"}
    assert found(status="skipped") == {"2"}
    assert found(status="on_hold") == {"1"}
    assert found(store_id=other.id) == {"3"}
    assert found(flag="needs_attention") == {"1"}
    assert found(flag="needs") == set()
    assert found(search="ángela") == {"3"}
    assert found(search="100%") == {"3"}
    assert found(search="%") == {"3"}
    assert found(search=" a_1 ") == {"3"}
    assert found(search="a%1") == set()
    counts = queries.order_counts(store.account_id, up_to=5, attention_up_to=5)
    assert (counts.by_status, counts.attention) == ({"awaiting_shipment": 1, "on_hold": 1, "skipped": 1}, 1)


def test_counts_are_exact_up_to_their_limit_and_end_there(database: Database, store: Store) -> None:
    held = [replace(one, rules={"status": "on_hold"}) for one in numbered(store, 4)]
    late = [an_order(store.account_id, store.id, f"2{n}", flags=("needs_attention",)) for n in range(3)]
    left_out = an_order(store.account_id, store.id, "3", state=OrderState.SKIPPED, flags=("needs_attention",))
    keep(database, *held, *late, left_out)
    queries = Queries(database)
    exact = queries.order_counts(store.account_id, up_to=5, attention_up_to=5)
    assert (exact.by_status, exact.attention) == ({"awaiting_shipment": 3, "on_hold": 4, "skipped": 1}, 3)
    ended = queries.order_counts(store.account_id, up_to=2, attention_up_to=1)
    assert (ended.by_status, ended.attention) == ({"awaiting_shipment": 2, "on_hold": 2, "skipped": 1}, 1)


def test_of_many_stores_some_are_listed_those_that_fail_are_named_and_any_is_found(database: Database, store: Store) -> None:
    names = ["Ámbar", "Ámbar Norte", "Bilbao", "Cádiz", "Denia"]
    stores = [store, *(a_store(store.account_id, id=f"sto_{name}", name=name, kind="client") for name in names)]
    outcomes = ["failed", "done", "failed", "failed", None, "done"]
    states = {"sto_Cádiz": StoreState.CLOSED, "sto_Denia": StoreState.REFUSED}
    with database.unit_of_work() as unit:
        for one, outcome in zip(stores, outcomes, strict=True):
            if one is not store:
                unit.stores.add(replace(one, state=states.get(one.id, one.state)))
            for hour, ended in enumerate((None if outcome == "failed" else "failed", outcome)):  # only the last one counts
                run = ImportRun(f"run_{one.id}_{hour}", one.id, NOON + timedelta(hours=hour), None, None, None, {})
                unit.stores.start_run(store.account_id, run)
                unit.stores.end_run(store.account_id, replace(run, ended_at=NOON, outcome=ended))
        unit.commit()
    queries = Queries(database)

    def seen(**wanted: Any) -> StoresOverview:
        return queries.stores_overview(store.account_id, limit=2, failing=3, **wanted)

    in_order = sorted(stores, key=lambda one: one.id)
    assert [one.id for one in seen().listed] == [one.id for one in in_order[:2]]
    assert (seen().total, seen().open, seen().kinds, seen().lists_all) == (6, 5, {"brightpearl", "client"}, False)
    assert queries.stores_overview(store.account_id, limit=6).lists_all
    failing = queries.stores_overview(store.account_id, failing=4)
    assert {one.name for one in failing.failing} == {store.name, "Ámbar Norte", "Bilbao", "Denia"}
    assert (failing.has_more_failing, seen().has_more_failing, len(seen().failing)) == (False, True, 3)
    assert [one.name for one in seen(named="ámbar").found] == ["Ámbar"]  # a whole name is that store alone
    assert [one.name for one in seen(named="ÁMB").found] == ["Ámbar", "Ámbar Norte"]
    assert [one.name for one in seen(store_id="sto_Cádiz").found] == ["Cádiz"]
    assert [one.last_run.id for one in seen(named="denia").found if one.last_run] == ["run_sto_Denia_1"]
    assert (seen(named="nowhere").found, seen(store_id="sto_of_nobody").found) == ((), ())


def test_a_stranger_sees_nothing(database: Database, store: Store) -> None:
    (order_id,) = keep(database, an_order(store.account_id, store.id))
    queries = Queries(database)
    with database.unit_of_work() as unit:
        stranger = unit.accounts.find_by_slug("stranger").id
        unit.stores.park(store, PARKED, "r1", NOON)
        unit.stores.start_run(store.account_id, ImportRun("run_1", store.id, NOON, None, None, None, {}))
        unit.alerts.add(Alert("alr_1", store.account_id, order_id, Sentence.of("hello"), NOON))
        unit.commit()
    page = queries.orders_page(stranger)
    assert (page.rows, page.stores) == ((), {})
    counts = queries.order_counts(stranger, up_to=5, attention_up_to=5)
    assert (counts.by_status, counts.attention, counts.parked) == ({}, 0, 0)
    assert queries.parked_page(stranger) == ()
    assert queries.runs_page(stranger, store.id) == ()
    assert queries.alerts_for(stranger) == queries.alerts_for(stranger, order_id) == ()
    seen = queries.stores_overview(stranger, store_id=store.id)
    assert ([one.last_run for one in seen.listed], seen.found, seen.total) == ([None], (), 1)
    assert [status.orders for status in queries.statuses(stranger, NOON)] == [0]
    assert store.id not in [one.id for one in queries.stores_overview(stranger, named=store.name).found]
    with pytest.raises(NotFound):
        queries.order_detail(stranger, order_id)


def test_the_page_of_an_order_tells_its_whole_story(database: Database, store: Store) -> None:
    order = an_order(store.account_id, store.id)
    decision = a_decision(order)
    request = FulfillmentRequest("req_1", store.account_id, store.account_id, order.id, (), "", (), NOON, changed_at=NOON)
    shipment = Shipment("shp_1", store.account_id, order.id, None, "seur", "24h", {}, ())
    job = a_job(store.account_id, "a", order_id=order.id)
    alert = Alert("alr_1", store.account_id, order.id, Sentence.of("look"), NOON)
    with database.unit_of_work() as unit:
        unit.orders.add_many([order], "run_1")
        unit.decisions.keep_context(decision.context_id, {})
        unit.decisions.add_many([decision])
        unit.requests.add(request)
        unit.fulfillment.add_shipment(shipment)
        unit.jobs.add_many([job])
        unit.alerts.add(alert)
        unit.alerts.add(replace(alert, id="alr_2", order_id=None))
        unit.commit()
    queries = Queries(database)
    detail = queries.order_detail(store.account_id, order.id)
    assert (detail.order, detail.store_name, detail.store_settings) == (order, store.name, store.settings)
    assert [(one.id, one.matched, one.changes) for one in detail.decisions] == [(decision.id, ["to-acme"], decision.changes)]
    assert (detail.requests, detail.shipments, detail.jobs) == ((request,), (shipment,), (job,))
    assert (detail.alerts, detail.received) == ((alert,), None)
    assert len(queries.alerts_for(store.account_id)) == 2
    assert queries.alerts_for(store.account_id, order.id) == (alert,)


def test_stores_show_their_last_run_and_what_they_hold(database: Database, store: Store) -> None:
    keep(database, *numbered(store, 3))
    runs = [ImportRun(f"run_{hour}", store.id, NOON + timedelta(hours=hour), None, None, None, {}) for hour in range(3)]
    with database.unit_of_work() as unit:
        unit.stores.park(store, PARKED, "r1", NOON)
        for run in runs:
            unit.stores.start_run(store.account_id, run)
        unit.commit()
    queries = Queries(database)
    (overview,) = queries.stores_overview(store.account_id).listed
    assert (overview.id, overview.last_run) == (store.id, runs[2])
    assert queries.runs_page(store.account_id, store.id, limit=2) == (runs[2], runs[1])
    (parked,) = queries.parked_page(store.account_id)
    assert (parked.store_name, parked.external_id, parked.problem) == (store.name, "900", PARKED.problem)
    assert queries.order_counts(store.account_id, up_to=5, attention_up_to=5).parked == 1


def test_a_provider_sees_what_was_handed_to_it_under_its_own_name_for_the_client(database: Database, store: Store) -> None:
    provider, other = (an_account(slug, kind=AccountKind.PROVIDER) for slug in ("acme-3pl", "other-3pl"))
    order = an_order(store.account_id, store.id)
    lines = (RequestLine("2", "MUG", "Taza", Decimal(2)), RequestLine("1", "CUP", "Copa", Decimal(1)))
    request = FulfillmentRequest("req_1", store.account_id, provider.id, order.id, lines, "24h", (), NOON)
    with database.unit_of_work() as unit:
        unit.accounts.add(provider)
        unit.accounts.add(other)
        unit.connections.add(Connection("con_1", provider.id, store.account_id, ConnectionState.ACTIVE, "La casa", "Acme", NOON))
        unit.orders.add_many([order], "run_1")
        unit.requests.add(request)
        unit.requests.add(replace(request, id="req_0", provider_id=other.id))
        unit.commit()
    queries = Queries(database)
    (row,) = queries.delegated_page(provider.id)
    assert (row.client_name, row.order_number, row.lines, row.state) == ("La casa", "7001", lines, RequestState.REQUESTED)
    assert (row.order_total, row.currency, row.ship_to_name) == (Decimal("60.10"), "EUR", "Ana Núñez")
    assert queries.delegated_page(provider.id, after=row.id) == ()
    assert [found.client_name for found in queries.delegated_page(other.id)] == ["Casa-Verde"]
    assert queries.delegated_page(store.account_id) == ()
