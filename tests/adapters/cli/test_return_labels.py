"""`orders return-label`: the way back of what has left, printed, tracked and voided by its own id."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer

OWNER = ("--by", "owner@casa-verde.example")


@pytest.fixture
def order_id(relevo: Call, server: SandboxServer) -> str:
    """An order of a merchant that has left by its own delivery."""
    slug = create(relevo, "Casa Verde", "merchant")
    assert relevo("locations", "add", "--account", slug, "--code", "main", "--country", "GB", "--city", "Leeds").code == 0
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    orders = relevo("orders", "list", "--account", slug, "--json-lines").lines
    order_id = next(one["id"] for one in orders if one["status"] == "awaiting_shipment")
    relevo("carrier-accounts", "add", "--account", slug, "--carrier", "house", "--service", "24h", "--number-prefix", "CV")
    return str(order_id)


def ship(relevo: Call, order_id: str) -> None:
    bought = relevo("orders", "label", order_id, "--carrier", "house", "--service", "24h", "--parcel", "750", "--json")
    assert bought.code == 0, bought.err


def test_a_return_label_is_made_printed_tracked_and_voided(relevo: Call, order_id: str, tmp_path: Path) -> None:
    ship(relevo, order_id)
    wish = ("--carrier", "house", "--service", "24h", "--parcel", "700")
    made = relevo("orders", "return-label", order_id, *wish, *OWNER, "--json")
    [parcel] = made.json["parcels"]
    assert (made.json["order_id"], made.json["carrier"], made.json["service"]) == (order_id, "house", "24h")
    assert parcel["tracking_number"].startswith("CV")
    assert "Return · 24h" in PdfReader(parcel["label"]).pages[0].extract_text()
    assert relevo("orders", "return-label", order_id, *wish, *OWNER, "--json").json == made.json, "asked again it is the same"

    return_id, out = made.json["return_id"], tmp_path / "back.pdf"
    assert relevo("labels", "save", return_id, "--out", str(out), *OWNER, "--json").json["files"] == [str(out)]
    assert relevo("orders", "track", return_id, "--json").json["state"] == "label_created"
    assert relevo("orders", "void", return_id, *OWNER, "--json").json == {"shipment_id": return_id, "state": "voided"}
    again = relevo("orders", "return-label", order_id, *wish, "--json").json
    assert again["return_id"] != return_id


def test_what_cannot_come_back_is_a_sentence(relevo: Call, order_id: str) -> None:
    assert "Nothing of order" in relevo("orders", "return-label", order_id, "--carrier", "house", "--service", "24h").sentence
    ship(relevo, order_id)
    wish = ("--carrier", "house", "--service", "24h")
    assert "can still come back" in relevo("orders", "return-label", order_id, *wish, "--line", "none=1").sentence
    for line in ("none", "none=0", "none=x"):
        said = relevo("orders", "return-label", order_id, *wish, "--line", line).sentence
        assert "is not a line and quantity: write each line once as KEY=QTY with a number above 0" in said
    assert relevo("orders", "return-label", "ord_none", *wish).sentence == 'There is no order "ord_none" in this account.'
