"""Service points from the command line, with the stand-in for Sendcloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.sandboxes.sendcloud import SendcloudServer

KEYS = "public_key=sandbox-public-key\nsecret_key=sandbox-secret-key\n"
WAREHOUSE = ("--code", "madrid", "--country", "ES", "--street1", "Calle Mayor 1", "--city", "Madrid", "--postal-code", "28004")
SERVICE = ("--carrier", "sendcloud", "--service", "postnl:service_point")


@pytest.fixture
def order_id(relevo: Call, merchant: str, server: SandboxServer) -> str:
    relevo("locations", "add", "--account", merchant, *WAREHOUSE)
    relevo("stores", "import", connect(relevo, merchant, server).json["id"])
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    return str(next(one["id"] for one in orders if one["status"] == "awaiting_shipment" and one["ship_to"]["country"] == "ES"))


@pytest.fixture
def sendcloud(relevo: Call, merchant: str) -> Iterator[SendcloudServer]:
    with SendcloudServer() as running:
        account = ("--account", merchant, *SERVICE, "--service", "dpd:home", "--credentials-stdin")
        added = relevo("carrier-accounts", "add", *account, "--setting", f"url={running.url}", "--json", stdin=KEYS)
        assert added.code == 0, added.err
        yield running


def test_a_label_goes_to_the_point_that_is_named(relevo: Call, order_id: str, sendcloud: SendcloudServer) -> None:
    listed = relevo("orders", "service-points", order_id, *SERVICE, "--near", "28013", "--json").json["service_points"]
    assert [one["id"] for one in listed] == ["1000001", "1000002", "1000003"]
    assert listed[0] == {
        "id": "1000001",
        "name": "PostNL Kiosk",
        "address": "Stationsplein 1, 28013 Sandbox, ES",
        "carrier": "PostNL",
        "distance_m": 150,
    }
    said = relevo("orders", "service-points", order_id, *SERVICE, "--near", "28013").out.decode().splitlines()
    assert said[0] == "1000001  PostNL Kiosk, Stationsplein 1, 28013 Sandbox, ES  150 m"

    buying = ("orders", "label", order_id, *SERVICE, "--parcel", "750", "--ship-from", "madrid")
    without = relevo(*buying, "--json")
    assert without.code == 1
    assert "customers fetch their parcels at a service point" in without.json["results"][0]["refused"]
    gone = relevo(*buying, "--service-point", "1000009", "--json")
    assert (gone.code, "has no service point" in gone.json["results"][0]["refused"]) == (1, True)
    made = relevo(*buying, "--service-point", "1000002", "--json")
    assert made.code == 0, made.json
    assert made.json["results"][0]["service_point"]["name"] == "PostNL Parcel locker"
    assert sendcloud.bodies[-1]["to_service_point"] == {"id": "1000002"}
    assert sendcloud.shipments.announced == 1


def test_a_point_is_for_one_order(relevo: Call, order_id: str, sendcloud: SendcloudServer) -> None:
    answer = relevo("orders", "label", order_id, "ord_other", *SERVICE, "--service-point", "1000001")
    assert (answer.code, "name one order alone" in answer.sentence) == (2, True)
    assert sendcloud.shipments.announced == 0
