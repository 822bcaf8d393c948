"""Members of lists as files: one in each line, or a column of a CSV file; taken whole or not at all.

A CSV file is known by its first line, which names the columns: `member`, as `write_list` has it, or a column that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.services.lists.named_lists import check_member
from engine.services.refusals import Refused
from engine.services.spreadsheets import (
    COLUMN_TWICE,
    NOT_TEXT,
    UNREADABLE,
    BrokenCsv,
    LinesRefused,
    read_rows,
    separator_of,
    write_rows,
)
from rules.messages import Message, Text

LONGEST_FILE_BYTES = 5 * 1024 * 1024
COLUMN = "member"
_CALLED = frozenset({COLUMN, "elemento"})

TOO_LONG = Text(
    "The file is larger than {limit} MiB, which is more than a list takes.",
    "El archivo supera los {limit} MiB, más de lo que admite una lista.",
)
NO_COLUMN = Text(
    'The first line has to name the columns, and "{column}" is not among them: {found}.',
    "La primera línea tiene que nombrar las columnas y falta «{column}»: {found}.",
)


def parse_members(content: bytes, column: str | None = None) -> list[str]:
    """The members that a file lists, in their order; empty lines and cells are none. Raises Refused and LinesRefused."""
    if len(content) > LONGEST_FILE_BYTES:
        raise Refused("file_too_long", TOO_LONG, limit=LONGEST_FILE_BYTES // 1024**2)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_text", NOT_TEXT) from None
    return members_of(text, column)


def members_of(text: str, column: str | None = None) -> list[str]:
    """The same of a text, such as a pasted column."""
    members: list[str] = []
    problems: list[tuple[int, Message]] = []
    for line, member in _members(text, column, problems):
        problem = check_member(member)
        if problem is not None:
            problems.append((line, problem))
        members.append(member)
    if problems:
        raise LinesRefused(problems)
    return members


def write_list(members: Sequence[str]) -> str:
    """A list as CSV, which is read again as the same members."""
    return write_rows([COLUMN], [[member] for member in members])


def _members(text: str, column: str | None, problems: list[tuple[int, Message]]) -> Iterator[tuple[int, str]]:
    first = _first_row(text)
    if column is None and not (len(first) == 1 and first[0].lower() in _CALLED):
        yield from ((number, line.strip()) for number, line in enumerate(_lines(text), 1) if line.strip())
        return
    place = 0 if column is None else _place_of(column, first)
    try:
        for number, (line, cells) in enumerate(read_rows(text)):
            if number and place < len(cells) and cells[place]:
                yield line, cells[place]
    except BrokenCsv as broken:
        problems.append((broken.line, Message("unreadable", UNREADABLE)))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _first_row(text: str) -> list[str]:
    """The cells of the first line that says something."""
    line = next((line for line in _lines(text) if line.strip()), "")
    return [cell.strip().strip('"').strip() for cell in line.split(separator_of(line))]


def _place_of(column: str, names: Sequence[str]) -> int:
    wanted = column.strip().casefold()
    places = [place for place, name in enumerate(names) if name.casefold() == wanted]
    if not places:
        raise Refused("no_column", NO_COLUMN, column=column, found=", ".join(names))
    if len(places) > 1:
        raise Refused("column_twice", COLUMN_TWICE, column=column.strip())
    return places[0]
