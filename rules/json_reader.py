"""Reads a JSON rule document into source nodes, with lines, duplicate keys refused and numbers exact."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from contextlib import suppress
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from rules.messages import Text
from rules.order_document import HALF_SURROGATE
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
)

MORE_TEXT = Text("more text follows after the end of the document", "sigue más texto después del final del documento")
A_VALUE = Text("a value is expected", "se espera un valor")
A_KEY = Text("a key in double quotes is expected", "se espera una clave entre comillas dobles")
A_COLON = Text('":" is expected', 'se espera ":"')
COMMA_OR_BRACKET = Text('"," or "]" is expected', 'se espera "," o "]"')
COMMA_OR_BRACE = Text('"," or "}" is expected', 'se espera "," o "}"')
BAD_STRING = Text(
    "a text is not closed, or holds a wrong escape or a control character,",
    "un texto no está cerrado o contiene un escape erróneo o un carácter de control,",
)
HALF_OF_A_PAIR = Text(
    "this text holds half of a surrogate pair, which is not Unicode,",
    "este texto contiene medio par sustituto, que no es Unicode,",
)
NOT_JSON = Text("this is not JSON: {problem} at column {column}", "esto no es JSON: {problem} en la columna {column}")

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
            text = self._string()
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

    def _string(self) -> str:
        start = self._at
        try:
            text, self._at = scanstring(self._text, start + 1, True)
        except json.JSONDecodeError as error:
            self._fail(BAD_STRING, error.pos)
        if HALF_SURROGATE.search(text):
            self._fail(HALF_OF_A_PAIR, start)
        return str(text)

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
            key = self._string()
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
