"""Printers of the network get the bytes of the documents, and only those that the operator has named."""

from __future__ import annotations

import socket

import pytest
from support.printer import NetworkPrinter, unused_port

from adapters.printer_address import NamedPrinter
from adapters.printers.raw import RawPrinters
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.ports import PrinterBrokeOff, PrinterUnreachable


def zpl(content: bytes, parcel: int = 0) -> Document:
    return Document(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL, content, parcel)


def printers_at(*ports: int, send_s: float = 5.0) -> RawPrinters:
    return RawPrinters([NamedPrinter("127.0.0.1", port) for port in ports], send_s=send_s)


def test_a_printer_gets_all_parcels_in_one_go_and_copies_marked() -> None:
    documents = [zpl(b"^XA1^XZ"), zpl(b"^XA2^XZ", 1)]
    with NetworkPrinter() as printer:
        printers = printers_at(printer.port)
        printers.send(printer.address, documents, needs_mark=False)
        printers.send(printer.address, documents, needs_mark=True)
    first, copy = printer.printed
    assert first == b"^XA1^XZ^XA2^XZ"
    assert copy.count(b"COPY COPIA") == 2


def test_a_printer_that_is_off_got_nothing() -> None:
    port = unused_port()
    with pytest.raises(PrinterUnreachable) as off:
        printers_at(port).send(f"127.0.0.1:{port}", [zpl(b"^XA^XZ")], needs_mark=False)
    said = off.value.args[0]
    assert said.format("en").startswith(f"The printer 127.0.0.1:{port} does not answer (Connection refused): see whether")
    assert "No se ha impreso nada." in said.format("es")


def test_of_a_printer_that_breaks_off_nobody_knows_what_it_has() -> None:
    with NetworkPrinter(breaks_off=True) as printer, pytest.raises(PrinterBrokeOff, match="stopped taking what was sent"):
        printers_at(printer.port).send(printer.address, [zpl(b"x" * 5_000_000)], needs_mark=False)


def test_a_printer_without_paper_is_not_waited_for_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as takes_nothing:
        port = takes_nothing.getsockname()[1]
        with pytest.raises(PrinterBrokeOff, match=r"stopped taking what was sent \(timeout\)"):
            printers_at(port, send_s=0.2).send(f"127.0.0.1:{port}", [zpl(b"x" * 20_000_000)], needs_mark=False)


def test_a_printer_that_keeps_the_connection_open_has_printed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as stays_open:
        port = stays_open.getsockname()[1]
        printers_at(port, send_s=0.2).send(f"127.0.0.1:{port}", [zpl(b"^XA^XZ")], needs_mark=False)


def test_no_address_is_called_that_the_operator_has_not_named() -> None:
    with NetworkPrinter() as printer, pytest.raises(PrinterUnreachable, match="the operator has to name it in RELEVO_PRINTERS"):
        printers_at().send(printer.address, [zpl(b"^XA^XZ")], needs_mark=False)
    assert printer.printed == []


def test_a_printer_may_be_one_accounts_alone() -> None:
    printers = RawPrinters([NamedPrinter("10.0.0.5", 9100), NamedPrinter("fd00::5", 9100, "acme-3pl")])
    assert printers.addresses("acme-3pl") == ("10.0.0.5:9100", "[fd00::5]:9100")
    assert printers.addresses("casa-verde") == ("10.0.0.5:9100",)
