"""CSV as spreadsheets write and read it: either separator, and no cell that a spreadsheet would carry out as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_CARRIED_OUT = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD = "'"  # spreadsheets show what follows it as text


class BrokenCsv(Exception):
    """The text cannot be read as CSV from a line on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


def separator_of(text: str) -> str:
    """The comma, or the semicolon where the first line has more of these, as spreadsheets of many countries write."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, with the line it ends in; cells without spaces and guards. Raises BrokenCsv."""
    text = text.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    try:
        for row in reader:
            cells = [_without_guard(cell.strip()) for cell in row]
            if any(cells):
                yield reader.line_num, cells
    except csv.Error:
        raise BrokenCsv(reader.line_num) from None


def write_rows(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV under a header; `read_rows` reads the same cells again."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[harmless(str(cell)) for cell in row] for row in rows])
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return _GUARD + cell if cell.startswith((*_CARRIED_OUT, _GUARD)) else cell


def _without_guard(cell: str) -> str:
    return cell[1:] if cell.startswith(_GUARD) and cell[1:].startswith((*_CARRIED_OUT, _GUARD)) else cell
