"""A page as a picture of black and white dots, as many as label printers have."""

from __future__ import annotations

import io
import re
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from adapters.documents.drawing.barcodes import code128_bars, qr_rows
from adapters.documents.drawing.elements import DOTS_PER_MM, Align, Box, Code128, Element, Frame, Page, QrCode, Words
from adapters.documents.typeface import font_file, runs, width

LINE_HEIGHT = 1.28  # of the picture of a line, in heights of its font
BASELINE = 0.77  # of that, from above
_MM_PER_INCH = 25.4
_BLACK, _WHITE = 0, 1
_WORDS = re.compile(r"\S+|\s+")


def render_png(page: Page) -> bytes:
    """The bytes of the file: one bit a dot."""
    picture = Image.new("1", (_dots(page.width), _dots(page.height)), _WHITE)
    drawing = ImageDraw.Draw(picture)
    drawing.fontmode = "1"
    for element in page.elements:
        _draw(drawing, element)
    out = io.BytesIO()
    resolution = DOTS_PER_MM * _MM_PER_INCH
    picture.save(out, "PNG", dpi=(resolution, resolution))
    return out.getvalue()


def words_picture(words: Words) -> Image.Image:
    """The letters alone, their dots set, on a picture that is as high as their line."""
    size = words.size * DOTS_PER_MM
    height = round(size * LINE_HEIGHT)
    picture = Image.new("1", (round(width(words.shown, bold=words.bold) * size) + 2, height), 0)
    drawing = ImageDraw.Draw(picture)
    drawing.fontmode = "1"
    _write(drawing, words.shown, 1, round(height * BASELINE), size, bold=words.bold, ink=1)
    return picture


def _draw(drawing: ImageDraw.ImageDraw, element: Element) -> None:
    x, y = _dots(element.x), _dots(element.y)
    if isinstance(element, Box):
        _fill(drawing, x, y, max(_dots(element.width), 1), max(_dots(element.height), 1))
    elif isinstance(element, Frame):
        right, lower = x + _dots(element.width) - 1, y + _dots(element.height) - 1
        drawing.rectangle((x, y, right, lower), outline=_BLACK, width=max(_dots(element.thickness), 1))
    elif isinstance(element, Code128):
        for at, wide in code128_bars(element.value)[0]:
            _fill(drawing, x + at * element.module, y, wide * element.module, _dots(element.height))
    elif isinstance(element, QrCode):
        module = element.module
        for number, row in enumerate(qr_rows(element.value)):
            for at, wide in row:
                _fill(drawing, x + at * module, y + number * module, wide * module, module)
    else:
        size = element.size * DOTS_PER_MM
        room = width(element.shown, bold=element.bold) * size
        shift = {Align.LEFT: 0.0, Align.CENTER: room / 2, Align.RIGHT: room}[element.align]
        ink = _WHITE if element.inverse else _BLACK
        _write(drawing, element.shown, element.x * DOTS_PER_MM - shift, y, size, bold=element.bold, ink=ink)


def _fill(drawing: ImageDraw.ImageDraw, x: int, y: int, wide: int, high: int) -> None:
    drawing.rectangle((x, y, x + wide - 1, y + high - 1), fill=_BLACK)


def _write(drawing: ImageDraw.ImageDraw, shown: str, x: float, y: int, size: float, *, bold: bool, ink: int) -> None:
    """Each word where it belongs: dots make letters a little wider or narrower, which must not add up over a line."""
    for font, letters in runs(shown, bold=bold):
        for word in _WORDS.findall(letters):
            drawing.text((round(x), y), word, fill=ink, font=_font(font, round(size)), anchor="ls")
            x += width(word, bold=bold) * size


@lru_cache(maxsize=64)
def _font(name: str, dots: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(name), dots, layout_engine=ImageFont.Layout.BASIC)


def _dots(length: float) -> int:
    return round(length * DOTS_PER_MM)
