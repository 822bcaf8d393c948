"""What an order's service costs by the rates that carriers gave for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from engine.decide.kept import Result
from engine.model.rate_comparison import AMONG, FASTEST, LEVEL, PREFER
from rules.order_document import Document, read_field
from rules.values import folded_text, is_blank


class KnownRate(NamedTuple):
    """What one service costs, and how long it takes."""

    carrier: str
    service: str
    level: str
    days: int | None
    amount: Decimal
    currency: str


def costs(document: Document, before: Result, after: Result, rates: Sequence[KnownRate]) -> tuple[str, Decimal, Decimal] | None:
    """The currency and what the service costs by each result; None unless both are known, in one currency."""
    then, now = (_rate(document, result, rates) for result in (before, after))
    if then is None or now is None or then.currency != now.currency:
        return None
    return then.currency, then.amount, now.amount


def _rate(document: Document, result: Result, rates: Iterable[KnownRate]) -> KnownRate | None:
    layer = {change["field"]: change["after"] for change in result.changes if not change.get("hidden")}
    wanted = {name: layer.get(name, read_field(document, name)) for name in ("carrier", "service")}
    if not is_blank(layer.get(AMONG)) or not is_blank(layer.get(LEVEL)):
        return _best(layer, rates)
    if is_blank(wanted["service"]):
        return None
    named = [one for one in rates if _is(one.service, wanted["service"])]
    if not is_blank(wanted["carrier"]):
        named = [one for one in named if _is(one.carrier, wanted["carrier"])]
    return min(named, key=lambda one: one.amount, default=None)


def _best(layer: Mapping[str, Any], rates: Iterable[KnownRate]) -> KnownRate | None:
    """The one that is chosen after the decision, as rules want it."""
    among, level = layer.get(AMONG), layer.get(LEVEL)
    found = list(rates)
    if isinstance(among, list | tuple) and among:
        found = [one for one in found if any(_is(one.service, name) or _is(one.carrier, name) for name in among)]
    if not is_blank(level):
        found = [one for one in found if _is(one.level, level)]
    if layer.get(PREFER) == FASTEST:
        found = [one for one in found if one.days is not None]
        return min(found, key=lambda one: (one.days, one.amount), default=None)
    return min(found, key=lambda one: one.amount, default=None)


def _is(one: str, other: Any) -> bool:
    return folded_text(one) == folded_text(str(other))
