"""Text operators. Facts and values are normalised the same way before they meet."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.messages import Message, Text
from rules.operators.registry import (
    COMMA,
    IN_LIST,
    LOW_ABOVE_HIGH,
    NOT_IN_LIST,
    OR,
    Finds,
    Operator,
    Takes,
    ValueKind,
    register,
)
from rules.source import Node, text_of, to_plain
from rules.values import FieldType, exact_text, folded_text, shown

MAX_TEXT = 4096

NOT_A_TEXT = Text("a text is expected here, not {found}", "aquí se espera un texto, no {found}")
EMPTY_TEXT = Text(
    "an empty text compares with nothing: use `is: blank` or `is: not_blank`",
    "un texto vacío no se compara con nada: usa `is: blank` o `is: not_blank`",
)
TEXT_TOO_LONG = Text(
    "this text has {length} characters; a text value may have {limit}",
    "este texto tiene {length} caracteres; un texto puede tener {limit}",
)

OF_TWO_LENGTHS = Text(
    "{low} and {high} are not of one length: texts are compared with ends that are as long as they are",
    "{low} y {high} no tienen la misma longitud: los textos se comparan con extremos tan largos como ellos",
)


def read_text_member(node: Node) -> str | Message:
    """A non-empty text of at most 4,096 characters; a number counts as it is written."""
    text = text_of(node)
    if text is None:
        return Message("wrong_value_type", NOT_A_TEXT, {"found": shown(to_plain(node))})
    if not text.strip():
        return Message("empty_value", EMPTY_TEXT)
    if len(text) > MAX_TEXT:
        return Message("limit_text", TEXT_TOO_LONG, {"length": len(text), "limit": MAX_TEXT})
    return text


TEXT = ValueKind(
    "text",
    Text("a text: `ES`, `express delivery`", "un texto: `ES`, `entrega urgente`"),
    read_text_member,
    {"type": ["string", "number"], "pattern": "\\S", "maxLength": MAX_TEXT},
    read_listed=lambda text: text,
)
PATTERN = ValueKind(
    "pattern",
    Text("a text with `*` for anything and `?` for one character", "un texto con `*` por cualquier cosa y `?` por un carácter"),
    read_text_member,
    TEXT.schema,
    read_listed=lambda text: text,
)


def _normalised(members: tuple[str, ...], match_case: bool) -> tuple[str, ...]:
    normalise = exact_text if match_case else folded_text
    return tuple(dict.fromkeys(normalise(member) for member in members))


def _as_tuple(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> tuple[str, ...]:
    return _normalised(members, match_case)


def _as_one(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> str:
    return _normalised(members, match_case)[0]


def _as_set(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> frozenset[str]:
    return frozenset(_normalised(members, match_case))


class Wildcard(Struct, frozen=True):
    """A pattern of `*` and `?`, cut at its stars. Matching takes no backtracking, whatever the pattern."""

    first: re.Pattern[str]
    middle: tuple[re.Pattern[str], ...]
    last: re.Pattern[str] | None  # None: the pattern has no star, and `first` must match the whole text
    last_length: int

    @classmethod
    def of(cls, pattern: str) -> Wildcard:
        parts = pattern.split("*")
        compiled = [re.compile("".join("." if c == "?" else re.escape(c) for c in part), re.DOTALL) for part in parts]
        if len(parts) == 1:
            return cls(compiled[0], (), None, 0)
        middle = tuple(part for part, text in zip(compiled[1:-1], parts[1:-1], strict=True) if text)
        return cls(compiled[0], middle, compiled[-1], len(parts[-1]))

    def matches(self, text: str) -> bool:
        if self.last is None:
            return self.first.fullmatch(text) is not None
        start = self.first.match(text)
        if start is None:
            return False
        at = start.end()
        for part in self.middle:  # the leftmost place of each part leaves the most room for the next
            found = part.search(text, at)
            if found is None:
                return False
            at = found.end()
        end = len(text) - self.last_length
        return end >= at and self.last.match(text, end) is not None


class Ranges(Struct, frozen=True):
    """Texts from one to another of the same length, code point by code point; ranges that meet are one."""

    by_length: dict[int, tuple[list[str], list[str]]]  # the lows and the highs, rising

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Ranges:
        by_length: dict[int, tuple[list[str], list[str]]] = {}
        for low, high in sorted(pairs):
            lows, highs = by_length.setdefault(len(low), ([], []))
            if highs and low <= highs[-1]:
                highs[-1] = max(highs[-1], high)
            else:
                lows.append(low)
                highs.append(high)
        return cls(by_length)

    def of_length(self, length: int) -> list[tuple[str, str]]:
        """The lows and highs of those whose texts are so long, rising."""
        return list(zip(*self.by_length.get(length, ([], [])), strict=True))

    def hold(self, text: str) -> bool:
        found = self.by_length.get(len(text))
        if found is None:
            return False
        place = bisect_right(found[0], text) - 1
        return place >= 0 and text <= found[1][place]


def _as_ranges(members: tuple[tuple[str, str], ...], match_case: bool, _zone: ZoneInfo) -> Ranges:
    normalise = exact_text if match_case else folded_text
    return Ranges.of((normalise(low), normalise(high)) for low, high in members)


def check_range(low: str, high: str) -> Text | None:
    """What is wrong with the ends of a range of texts, with {low} and {high}."""
    if len(folded_text(low)) != len(folded_text(high)):
        return OF_TWO_LENGTHS
    return None if folded_text(low) <= folded_text(high) else LOW_ABOVE_HIGH


def _as_wildcards(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> tuple[Wildcard, ...]:
    return tuple(Wildcard.of(member) for member in _normalised(members, match_case))


def _contains(fact: str, values: tuple[str, ...], _now: int) -> bool:
    return any(value in fact for value in values)


def _matches(fact: str, values: tuple[Wildcard, ...], _now: int) -> bool:
    for value in values:  # noqa: SIM110 - asked for every order; any() would make a generator each time
        if value.matches(fact):
            return True
    return False


def _not(test: Callable[[Any, Any, int], bool]) -> Callable[[Any, Any, int], bool]:
    return lambda fact, value, now: not test(fact, value, now)


_ONE = (Takes.ONE, Takes.ONE_OR_LIST)
_FINDS = {
    "equals": Finds.EQUAL,
    "in": Finds.EQUAL,
    "starts_with": Finds.PREFIX,
    "ends_with": Finds.SUFFIX,
    "contains": Finds.PART,
}


def _register(
    code: str,
    label: Text,
    help_: Text,
    takes: Takes,
    prepare: Any,
    test: Any,
    *,
    value: ValueKind = TEXT,
    on_blank: bool = False,
    of_list: Text | None = None,
    check_pair: Callable[[str, str], Text | None] | None = None,
) -> None:
    register(
        Operator(
            FieldType.TEXT,
            code,
            label=label,
            sentence=Text(f"{{field}} {label.en} {{value}}", f"{{field}} {label.es} {{value}}"),
            help=help_,
            takes=takes,
            value=value,
            prepare=prepare,
            test=test,
            against=(lambda value, case, zone: prepare((value,), case, zone)) if takes in _ONE else None,
            on_blank=on_blank,
            joint=OR if takes in (Takes.ONE_OR_LIST, Takes.PAIRS) else COMMA,
            of_list=of_list or (_any_of_list(label, on_blank) if takes is Takes.ONE_OR_LIST else None),
            check_pair=check_pair,
            finds=_FINDS.get(code.removeprefix("not_")),
            passes_when_found=not on_blank,
        )
    )


def _any_of_list(label: Text, is_negative: bool) -> Text:
    spanish = "ninguno" if is_negative else "alguno"
    return Text(f"{{field}} {label.en} any of the list {{list}}", f"{{field}} {label.es} {spanish} de la lista {{list}}")


_register(
    "equals",
    Text("is", "es"),
    Text("The whole text is the value.", "El texto entero es el valor."),
    Takes.ONE,
    _as_one,
    lambda fact, value, _now: fact == value,
)
_register(
    "not_equals",
    Text("is not", "no es"),
    Text("The whole text is another than the value, or there is none.", "El texto entero no es el valor, o no hay texto."),
    Takes.ONE,
    _as_one,
    lambda fact, value, _now: fact != value,
    on_blank=True,
)
_register(
    "in",
    Text("is one of", "es uno de"),
    Text("The whole text is one of the list.", "El texto entero está en la lista."),
    Takes.LIST,
    _as_set,
    lambda fact, values, _now: fact in values,
    of_list=IN_LIST,
)
_register(
    "not_in",
    Text("is none of", "no es ninguno de"),
    Text("The whole text is none of the list, or there is none.", "El texto entero no está en la lista, o no hay texto."),
    Takes.LIST,
    _as_set,
    lambda fact, values, _now: fact not in values,
    on_blank=True,
    of_list=NOT_IN_LIST,
)
_register(
    "contains",
    Text("contains", "contiene"),
    Text("The value, or any of a list, stands somewhere in the text.", "El valor, o alguno de una lista, aparece en el texto."),
    Takes.ONE_OR_LIST,
    _as_tuple,
    _contains,
)
_register(
    "not_contains",
    Text("does not contain", "no contiene"),
    Text(
        "Neither the value nor any of a list stands in the text, or there is no text.",
        "Ni el valor ni ninguno de una lista aparece en el texto, o no hay texto.",
    ),
    Takes.ONE_OR_LIST,
    _as_tuple,
    _not(_contains),
    on_blank=True,
)
_register(
    "starts_with",
    Text("starts with", "empieza por"),
    Text("The text begins with the value, or with any of a list.", "El texto empieza por el valor, o por alguno de una lista."),
    Takes.ONE_OR_LIST,
    _as_tuple,
    lambda fact, values, _now: fact.startswith(values),
)
_register(
    "ends_with",
    Text("ends with", "termina en"),
    Text("The text ends with the value, or with any of a list.", "El texto termina en el valor, o en alguno de una lista."),
    Takes.ONE_OR_LIST,
    _as_tuple,
    lambda fact, values, _now: fact.endswith(values),
)
_register(
    "matches",
    Text("matches", "coincide con"),
    Text(
        "The whole text fits the pattern, or any of a list: `*` stands for anything, `?` for one character.",
        "El texto entero encaja en el patrón, o en alguno de una lista: `*` vale por cualquier cosa, `?` por un carácter.",
    ),
    Takes.ONE_OR_LIST,
    _as_wildcards,
    _matches,
    value=PATTERN,
)
_register(
    "not_matches",
    Text("does not match", "no coincide con"),
    Text(
        "The text fits neither the pattern nor any of a list, or there is no text.",
        "El texto no encaja en el patrón ni en ninguno de una lista, o no hay texto.",
    ),
    Takes.ONE_OR_LIST,
    _as_wildcards,
    _not(_matches),
    value=PATTERN,
    on_blank=True,
)
_register(
    "between",
    Text("is between", "está entre"),
    Text(
        "The text is as long as the two values and, character by character, from the first to the second, both included; or it "
        "is so for one of several such pairs.",
        "El texto es tan largo como los dos valores y, carácter a carácter, está entre el primero y el segundo, ambos incluidos; "
        "o lo está en alguno de varios pares.",
    ),
    Takes.PAIRS,
    _as_ranges,
    lambda fact, ranges, _now: ranges.hold(fact),
    check_pair=check_range,
)
