"""The letters of printed pages: DejaVu Sans, part of each file, and for Chinese, Japanese and Korean the reader's own."""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

from rules.visible import harmless_line

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
# Fonts that PDF readers bring along; they are named in the file and not part of it.
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
# Hebrew and Arabic with the blanks between their words: they are read from right to left, and a file has what is seen.
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*")
_FOLDER = Path(__file__).parent / "fonts"
_KANA = range(0x3040, 0x3100)
_HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xAC00, 0xD7B0))
_EAST_ASIAN = (range(0x2E80, 0xA000), range(0xAC00, 0xD7B0), range(0xF900, 0xFB00), range(0xFF00, 0xFFF0))


@cache
def register() -> frozenset[int]:
    """Make the fonts known; the letters that DejaVu Sans has."""
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, _FOLDER / f"{name}.ttf"))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def is_drawn_plainly(text: str) -> bool:
    """Whether DejaVu Sans has all of its letters."""
    known = register()
    return text.isprintable() and all(ord(letter) in known for letter in text) and not _FROM_THE_RIGHT.search(text)


def marked_up(text: str) -> str:
    """A text as a paragraph takes it: each run of letters in a font that has them. What none has is an empty box."""
    known = register()
    shown = _FROM_THE_RIGHT.sub(lambda run: run.group()[::-1], harmless_line(text))
    ideographs = JAPANESE if any(ord(letter) in _KANA for letter in shown) else CHINESE
    runs = groupby(shown, key=lambda letter: _font_of(ord(letter), known, ideographs))
    return "".join(_in_font(escape("".join(letters)), font) for font, letters in runs)


def _font_of(code: int, known: frozenset[int], ideographs: str) -> str | None:
    if code in known:
        return None
    if any(code in part for part in _HANGUL):
        return KOREAN
    return ideographs if any(code in part for part in _EAST_ASIAN) else None


def _in_font(text: str, font: str | None) -> str:
    return text if font is None else f'<font name="{font}">{text}</font>'
