"""Settings and the end of a store on the command line."""

from __future__ import annotations

import pytest
from support.command_line import Call
from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer


def test_what_is_named_is_set_and_the_rest_stays(relevo: Call, store: str) -> None:
    answer = relevo(
        *("stores", "set", store, "--refresh-minutes", "60", "--daily-refresh-at", "04:00", "--product-details", "always"),
        *("--weight-unit", "lb", "--keep-raw-days", "7", "--notice", "parked", "--packing-slip-name", "Merchant A Ltd"),
        *("--on-ship", "both", "--shipped-status-id", "4", "--status-when", "always", "--event-owner-id", "12"),
        *("--order-note", "Sent: {tracking}", "--order-note-public", "--channel-id", "2", "--channel-id", "3", "--json"),
    )

    assert answer.code == 0, answer.err
    told = answer.json
    assert (told["refresh_minutes"], told["daily_refresh_at"], told["keep_raw_days"]) == (60, "04:00", 7)
    assert (told["product_details"], told["weight_unit"], told["notices"]) == ("always", "lb", ["parked"])
    assert told["packing_slip_name"] == "Merchant A Ltd"
    settings = told["settings"]
    assert (settings["channel_ids"], settings["warehouse_ids"], settings["account_code"]) == ([2, 3], [], "testacct")
    assert (settings["on_ship"], settings["shipped_status_id"], settings["status_when"]) == ("both", 4, "always")
    assert (settings["event_owner_id"], settings["order_note"], settings["order_note_public"]) == (12, "Sent: {tracking}", True)
    assert STORE_PASSWORD.encode() not in answer.out

    again = relevo("stores", "set", store, "--no-notices", "--warehouse-id", "3", "--order-note", "", "--json").json
    assert (again["notices"], again["refresh_minutes"]) == ([], 60)
    assert (again["settings"]["warehouse_ids"], again["settings"]["order_note"]) == ([3], "")
    assert relevo("stores", "set", store, "--all-warehouses", "--json").json["settings"]["warehouse_ids"] == []
    both = relevo("stores", "set", store, "--buyer-mail", "shipment", "--buyer-mail", "delivery", "--json").json
    assert both["buyer_mails"] == ["shipment", "delivery"]
    assert relevo("stores", "set", store, "--no-buyer-mails", "--json").json["buyer_mails"] == []
    asked = relevo("stores", "set", store, "--tell-parts", "ask", "--json").json
    assert asked["settings"]["tell_parts"] == "ask"
    split = relevo("stores", "set", store, "--tell-parts", "split", "--json").json
    assert split["settings"]["tell_parts"] == "split"
    assert "is changed" in relevo("stores", "set", store, "--name", "Shop").out.decode()


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 2, "Say what to set"),
        (("--notice", "parked", "--no-notices"), 2, "not both"),
        (("--buyer-mail", "shipment", "--no-buyer-mails"), 2, "not both"),
        (("--refresh-minutes", "0"), 1, "every 1 to 1440 minutes"),
        (("--daily-refresh-at", "25:00"), 1, '"25:00" is not a time of day'),
        (("--order-note", "{colour}"), 1, "no other words in braces"),
        (("--product-details", "sometimes"), 2, "'sometimes' is not one of"),
    ],
)
def test_what_cannot_be_set_is_told(relevo: Call, store: str, options: tuple[str, ...], code: int, says: str) -> None:
    answer = relevo("stores", "set", store, *options)

    assert answer.code == code
    assert says in answer.sentence


def test_a_disconnected_store_is_closed_and_keeps_its_orders(
    relevo: Call, merchant: str, store: str, server: SandboxServer
) -> None:
    assert relevo("stores", "import", store, "--json").code == 0
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    answer = relevo("stores", "disconnect", store, "--json")

    assert answer.json == {"id": store, "status": "closed", "warning": None}
    assert relevo("orders", "list", "--account", merchant, "--json-lines").lines == orders
    assert relevo("stores", "list", "--account", merchant, "--json").json["stores"][0]["status"] == "closed"
    assert "is closed" in relevo("stores", "import", store).sentence
    assert "is closed" in relevo("stores", "set", store, "--name", "x").sentence
    assert "is closed" in relevo("stores", "disconnect", store).sentence
    assert "sto_none" in relevo("stores", "disconnect", "sto_none").sentence
