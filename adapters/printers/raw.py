"""Printers that print what is sent to a port of theirs (raw, also called JetDirect; mostly port 9100)."""

from __future__ import annotations

import socket
from collections.abc import Sequence

from adapters.documents.copies import marked_as_copy
from adapters.documents.joining import joined
from adapters.printer_address import NamedPrinter
from engine.application import NO_PRINTER
from engine.model.label import Document
from engine.ports import PrinterBrokeOff, PrinterUnreachable
from rules.messages import Message, Text

CONNECT_S = 5.0
SEND_S = 30.0  # for all of one file: a printer takes no more while it has no paper
CLOSE_S = 2.0  # for the printer to close the connection, which not every one does

NOT_REACHED = Text(
    "The printer {printer} does not answer ({problem}): see whether it is switched on and has its cable. Nothing was printed.",
    "La impresora {printer} no responde ({problem}): comprueba que está encendida y conectada. No se ha impreso nada.",
)
BROKE_OFF = Text(
    "The printer {printer} stopped taking what was sent ({problem}): look what came out, and whether it has paper.",
    "La impresora {printer} dejó de aceptar lo enviado ({problem}): mira qué ha salido y si tiene papel.",
)


class RawPrinters:
    """Implements `engine.ports.Printers`: those that the operator has named, and no other address."""

    def __init__(self, printers: Sequence[NamedPrinter], connect_s: float = CONNECT_S, send_s: float = SEND_S) -> None:
        self._printers = tuple(printers)
        self._connect_s, self._send_s = connect_s, send_s

    def addresses(self, account_slug: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.address for one in self._printers if one.account in ("", account_slug)))

    def send(self, address: str, documents: Sequence[Document], *, needs_mark: bool) -> None:
        printer = next((one for one in self._printers if one.address == address), None)
        if printer is None:
            raise PrinterUnreachable(Message("no_printer", NO_PRINTER, {"printer": address}))
        files = joined([marked_as_copy(one) for one in documents] if needs_mark else documents)
        try:
            connection = socket.create_connection((printer.host, printer.port), self._connect_s)
        except OSError as error:
            raise PrinterUnreachable(_said("not_reached", NOT_REACHED, address, error)) from None
        with connection:
            try:
                self._print(connection, b"".join(files))
            except OSError as error:
                raise PrinterBrokeOff(_said("broke_off", BROKE_OFF, address, error)) from None

    def _print(self, connection: socket.socket, content: bytes) -> None:
        connection.settimeout(self._send_s)
        connection.sendall(content)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(min(CLOSE_S, self._send_s))
        try:
            while connection.recv(1024):  # what it says of itself
                pass
        except TimeoutError:
            return


def _said(code: str, text: Text, printer: str, error: OSError) -> Message:
    problem = "timeout" if isinstance(error, TimeoutError) else error.strerror or str(error)
    return Message(code, text, {"printer": printer, "problem": problem})
