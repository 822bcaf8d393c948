"""Set operators: tags, and the SKUs of an order. Members are compared like text."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.operators.registry import Operator, Takes, register
from rules.operators.texts import read_text_member
from rules.values import FieldType, exact_text, folded_text


def _as_set(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> frozenset[str]:
    return frozenset(map(exact_text if match_case else folded_text, members))


def _register(code: str, en: str, es: str, test: Any, *, on_blank: bool = False) -> None:
    register(Operator(FieldType.SET, code, Text(en, es), Takes.ONE_OR_LIST, on_blank, read_text_member, _as_set, test))


_register("includes", "include any of", "incluyen alguno de", lambda fact, values, _now: not fact.isdisjoint(values))
_register("includes_all", "include all of", "incluyen todos", lambda fact, values, _now: fact >= values)
_register(
    "excludes", "include none of", "no incluyen ninguno de", lambda fact, values, _now: fact.isdisjoint(values), on_blank=True
)
