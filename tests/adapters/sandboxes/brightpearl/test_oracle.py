from datetime import timedelta

import pytest

from adapters.sandboxes.brightpearl import SandboxServer

REASONS = {
    "not_printed": "not_printed",
    "shipped": "already_shipped",
    "shipped_never_printed": "already_shipped",
    "wrong_channel": "wrong_channel",
    "channel_zero": "wrong_channel",
    "purchase_order": "not_a_sales_order",
    "sales_credit": "not_a_sales_order",
    "broken_quantity": "unmappable",
    "row_missing_in_order": "unmappable",
    "outside_window": "outside_window",
}
NO_NOTE = {"no_note": "no_goods_out_note", "drop_ship": "drop_ship"}


def test_each_awkward_kind_has_its_reason(server: SandboxServer) -> None:
    answer = server.expected((2,))
    reasons = {note["note_id"]: note["reason"] for note in answer["skipped"]}
    imported = set(answer["imported"])
    for order_id, kind in server.data.kinds.items():
        if kind in ("ordinary", "two_notes_one_shipped"):
            continue
        for note_id in server.data.note_ids(order_id):
            assert (note_id in imported, reasons.get(note_id)) == (kind not in REASONS, REASONS.get(kind)), kind


def test_orders_without_a_note(server: SandboxServer, order_of) -> None:
    reasons = {order["order_id"]: order["reason"] for order in server.expected((2,))["without_note"]}
    assert {kind: reasons[order_of[kind]] for kind in NO_NOTE} == NO_NOTE


def test_every_note_is_accounted_for_once(server: SandboxServer) -> None:
    answer = server.expected((2,))
    ids = answer["imported"] + [note["note_id"] for note in answer["skipped"]]
    assert sorted(ids) == sorted(server.data.notes)
    transfers = [note for note in answer["skipped"] if note["reason"] == "transfer_note"]
    assert [note["order_id"] for note in transfers] == [0]


def test_channels_warehouses_and_window_count(server: SandboxServer, order_of) -> None:
    amazon_note = server.data.note_ids(order_of["wrong_channel"])[0]
    old_note = server.data.note_ids(order_of["outside_window"])[0]
    assert amazon_note in server.expected((2, 3))["imported"]
    assert old_note in server.expected((2,), window=timedelta(days=150))["imported"]
    only_five = server.expected((2,), warehouses=(5,))
    assert 0 < len(only_five["imported"]) < len(server.expected((2,))["imported"])
    assert "wrong_warehouse" in {note["reason"] for note in only_five["skipped"]}


@pytest.mark.parametrize(
    ("change", "reason"), [("unprint_note", "not_printed"), ("ship_note", "already_shipped"), ("delete_note", None)]
)
def test_the_answer_follows_the_data(server: SandboxServer, change: str, reason: str | None) -> None:
    assert 82 in server.expected()["imported"]
    getattr(server.data, change)(82)
    answer = server.expected()
    assert 82 not in answer["imported"]
    assert [note["reason"] for note in answer["skipped"] if note["note_id"] == 82] == ([reason] if reason else [])
