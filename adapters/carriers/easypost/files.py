"""The documents of a bought shipment, which lie at addresses of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.carriers.calls import CarrierCalls, Outcome, OutcomeRow
from adapters.carriers.easypost.answers import Json, part, parts, shipment_id, text
from adapters.carriers.easypost.refusals import refused
from adapters.documents.joining import joined
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.ports.carriers import CarrierError, CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text

NOT_MADE = Text("EasyPost does not make this label as {format}.", "EasyPost no hace esta etiqueta como {format}.")
NO_FILE = Text(
    "EasyPost has no file of the label yet, or one that is something else.",
    "EasyPost aún no tiene el archivo de la etiqueta, o es otra cosa.",
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """How EasyPost calls a format, where it says its address, and what its files hold at their beginning."""

    media_type: str
    address: str
    mark: bytes


_KINDS = {
    DocumentFormat.PDF: _Kind("application/pdf", "label_pdf_url", b"%PDF"),
    DocumentFormat.ZPL: _Kind("application/zpl", "label_zpl_url", b"^XA"),
    DocumentFormat.PNG: _Kind("image/png", "label_url", b"\x89PNG"),
}
# The papers that go along with a parcel; the others are for the sender.
_CUSTOMS_FORMS = ("cn22", "commercial_invoice", "high_value_report", "nafta_certificate_of_origin")
# A file that is not there yet may be a moment later.
_LATER = (OutcomeRow(range(300, 500), Outcome.UNKNOWN),)
_WITHIN = 4096  # bytes, in which the mark of a file stands

Convert = Callable[[str, DocumentFormat], Json]
"""The id of a shipment and a format → the shipment, with the address of its label in that format."""


class ShipmentFiles:
    """Gets files. They are fetched without the key, which nobody needs where they are."""

    def __init__(self, calls: CarrierCalls, convert: Convert) -> None:
        self._calls = calls
        self._convert = convert

    def of_purchase(self, shipment: Json) -> list[Document]:
        """The label as PDF, or as it is where nothing else can be made of it, and the customs papers.

        None where one of them cannot be had now: the purchase counts, and they are fetched when somebody wants them.
        """
        try:
            return [self._first_label(shipment), *self.customs(shipment)]
        except CarrierError:
            return []

    def label(self, shipment: Json, format: DocumentFormat) -> Document:
        """The label in a format. Raises CarrierRefused where EasyPost does not make it."""
        url = _address(shipment, format) or _address(self._convert(shipment_id(shipment), format), format)
        if not url:
            raise refused("not_made", NOT_MADE, format=format.value)
        return self._label(url, format)

    def customs(self, shipment: Json) -> list[Document]:
        """The customs papers as one file, or none: those that are PDF."""
        forms = [one for one in parts(shipment, "forms") if text(one, "form_type") in _CUSTOMS_FORMS]
        contents = [self._get(text(one, "form_url")) for one in forms]
        papers = [
            Document(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4, content)
            for content in contents
            if content.startswith(_KINDS[DocumentFormat.PDF].mark)
        ]
        return [Document(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4, joined(papers)[0])] if papers else []

    def _first_label(self, shipment: Json) -> Document:
        try:
            return self.label(shipment, DocumentFormat.PDF)
        except CarrierRefused:
            return self._as_it_is(shipment)

    def _as_it_is(self, shipment: Json) -> Document:
        label = part(shipment, "postage_label")
        for format, kind in _KINDS.items():
            if text(label, "label_file_type") == kind.media_type:
                return self._label(text(label, "label_url"), format)
        raise _no_file()

    def _label(self, url: str, format: DocumentFormat) -> Document:
        content = self._get(url)
        if _KINDS[format].mark not in content[:_WITHIN]:
            raise _no_file()
        return Document(DocumentKind.LABEL, format, PaperSize.LABEL, content)

    def _get(self, url: str) -> bytes:
        if not url:
            raise _no_file()
        return self._calls.check(self._calls.call("GET", url), "", "", _LATER).content


def _address(shipment: Json, format: DocumentFormat) -> str:
    """Where the label lies in a format; empty where it has not been made."""
    label, kind = part(shipment, "postage_label"), _KINDS[format]
    if text(label, "label_file_type") == kind.media_type:
        return text(label, "label_url")
    return text(label, kind.address) if format is not DocumentFormat.PNG else ""


def _no_file() -> CarrierUnavailable:
    return CarrierUnavailable(Message("no_file", NO_FILE))
