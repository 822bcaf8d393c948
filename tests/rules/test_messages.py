"""Every sentence exists in both languages, with the same parameters."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from decimal import Decimal
from string import Formatter
from types import ModuleType
from typing import Any

import pytest

import engine.decide
import rules
from rules.actions import all_actions
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import LANGUAGES, Message, Text
from rules.operators import operators_of
from rules.placeholders import NOTHING
from rules.values import FieldType


def modules() -> Iterator[ModuleType]:
    for package in (rules, engine.decide):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def texts() -> Iterator[tuple[str, Text]]:
    for module in modules():
        for name, value in vars(module).items():
            yield from ((f"{module.__name__}.{name}{place}", text) for place, text in texts_in(value))
    for catalogue in (ORDER_FIELDS, ITEM_FIELDS):
        yield from ((field.name, field.label) for field in catalogue)
    for type_ in FieldType:
        yield from ((f"{type_}.{operator.code}", operator.label) for operator in operators_of(type_))
    for action in all_actions():
        yield action.code, action.label
        yield from ((f"{action.code}.{parameter.name}", parameter.label) for parameter in action.parameters)


def texts_in(value: Any) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield "", value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from ((f"[{key}]{place}", text) for place, text in texts_in(member))
    elif isinstance(value, tuple | list):
        for member in value:
            yield from texts_in(member)


ALL = sorted({id(text): (name, text) for name, text in texts()}.values(), key=lambda pair: pair[0])


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_there_are_sentences_to_look_at() -> None:
    assert len(ALL) > 150


@pytest.mark.parametrize(("name", "text"), ALL, ids=[name for name, _ in ALL])
def test_a_sentence_says_the_same_in_both_languages(name: str, text: Text) -> None:
    if text is NOTHING:
        return
    assert text.en.strip()
    assert text.es.strip()
    if "{" in text.en.replace("{{", "") and not name.endswith(("OPEN_PLACEHOLDER", "COMMA_OR_BRACE")):
        assert placeholders(text.en) == placeholders(text.es)


def test_a_message_is_shown_in_any_language_down_to_its_parameters() -> None:
    inner = Message("inner", Text("blue {n}", "azul {n}"), {"n": 1})
    outer = Message("outer", Text("it is {what}, {why}", "es {what}, {why}"), {"what": inner, "why": Text("so", "así")})

    assert [outer.format(language) for language in LANGUAGES] == ["it is blue 1, so", "es azul 1, así"]
    assert str(outer) == outer.format("en")


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        (Decimal("0.5"), "0.5", "0,5"),
        (Decimal("-1.50"), "-1.50", "-1,50"),
        (Decimal("1E+2"), "100", "100"),
        (Decimal("2.5E+999999"), "2.5E+999999", "2,5E+999999"),
        (Decimal("NaN"), "NaN", "NaN"),
        ("0.5", "0.5", "0.5"),
    ],
)
def test_decimals_have_the_decimal_sign_of_the_language_and_texts_stay(number: Any, english: str, spanish: str) -> None:
    left = Text("{n} left", "quedan {n}")

    assert [left.format(language, n=number) for language in LANGUAGES] == [f"{english} left", f"quedan {spanish}"]


def test_braces_in_what_is_quoted_are_left_alone() -> None:
    assert Message("a", Text("found {x}", "se encontró {x}"), {"x": "{y}"}).format("es") == "se encontró {y}"
