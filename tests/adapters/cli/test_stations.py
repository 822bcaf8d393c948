"""Print stations from the command line, and labels that they print."""

from __future__ import annotations

import pytest
from support.command_line import Call, connect
from support.printer import NetworkPrinter

from adapters.sandboxes.brightpearl import SandboxServer

WAREHOUSE = ("--code", "madrid", "--country", "ES", "--city", "Madrid", "--postal-code", "28004")


@pytest.fixture
def shipment(relevo: Call, merchant: str, server: SandboxServer) -> str:
    """One with a label of the carrier that draws its own."""
    relevo("locations", "add", "--account", merchant, *WAREHOUSE)
    relevo("carrier-accounts", "add", "--account", merchant, "--carrier", "house", "--service", "next_day")
    relevo("stores", "import", connect(relevo, merchant, server).json["id"])
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    order_id = next(one["id"] for one in orders if one["status"] == "awaiting_shipment")
    bought = ("--parcel", "750", "--ship-from", "madrid", "--carrier", "house", "--service", "next_day", "--json")
    [result] = relevo("orders", "label", order_id, *bought).json["results"]
    return str(result["shipment_id"])


def test_a_station_prints_on_the_printer_that_the_operator_names(
    relevo: Call, merchant: str, shipment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = ("stations", "add", "--account", merchant, "--name", "Table 1", "--location", "madrid")
    printing = ("labels", "print", shipment, "--station", "table 1")
    with NetworkPrinter() as printer:
        document = ("--document", f"label=zpl:4x6@{printer.address}")
        refused = relevo(*station, *document)
        assert (refused.code, "the operator has to name it in RELEVO_PRINTERS" in refused.sentence) == (1, True)
        monkeypatch.setenv("RELEVO_PRINTERS", printer.address)
        added = relevo(*station, *document, "--json")
        assert added.json["documents"]["label"] == {"format": "zpl", "size": "4x6", "printer": printer.address}
        listed = relevo("stations", "list", "--account", merchant).out.decode()
        assert listed.startswith(f"Table 1  label zpl 4x6 {printer.address}, packing_slip pdf a4 in the browser")

        assert relevo(*printing).out.decode().strip() == f"Sent to {printer.address}."
        assert relevo(*printing, "--json").json["sent"] is True
    first, copy = printer.printed
    assert (first.startswith(b"^XA"), b"COPIA" in first, b"COPIA" in copy) == (True, False, True)

    off = relevo(*printing)
    assert (off.code, off.sentence.startswith(f"The printer {printer.address} does not answer")) == (1, True)
    in_browser = relevo(*printing, "--document", "packing_slip")
    assert (in_browser.code, f"`labels save {shipment}`" in in_browser.sentence) == (1, True)
    assert relevo("stations", "remove", "--account", merchant, "Table 1").code == 0
    assert relevo("stations", "list", "--account", merchant).out.decode().strip() == "There are no print stations yet."


@pytest.mark.parametrize("document", ["label", "label=zpl", "label=doc:4x6", "poster=pdf:a4", "label=pdf:a3"])
def test_how_a_document_is_printed_has_one_spelling(relevo: Call, merchant: str, document: str) -> None:
    said = relevo("stations", "add", "--account", merchant, "--name", "Table 1", "--document", document)
    assert said.code == 2
    assert f'"{document}" does not say how a document is printed: write KIND=FORMAT:SIZE' in said.sentence
    assert "Kinds are label, packing_slip, customs; formats pdf, zpl, png; sizes 4x6, a4." in said.sentence


def test_nobody_from_elsewhere_adds_a_station(relevo: Call, merchant: str) -> None:
    said = relevo("stations", "add", "--account", merchant, "--name", "Table 1", "--by", "nobody@example.com")
    assert said.code == 1
