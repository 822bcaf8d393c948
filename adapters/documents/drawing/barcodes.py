"""Bars and squares of codes, as reportlab encodes them, in modules."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from reportlab.graphics.barcode import code128, qrencoder

CODE128_QUIET = 10  # modules on either side of the bars
QR_QUIET = 4
# Every mask makes a code that can be read. Looking for the one that is read best takes longer than all else on a label, for codes
# so short that it makes no difference.
_QR_MASK = 4

Run = tuple[int, int]  # where it begins and how long it is


@lru_cache(maxsize=32)  # a label is measured, drawn, and drawn again in another format
def code128_bars(value: str) -> tuple[tuple[Run, ...], int]:
    """The dark bars of a Code 128, and how wide it is, without its quiet zones."""
    code = code128.Code128(value, quiet=0)
    code.validate()
    code.encode()
    bars, at = [], 0
    for element in code.decompose():  # a letter for each bar and gap: its case says which, its place in the alphabet how wide
        width = ord(element.lower()) - ord("a") + 1
        if element.isupper():
            bars.append((at, width))
        at += width
    return tuple(bars), at


@lru_cache(maxsize=32)
def qr_rows(value: str) -> tuple[tuple[Run, ...], ...]:
    """The dark squares of a QR code, row by row, without its quiet zone. It is read with 15 % of it damaged."""
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(value)
    code.version = code.calculate_version()
    code.makeImpl(False, _QR_MASK)
    return tuple(_runs(row) for row in code.modules)


def _runs(row: list[bool]) -> tuple[Run, ...]:
    runs, at = [], 0
    for is_dark, squares in groupby(row, bool):
        length = len(list(squares))
        if is_dark:
            runs.append((at, length))
        at += length
    return tuple(runs)
