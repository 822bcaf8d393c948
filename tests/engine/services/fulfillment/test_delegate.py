"""An order on its way to the 3PL."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.rule_runs import SEND, alerts_of, jobs_of, order_of, publish, release, requests_of
from support.shop import Shop, open_shop, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.worker import process_next_job
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.model.store import StoreState
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.stores.sessions import SessionPool
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def test_a_delegation_hands_over_all_lines_and_the_notes(shop: Shop) -> None:
    publish(
        shop,
        "{id: s, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true, service_preference: 24h}]}",
    )
    items = [
        {"line_key": "a", "sku": "X", "name": "Mug", "quantity": 2},
        {"line_key": "b", "sku": "X", "name": "Mug", "quantity": "1.5"},
    ]
    shop.import_all(ready("1", items=items))
    shop.work_off()

    [request] = requests_of(shop)
    assert [(line.line_key, line.sku, str(line.quantity)) for line in request.lines] == [("a", "X", "2"), ("b", "X", "1.5")]
    assert request.provider_id == shop.provider.id
    assert request.service_preference == "24h"
    assert request.notes
    with shop.database.reading_unit_of_work() as unit:
        trail = unit.audit.list_for(shop.merchant.id, shop.order_id("1"))
        assert [entry.action for entry in trail] == ["order.imported", "order.delegated", "order.accepted"]
        assert [entry.actor for entry in trail[1:]] == ["rule:s", "provider"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"items": []}, "no lines"),
        ({"items": [{"sku": "", "name": "Mug", "quantity": 1}]}, "line 1 (Mug) has no SKU"),
        ({"items": [{"sku": "A", "name": "Mug", "quantity": "some"}]}, "quantity of line 1"),
    ],
)
def test_what_cannot_be_handed_over_is_flagged_and_told(shop: Shop, changes: dict[str, Any], says: str) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1", **changes))
    shop.work_off()

    [job] = jobs_of(shop)
    assert (job.state, says in job.last_error.en) == (JobState.DEAD, True)
    order = order_of(shop)
    assert (order.status(), order.flags) == ("awaiting_shipment", (NEEDS_ATTENTION,))
    assert [says in message for message in alerts_of(shop)] == [True]
    assert job.last_error.es.startswith("El pedido no se ha delegado")
    assert alerts_of(shop, "es") == [job.last_error.es]


def test_a_refused_delegation_is_tried_again_when_somebody_mended_it(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1", items=[{"sku": "", "name": "Mug", "quantity": 1}]))
    shop.work_off()
    assert not requests_of(shop)
    shop.import_all(ready("1", items=[{"sku": "M", "name": "Mug", "quantity": 1}]))

    release(shop)
    shop.work_off()

    assert len(requests_of(shop)) == 1


def test_a_provider_that_is_no_longer_connected_gets_nothing(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    _end_connections(shop)
    shop.work_off()

    assert not requests_of(shop)
    assert "is not a connected logistics provider" in alerts_of(shop)[0]


def _end_connections(shop: Shop) -> None:
    with shop.database.begin() as connection:
        connection.execute(text("UPDATE connections SET state = 'removed'"))


def test_a_cancelled_order_is_not_handed_over(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"))
        order.state = OrderState.CANCELLED
        unit.orders.update_many([order])
        unit.commit()
    shop.work_off()

    assert not requests_of(shop)
    assert jobs_of(shop)[0].state is JobState.WAITING
    assert not alerts_of(shop)


def test_a_store_that_is_closed_is_asked_for_no_notes(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.account_id, shop.store.id, StoreState.CLOSED)
        unit.commit()
    shop.work_off()

    [request] = requests_of(shop)
    assert (request.notes, request.notes_pending) == ((), False)
    with shop.database.reading_unit_of_work() as unit:
        assert unit.jobs.find(request.account_id, f"notes:{request.id}") is None


def test_notes_of_a_request_that_was_recalled_meanwhile_are_not_asked_for(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    with SessionPool(shop.app) as sessions:
        process_next_job(shop.app, "w", sessions, [JobKind.DELEGATE])
    recall_order(shop.app, shop.merchant.id, shop.order_id("1"), "usr_1")
    with SessionPool(shop.app) as sessions:
        assert process_next_job(shop.app, "w", sessions, [JobKind.FETCH_NOTES]).note == "not wanted any longer"
    assert requests_of(shop)[0].notes_pending

    asked = delegate_order(shop.app, shop.merchant.id, shop.order_id("1"), Asking("acme-3pl"), "usr_1")
    shop.work_off()

    before, anew = requests_of(shop)
    assert (before.state, before.notes) == (RequestState.CANCELLED, ())
    assert (anew.id, anew.state, anew.notes_pending) == (asked.id, RequestState.ACCEPTED, False)
    assert anew.notes == tuple(shop.connector.notes)


def test_an_order_that_is_handed_over_becomes_one_of_the_provider_s_and_is_accepted_by_that(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    with SessionPool(shop.app) as sessions:
        process_next_job(shop.app, "w", sessions, [JobKind.DELEGATE])
    assert [(one.state, one.copy_id) for one in requests_of(shop)] == [(RequestState.REQUESTED, None)]
    shop.work_off()

    [request] = requests_of(shop)
    assert request.state is RequestState.ACCEPTED
    with shop.database.reading_unit_of_work() as unit:
        [connection] = unit.connections.list_for_client(shop.merchant.id)
        copy = unit.orders.get(shop.provider.id, str(request.copy_id))
    assert (request.connection_id, copy.store_id) == (connection.id, connection.store_id)
    assert (copy.order_number, copy.external_id, copy.external_order_id) == ("1", request.id, request.order_id)
    assert copy.document()["client"] == shop.merchant.slug
