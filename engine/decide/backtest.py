"""What is different when the same order is decided about in two ways, and how often that is so. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from msgspec import Struct, field

from engine.decide.kept import Result
from rules.messages import LANGUAGES
from rules.order_document import Document, dumps, loads, read_field
from rules.values import is_blank

MOST_DIFFERENCES = 1000  # that are shown; all of them are counted
MOST_CHANGES = 200
_MOST_CHANGES_COUNTED = 10_000  # of texts there may be as many as orders


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


def replay_differences(kept: Result, again: Result) -> dict[str, tuple[Any, Any]]:
    """The parts of a decision that come out otherwise than they were kept: as they were, and as they are now."""
    parts: dict[str, tuple[Any, Any]] = {
        "matched": (list(kept.matched), list(again.matched)),
        "changes": (kept.changes, again.changes),
        "effects": (effects_that_count(kept), effects_that_count(again)),
        "flags": (list(kept.flags), list(again.flags)),
        "errors": (errors_that_count(kept), errors_that_count(again)),
    }
    return {name: pair for name, pair in parts.items() if not same(*pair)}


class Changed(NamedTuple):
    """An order about which two results are not the same."""

    order_id: str
    order_number: str
    decision_id: str
    difference: Difference


class Tally:
    """How often what is different, over any number of orders and in bounded memory."""

    def __init__(self) -> None:
        self.orders = 0
        self.changed = 0
        self.errors = 0  # orders over which a rule ends in an error afterwards
        self.erased = 0  # orders that were left out, because what was known of them was erased
        self.by_field: Counter[str] = Counter()
        self.by_rule: dict[str, list[int]] = {}
        self.cost: dict[str, list[Decimal]] = {}
        self.differences: list[Changed] = []
        self.by_change_is_whole = True
        self._by_change: Counter[tuple[str, bytes, bytes]] = Counter()

    def add(self, found: Judged) -> None:
        """What came of some more orders."""
        self.orders += found.orders
        self.errors += found.errors
        self.erased += found.erased
        self.changed += len(found.changed)
        for currency, amounts in found.cost.items():
            known = self.cost.setdefault(currency, [Decimal(0), Decimal(0)])
            self.cost[currency] = [before + more for before, more in zip(known, amounts, strict=True)]
        for one in found.changed:
            self._count(one.difference)
        self.differences += found.changed[: max(0, MOST_DIFFERENCES - len(self.differences))]

    def _count(self, found: Difference) -> None:
        self.by_field.update(list(found.fields))
        before, after = map(set, found.matched)
        for place, rules in enumerate((after - before, before - after)):
            for rule in rules:
                self.by_rule.setdefault(rule, [0, 0])[place] += 1
        for name, (was, will_be) in found.fields.items():
            key = name, dumps([was]), dumps([will_be])
            if key in self._by_change or len(self._by_change) < _MOST_CHANGES_COUNTED:
                self._by_change[key] += 1
            else:
                self.by_change_is_whole = False

    def by_change(self) -> list[dict[str, Any]]:
        """The most frequent changes of one value to another."""
        return [
            {"field": name, "from": _one(was), "to": _one(will_be), "orders": orders}
            for (name, was, will_be), orders in sorted(self._by_change.items(), key=lambda one: (-one[1], one[0]))[:MOST_CHANGES]
        ]

    def to_data(self) -> dict[str, Any]:
        """As the command line answers and as it is kept: JSON with exact numbers."""
        data: dict[str, Any] = {
            "orders": self.orders,
            "changed": self.changed,
            "unchanged": self.orders - self.changed,
            "errors": self.errors,
            "by_field": dict(self.by_field.most_common()),
            "by_rule": {
                rule: dict(zip(("gained", "lost"), counts, strict=True)) for rule, counts in sorted(self.by_rule.items())
            },
            "by_change": self.by_change(),
            "differences": [difference_data(one) for one in self.differences],
        }
        if self.cost:
            data["cost"] = dict(sorted(self.cost.items()))
        if self.erased:
            data["erased"] = self.erased
        if not self.by_change_is_whole:
            data["by_change_is_whole"] = False
        return data


class Judged(Struct):
    """What came of some orders."""

    orders: int = 0
    errors: int = 0
    erased: int = 0
    changed: list[Changed] = field(default_factory=list)
    cost: dict[str, list[Decimal]] = field(default_factory=dict)


def difference_data(one: Changed) -> dict[str, Any]:
    """A difference as a JSON object; `effects` is there where something else leaves the order."""
    found = one.difference
    data: dict[str, Any] = {
        "order_id": one.order_id,
        "order_number": one.order_number,
        "decision_id": one.decision_id,
        "matched": [list(part) for part in found.matched],
        "fields": {name: list(pair) for name, pair in found.fields.items()},
        "flags": [list(part) for part in found.flags],
    }
    if found.effects is not None:
        data["effects"] = list(found.effects)
    return data


def _one(text: bytes) -> Any:
    return loads(b'{"value":' + text + b"}")["value"][0]
