"""Documents of parcels: where they are, and whether what came is one."""

from __future__ import annotations

from typing import Final

from adapters.carriers.sendcloud.description import NAME
from engine.model.carrier import DocumentForm
from engine.model.label import Document, DocumentFormat, DocumentKind
from engine.ports.carriers import CarrierRefused
from rules.messages import Message, Text

NOT_IN_FORMAT = Text(
    "{carrier} has this document, but not as {format}: choose another format.",
    "{carrier} tiene este documento, pero no en {format}: elige otro formato.",
)
MEDIA_TYPES: Final = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.ZPL: "application/zpl",
    DocumentFormat.PNG: "image/png",
}
_TYPES: Final = {DocumentKind.LABEL: "label", DocumentKind.CUSTOMS: "customs-declaration"}
_BEGINNINGS: Final = {DocumentFormat.PDF: b"%PDF", DocumentFormat.ZPL: b"^XA", DocumentFormat.PNG: b"\x89PNG"}
_LOOKED_AT: Final = 1024  # settings of the printer may come before the first label


def document_path(parcel_id: int, kind: DocumentKind) -> str:
    """Where a parcel's document is."""
    return f"/parcels/{parcel_id}/documents/{_TYPES[kind]}"


def is_in_format(content: bytes, format: DocumentFormat) -> bool:
    """Whether a document is what it should be; a label that a carrier made as ZPL stays ZPL, whatever is asked for."""
    return _BEGINNINGS[format] in content[:_LOOKED_AT]


def document(content: bytes, form: DocumentForm, parcel: int) -> Document:
    """Raises CarrierRefused where it is not in the form."""
    if not is_in_format(content, form.format):
        raise CarrierRefused(Message("not_in_format", NOT_IN_FORMAT, {"carrier": NAME, "format": form.format.value.upper()}))
    return Document(form.kind, form.format, form.size, content, parcel)
