"""Printing: the workplaces of an account, and the printers of the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.model.label import Document
from engine.model.print_station import PrintStation
from rules.messages import Message


class PrinterError(Exception):
    """What became of a document that a printer was to have. Its only argument is a `Message`."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)


class PrinterUnreachable(PrinterError):
    """The printer got nothing."""


class PrinterBrokeOff(PrinterError):
    """Nobody knows how much of it the printer has got."""


class Printers(Protocol):
    """The printers that the operator of this installation has named."""

    def addresses(self, account_slug: str) -> tuple[str, ...]:
        """Those that an account may print on."""

    def send(self, address: str, documents: Sequence[Document], *, needs_mark: bool) -> None:
        """Send documents of one format, marked as copies where they need it. Raises PrinterError.

        Never while a transaction is open.
        """


class PrintStations(Protocol):
    """The workplaces of an account."""

    def add(self, station: PrintStation) -> None: ...

    def find(self, account_id: str, station_id: str) -> PrintStation | None: ...

    def list_for(self, account_id: str) -> list[PrintStation]:
        """By name."""

    def remove(self, account_id: str, station_id: str) -> None: ...
