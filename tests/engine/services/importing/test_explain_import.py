from __future__ import annotations

from support.sandbox_shop import SandboxShop

from engine.services.importing.explain_import import explain_store
from engine.services.stores.change_store import disconnect_store


def test_every_reason_can_be_explained(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.run_import()
    before = shop.dump()
    data = shop.server.data
    wanted = {
        "ordinary": "imported",
        "no_note": "no_goods_out_note",
        "not_printed": "not_printed",
        "shipped": "already_shipped",
        "shipped_never_printed": "already_shipped",
        "wrong_channel": "wrong_channel",
        "channel_zero": "wrong_channel",
        "purchase_order": "not_a_sales_order",
        "sales_credit": "not_a_sales_order",
        "drop_ship": "drop_ship",
        "broken_quantity": "unmappable",
        "row_missing_in_order": "unmappable",
        "outside_window": "outside_window",
        "two_notes_one_shipped": "imported",
    }
    order_of = {kind: order_id for order_id, kind in reversed(data.kinds.items())}
    order_of["ordinary"] = data.note(shop.ordinary()[0])["orderId"]
    found = {}
    for kind in wanted:
        explanation = explain_store(shop.app, shop.store.account_id, shop.store.id, str(order_of[kind]))
        found[kind] = explanation.message.code
        entry = explanation.to_json()
        assert entry["imported"] is (entry["reason"] == "imported")
        assert [note["external_id"] for note in entry["notes"]] == [str(note) for note in data.note_ids(order_of[kind])]
        assert all(note["imported"] is (note["reason"] == "imported") for note in entry["notes"])
        assert explanation.to_json("es")["message"] != entry["message"]
    assert found == wanted
    assert explain_store(shop.app, shop.store.account_id, shop.store.id, "999999").message.code == "order_not_found"
    transfer = next(note_id for note_id, note in data.notes.items() if note.transfer)
    assert explain_store(shop.app, shop.store.account_id, shop.store.id, str(transfer)).message.code == "transfer_note"
    assert shop.dump() == before


def test_an_order_is_found_by_number_reference_and_note(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.run_import()
    order = shop.note_order(shop.ordinary()[0])
    reference = order.document()["reference"]

    for number in (order.external_order_id, reference, order.external_id):
        entry = explain_store(shop.app, shop.store.account_id, shop.store.id, number).to_json()
        assert (entry["order"], entry["reason"]) == (order.external_order_id, "imported")


def test_wrong_warehouse_is_a_reason(sqlite_shop: SandboxShop) -> None:
    disconnect_store(sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.store.id, "operator")
    second = sqlite_shop.connect(warehouse_ids=[5])
    notes = [sqlite_shop.server.data.note(note) for note in sqlite_shop.ordinary()]
    number = str(next(note["orderId"] for note in notes if note["warehouseId"] == 3))

    assert sqlite_shop.run_import(second).skipped["wrong_warehouse"] > 0
    assert explain_store(sqlite_shop.app, second.account_id, second.id, number).message.code == "wrong_warehouse"


def test_an_order_that_was_never_imported_says_so(sqlite_shop: SandboxShop) -> None:
    number = str(sqlite_shop.server.data.note(sqlite_shop.ordinary()[0])["orderId"])

    entry = explain_store(sqlite_shop.app, sqlite_shop.store.account_id, sqlite_shop.store.id, number).to_json()

    assert (entry["imported"], entry["reason"]) == (False, "not_yet_imported")


def test_a_note_that_was_an_order_here_and_was_deleted_is_gone(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.run_import()
    note = shop.ordinary()[0]
    shop.server.data.delete_note(note)
    shop.run_import()

    entry = explain_store(shop.app, shop.store.account_id, shop.store.id, str(note)).to_json()
    assert (entry["imported"], entry["reason"], entry["notes"]) == (False, "note_gone", [])
    assert entry["message"] == f"Goods-out note {note} no longer exists in Brightpearl."
