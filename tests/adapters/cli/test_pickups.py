"""Pickups from the command line, with the stand-in for Sendcloud."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.sandboxes.sendcloud import SendcloudServer

IN_A_WEEK = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
KEYS = "public_key=sandbox-public-key\nsecret_key=sandbox-secret-key\n"
WAREHOUSE = ("--code", "madrid", "--country", "ES", "--street1", "Calle Mayor 1", "--city", "Madrid", "--postal-code", "28004")
SERVICE = ("--carrier", "sendcloud", "--service", "dpd:home")


@pytest.fixture
def sendcloud(relevo: Call, merchant: str, server: SandboxServer) -> Iterator[SendcloudServer]:
    """A merchant has bought a label there."""
    relevo("locations", "add", "--account", merchant, *WAREHOUSE)
    relevo("stores", "import", connect(relevo, merchant, server).json["id"])
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    order_id = next(one["id"] for one in orders if one["status"] == "awaiting_shipment" and one["ship_to"]["country"] == "ES")
    with SendcloudServer() as running:
        account = ("--account", merchant, *SERVICE, "--credentials-stdin")
        added = relevo("carrier-accounts", "add", *account, "--setting", f"url={running.url}", "--json", stdin=KEYS)
        assert added.code == 0, added.err
        bought = relevo("orders", "label", order_id, *SERVICE, "--parcel", "750", "--ship-from", "madrid", "--json")
        assert bought.code == 0, bought.json
        yield running


def test_a_driver_is_asked_for_listed_and_called_off(relevo: Call, merchant: str, sendcloud: SendcloudServer) -> None:
    of = ("--account", merchant)
    times = ("--day", IN_A_WEEK, "--from", "09:00", "--until", "13:00", "--instructions", "Dock 3")
    [made] = relevo("pickups", "request", *of, *times, "--json").json["pickups"]
    assert (made["state"], made["carrier"], made["parcels"], made["confirmation"]) == ("made", "dpd", 1, "PRG000001")
    assert (made["cost"], made["problem"], made["from"][:16]) == (None, None, f"{IN_A_WEEK}T09:00")
    assert sendcloud.pickups.get("1")["special_instructions"] == "Dock 3"
    assert relevo("pickups", "list", *of, "--json").json == {"pickups": [made]}
    assert f"is to come on {IN_A_WEEK} already" in relevo("pickups", "request", *of, *times).sentence

    cancelled = relevo("pickups", "cancel", made["id"], *of, "--json")
    assert (cancelled.code, cancelled.json["state"]) == (0, "cancelled")
    assert relevo("pickups", "list", *of).out.decode().startswith(f"{made['id']}  cancelled")


def test_what_cannot_be_done_is_a_sentence(relevo: Call, merchant: str, sendcloud: SendcloudServer) -> None:
    of = ("--account", merchant)
    assert '"soon" is not a day' in relevo("pickups", "request", *of, "--day", "soon").sentence
    assert '"2pm" is not a time of day' in relevo("pickups", "request", *of, "--from", "2pm").sentence
    assert "pck_none" in relevo("pickups", "cancel", "pck_none", *of).sentence
    assert "is too far ahead for a pickup" in relevo("pickups", "request", *of, "--day", "2099-01-05").sentence
    sendcloud.strike("refuse", "pickup")
    refused = relevo("pickups", "request", *of, "--day", IN_A_WEEK, "--json")
    assert (refused.code, refused.json["pickups"][0]["state"]) == (1, "refused")
