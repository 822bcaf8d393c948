"""What is wrong with a text that is not YAML, in sentences of our own and in its place.

The parser says it in English and in its own terms; here the kinds of its findings become what a person can act on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from ruamel.yaml.error import MarkedYAMLError

from rules.messages import Message, Text

ALIAS = Text(
    "anchors and aliases (&name, *name) are not allowed: write the value out, and put a text that starts with & or * in quotes",
    "no se admiten anclas ni alias (&nombre, *nombre): escribe el valor entero, y entre comillas un texto que empiece por & o *",
)
BAD_TAG = Text(
    "tags (!name) are not allowed: remove it, and put a text that starts with ! in quotes",
    "no se admiten etiquetas de YAML (!nombre): quítala, y pon entre comillas un texto que empieza por !",
)
TAB = Text(
    "a tab stands where only spaces may: indent with spaces", "hay un tabulador donde solo caben espacios: sangra con espacios"
)
CANNOT_START = Text(
    "a text without quotes cannot start with {character}: put it in quotes",
    "un texto sin comillas no puede empezar por {character}: ponlo entre comillas",
)
STRAY_COLON = Text(
    "a colon is not expected here: indent the keys of one group alike, and put a text that holds a colon in quotes",
    "aquí no se esperan dos puntos: sangra igual las claves de un grupo, y pon entre comillas un texto que los contiene",
)
COLON_MISSING = Text(
    "the key that starts here has no colon: write `key: value`, or indent the line deeper if it continues the text above",
    "la clave que empieza aquí no lleva dos puntos: escribe `clave: valor`, o sangra más la línea si continúa el texto anterior",
)
OPEN_QUOTE = Text(
    "the text that starts here is not closed: add the quote at its end",
    "el texto que empieza aquí no se cierra: añade la comilla final",
)
BAD_ESCAPE = Text(
    "a backslash starts an escape that does not exist: write \\\\ for a backslash, or use single quotes",
    "una barra invertida empieza un escape que no existe: escribe \\\\ para una barra, o usa comillas simples",
)
OPEN_BRACKET = Text(
    "a bracket or brace is opened and never closed: add the missing ] or }",
    "hay un corchete o una llave sin cerrar: añade ] o } al final",
)
BAD_LIST = Text(
    "a comma or ] is missing in the list in brackets that starts on line {line}",
    "falta una coma o ] en la lista entre corchetes que empieza en la línea {line}",
)
BAD_BRACES = Text(
    "a comma or }} is missing in the group in braces that starts on line {line}",
    "falta una coma o }} en el grupo entre llaves que empieza en la línea {line}",
)
VALUE_EXPECTED = Text(
    "a value is expected before this: write one, or put a text with special characters in quotes",
    "aquí delante se espera un valor: escríbelo, o pon entre comillas un texto con caracteres especiales",
)
AFTER_VALUE = Text(
    "more follows where the value has ended: put the whole value in quotes, or start a new line",
    "sigue algo donde el valor ya ha terminado: pon todo el valor entre comillas o empieza una línea nueva",
)
INDENTATION = Text(
    "this does not line up with what stands above: indent the keys of one group, and the dashes of one list, alike",
    "esto no está alineado con lo anterior: sangra igual las claves de un grupo y los guiones de una lista",
)
STRAY_DASH = Text(
    "a list cannot begin here: put each dash on a line of its own, under the key",
    "una lista no puede empezar aquí: pon cada guion en su propia línea, debajo de la clave",
)
QUESTION_MARK = Text(
    "a text without quotes cannot start with a question mark and a space: put it in quotes",
    "un texto sin comillas no puede empezar por un signo de interrogación y un espacio: ponlo entre comillas",
)
DIRECTIVE = Text(
    "a line that starts with % is an instruction to YAML readers, and this one is wrong: remove it",
    "una línea que empieza por % es una instrucción para lectores de YAML, y esta es errónea: quítala",
)
BLOCK_HEADER = Text(
    "after | or > the line must end: start the text on the next line, indented deeper than the key",
    "después de | o > debe terminar la línea: empieza el texto en la siguiente, con más sangría que la clave",
)
BLOCK_INDENTATION = Text(
    "the empty line before this text holds spaces: remove them",
    "la línea vacía antes de este texto contiene espacios: quítalos",
)
NOT_UNDERSTOOD = Text(
    "what stands here cannot be read: check indentation, quotes and brackets",
    "lo que hay aquí no se puede leer: comprueba la sangría, las comillas y los corchetes",
)


class _Kind(Struct, frozen=True):
    """One kind of finding: how to know it by what the parser was doing and what it found, and what to say."""

    doing: str
    found: str
    text: Text
    code: str = "not_yaml"
    at_start: bool = False  # its place is where the broken thing starts, not where the parser gave up
    params: Callable[[MarkedYAMLError], dict[str, Any]] = lambda _error: {}

    def fits(self, error: MarkedYAMLError) -> bool:
        return bool(re.search(self.doing, error.context or "")) and bool(re.search(self.found, error.problem or ""))


def _character(error: MarkedYAMLError) -> dict[str, Any]:
    found = re.search(r"character '(.)'", error.problem or "")
    return {"character": found[1] if found else ""}


def _opening_line(error: MarkedYAMLError) -> dict[str, Any]:
    return {"line": error.context_mark.line + 1}


_AT_END = r"<(stream|document) (end|start)>"
_KINDS = (  # the first that fits counts
    _Kind("next token", r"'\\t'", TAB),
    _Kind("next token", "cannot start", CANNOT_START, params=_character),
    _Kind("alias|anchor", "", ALIAS, "alias"),
    _Kind("tag", "", BAD_TAG, "tag"),
    _Kind("", "tag handle '", BAD_TAG, "tag"),
    _Kind("directive", "", DIRECTIVE),
    _Kind("", "directive|incompatible|<document start>'", DIRECTIVE),
    _Kind("", "mapping values", STRAY_COLON),
    _Kind("", "mapping keys", QUESTION_MARK),
    _Kind("", "sequence entries", STRAY_DASH),
    _Kind("simple key", "", COLON_MISSING, at_start=True),
    _Kind("quoted scalar", "end of stream|document separator", OPEN_QUOTE, at_start=True),
    _Kind("quoted scalar", "", BAD_ESCAPE),
    _Kind("block scalar", "indentation ind|comment", BLOCK_HEADER),
    _Kind("more indented", "", BLOCK_INDENTATION),
    _Kind("flow", _AT_END, OPEN_BRACKET, at_start=True),
    _Kind("flow sequence", "", BAD_LIST, params=_opening_line),
    _Kind("flow mapping", "", BAD_BRACES, params=_opening_line),
    _Kind("node", "node content", VALUE_EXPECTED),
    _Kind("block", "<(scalar|anchor|alias|tag)>", AFTER_VALUE),
    _Kind("block", "", INDENTATION),
)
_UNKNOWN = _Kind("", "", NOT_UNDERSTOOD)


def syntax_problem(error: MarkedYAMLError) -> tuple[int, int, Message]:
    """Line and column, counted from 1, and the sentence for what the parser found; its code is `not_yaml`, `alias` or `tag`."""
    kind = next((kind for kind in _KINDS if kind.fits(error)), _UNKNOWN)
    mark = error.problem_mark or error.context_mark
    if kind.at_start and error.context_mark is not None:
        mark = error.context_mark
    return mark.line + 1, mark.column + 1, Message(kind.code, kind.text, kind.params(error))
