"""Files of defaults: CSV whose first line names the columns, taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from engine.services.inventory.count_files import (
    LONGEST_FILE_BYTES,
    MOST_LINES,
    NO_LINES,
    TOO_LONG,
    TOO_MANY,
)
from engine.services.refusals import Refused
from engine.services.spreadsheets import COLUMN_TWICE, NOT_TEXT, UNREADABLE, BrokenCsv, LinesRefused, read_rows
from rules.messages import Message, Text

UNKNOWN_COLUMN = Text(
    'The first line names a column "{column}" that is not known: the columns are {known}.',
    "La primera línea nombra una columna «{column}» que no se conoce: las columnas son {known}.",
)
NO_COLUMN = Text(
    'The first line has to name the columns, and "{column}" is not among them.',
    "La primera línea tiene que nombrar las columnas y falta «{column}».",
)
IN_COLUMN = Text("column {column}: {problem}", "columna {column}: {problem}")
LONGER_LINE = Text(
    "it has more values than there are columns: put a value that has a comma in it in quotation marks.",
    "tiene más valores que columnas: pon entre comillas el valor que tenga una coma.",
)


Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file has changed: new or other defaults, those that stayed as they were, and those that went."""

    changed: int
    unchanged: int
    removed: int


class WrongCell(Exception):
    """What stands in a column of a line cannot be used."""

    def __init__(self, column: str, text: Text, /, **params: object) -> None:
        self.column = column
        self.message = Message("wrong_cell", text, params)
        super().__init__(str(self.message))


@dataclass(frozen=True, slots=True)
class Columns:
    """Those that a file may have, and what people call them who do not write them in English."""

    known: tuple[str, ...]
    needed: tuple[str, ...]
    aliases: Mapping[str, str]


def read_lines(content: bytes, columns: Columns, read: Callable[[int, Mapping[str, str]], Line]) -> list[Line]:
    """Each line as `read` makes it of its number and cells. Raises Refused, and LinesRefused with all that it cannot use."""
    rows = _rows(content)
    problems: list[tuple[int, Message]] = []
    if not rows.cells:
        raise Refused("no_lines", NO_LINES)
    (_, header), *lines = rows.cells
    names = _names(header, columns)
    made = []
    for number, cells in lines:
        try:
            made.append(read(number, _by_column(names, cells, columns)))
        except WrongCell as wrong:
            said = {"column": wrong.column, "problem": wrong.message}
            problems.append((number, Message(wrong.message.code, IN_COLUMN, said)))
    problems += rows.problems
    if problems:
        raise LinesRefused(problems)
    if not made:
        raise Refused("no_lines", NO_LINES)
    return made


def _by_column(names: Sequence[str], cells: Sequence[str], columns: Columns) -> dict[str, str]:
    if any(cells[len(names) :]):
        raise WrongCell(names[-1], LONGER_LINE)
    return dict.fromkeys(columns.known, "") | dict(zip(names, cells, strict=False))


@dataclass(frozen=True, slots=True)
class _Rows:
    cells: list[tuple[int, list[str]]]
    problems: list[tuple[int, Message]]


def _rows(content: bytes) -> _Rows:
    if len(content) > LONGEST_FILE_BYTES:
        raise Refused("file_too_long", TOO_LONG, limit=LONGEST_FILE_BYTES // 1024**2)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_text", NOT_TEXT) from None
    found: list[tuple[int, list[str]]] = []
    try:
        for line, cells in read_rows(text):
            if len(found) > MOST_LINES:
                raise Refused("too_many_lines", TOO_MANY, limit=MOST_LINES)
            found.append((line, [cell.replace("\0", "") for cell in cells]))
    except BrokenCsv as broken:
        return _Rows(found, [(broken.line, Message("unreadable", UNREADABLE))])
    return _Rows(found, [])


def _names(header: Sequence[str], columns: Columns) -> list[str]:
    names = [columns.aliases.get(cell.lower(), cell.lower()) for cell in header]
    while names and not names[-1]:  # as spreadsheets leave behind
        names.pop()
    for name in names:
        if name not in columns.known:
            raise Refused("unknown_column", UNKNOWN_COLUMN, column=name, known=", ".join(columns.known))
        if names.count(name) > 1:
            raise Refused("column_twice", COLUMN_TWICE, column=name)
    for wanted in columns.needed:
        if wanted not in names:
            raise Refused("no_column", NO_COLUMN, column=wanted)
    return names
