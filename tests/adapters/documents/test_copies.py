"""A document that was printed before says so on every page."""

from __future__ import annotations

import io

from PIL import Image
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from adapters.documents.copies import MARK, marked_as_copy
from adapters.documents.joining import joined
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize


def document(format: DocumentFormat, content: bytes) -> Document:
    return Document(DocumentKind.LABEL, format, PaperSize.LABEL, content)


def pdf(*pages: str) -> Document:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(288, 432))
    for text in pages:
        canvas.drawString(20, 200, text)
        canvas.showPage()
    canvas.save()
    return document(DocumentFormat.PDF, out.getvalue())


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_every_page_of_a_pdf_has_the_mark_beside_what_was_there() -> None:
    [first, second] = texts(marked_as_copy(pdf("parcel 1", "parcel 2")).content)
    assert (MARK in first, "parcel 1" in first) == (True, True)
    assert (MARK in second, "parcel 2" in second) == (True, True)


def test_every_label_of_zpl_has_it() -> None:
    marked = marked_as_copy(document(DocumentFormat.ZPL, b"^XA^FDone^FS^XZ^XA^FDtwo^FS^XZ")).content
    assert marked.count(b"COPY COPIA") == 2
    assert marked.endswith(b"^XZ")


def test_a_picture_has_it_in_its_corner() -> None:
    out = io.BytesIO()
    Image.new("1", (812, 1218), 1).save(out, "PNG")
    with Image.open(io.BytesIO(marked_as_copy(document(DocumentFormat.PNG, out.getvalue())).content)) as marked:
        assert marked.size == (812, 1218)
        assert marked.crop((0, 0, 200, 60)).getextrema() == (0, 255)
        assert marked.crop((400, 600, 812, 1218)).getextrema() == (255, 255)


def test_pdf_and_zpl_of_several_parcels_are_one_file_and_pictures_are_not() -> None:
    [whole] = joined([pdf("one"), pdf("two")])
    assert [text.strip() for text in texts(whole)] == ["one", "two"]
    zpl = [document(DocumentFormat.ZPL, b"^XA1^XZ"), document(DocumentFormat.ZPL, b"^XA2^XZ")]
    assert joined(zpl) == [b"^XA1^XZ^XA2^XZ"]
    pictures = [document(DocumentFormat.PNG, b"1"), document(DocumentFormat.PNG, b"2")]
    assert joined(pictures) == [b"1", b"2"]
    assert joined([]) == []
