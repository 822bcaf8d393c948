"""A page in ZPL II, the language of label printers: bar codes and Latin letters are the printer's own.

Letters of other scripts, which not every printer has, are pictures.
"""

from __future__ import annotations

import re

from adapters.documents.drawing.elements import DOTS_PER_MM, Align, Box, Code128, Element, Frame, Page, Words
from adapters.documents.drawing.png import BASELINE, words_picture
from adapters.documents.typeface import width

# What the scalable font of every printer has.
_PRINTERS_OWN = re.compile("[ -~\u00a1-\u00ff]*")
_ESCAPED = re.compile(r"[\^~\\_]")
_ROOM = 0.6  # of a centred text, to either side: half of it, and some more
_QR_LIFT = 10  # dots by which printers draw a QR code too low


def render_zpl(page: Page) -> bytes:
    """One label, in UTF-8, with its size and everything that the printer has to know."""
    lines = ["^XA", "^CI28", f"^PW{_dots(page.width)}", f"^LL{_dots(page.height)}", "^LH0,0"]
    lines += [_field(element) for element in page.elements]
    lines += ["^PQ1", "^XZ", ""]
    return "\n".join(lines).encode()


def _field(element: Element) -> str:
    if isinstance(element, Words):
        return _words(element)
    x, y = _dots(element.x), _dots(element.y)
    if isinstance(element, Box):
        wide, high = max(_dots(element.width), 1), max(_dots(element.height), 1)
        return f"^FO{x},{y}^GB{wide},{high},{min(wide, high)}^FS"
    if isinstance(element, Frame):
        return f"^FO{x},{y}^GB{_dots(element.width)},{_dots(element.height)},{max(_dots(element.thickness), 1)}^FS"
    if isinstance(element, Code128):
        # Mode A changes to pairs of digits where that is shorter, as on the other formats.
        height = _dots(element.height)
        return f"^BY{element.module}^FO{x},{y}^BCN,{height},N,N,N,A^FH^FD{_escaped(element.value)}^FS"
    return f"^FO{x},{y - _QR_LIFT}^BQN,2,{element.module}^FH^FDMA,{_escaped(element.value)}^FS"


def _words(words: Words) -> str:
    x, y, size = _dots(words.x), _dots(words.y), _dots(words.size)
    text = words.shown.replace("…", "...")
    if _PRINTERS_OWN.fullmatch(text) is None:
        return _picture(words, x, y)
    reverse = "^FR" if words.inverse else ""
    if words.align is Align.CENTER:  # a block of one line, as wide as leaves room on both sides
        half = min(x, _dots(width(words.shown, bold=words.bold) * words.size * _ROOM) + 1)
        return f"^FT{x - half},{y}^A0N,{size},{size}^FB{2 * half},1,0,C{reverse}^FH^FD{_escaped(text, in_block=True)}^FS"
    side = ",1" if words.align is Align.RIGHT else ""
    return f"^FT{x},{y}{side}^A0N,{size},{size}{reverse}^FH^FD{_escaped(text)}^FS"


def _picture(words: Words, x: int, y: int) -> str:
    """Letters that the printer may not have, dot by dot."""
    picture = words_picture(words)
    wide, high = picture.size
    left = {Align.LEFT: x, Align.CENTER: x - wide // 2, Align.RIGHT: x - wide}[words.align]
    row = (wide + 7) // 8
    dots = picture.tobytes()
    reverse = "^FR" if words.inverse else ""
    upper = max(y - round(high * BASELINE), 0)
    return f"^FO{max(left, 0)},{upper}{reverse}^GFA,{len(dots)},{len(dots)},{row},{dots.hex().upper()}^FS"


def _escaped(text: str, *, in_block: bool = False) -> str:
    """Data as a field with ^FH takes it: what the printer would obey is written as its code."""
    escaped = _ESCAPED.sub(lambda match: f"_{ord(match.group()):02X}", text)
    return escaped.replace("_5C", "_5C_5C") if in_block else escaped


def _dots(length: float) -> int:
    return round(length * DOTS_PER_MM)
