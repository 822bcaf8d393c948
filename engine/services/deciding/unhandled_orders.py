"""What open orders that no rule has handled have in common, for the rules that are still to be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.application import Application
from rules.fields import ORDER_FIELDS, Field

FIELDS = ("ship_to.country", "marketplace", "store", "source", "requested_service")  # that rules tell orders apart by
LOOKED_AT = 200  # of the newest
MOST_VALUES = 5
LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class FrequentValues:
    """A field's most frequent values, with how many of the orders have each."""

    field: Field
    values: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class InCommon:
    """What so many of the newest unhandled orders have in common."""

    orders: int
    fields: Sequence[FrequentValues]


def find_in_common(app: Application, account_id: str) -> InCommon:
    """The values that more than one of them has."""
    with app.reading() as uow:
        ids = uow.rule_health.list_unhandled(account_id, LOOKED_AT)
        documents = [order.document() for order in uow.orders.get_many(account_id, ids)] if ids else []
    found = []
    for field in filter(None, map(ORDER_FIELDS.find, FIELDS)):
        counted = Counter(filter(None, (_value(document, field.name) for document in documents)))
        frequent = [(value, count) for value, count in counted.most_common(MOST_VALUES) if count > 1]
        if frequent:
            found.append(FrequentValues(field, frequent))
    return InCommon(len(documents), found)


def _value(document: Mapping[str, Any], name: str) -> str:
    value: Any = document
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value.strip()[:LONGEST_VALUE] if isinstance(value, str) else ""
