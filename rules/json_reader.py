"""Reads a JSON rule document into source nodes, with lines, duplicate keys refused and numbers exact."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from rules.messages import Text
from rules.problems import Problems
from rules.source import (
    BAD_NUMBER,
    MAX_DOCUMENT_DEPTH,
    MAX_NUMBER_DIGITS,
    TOO_DEEP,
    Mapping,
    Node,
    OutOfRange,
    Scalar,
    Sequence,
    add_entry,
    parse_number,
    storable,
)

MORE_TEXT = Text(
    "more text follows after the end of the document: remove it", "sigue más texto después del final del documento: quítalo"
)
A_VALUE = Text(
    "a value is expected: a text in double quotes, a number, true, false, null, a list or an object",
    "se espera un valor: un texto entre comillas dobles, un número, true, false, null, una lista o un objeto",
)
A_KEY = Text("a key in double quotes is expected", "se espera una clave entre comillas dobles")
A_COLON = Text("a colon is expected after the key", "se esperan dos puntos después de la clave")
COMMA_OR_BRACKET = Text("a comma or ] is expected", "se espera una coma o ]")
COMMA_OR_BRACE = Text("a comma or } is expected", "se espera una coma o }")
OPEN_TEXT = Text(
    "the text that starts here is not closed: add the quote at its end",
    "el texto que empieza aquí no se cierra: añade la comilla final",
)
CONTROL_CHARACTER = Text(
    "a text holds a line end, a tab or another control character: write it as an escape such as \\n or \\t",
    "un texto contiene un fin de línea, un tabulador u otro carácter de control: escríbelo como escape, por ejemplo \\n o \\t",
)
BAD_ESCAPE = Text(
    "a backslash starts an escape that does not exist: write \\\\ for a backslash",
    "una barra invertida empieza un escape que no existe: escribe \\\\ para una barra",
)
NOT_JSON = Text("this is not JSON: {problem} (column {column})", "esto no es JSON: {problem} (columna {column})")

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", re.ASCII)
_CONSTANTS = {"true": True, "false": False, "null": None}
_WORD = re.compile(r"true|false|null|-?Infinity|NaN")


class _Abandoned(Exception):
    """Reading cannot go on; the problem has been reported."""


class _Reader:
    def __init__(self, text: str, problems: Problems) -> None:
        self._text = text
        self._problems = problems
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._at = 0

    def document(self) -> Node:
        self._skip_space()
        root = self._value("", 1)
        self._skip_space()
        if self._at < len(self._text):
            self._fail(MORE_TEXT)
        return root

    def _line(self, at: int | None = None) -> int:
        return bisect_right(self._starts, self._at if at is None else at)

    def _fail(self, problem: Text, at: int | None = None) -> NoReturn:
        place = self._at if at is None else at
        line = self._line(place)
        self._problems.error(line, "", "not_json", NOT_JSON, problem=problem, column=place - self._starts[line - 1] + 1)
        raise _Abandoned

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            self._skip_space()
            return True
        return False

    def _value(self, path: str, depth: int) -> Node:
        line = self._line()
        if depth > MAX_DOCUMENT_DEPTH:
            self._problems.error(line, path, "too_deep", TOO_DEEP, limit=MAX_DOCUMENT_DEPTH)
            raise _Abandoned
        start = self._text[self._at : self._at + 1]
        if start == "{":
            return self._mapping(path, line, depth)
        if start == "[":
            return self._sequence(path, line, depth)
        if start == '"':
            text = self._string(path)
            return Scalar(text, text, line, typed=True)
        return self._number_or_word(path, line)

    def _number_or_word(self, path: str, line: int) -> Scalar:
        word = _WORD.match(self._text, self._at)
        number = None if word else _NUMBER.match(self._text, self._at)
        match = word or number
        if match is None:
            self._fail(A_VALUE)
        source = match.group()
        self._at = match.end()
        if source in _CONSTANTS:
            return Scalar(_CONSTANTS[source], source, line, typed=True)
        if number:
            with suppress(OutOfRange):
                return Scalar(parse_number(source), source, line, typed=True)
        self._problems.error(line, path, "bad_number", BAD_NUMBER, value=source[:40], limit=MAX_NUMBER_DIGITS)
        return Scalar(None, source, line, typed=True)

    def _string(self, path: str) -> str:
        start = self._at
        try:
            text, self._at = scanstring(self._text, start + 1, True)
        except json.JSONDecodeError as error:
            character = self._text[error.pos : error.pos + 1]
            problem = OPEN_TEXT if error.pos == start else CONTROL_CHARACTER if character < " " else BAD_ESCAPE
            self._fail(problem, error.pos)
        return storable(text, self._line(start), path, self._problems)

    def _sequence(self, path: str, line: int, depth: int) -> Sequence:
        sequence = Sequence([], line)
        self._take("[")
        if self._take("]"):
            return sequence
        while True:
            sequence.items.append(self._value(f"{path}[{len(sequence.items)}]", depth + 1))
            self._skip_space()
            if self._take(","):
                continue
            if self._take("]"):
                return sequence
            self._fail(COMMA_OR_BRACKET)

    def _mapping(self, path: str, line: int, depth: int) -> Mapping:
        mapping = Mapping({}, {}, line)
        self._take("{")
        if self._take("}"):
            return mapping
        while True:
            if not self._text.startswith('"', self._at):
                self._fail(A_KEY)
            key_line = self._line()
            key = self._string(path)
            self._skip_space()
            if not self._take(":"):
                self._fail(A_COLON)
            value = self._value(f"{path}.{key}" if path else key, depth + 1)
            add_entry(mapping, key, key_line, value, self._problems, path)
            self._skip_space()
            if self._take(","):
                continue
            if self._take("}"):
                return mapping
            self._fail(COMMA_OR_BRACE)


def read_json(text: str, problems: Problems) -> Node | None:
    """The document's root, or None when nothing can be made of it; what is wrong goes into `problems`."""
    try:
        return _Reader(text, problems).document()
    except _Abandoned:
        return None
