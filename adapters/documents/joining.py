"""Documents of several parcels as one file, as far as their format allows."""

from __future__ import annotations

import io
from collections.abc import Sequence

from engine.model.label import Document, DocumentFormat


def joined(documents: Sequence[Document]) -> list[bytes]:
    """The contents of the files: one for all pages of PDF and for all labels of ZPL, one for each picture."""
    contents = [document.content for document in documents]
    if len(contents) < 2 or documents[0].format is DocumentFormat.PNG:
        return contents
    return [b"".join(contents) if documents[0].format is DocumentFormat.ZPL else _pages(contents)]


def _pages(contents: Sequence[bytes]) -> bytes:
    from pypdf import PdfWriter  # takes long to load, and most shipments are one parcel

    out = io.BytesIO()
    with PdfWriter() as writer:
        for content in contents:
            writer.append(io.BytesIO(content))
        writer.write(out)
    return out.getvalue()
