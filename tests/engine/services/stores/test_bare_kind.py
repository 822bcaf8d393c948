"""A store of a kind that can no more than every store: what others have besides is done without."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.corner_store import COLLECTED, CORNER, UNPAID, open_corner_shop
from support.shop import Shop, ready

from engine.model.fulfillment import Parcel, Shipment
from engine.model.order import Order, OrderState
from engine.model.sentence import Sentence
from engine.model.store import Parked, Record, Skipped, Store, StoreChoices, StoreState
from engine.model.webhook import digest_of
from engine.model.write_back import WriteBackStatus
from engine.ports import StoreError
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.notify_store import list_progress, progress_of
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.importing.explain_import import explain_store
from engine.services.importing.import_ingestor import ImportIngestor
from engine.services.importing.import_store import import_store
from engine.services.importing.receive_webhook import receive_webhook
from engine.services.lease import LeaseWatch
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from engine.services.stores.connect_store import StoreForm, choices_of, connect_store, try_connection
from engine.services.stores.store_webhooks import address_for, repair_webhooks, see_webhooks, turn_off, turn_on
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_corner_shop(sqlite_database, clock)


def stored(shop: Shop) -> Store:
    with shop.app.reading() as uow:
        return uow.stores.get(shop.merchant.id, shop.store.id)


def order(shop: Shop, number: str) -> Order:
    with shop.app.reading() as uow:
        return uow.orders.get(shop.merchant.id, shop.order_id(number))


def unpaid(number: str) -> Skipped:
    return Skipped(f"n{number}", number, UNPAID.message(order=number))


def collected(number: str) -> Skipped:
    return Skipped(f"n{number}", number, COLLECTED.message(order=number), source_version="s1")


def alerts(shop: Shop) -> list[tuple[str, str]]:
    with shop.app.reading() as uow:
        return [(alert.message.format("en"), alert.message.format("es")) for alert in uow.alerts.list_for(shop.merchant.id)]


def test_it_is_connected_without_asking_it_to_call(shop: Shop) -> None:
    kept = stored(shop)
    assert (kept.kind, kept.state, kept.webhook_digest, kept.webhook_ids) == ("corner", StoreState.CONNECTED, None, ())
    assert address_for(shop.app, kept) is None
    assert alerts(shop) == []


def test_two_of_them_are_no_twins(shop: Shop) -> None:
    second = connect_store(shop.app, shop.merchant.slug, StoreForm("corner", "Another", {}, {}))
    assert second.id != shop.store.id


def test_it_has_nothing_to_choose_from(shop: Shop) -> None:
    form = StoreForm("corner", "Another", {}, {})
    assert try_connection(shop.app, shop.merchant.slug, form) == StoreChoices()
    assert choices_of(shop.app, shop.merchant.id, shop.store.id) == StoreChoices()


def test_orders_come_and_what_is_none_has_its_own_reason(shop: Shop) -> None:
    shop.import_all(ready("1", channel_id="7", requested_service_code="x"), unpaid("2"))

    kept = order(shop, "1")
    assert kept.source["channel_id"] == "7"
    assert "marketplace" not in kept.source  # nobody can be asked for the channel's name
    with shop.app.reading() as uow:
        (note,) = uow.stores.list_skipped(shop.merchant.id, shop.store.id, "2")
    assert (note.reason, note.message.en, note.message.es) == (
        "unpaid",
        "Order 2 is not paid yet.",
        "El pedido 2 aún no está pagado.",
    )


def test_products_without_weights_stay_without(shop: Shop) -> None:
    item = {"line_key": "1", "sku": "ACM-1", "name": "Mug", "quantity": 1, "product_id": "9"}
    shop.import_all(ready("1", items=[item], weight_g=None))
    assert order(shop, "1").document()["items"] == [item]


def test_what_cannot_be_read_is_told_of_in_words_that_suit_any_store(shop: Shop) -> None:
    shop.import_all(Parked("n3", "3", "3", "items", Sentence("Not paid", "Sin pagar"), b"{}"))
    with shop.app.reading() as uow:
        (note,) = uow.stores.list_skipped(shop.merchant.id, shop.store.id, "3")
    assert note.reason == "unmappable"
    assert note.message.format("en") == "n3 cannot be read as an order: `items`: Not paid."
    assert note.message.format("es") == "n3 no se puede leer como pedido: `items`: Sin pagar."
    ((told, in_spanish),) = alerts(shop)
    assert told.startswith('Orders of the store "Shop round the corner" that cannot be read: 1 new.')
    assert in_spanish.startswith('Pedidos de la tienda "Shop round the corner" que no se pueden leer: 1 nuevos.')


@pytest.mark.parametrize(
    ("record", "state", "reason"),
    [
        (unpaid("1"), OrderState.CANCELLED, "unpaid"),
        (collected("1"), OrderState.SHIPPED, "collected"),
        (None, OrderState.CANCELLED, "gone"),
    ],
)
def test_what_it_no_longer_wants_shipped_is_closed(shop: Shop, record: Record | None, state: OrderState, reason: str) -> None:
    shop.import_all(ready("1"))
    shop.import_all(*([] if record is None else [record]))
    assert (order(shop, "1").state, order(shop, "1").state_reason) == (state, reason)


def test_a_reason_that_lasts_is_not_read_again(shop: Shop) -> None:
    shop.import_all(collected("1"), unpaid("2"))
    keeper = ImportIngestor(shop.app, shop.store, "imp_1", LeaseWatch())
    assert keeper.source_versions(["n1", "n2"]) == {"n1": "s1"}


def test_a_parcel_with_a_label_is_said_to_be_no_longer_wanted_by_that_kind_of_store(shop: Shop) -> None:
    shop.import_all(ready("1"))
    parcels = (Parcel("par_1", tracking_number="T1", label_id="lbl_1"),)
    with shop.app.unit_of_work() as uow:
        uow.fulfillment.add_shipment(Shipment("shp_1", shop.merchant.id, shop.order_id("1"), None, "seur", "24h", {}, parcels))
        uow.commit()
    shop.import_all(unpaid("1"))
    ((told, in_spanish),) = alerts(shop)
    assert told.startswith("Order 1 has a label, but Corner no longer wants it shipped from here: Order 1 is not paid yet.")
    assert in_spanish.startswith("El pedido 1 tiene etiqueta, pero Corner ya no quiere que salga de aquí: El pedido 1 aún no")


def test_where_an_order_is_is_told_from_the_record(shop: Shop, clock: FixedClock) -> None:
    shop.import_all(ready("1"), unpaid("2"))
    here, left_out = (
        explain_store(shop.app, shop.merchant.id, shop.store.id, "1"),
        explain_store(shop.app, shop.merchant.id, shop.store.id, "2"),
    )
    assert (here.imported, here.message.code, here.as_of) == (True, "imported", clock.now())
    assert (left_out.imported, left_out.message.code) == (False, "unpaid")
    assert left_out.message.format("es") == "El pedido 2 aún no está pagado."


def test_an_order_that_was_closed_and_is_on_no_record_has_nothing_to_ship(shop: Shop) -> None:
    shop.import_all(ready("1"))
    shop.import_all()
    found = explain_store(shop.app, shop.merchant.id, shop.store.id, "1")
    assert (found.imported, found.message.code) == (False, "nothing_to_ship")


def test_where_an_unknown_order_is_cannot_be_asked(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        explain_store(shop.app, shop.merchant.id, shop.store.id, "99")
    assert refused.value.message.code == "not_asked"
    assert refused.value.format("en") == (
        "Corner cannot be asked about a single order, and the imports of this store have met none of the number 99."
    )
    assert "Corner" in refused.value.format("es")


@pytest.mark.parametrize("ask", [turn_on, turn_off, see_webhooks])
def test_it_cannot_be_made_to_call(shop: Shop, ask: Any) -> None:
    with pytest.raises(Refused) as refused:
        ask(shop.app, shop.merchant.id, shop.store.id)
    assert refused.value.message.code == "no_webhooks"
    assert refused.value.format("en") == "Corner does not tell of changes at once: they come with the next import."
    assert refused.value.format("es") == "Corner no avisa de los cambios al momento: llegan con la próxima importación."


def test_nobody_listens_to_calls_in_its_name(shop: Shop) -> None:
    assert not receive_webhook(shop.app, "corner", shop.store.id, "secret", b"{}")
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.merchant.id, shop.store.id, digest_of("secret"), ())
        uow.commit()
    assert not receive_webhook(shop.app, "corner", shop.store.id, "secret", b"{}")
    assert not repair_webhooks(shop.app, shop.merchant.id, shop.store.id)


def test_it_is_not_told_of_a_shipment(shop: Shop) -> None:
    shop.import_all(ready("1"))
    shipped = ship_order(shop.app, shop.merchant.id, shop.order_id("1"), Shipping("seur", "24h", ("T1",)), "operator")
    assert shipped.job_id is None
    with shop.app.reading() as uow:
        assert progress_of(shop.app, uow, shipped.shipment).state is WriteBackStatus.NONE
    assert list_progress(shop.app, [shipped.shipment])[shipped.shipment.id].state is WriteBackStatus.NONE

    taken_back = unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "operator")
    assert (taken_back.job_id, taken_back.order.state) == (None, OrderState.OPEN)


def test_a_provider_does_not_wait_for_notes_that_never_come(shop: Shop) -> None:
    shop.import_all(ready("1"))
    shop.work_off()
    with shop.app.reading() as uow:
        (request,) = uow.requests.list_for_order(shop.merchant.id, shop.order_id("1"))
    assert (request.notes, request.notes_pending) == ((), False)


def test_it_is_disconnected_without_a_warning(shop: Shop, clock: FixedClock) -> None:
    ended = disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator")
    assert (ended.store.state, ended.warning) == (StoreState.CLOSED, None)
    clock.sleep(timedelta(days=1).total_seconds())
    assert stored(shop).is_closed


def test_a_kind_that_has_no_connector_any_more_has_no_more_than_its_code(shop: Shop) -> None:
    bare = shop.app.describe("of_old")
    assert (bare.code, bare.name, bare.capabilities) == ("of_old", "of_old", frozenset())
    assert shop.app.describe("corner") is CORNER


def test_a_store_whose_kind_went_away_says_so_and_can_be_disconnected(shop: Shop) -> None:
    app = replace(shop.app, connectors={})
    with pytest.raises(StoreError, match='nothing to reach stores of the kind "corner" with'):
        import_store(app, shop.merchant.id, shop.store.id)
    with app.reading() as uow:
        run = uow.stores.last_run(shop.merchant.id, shop.store.id)
    assert run is not None
    assert run.error is not None
    assert "disconnect the store" in run.error.format("en")
    with pytest.raises(StoreError, match="disconnect the store"):
        explain_store(app, shop.merchant.id, shop.store.id, "1")

    assert disconnect_store(app, shop.merchant.id, shop.store.id, "operator").warning is None
