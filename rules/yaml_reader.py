"""Reads a YAML rule document into source nodes, by YAML 1.2 core rules and with every problem in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from rules.messages import Message, Text
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
    resolve_plain,
)

NOT_YAML = Text("this is not YAML: {problem}", "esto no es YAML: {problem}")
NO_CHARACTER = Text("the character U+{code} is not allowed", "no se admite el carácter U+{code}")
NO_SUCH_CHARACTER = Text(
    "an escape (\\U…) names a character that does not exist", "un escape (\\U…) nombra un carácter que no existe"
)
HALF_OF_A_PAIR = Text(
    "this text holds half of a surrogate pair, which is not Unicode",
    "este texto contiene medio par sustituto, que no es Unicode",
)
ALIAS = Text(
    "anchors and aliases (&name, *name) are not allowed: write the value out",
    "no se admiten anclas ni alias (&nombre, *nombre): escribe el valor completo",
)
TAG = Text("tags such as {tag} are not allowed: remove it", "no se admiten etiquetas de YAML como {tag}: quítala")
SECOND_DOCUMENT = Text(
    "a second document starts here (---); a file holds one rule set",
    "aquí empieza un segundo documento (---); un archivo contiene un conjunto de reglas",
)
KEY_NOT_TEXT = Text("a key must be a plain text", "una clave debe ser un texto simple")


_PAST_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


class _Abandoned(Exception):
    """Reading cannot go on; the problem has been reported."""


class _Builder:
    def __init__(self, events: Iterator[Any], problems: Problems) -> None:
        self._events = events
        self._problems = problems

    def read(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._problems.error(event.start_mark.line + 1, "", "second_document", SECOND_DOCUMENT)
                    raise _Abandoned
                root = self._node(next(self._events), "", 1)
        return root

    def _node(self, event: Any, path: str, depth: int) -> Node:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent):
            self._problems.error(line, path, "alias", ALIAS)
            return Scalar(None, "", line)
        if event.anchor is not None:
            self._problems.error(line, path, "alias", ALIAS)
        if event.tag is not None:
            self._problems.error(line, path, "tag", TAG, tag=str(event.tag))
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path, line)
        if depth > MAX_DOCUMENT_DEPTH:
            self._problems.error(line, path, "too_deep", TOO_DEEP, limit=MAX_DOCUMENT_DEPTH)
            raise _Abandoned
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, line, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, line, depth)
        raise AssertionError(f"unexpected event {event!r}")

    def _scalar(self, event: ScalarEvent, path: str, line: int) -> Scalar:
        if event.style:  # quoted or a block: a text whatever it holds
            text = event.value if HALF_SURROGATE.search(event.value) is None else self._paired(event.value, path, line)
            return Scalar(text, text, line)
        try:
            return Scalar(resolve_plain(event.value), event.value, line)
        except OutOfRange:
            self._problems.error(line, path, "bad_number", BAD_NUMBER, value=event.value[:40], limit=MAX_NUMBER_DIGITS)
            return Scalar(None, event.value, line)

    def _paired(self, text: str, path: str, line: int) -> str:
        """A text with escapes such as `\\ud83d\\ude00`: JSON's way to write one character as two halves."""
        try:
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self._problems.error(line, path, "not_unicode", HALF_OF_A_PAIR)
            return ""

    def _sequence(self, path: str, line: int, depth: int) -> Sequence:
        items: list[Node] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._node(event, f"{path}[{len(items)}]", depth + 1))
        return Sequence(items, line)

    def _mapping(self, path: str, line: int, depth: int) -> Mapping:
        mapping = Mapping({}, {}, line)
        while not isinstance(event := next(self._events), MappingEndEvent):
            key_line = event.start_mark.line + 1
            key = self._node(event, path, depth + 1)
            if not isinstance(key, Scalar):
                self._problems.error(key_line, path, "bad_key", KEY_NOT_TEXT)
                raise _Abandoned
            name = key.value if isinstance(key.value, str) else key.source
            value = self._node(next(self._events), f"{path}.{name}" if path else name, depth + 1)
            add_entry(mapping, name, key_line, value, self._problems, path)
        return mapping


def read_yaml(text: str, problems: Problems) -> Node | None:
    """The document's root, or None when nothing can be made of it; what is wrong goes into `problems`."""
    parser = YAML(typ="safe", pure=True)
    try:
        return _Builder(parser.parse(StringIO(text)), problems).read()
    except _Abandoned:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        problems.error(line, "", "not_yaml", NOT_YAML, problem=" ".join((error.problem or str(error.context)).split()))
    except (OverflowError, ValueError):  # what the parser makes of an escape past the last character
        escape = _PAST_UNICODE.search(text)
        line = 1 if escape is None else text.count("\n", 0, escape.start()) + 1
        problems.error(line, "", "not_yaml", NOT_YAML, problem=NO_SUCH_CHARACTER)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problems.error(
            line, "", "not_yaml", NOT_YAML, problem=Message("character", NO_CHARACTER, {"code": f"{error.character:04X}"})
        )
    except RecursionError:
        problems.error(1, "", "too_deep", TOO_DEEP, limit=MAX_DOCUMENT_DEPTH)
    return None
