"""Marks documents that were printed before, so that nobody puts the same label on two parcels."""

from __future__ import annotations

import io
from dataclasses import replace

from engine.model.label import Document, DocumentFormat

MARK = "COPY · COPIA"
_ZPL_MARK = b"^FO20,20^A0N,40,40^FR^GB280,50,50^FS^FO30,26^A0N,40,40^FR^FDCOPY COPIA^FS"


def marked_as_copy(document: Document) -> Document:
    """The document with the mark on each of its pages."""
    mark = {DocumentFormat.PDF: _pdf, DocumentFormat.ZPL: _zpl, DocumentFormat.PNG: _png}[document.format]
    return replace(document, content=mark(document.content))


def _pdf(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter  # takes long to load
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        overlay = io.BytesIO()
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        canvas = Canvas(overlay, pagesize=(width, height))
        canvas.setFillGray(0)
        canvas.rect(4, height - 20, 92, 16, stroke=0, fill=1)
        canvas.setFillGray(1)
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(9, height - 16, MARK)
        canvas.save()
        page.merge_page(PdfReader(io.BytesIO(overlay.getvalue())).pages[0])
    writer.write(out)
    return out.getvalue()


def _zpl(content: bytes) -> bytes:
    return content.replace(b"^XZ", _ZPL_MARK + b"^XZ")


def _png(content: bytes) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    out = io.BytesIO()
    with Image.open(io.BytesIO(content)) as picture:
        drawn = picture.convert("L")
        font = ImageFont.load_default(max(14, drawn.width // 28))
        draw = ImageDraw.Draw(drawn)
        left, top, right, bottom = draw.textbbox((12, 10), MARK, font=font)
        draw.rectangle((left - 6, top - 6, right + 6, bottom + 6), fill=0)
        draw.text((12, 10), MARK, font=font, fill=255)
        drawn.save(out, "PNG")
    return out.getvalue()
