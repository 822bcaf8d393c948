"""Print stations: workplaces, each with the form of its documents and what prints them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from engine.model.label import DocumentFormat, DocumentKind, PaperSize


@dataclass(frozen=True, slots=True)
class PrintSetting:
    """How one kind of document is printed: `printer` is the address of one in the network, empty for the browser."""

    format: DocumentFormat
    size: PaperSize
    printer: str = ""

    def to_data(self) -> dict[str, str]:
        """As a JSON object."""
        return {"format": self.format.value, "size": self.size.value, "printer": self.printer}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        return cls(DocumentFormat(data["format"]), PaperSize(data["size"]), data["printer"])


def usual_setting(kind: DocumentKind) -> PrintSetting:
    """How a kind of document is printed where nothing is set: as PDF, in the browser."""
    return PrintSetting(DocumentFormat.PDF, PaperSize.LABEL if kind is DocumentKind.LABEL else PaperSize.A4)


@dataclass(frozen=True, slots=True)
class PrintStation:
    """A workplace of an account."""

    id: str
    account_id: str
    name: str
    created_at: datetime
    location_id: str | None = None
    documents: Mapping[DocumentKind, PrintSetting] = field(default_factory=dict)

    def setting(self, kind: DocumentKind) -> PrintSetting:
        """How it prints a kind of document."""
        return self.documents.get(kind) or usual_setting(kind)
