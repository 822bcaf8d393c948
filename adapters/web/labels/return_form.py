"""The form for a return label on an order's page: what can still come back, and the services that bring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.account import Location
from engine.model.label import Label
from engine.services.labels.draft_return import draft_return
from engine.services.labels.service_choices import ServiceChoice
from rules.order_document import Document
from storage.queries import OrderDetail


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """A line of which units can come back."""

    key: str
    name: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """Without choices no carrier account makes return labels; without locations there is nothing to choose between."""

    lines: Sequence[ReturnLine]
    choices: Sequence[ServiceChoice]
    weight_g: int
    locations: Sequence[Location]


def return_form(detail: OrderDetail, labels: Sequence[Label]) -> ReturnForm | None:
    """None of an order of which nothing can come back. `labels`: all of it, both ways."""
    draft = draft_return(parts().app, this_person().account, detail.order, detail.shipments, labels)
    if draft is None:
        return None
    names = _names(detail.order.document())
    lines = [ReturnLine(key, names.get(key, key), quantity) for key, quantity in draft.units.items()]
    return ReturnForm(lines, draft.choices, draft.weight_g, draft.locations if len(draft.locations) > 1 else ())


def _names(document: Document) -> dict[str, str]:
    """What people call each line, by its key."""
    items = document.get("items")
    named: dict[str, str] = {}
    for number, found in enumerate(items if isinstance(items, list) else [], 1):
        item: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        key = str(item.get("line_key") or number)
        named.setdefault(key, str(item.get("name") or item.get("sku") or key))
    return named
