"""Labels of a carrier elsewhere, from the command line: what is bought stays bought, whatever becomes of its document."""

from __future__ import annotations

from pathlib import Path

from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.sandboxes.sendcloud import SendcloudServer

KEYS = "public_key=sandbox-public-key\nsecret_key=sandbox-secret-key\n"
WAREHOUSE = ("--code", "madrid", "--country", "ES", "--street1", "Calle Mayor 1", "--city", "Madrid", "--postal-code", "28004")
PARCELS = ("--parcel", "750:200x150x100", "--parcel", "900:200x150x100")


def test_a_label_whose_document_cannot_be_had_is_bought_and_saved_later(
    relevo: Call, merchant: str, server: SandboxServer, tmp_path: Path
) -> None:
    relevo("locations", "add", "--account", merchant, *WAREHOUSE)
    relevo("stores", "import", connect(relevo, merchant, server).json["id"])
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    order_id = next(one["id"] for one in orders if one["status"] == "awaiting_shipment" and one["ship_to"]["country"] == "ES")
    with SendcloudServer() as sendcloud:
        account = ("--account", merchant, "--carrier", "sendcloud", "--service", "dpd:home", "--credentials-stdin")
        added = relevo("carrier-accounts", "add", *account, "--setting", f"url={sendcloud.url}", "--json", stdin=KEYS)
        assert added.code == 0, added.err

        sendcloud.strike("error_500", "document", times=2)
        bought = relevo("orders", "label", order_id, *PARCELS, "--ship-from", "madrid", "--carrier", "sendcloud", "--json")
        [result] = bought.json["results"]
        assert (bought.code, [one["label"] for one in result["parcels"]]) == (0, [None, None])
        said = "The label is bought, but its document cannot be had now: Sendcloud fails now (HTTP 500)."
        assert f"{said} Ask again with `labels save {result['shipment_id']}`." in bought.err

        save = ("labels", "save", result["shipment_id"], "--out", str(tmp_path / "label.pdf"))
        sendcloud.strike("error_500", "document")
        refused = relevo(*save)
        assert (refused.code, refused.sentence) == (1, "Sendcloud fails now (HTTP 500).")
        assert relevo(*save).code == 0
        assert relevo("labels", "save", result["shipment_id"], "--size", "a4", "--out", str(tmp_path / "customs.pdf")).code == 1
    assert (tmp_path / "label.pdf").read_bytes().startswith(b"%PDF")
    assert sendcloud.shipments.announced == 1
