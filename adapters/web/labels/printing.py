"""Documents of labels as files that a browser keeps or prints."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from flask import Response
from werkzeug.utils import secure_filename

from adapters.documents.copies import marked_as_copy
from adapters.documents.joining import joined
from adapters.web.language import page_language
from adapters.web.parts import parts
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.model.sentence import sentence_of
from engine.ports import CarrierError
from engine.services.labels.print_documents import print_documents
from engine.services.refusals import Refused

TYPES = {DocumentFormat.PDF: "application/pdf", DocumentFormat.ZPL: "application/octet-stream", DocumentFormat.PNG: "image/png"}


# Browsers show a PDF in a plug-in of theirs, with styles of its own.
SHOWN_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


def printed(
    account_id: str, shipment_id: str, format_: DocumentFormat, size: PaperSize, kind: DocumentKind | None = None
) -> list[Document] | str:
    """The documents of a shipment's label, marked where they were printed before; or why there are none."""
    try:
        printout = print_documents(parts().app, account_id, shipment_id, format_, size, kind)
    except Refused as refusal:
        return refusal.format(page_language())
    except CarrierError as error:
        return sentence_of(error).format(page_language())
    return [marked_as_copy(one) if printout.needs_mark else one for one in printout.documents]


def file_of(documents: Sequence[Document], name: str, *, to_show: bool = False) -> Response:
    """One file to download: several pictures together as ZIP. It holds an address, and no cache keeps it.

    `to_show`: the browser opens a PDF or a picture instead, for printing.
    """
    contents, format_ = joined(documents), documents[0].format
    name = secure_filename(name) or "label"
    if len(contents) == 1:
        answer = _attachment(contents[0], TYPES[format_], f"{name}.{format_.value}")
        if to_show and format_ is not DocumentFormat.ZPL:
            answer.headers["Content-Disposition"] = f'inline; filename="{name}.{format_.value}"'
            answer.headers["Content-Security-Policy"] = SHOWN_POLICY
        return answer
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as kept:
        for number, content in enumerate(contents, 1):
            kept.writestr(f"{name}-{number}.{format_.value}", content)
    return _attachment(archive.getvalue(), "application/zip", f"{name}.zip")


def _attachment(content: bytes, content_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, content_type=content_type, headers=headers)
