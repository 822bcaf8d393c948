"""Pages as a PDF. The same pages make the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from adapters.documents.drawing.barcodes import code128_bars, qr_rows
from adapters.documents.drawing.elements import DOTS_PER_MM, Align, Box, Code128, Element, Frame, Page, QrCode, Words
from adapters.documents.drawing.pictures import printed
from adapters.documents.typeface import runs, width
from rules.messages import Language

rl_config.useA85 = 0  # files are bytes: nothing has to be spelt in letters

_DOT = mm / DOTS_PER_MM

Rectangle = tuple[float, float, float, float]  # left, lower edge, width, height


def render_pdf(pages: Sequence[Page], *, title: str, language: Language) -> bytes:
    """The bytes of the file, with all of its fonts."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True, pageCompression=1, lang=language)
    canvas.setTitle(title)
    for page in pages:
        canvas.setPageSize((page.width * mm, page.height * mm))
        _draw(canvas, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, page: Page) -> None:
    height = page.height * mm
    _fill(canvas, (rectangle for element in page.elements for rectangle in _rectangles(element, height)))
    _write(canvas, (element for element in page.elements if isinstance(element, Words)), height)
    for one in page.pictures:
        place = (one.x * mm, height - (one.y + one.height) * mm, one.width * mm, one.height * mm)
        canvas.drawImage(ImageReader(printed(one.content, one.width, one.height)), *place)
    for inset in page.insets:
        canvas.saveState()
        # Turned to the left, its upper left corner comes to stand below its upper right one.
        canvas.translate((inset.x + inset.page.height) * mm, height - (inset.y + inset.page.width) * mm)
        canvas.rotate(90)
        _draw(canvas, inset.page)
        canvas.restoreState()


def _rectangles(element: Element, height: float) -> Iterable[Rectangle]:
    """What is black of an element, but its letters, in points from the lower left corner."""
    if isinstance(element, Words):
        return
    x, y = element.x * mm, height - element.y * mm
    if isinstance(element, Box):
        yield x, y - element.height * mm, element.width * mm, element.height * mm
    elif isinstance(element, Frame):
        wide, high, thick = element.width * mm, element.height * mm, element.thickness * mm
        yield x, y - thick, wide, thick
        yield x, y - high, wide, thick
        yield x, y - high, thick, high
        yield x + wide - thick, y - high, thick, high
    elif isinstance(element, Code128):
        module, high = element.module * _DOT, element.height * mm
        for at, wide in code128_bars(element.value)[0]:
            yield x + at * module, y - high, wide * module, high
    elif isinstance(element, QrCode):
        module = element.module * _DOT
        for number, row in enumerate(qr_rows(element.value), 1):
            for at, wide in row:
                yield x + at * module, y - number * module, wide * module, module


def _fill(canvas: Canvas, rectangles: Iterable[Rectangle]) -> None:
    """All at once, and as text: the canvas takes ten times as long for the hundreds of them that codes have."""
    drawn = " ".join(f"{x:.3f} {y:.3f} {wide:.3f} {high:.3f} re" for x, y, wide, high in rectangles)
    if drawn:
        canvas.addLiteral(f"{drawn} f")


def _write(canvas: Canvas, texts: Iterable[Words], height: float) -> None:
    text = canvas.beginText()
    for words in texts:
        size = words.size * mm
        wide = width(words.shown, bold=words.bold) * size
        shift = {Align.LEFT: 0.0, Align.CENTER: wide / 2, Align.RIGHT: wide}[words.align]
        text.setFillGray(1 if words.inverse else 0)
        text.setTextOrigin(words.x * mm - shift, height - words.y * mm)
        for font, letters in runs(words.shown, bold=words.bold):
            text.setFont(font, size)
            text.textOut(letters)
    canvas.drawText(text)
