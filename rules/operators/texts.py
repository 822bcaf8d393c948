"""Text operators. Facts and values are normalised the same way before they meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Message, Text
from rules.operators.registry import Operator, Takes, register
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


def _normalised(members: tuple[str, ...], match_case: bool) -> tuple[str, ...]:
    normalise = exact_text if match_case else folded_text
    return tuple(dict.fromkeys(normalise(member) for member in members))


def _as_tuple(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> tuple[str, ...]:
    return _normalised(members, match_case)


def _as_one(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> str:
    return _normalised(members, match_case)[0]


def _as_set(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> frozenset[str]:
    return frozenset(_normalised(members, match_case))


@dataclass(frozen=True, slots=True)
class Wildcard:
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


def _as_wildcards(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> tuple[Wildcard, ...]:
    return tuple(Wildcard.of(member) for member in _normalised(members, match_case))


def _contains(fact: str, values: tuple[str, ...], _now: int) -> bool:
    return any(value in fact for value in values)


def _matches(fact: str, values: tuple[Wildcard, ...], _now: int) -> bool:
    return any(value.matches(fact) for value in values)


def _not(test: Callable[[Any, Any, int], bool]) -> Callable[[Any, Any, int], bool]:
    return lambda fact, value, now: not test(fact, value, now)


def _register(code: str, en: str, es: str, takes: Takes, prepare: Any, test: Any, *, on_blank: bool = False) -> None:
    membership = {"equals": True, "in": True, "not_equals": False, "not_in": False}.get(code)
    register(
        Operator(FieldType.TEXT, code, Text(en, es), takes, on_blank, read_text_member, prepare, test, membership=membership)
    )


_register("equals", "is", "es", Takes.ONE, _as_one, lambda fact, value, _now: fact == value)
_register("not_equals", "is not", "no es", Takes.ONE, _as_one, lambda fact, value, _now: fact != value, on_blank=True)
_register("in", "is one of", "es uno de", Takes.LIST, _as_set, lambda fact, values, _now: fact in values)
_register(
    "not_in", "is none of", "no es ninguno de", Takes.LIST, _as_set, lambda fact, values, _now: fact not in values, on_blank=True
)
_register("contains", "contains", "contiene", Takes.ONE_OR_LIST, _as_tuple, _contains)
_register("not_contains", "does not contain", "no contiene", Takes.ONE_OR_LIST, _as_tuple, _not(_contains), on_blank=True)
_register(
    "starts_with",
    "starts with",
    "empieza por",
    Takes.ONE_OR_LIST,
    _as_tuple,
    lambda fact, values, _now: fact.startswith(values),
)
_register("ends_with", "ends with", "termina en", Takes.ONE_OR_LIST, _as_tuple, lambda fact, values, _now: fact.endswith(values))
_register("matches", "matches", "coincide con", Takes.ONE_OR_LIST, _as_wildcards, _matches)
_register("not_matches", "does not match", "no coincide con", Takes.ONE_OR_LIST, _as_wildcards, _not(_matches), on_blank=True)
