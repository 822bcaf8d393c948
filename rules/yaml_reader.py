"""Reads a YAML rule document into source nodes, by YAML 1.2 core rules and with every problem in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from ruamel.yaml.error import MarkedYAMLError, YAMLError
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
from rules.yaml_scanner import without_unicode_breaks, yaml_parser
from rules.yaml_syntax import ALIAS, NOT_UNDERSTOOD, syntax_problem

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
    "a second document starts here (---); a file holds one: put the other into a file of its own",
    "aquí empieza un segundo documento (---); un archivo contiene uno solo: pon el otro en su propio archivo",
)
STOPPED = Text("{reason}; nothing after line {line} was looked at", "{reason}; no se ha mirado nada después de la línea {line}")
KEY_NOT_TEXT = Text(
    "a key must be a plain text, not a list or a group: write `key: value`",
    "una clave debe ser un texto simple, no una lista ni un grupo: escribe `clave: valor`",
)


_PAST_UNICODE = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


# How much more is read of a document that is bound to be refused: enough for one of usual size to be told everything at once,
# and little enough for a huge one to be refused at once.
SPARE_EVENTS = 10_000


class Refusal(Protocol):
    """Why a document is bound to be refused, and the path to say it of."""

    @property
    def path(self) -> str: ...

    @property
    def message(self) -> Message: ...


class Limits(Protocol):
    """Knows what documents may hold. Each method gives why this one is refused, or None as long as it may be sound."""

    def opened(self, path: str, depth: int, is_list: bool) -> Refusal | None:
        """A list or a group begins; depth 1 is the document itself."""

    def grew(self, path: str, members: int, is_list: bool) -> Refusal | None:
        """A list or a group has so many members."""

    def found_key(self, path: str, key: str) -> Refusal | None:
        """A group has this key."""


# What a library raises where it meets a document that its authors did not think of; the document is what cannot be read.
_MISTAKES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError, YAMLError)


class _Abandoned(Exception):
    """Reading cannot go on; the problem has been reported."""


class _LibraryFailed(Exception):
    """The library raised what it does not say that it raises."""


class _Builder:
    """Makes nodes of events. After a refusal it stops before long, and leaves out what it has not read to its end."""

    def __init__(self, events: Iterator[Any], problems: Problems, characters: dict[int, str], limits: Limits | None) -> None:
        self._events = events
        self._problems = problems
        self._characters = characters  # what stands for others while the text is scanned
        self._limits = limits
        self._refusal: tuple[Refusal, int] | None = None  # the first, and its line
        self._spare = SPARE_EVENTS
        self.line = 1  # of the event that was read last
        self._has_stopped = False

    def read(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._problems.error(event.start_mark.line + 1, "", "second_document", SECOND_DOCUMENT)
                    raise _Abandoned
                root = self._node(next(self._events), "", 1)
                if self._has_stopped:
                    break
        if self._has_stopped and self._refusal is not None:
            refusal, line = self._refusal
            reason = refusal.message
            self._problems.error(line, refusal.path, reason.code, STOPPED, reason=reason, line=self.line)
            if isinstance(root, Mapping) and "rules" not in root.entries:
                return None
        return root

    def _next(self) -> Any:
        """The next event; None when reading stops."""
        if self._refusal is not None:
            self._spare -= 1
            if self._spare < 0:
                self._has_stopped = True
                return None
        event = next(self._events)
        self.line = event.start_mark.line + 1
        return event

    def _refuse(self, refusal: Refusal | None, line: int) -> None:
        if refusal is not None and self._refusal is None:
            self._refusal = refusal, line

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
        is_list = isinstance(event, SequenceStartEvent)
        if self._limits is not None:
            self._refuse(self._limits.opened(path, depth, is_list), line)
        if is_list:
            return self._sequence(path, line, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, line, depth)
        raise AssertionError(f"unexpected event {event!r}")

    def _scalar(self, event: ScalarEvent, path: str, line: int) -> Scalar:
        value = event.value.translate(self._characters) if self._characters else event.value
        if event.style:  # quoted or a block: a text whatever it holds
            text = storable(value, line, path, self._problems)
            return Scalar(text, text, line)
        try:
            return Scalar(resolve_plain(value), value, line)
        except OutOfRange:
            self._problems.error(line, path, "bad_number", BAD_NUMBER, value=value[:40], limit=MAX_NUMBER_DIGITS)
            return Scalar(None, value, line)

    def _sequence(self, path: str, line: int, depth: int) -> Sequence:
        items: list[Node] = []
        while (event := self._next()) is not None and not isinstance(event, SequenceEndEvent):
            node = self._node(event, f"{path}[{len(items)}]", depth + 1)
            if self._has_stopped:
                break
            items.append(node)
            if self._limits is not None:
                self._refuse(self._limits.grew(path, len(items), True), line)
        return Sequence(items, line)

    def _mapping(self, path: str, line: int, depth: int) -> Mapping:
        mapping = Mapping({}, {}, line)
        while (event := self._next()) is not None and not isinstance(event, MappingEndEvent):
            key_line = event.start_mark.line + 1
            key = self._node(event, path, depth + 1)
            if not isinstance(key, Scalar):
                self._problems.error(key_line, path, "bad_key", KEY_NOT_TEXT)
                raise _Abandoned
            name = key.value if isinstance(key.value, str) else key.source
            following = self._next()
            if following is None:
                break
            value = self._node(following, f"{path}.{name}" if path else name, depth + 1)
            if self._has_stopped and depth > 1:
                break
            add_entry(mapping, name, key_line, value, self._problems, path)
            if self._limits is not None:
                self._refuse(self._limits.grew(path, len(mapping.entries), False), line)
                self._refuse(self._limits.found_key(path, name), line)
        return mapping


def read_yaml(text: str, problems: Problems, limits: Limits | None = None) -> Node | None:
    """The document's root, or None when nothing can be made of it; what is wrong goes into `problems`.

    With `limits` a document that passes one is not read to its end, if that is far.
    """
    scanned, characters = without_unicode_breaks(text)
    builder = _Builder(_events(scanned), problems, characters, limits)
    try:
        return builder.read()
    except _Abandoned:
        return None
    except MarkedYAMLError as error:
        line, column, problem = syntax_problem(error)
        if problem.code == "not_yaml":
            problems.error(line, "", "not_yaml", NOT_YAML, problem=problem, column=column)
        else:
            problems.add("error", line, "", problem)
    except ReaderError as error:
        _report(problems, text, error.position, Message("character", NO_CHARACTER, {"code": f"{error.character:04X}"}))
    except RecursionError:
        problems.error(1, "", "too_deep", TOO_DEEP, limit=MAX_DOCUMENT_DEPTH)
    except _LibraryFailed:
        escape = _PAST_UNICODE.search(text)
        if escape is not None:  # an escape past the last character
            _report(problems, text, escape.start(), Message("escape", NO_SUCH_CHARACTER))
        else:
            problems.error(builder.line, "", "not_yaml", NOT_YAML, problem=NOT_UNDERSTOOD, column=1)
    return None


def _events(text: str) -> Iterator[Any]:
    try:
        yield from yaml_parser().parse(text)
    except (MarkedYAMLError, ReaderError, RecursionError):
        raise
    except _MISTAKES as error:
        raise _LibraryFailed from error


def _as_written(tag: str) -> str:
    """A tag as a document spells it: the parser writes `!!str` out."""
    return re.sub("^tag:yaml.org,2002:", "!!", tag)


def _report(problems: Problems, text: str, at: int, problem: Message) -> None:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    problems.error(line, "", "not_yaml", NOT_YAML, problem=problem, column=column)
