"""What a batch of records meets when the orders here are no longer as they were, or the search says more than is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, order_of, publish, requests_of
from support.shop import Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.model.order import OrderState
from engine.model.request import RequestAction, RequestState
from engine.model.store import Skipped
from engine.ports import UnitOfWork
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.importing.import_ingestor import ImportIngestor
from storage.database import Database


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def shipped_elsewhere(number: str, *, confirmed: bool) -> Skipped:
    message = reasons.ALREADY_SHIPPED.message(note=f"n{number}")
    return Skipped(f"n{number}", number, message, confirmed=confirmed)


def test_what_a_person_ships_while_the_store_changes_it_keeps_what_was_shipped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.import_all(ready("1"), ready("2"))
    store_changed = ImportIngestor._store_changed

    def ship_first(self: ImportIngestor, uow: UnitOfWork, batch: Any) -> None:
        order = uow.orders.get(shop.merchant.id, shop.order_id("1"))
        order.state = OrderState.SHIPPED
        uow.orders.update_many([order])
        store_changed(self, uow, batch)

    monkeypatch.setattr(ImportIngestor, "_store_changed", ship_first)
    shop.import_all(ready("1", reference="CHANGED-1"), ready("2", reference="CHANGED-2"))

    shipped, open_ = order_of(shop, "1"), order_of(shop, "2")
    assert (shipped.state, shipped.source["reference"]) == (OrderState.SHIPPED, "SHOP-1")
    assert (open_.state, open_.source["reference"]) == (OrderState.OPEN, "CHANGED-2")
    with shop.database.reading_unit_of_work() as unit:
        run = unit.stores.last_run(shop.store.account_id, shop.store.id)
    assert run is not None
    assert run.summary["updated"] == 1


@pytest.mark.parametrize("state", [RequestState.REQUESTED, RequestState.ACCEPTED])
def test_a_live_request_over_an_order_that_is_closed_upstream_is_cancelled(shop: Shop, state: RequestState) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    [request] = requests_of(shop)
    with shop.database.unit_of_work() as unit:
        unit.requests.update(replace(request, state=state))
        unit.commit()

    shop.import_all(shipped_elsewhere("1", confirmed=True))

    [request] = requests_of(shop)
    assert (request.state, request.state_reason) == (RequestState.CANCELLED, "already_shipped")
    assert order_of(shop).state is OrderState.SHIPPED


def test_what_a_provider_has_begun_is_asked_back_when_its_order_is_closed_upstream(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    [request] = requests_of(shop)
    answer_request(shop.app, shop.provider.id, request.id, Answer(RequestAction.START), "operator")

    shop.import_all(shipped_elsewhere("1", confirmed=True))
    shop.work_off()

    [request] = requests_of(shop)
    assert (request.state, request.state_reason) == (RequestState.CANCEL_REQUESTED, "already_shipped")
    assert order_of(shop).state is OrderState.SHIPPED
    with shop.database.reading_unit_of_work() as unit:
        assert unit.orders.get(shop.provider.id, request.copy_id).status() == "on_hold"


def test_a_rejected_request_stays_rejected_when_its_order_is_closed_upstream(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    shop.work_off()
    [request] = requests_of(shop)
    with shop.database.unit_of_work() as unit:
        unit.requests.update(replace(request, state=RequestState.REJECTED, state_reason="out_of_stock"))
        unit.commit()

    shop.import_all(shipped_elsewhere("1", confirmed=True))

    assert [(one.state, one.state_reason) for one in requests_of(shop)] == [(RequestState.REJECTED, "out_of_stock")]


def test_a_row_of_the_search_alone_closes_no_order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.import_all(ready("1"))
    monkeypatch.setattr("support.shop._Session.read", lambda _session, _ids: [ready("1")])  # the note itself: as it was

    shop.import_all(shipped_elsewhere("1", confirmed=False))

    assert order_of(shop).state is OrderState.OPEN
    with shop.database.reading_unit_of_work() as unit:
        assert unit.stores.list_skipped(shop.store.account_id, shop.store.id, "1") == []
        run = unit.stores.last_run(shop.store.account_id, shop.store.id)
    assert run is not None
    assert (run.summary["closed"], run.summary["skipped"]) == (0, {})
