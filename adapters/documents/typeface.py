"""The letters of printed pages: DejaVu Sans, and Droid Sans Fallback for Chinese, Japanese and Korean.

Both are part of the files that have their letters. Long documents name the reader's own East Asian fonts instead (`marked_up`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from threading import Lock
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from adapters.documents.arabic import joined
from adapters.documents.ready_font import USUAL_LETTERS, ReadyFont
from rules.visible import harmless_line

REGULAR, BOLD, EAST_ASIAN = "DejaVuSans", "DejaVuSans-Bold", "DroidSansFallback"
# Fonts that PDF readers bring along; they are named in the file and not part of it.
CHINESE, JAPANESE, KOREAN = "STSong-Light", "HeiseiKakuGo-W5", "HYGothic-Medium"
# Hebrew and Arabic with the blanks between their words: they are read from right to left, and a file has what is seen.
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+(?: +[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*")
_REGISTERING = Lock()  # no thread is to replace the fonts that another one writes with
_FOLDER = Path(__file__).parent / "fonts"
_FILES = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf", EAST_ASIAN: "DroidSansFallback.ttf"}
_KANA = range(0x3040, 0x3100)
_HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xAC00, 0xD7B0))
_EAST_ASIAN = (range(0x2E80, 0xA000), range(0xAC00, 0xD7B0), range(0xF900, 0xFB00), range(0xFF00, 0xFFF0))


def register() -> frozenset[int]:
    """Make the fonts known; the letters that DejaVu Sans has."""
    with _REGISTERING:
        return _registered()


@cache
def _registered() -> frozenset[int]:
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(ReadyFont(name, font_file(name), USUAL_LETTERS))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    for name in (CHINESE, JAPANESE, KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(REGULAR).face.charToGlyph)


def font_file(name: str) -> Path:
    """Where the file of a font is."""
    return _FOLDER / _FILES[name]


def is_drawn_plainly(text: str) -> bool:
    """Whether DejaVu Sans has all of its letters."""
    known = register()
    return text.isprintable() and all(ord(letter) in known for letter in text) and not _FROM_THE_RIGHT.search(text)


def seen(text: str) -> str:
    """A text on one line as it is seen from left to right: what is read from the right is turned round, its letters joined."""
    composed = unicodedata.normalize("NFC", text)
    return _FROM_THE_RIGHT.sub(lambda run: joined(run.group(), register())[::-1], harmless_line(composed))


def marked_up(text: str) -> str:
    """A text as a paragraph takes it: each run of letters in a font that has them. What none has is an empty box."""
    known = register()
    shown = seen(text)
    ideographs = JAPANESE if any(ord(letter) in _KANA for letter in shown) else CHINESE
    runs = groupby(shown, key=lambda letter: _font_of(ord(letter), known, ideographs))
    return "".join(_in_font(escape("".join(letters)), font) for font, letters in runs)


def runs(shown: str, *, bold: bool = False) -> list[tuple[str, str]]:
    """What is seen, cut where the font changes: the font's name and its letters. What none has is an empty box."""
    own = BOLD if bold else REGULAR
    if shown.isascii():
        return [(own, shown)]
    letters_of = _letters()
    has_own = letters_of[own]

    def font(letter: str) -> str:
        code = ord(letter)
        if code in has_own:
            return own
        if code in letters_of[REGULAR]:
            return REGULAR
        return EAST_ASIAN if code in _east_asian_letters() else own

    return [(name, "".join(letters)) for name, letters in groupby(shown, key=font)]


@lru_cache(maxsize=4096)
def width(shown: str, *, bold: bool = False) -> float:
    """How wide what is seen is drawn, in heights of the font."""
    register()
    return sum(float(pdfmetrics.stringWidth(letters, font, 1)) for font, letters in runs(shown, bold=bold))


@cache
def _letters() -> dict[str, frozenset[int]]:
    """The letters of each font that is always there."""
    register()
    return {name: frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name in (REGULAR, BOLD)}


def _east_asian_letters() -> frozenset[int]:
    """The letters of the large font, which is loaded only when some text needs it."""
    with _REGISTERING:
        return _registered_east_asian()


@cache
def _registered_east_asian() -> frozenset[int]:
    font = ReadyFont(EAST_ASIAN, font_file(EAST_ASIAN))
    pdfmetrics.registerFont(font)
    return frozenset(font.face.charToGlyph)


def _font_of(code: int, known: frozenset[int], ideographs: str) -> str | None:
    if code in known:
        return None
    if any(code in part for part in _HANGUL):
        return KOREAN
    return ideographs if any(code in part for part in _EAST_ASIAN) else None


def _in_font(text: str, font: str | None) -> str:
    return text if font is None else f'<font name="{font}">{text}</font>'
