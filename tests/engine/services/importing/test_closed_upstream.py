"""Orders that the store no longer wants shipped from here, and those that come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.imports import counts, of_acme, requests_of
from support.sandbox_shop import SandboxShop

from engine.model.fulfillment import Parcel, Shipment
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.ports import UnitOfWork
from engine.services.importing.import_ingestor import ImportIngestor

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("event", "state", "reason"),
    [
        ("ship_note", OrderState.SHIPPED, "already_shipped"),
        ("unprint_note", OrderState.CANCELLED, "not_printed"),
        ("delete_note", OrderState.CANCELLED, "note_gone"),
    ],
)
@pytest.mark.parametrize("not_found", ["404", "empty"])
def test_what_upstream_no_longer_wants_is_closed(
    sqlite_shop: SandboxShop, event: str, state: OrderState, reason: str, not_found: str
) -> None:
    sqlite_shop.server.options = replace(sqlite_shop.server.options, note_not_found=not_found)
    sqlite_shop.run_import()
    note = of_acme(sqlite_shop)
    sqlite_shop.work_off()
    assert requests_of(sqlite_shop, note) == [RequestState.ACCEPTED]

    getattr(sqlite_shop.server.data, event)(note)
    assert counts(sqlite_shop.run_import()) == (0, 0, 1)

    order = sqlite_shop.note_order(note)
    assert (order.state, order.state_reason) == (state, reason)
    assert order.status() != "awaiting_shipment"
    assert requests_of(sqlite_shop, note) == [RequestState.CANCELLED]
    assert counts(sqlite_shop.run_import()) == (0, 0, 0)


def test_closing_works_on_each_database(shop: SandboxShop) -> None:
    shop.run_import()
    notes = shop.ordinary()[:3]
    for note, event in zip(notes, ("ship_note", "unprint_note", "delete_note"), strict=True):
        getattr(shop.server.data, event)(note)

    assert counts(shop.run_import()) == (0, 0, 3)

    assert [shop.note_order(note).status() for note in notes] == ["shipped", "cancelled", "cancelled"]


def test_an_order_printed_again_is_open_again_under_its_id(shop: SandboxShop) -> None:
    shop.run_import()
    note = of_acme(shop)
    before = shop.note_order(note)
    shop.server.data.unprint_note(note)
    shop.run_import()

    shop.server.data.print_note(note)
    assert counts(shop.run_import()) == (0, 1, 0)

    after = shop.note_order(note)
    assert (after.id, after.status(), after.state_reason) == (before.id, "awaiting_shipment", None)
    shop.work_off()
    assert requests_of(shop, note) == [RequestState.ACCEPTED]


def test_a_provider_is_asked_anew_when_a_withdrawn_order_comes_back(shop: SandboxShop) -> None:
    shop.run_import()
    shop.work_off()
    note = of_acme(shop)
    shop.server.data.unprint_note(note)
    shop.run_import()
    assert requests_of(shop, note) == [RequestState.CANCELLED]

    shop.server.data.print_note(note)
    shop.run_import()
    shop.work_off()

    assert shop.note_order(note).status() == "pending_fulfillment"
    assert requests_of(shop, note) == [RequestState.CANCELLED, RequestState.ACCEPTED]


def test_a_person_looks_when_an_order_comes_back_for_somebody_else(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.run_import()
    shop.work_off()
    note = of_acme(shop)
    shop.server.data.unprint_note(note)
    shop.run_import()
    shop.publish(b"name: none\nrules:\n  - {id: tag, when: always, then: [{do: add_tag, tag: x}]}\n")

    shop.server.data.print_note(note)
    shop.run_import()

    assert "needs_attention" in shop.note_order(note).flags
    assert requests_of(shop, note) == [RequestState.CANCELLED]
    with shop.database.reading_unit_of_work() as unit:
        alerts = unit.alerts.list_for(shop.merchant.id)
        [alert] = [alert for alert in alerts if alert.order_id == shop.note_order(note).id]
        assert "withdrawn" in alert.message.en
        assert "se retiró" in alert.message.es


def test_an_order_shipped_upstream_stays_shipped(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.run_import()
    note = sqlite_shop.ordinary()[0]
    sqlite_shop.server.data.ship_note(note)
    sqlite_shop.run_import()
    sqlite_shop.server.data.change_address(int(sqlite_shop.note_order(note).external_order_id), addressLine3="Elsewhere")

    assert counts(sqlite_shop.run_import()) == (0, 0, 0)
    assert sqlite_shop.note_order(note).state is OrderState.SHIPPED


def test_an_order_with_a_label_is_flagged_and_not_closed(shop: SandboxShop) -> None:
    shop.run_import()
    note = shop.ordinary()[0]
    order = shop.note_order(note)
    parcel = Parcel(id="par_1", tracking_number="1Z", label_id="lab_1")
    shipment = Shipment("shp_1", order.account_id, order.id, None, "correos", "paq-premium", {}, (parcel,))
    with shop.database.unit_of_work() as unit:
        unit.fulfillment.add_shipment(shipment)
        unit.commit()
    shop.server.data.unprint_note(note)

    summary = shop.run_import()

    assert (summary.closed, summary.flagged) == (0, 1)
    assert shop.note_order(note).state is OrderState.OPEN
    assert "needs_attention" in shop.note_order(note).flags
    with shop.database.reading_unit_of_work() as unit:
        (alert,) = (alert for alert in unit.alerts.list_for(order.account_id) if alert.order_id == order.id)
    assert order.order_number in alert.message.en
    assert "no está impresa" in alert.message.es
    assert shop.run_import().flagged == 0  # told once


def test_an_order_that_a_person_ships_while_an_import_runs_stays_shipped(
    shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.run_import()
    note = shop.ordinary()[0]
    order = shop.note_order(note)
    shop.server.data.unprint_note(note)
    store_closed = ImportIngestor._store_closed

    def ship_first(self: ImportIngestor, uow: UnitOfWork, batch: Any) -> None:
        order.state = OrderState.SHIPPED
        uow.orders.update_many([order])
        store_closed(self, uow, batch)

    monkeypatch.setattr(ImportIngestor, "_store_closed", ship_first)
    assert shop.run_import().closed == 0

    assert shop.note_order(note).state is OrderState.SHIPPED
