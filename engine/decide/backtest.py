"""What is different when the same order is decided about in two ways, and how often that is so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from engine.decide.kept import Result
from rules.messages import LANGUAGES
from rules.order_document import Document, dumps, read_field
from rules.values import is_blank


class Difference(NamedTuple):
    """Where two results over one order are not the same; pairs are before and after."""

    matched: tuple[tuple[str, ...], tuple[str, ...]]
    fields: dict[str, tuple[Any, Any]]  # those that end up with another value
    flags: tuple[tuple[str, ...], tuple[str, ...]]
    effects: tuple[list[dict[str, Any]], list[dict[str, Any]]] | None  # None where the same leaves the order


def difference(document: Document, before: Result, after: Result) -> Difference | None:
    """What is different about an order that both results began with; None when nothing is.

    In which order rules matched does not count where they come to the same, and neither do the words of an error.
    """
    fields = changed_fields(document, before, after)
    sent = effects_that_count(before), effects_that_count(after)
    leaves_as_before = same(*sent)
    if not fields and before.flags == after.flags and leaves_as_before and set(before.matched) == set(after.matched):
        return None
    effects = None if leaves_as_before else sent
    return Difference((before.matched, after.matched), fields, (before.flags, after.flags), effects)


def changed_fields(document: Document, before: Result, after: Result) -> dict[str, tuple[Any, Any]]:
    """The fields that end up with another value, each with both."""
    layers = [{change["field"]: change["after"] for change in one.changes if not change.get("hidden")} for one in (before, after)]
    pairs = {name: (_value(name, document, layers[0]), _value(name, document, layers[1])) for name in {**layers[0], **layers[1]}}
    return {name: pair for name, pair in pairs.items() if not same(*pair)}


def _value(name: str, document: Document, layer: Mapping[str, Any]) -> Any:
    value = layer[name] if name in layer else read_field(document, name)
    return None if value is None or is_blank(value) else value


def same(one: Any, other: Any) -> bool:
    """Whether two values read the same, whatever lists they are in."""
    return bool(one == other) or dumps([one]) == dumps([other])


def effects_that_count(result: Result) -> list[dict[str, Any]]:
    """What leaves the order, without sentences of the product: another wording is no other decision."""
    return [{name: part for name, part in effect.items() if not _is_sentence(part)} for effect in result.effects]


def _is_sentence(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == set(LANGUAGES)


def errors_that_count(result: Result) -> list[tuple[str, str, str]]:
    """Which errors there were, without their words."""
    return [(error["rule"], error["path"], error["code"]) for error in result.errors]
