"""CSV as spreadsheets write and read it: either separator, and no cell that a spreadsheet would carry out as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from engine.services.refusals import Refused
from rules.messages import Message, Text

PROBLEMS_NAMED = 50

NOT_TEXT = Text(
    "The file is not text in UTF-8: save it as CSV in UTF-8.", "El archivo no es texto en UTF-8: guárdalo como CSV en UTF-8."
)
UNREADABLE = Text(
    "From here on the file cannot be read as CSV: look for a quotation mark that is not closed.",
    "Desde aquí el archivo no se puede leer como CSV: busca unas comillas sin cerrar.",
)
COLUMN_TWICE = Text(
    'The first line names the column "{column}" twice.', "La primera línea nombra dos veces la columna «{column}»."
)
BAD_LINES = Text(
    "Nothing was imported, because {count} of the lines cannot be used. {lines}",
    "No se ha importado nada, porque {count} de las líneas no se pueden usar. {lines}",
)
LINE = Text("Line {line}: {problem}", "Línea {line}: {problem}")
MORE = Text("And {count} more.", "Y {count} más.")

_CARRIED_OUT = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD = "'"  # spreadsheets show what follows it as text


class BrokenCsv(Exception):
    """The text cannot be read as CSV from a line on."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


class LinesRefused(Refused):
    """A file with lines that cannot be used: each with its line number, and why."""

    def __init__(self, problems: Sequence[tuple[int, Message]]) -> None:
        self.problems = tuple(problems)
        shown = [Message("line", LINE, {"line": line, "problem": problem}) for line, problem in problems[:PROBLEMS_NAMED]]
        if len(problems) > PROBLEMS_NAMED:
            shown.append(Message("more", MORE, {"count": len(problems) - PROBLEMS_NAMED}))
        sentences = Text(*(" ".join(one.format(language) for one in shown) for language in ("en", "es")))
        super().__init__("bad_lines", BAD_LINES, count=len(problems), lines=sentences)


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
