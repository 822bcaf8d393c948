"""A TrueType font for small files made by the thousand: cut to its usual letters and compressed once, not for each file."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDocument
from reportlab.pdfbase.ttfonts import TTFont, TTFontFace

# A file has all of them; any others that it uses become a small font of their own beside it.
USUAL_LETTERS = "".join(map(chr, range(0x21, 0x7F))) + "¿¡ªº·–’…€ÀÁÂÄÇÈÉÊËÍÎÏÑÓÔÖÚÜàáâãäçèéêëìíîïñòóôõöùúûüß"
_SUBSET = 256  # letters that one font of a file has at most
_KEPT = 16


class ReadyFont(TTFont):
    """With usual letters, its first 256 codes are the same in each file, so that what a file holds of them is made once.

    Files may be made by several threads at once.
    """

    def __init__(self, name: str, file: Path, usual: str = "") -> None:
        super().__init__(name, file, asciiReadable=bool(usual))
        self._usual = usual
        self.face.table.pop("name", None)  # who made the font: nothing reads it inside a file
        self.face.makeSubset = _remembering(self.face)

    def splitString(self, text: str, doc: PDFDocument, encoding: str = "utf-8") -> Any:  # noqa: N802
        """The codes of a text. Before any text of a file come the usual letters, and what fills up their font."""
        if self._usual and doc not in self.state:
            super().splitString(self._usual, doc, encoding)
            state = self.state[doc]
            state.subsets[0] += [0] * (_SUBSET - len(state.subsets[0]))
            state.nextCode = _SUBSET
        return super().splitString(text, doc, encoding)

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802
        """What the file holds of the font."""
        names = [self.getSubsetInternalName(number, doc)[1:] for number in range(len(self.state[doc].subsets))]
        super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for name in names:
            font = fonts[name]
            font.Widths = _ReadyArray(font.Widths.sequence)
            for stream in (f"fontFile:{self.face.filename}({font.BaseFont})", f"toUnicodeCMap:{font.BaseFont}"):
                doc.idToObject[stream].filters = [_ReadyCompression]


def _remembering(face: TTFontFace) -> Any:
    """The face's `makeSubset`, one at a time, as it reads from a place of its own in the file; the last ones are kept."""
    make, one_at_a_time = face.makeSubset, Lock()

    @lru_cache(_KEPT)
    def made(letters: tuple[int, ...]) -> bytes:
        with one_at_a_time:
            return bytes(make(list(letters)))

    return lambda letters: made(tuple(letters))


class _ReadyCompression:
    """A filter of streams that remembers."""

    pdfname = "FlateDecode"

    @staticmethod
    @lru_cache(_KEPT)
    def encode(content: bytes | str) -> bytes:
        return zlib.compress(content.encode() if isinstance(content, str) else content, 9)


class _ReadyArray(PDFArray):
    """An array of numbers that remembers how it is written."""

    def format(self, document: PDFDocument, IND: bytes = b"\n ") -> bytes:  # noqa: N803
        return _written(tuple(self.sequence))


@lru_cache(_KEPT)
def _written(numbers: tuple[float, ...]) -> bytes:
    return b"[ " + " ".join(f"{number:g}" for number in numbers).encode() + b" ]"
