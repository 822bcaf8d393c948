"""What merchants choose about a store's documents, and what an import says of them."""

from __future__ import annotations

from typing import Any

from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer


def orders(relevo: Call) -> list[dict[str, Any]]:
    return relevo("orders", "list", "--account", "merchant-a", "--json-lines").lines


def test_orders_without_a_channel_are_a_choice(relevo: Call, merchant: str, server: SandboxServer) -> None:
    note = next(note for note, order in notes_of(server) if server.data.kinds[order] == "channel_zero")
    order = str(server.data.note(note)["orderId"])
    store = connect(relevo, merchant, server).json["id"]
    told = {one["external_id"]: one for one in relevo("stores", "import", store, "--json").json["skipped_notes"]}
    assert told[str(note)]["reason"] == "wrong_channel"
    assert "--channel-id 0" in told[str(note)]["message"]

    changed = relevo("stores", "set", store, "--channel-id", "2", "--channel-id", "0", "--json")
    assert changed.json["settings"]["channel_ids"] == [2, 0]
    relevo("stores", "import", store, "--json")

    assert relevo("stores", "explain", store, "--order", order, "--json").json["imported"] is True
    assert order in {entry["order_number"] for entry in orders(relevo)}


def test_a_store_may_be_connected_with_them(relevo: Call, merchant: str, server: SandboxServer) -> None:
    store = connect(relevo, merchant, server, channel_id="0").json["id"]

    summary = relevo("stores", "import", store, "--json").json

    assert summary["imported"] == 1
    assert "marketplace" not in orders(relevo)[0]


def test_fields_that_nobody_knows_are_shown(relevo: Call, merchant: str, server: SandboxServer) -> None:
    for order in [order for _, order in notes_of(server) if server.data.kinds[order] == "ordinary"][:2]:
        with server.data.edit_order(order) as document:
            document["sustainability"] = {"score": 3}
    store = connect(relevo, merchant, server, channel_id="2").json["id"]

    answer = relevo("stores", "import", store)
    again = relevo("stores", "import", store, "--full", "--json")

    count = again.json["unknown_fields"]["order.sustainability"]
    assert 1 <= count <= 2
    assert f"fields that Relevo does not know: order.sustainability ({count})." in answer.out.decode()


def test_the_buyers_note_may_come_from_a_custom_field(relevo: Call, merchant: str, server: SandboxServer) -> None:
    store = connect(relevo, merchant, server).json["id"]
    relevo("stores", "set", store, "--buyer-note-field", "PCF_GIFT", "--gift-message-field", "PCF_GIFT", "--json")
    relevo("stores", "import", store, "--json")

    [gift] = [entry for entry in orders(relevo) if "gift_message" in entry]
    assert gift["gift_message"] == gift["notes"]["from_buyer"] == "Para la abuela: ¡felicidades!"
    wrong = relevo("stores", "set", store, "--buyer-note-field", "gift", "--json")
    assert (wrong.code, "PCF_GIFT" in wrong.sentence) == (1, True)


def notes_of(server: SandboxServer) -> list[tuple[int, int]]:
    """Notes of customers' orders, with their order."""
    data = server.data
    return [(note, order) for note in data.notes if (order := data.note(note)["orderId"])]
