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
    storable,
)
from rules.yaml_syntax import ALIAS, syntax_problem

NOT_YAML = Text("this is not YAML: {problem} (column {column})", "esto no es YAML: {problem} (columna {column})")
NO_CHARACTER = Text("the character U+{code} is not allowed: remove it", "no se admite el carácter U+{code}: quítalo")
NO_SUCH_CHARACTER = Text(
    "an escape (\\U…) names a character that does not exist: correct its digits",
    "un escape (\\U…) nombra un carácter que no existe: corrige sus cifras",
)
TAG = Text(
    "tags such as {tag} are not allowed: remove it, and put a text that starts with ! in quotes",
    "no se admiten etiquetas de YAML como {tag}: quítala, y pon entre comillas un texto que empieza por !",
)
SECOND_DOCUMENT = Text(
    "a second document starts here (---); a file holds one rule set: put the other into a file of its own",
    "aquí empieza un segundo documento (---); un archivo contiene un conjunto de reglas: pon el otro en su propio archivo",
)
KEY_NOT_TEXT = Text(
    "a key must be a plain text, not a list or a group: write `key: value`",
    "una clave debe ser un texto simple, no una lista ni un grupo: escribe `clave: valor`",
)


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
            self._problems.error(line, path, "tag", TAG, tag=_as_written(str(event.tag)))
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
            text = storable(event.value, line, path, self._problems)
            return Scalar(text, text, line)
        try:
            return Scalar(resolve_plain(event.value), event.value, line)
        except OutOfRange:
            self._problems.error(line, path, "bad_number", BAD_NUMBER, value=event.value[:40], limit=MAX_NUMBER_DIGITS)
            return Scalar(None, event.value, line)

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
        line, column, problem = syntax_problem(error)
        if problem.code == "not_yaml":
            problems.error(line, "", "not_yaml", NOT_YAML, problem=problem, column=column)
        else:
            problems.add("error", line, "", problem)
    except (OverflowError, ValueError):  # what the parser makes of an escape past the last character
        escape = _PAST_UNICODE.search(text)
        _report(problems, text, 0 if escape is None else escape.start(), Message("escape", NO_SUCH_CHARACTER))
    except ReaderError as error:
        _report(problems, text, error.position, Message("character", NO_CHARACTER, {"code": f"{error.character:04X}"}))
    except RecursionError:
        problems.error(1, "", "too_deep", TOO_DEEP, limit=MAX_DOCUMENT_DEPTH)
    return None


def _as_written(tag: str) -> str:
    """A tag as a document spells it: the parser writes `!!str` out."""
    return re.sub("^tag:yaml.org,2002:", "!!", tag)


def _report(problems: Problems, text: str, at: int, problem: Message) -> None:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    problems.error(line, "", "not_yaml", NOT_YAML, problem=problem, column=column)
