"""Example orders: the smallest order that meets a model, with values that a person recognises."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from rules.analysis.domains import candidates
from rules.analysis.formulas import FigureCondition, Formula
from rules.analysis.leaves import Literal, State
from rules.analysis.solver import Model, Solver, demands_of, possible_states
from rules.analysis.trial import Facts
from rules.context import RuleContext
from rules.facts import DERIVED_FROM, exact_product, exact_sum
from rules.facts import NOW as NOW_FIELD
from rules.line_numbers import Lines, figure_of
from rules.order_document import Document, write_field
from rules.values import FieldType, folded_text, moment_of, moment_text

NOW = moment_of(datetime(2026, 1, 15, 12, tzinfo=UTC))  # as for saved tests that say nothing else
MAX_LINES = 50
_LONG = 10**18  # a whole number from here on is a Decimal in every order document

_NATURAL: dict[str, tuple[Any, ...]] = {
    "ship_to.country": ("ES", "FR", "PT", "US"),
    "bill_to.country": ("ES", "FR", "PT", "US"),
    "ship_to.city": ("Madrid", "Lisboa"),
    "ship_to.postal_code": ("28004", "1000"),
    "ship_to.street1": ("Calle Mayor 1",),
    "currency": ("EUR", "USD"),
    "status": ("awaiting_shipment",),
    "sku": ("SKU-1", "SKU-2"),
    "carrier": ("dhl", "correos"),
    "service": ("standard", "express"),
    "order_total": (50, 100),
}


class NoExample(Exception):
    """No value was found for a field, though none was ruled out."""


class Examples:
    """Makes orders for models. `extreme` takes the last value that will do for each field, in place of the most natural."""

    def __init__(self, solver: Solver, context: RuleContext, *, extreme: bool = False) -> None:
        self._solver = solver
        self._context = context
        self._extreme = extreme

    def order(self, model: Model) -> Document:
        """An order that is as the model says, as far as can be told; whoever uses it tries it out. Raises NoExample, GivenUp."""
        values = {name: self._value(literals) for (_, name, version), literals in model.literals.items() if version == 0}
        figures = [
            (condition, values.pop(condition.field.name))
            for (_, _, version), (literal, *_) in model.literals.items()
            if version == 0 and isinstance(condition := literal.leaf.condition, FigureCondition)
        ]
        order: Document = {}
        for name, value in values.items():
            if value is not None and name not in DERIVED_FROM and name != NOW_FIELD:
                write_field(order, name, value)
        if values.get("international") is not None and "country" not in order.get("ship_to", {}):
            home = self._context.account_country or "ES"
            away = "ES" if folded_text(home) == "fr" else "FR"
            write_field(order, "ship_to.country", away if values["international"] else home)
        items = self._items(model, values, figures)
        if items:
            order["items"] = items
        return order

    def _items(self, model: Model, values: dict[str, Any], figures: list[tuple[FigureCondition, Any]]) -> list[Document]:
        items = [self._item((wanted, *model.every)) for wanted in model.some]
        for condition, number in figures:
            items += self._counting(condition, number, items, model.every)
        for sku in values.get("skus") or ():
            if all(item.get("sku") != sku for item in items):
                items.append({**self._item(model.every), "sku": sku})
        lines = min(int(values.get("line_count") or 0), MAX_LINES)
        quantity = values.get("total_quantity")
        while len(items) < lines or (quantity and not items):
            items.append(self._item(model.every))
        if quantity is not None and items:
            items[-1]["quantity"] = quantity - sum(item.get("quantity", 0) for item in items[:-1])
        return items

    def _counting(
        self, condition: FigureCondition, number: Any, items: list[Document], every: tuple[Formula, ...]
    ) -> list[Document]:
        """Further items that count, so that their number over all lines may come to this one."""
        aggregate = condition.aggregate
        lines = Lines()
        for item in items:
            if Facts(item, self._context, NOW).meets(condition.counts):
                lines.add(aggregate.of, item, surely=True)
        found = figure_of(aggregate.kind, lines).found
        if number is None or number == found:
            return []
        if aggregate.of is None:
            more = min(int(number), MAX_LINES) - len(lines.counted)
            return [self._item((condition.counts, *every)) for _ in range(more)]
        lacking = exact_sum(number, exact_product(-1, found or 0)) if aggregate.kind == "sum_items" else number
        *ones, factor = aggregate.of.factors
        return [{**self._item((condition.counts, *every)), **{one.name: 1 for one in ones}, factor.name: lacking}]

    def _item(self, formulas: tuple[Formula, ...]) -> Document:
        model = next(self._solver.models(*formulas, readable=True), None)
        if model is None:
            raise NoExample
        values = {name: self._value(literals) for (_, name, _), literals in model.literals.items()}
        item = {name: value for name, value in values.items() if value is not None}
        return item if values else {"sku": "SKU-1", "quantity": 1}

    def _value(self, literals: tuple[Literal, ...]) -> Any:
        """A value as an order document holds it; None for blank, which is taken wherever it will do."""
        states = list(possible_states(literals, readable=True))
        if State.BLANK in states and not (self._extreme and State.VALUE in states):
            return None
        field = literals[0].leaf.condition.field
        demands = demands_of(literals)
        values = candidates(field, demands, NOW)
        if self._extreme:
            value = max(values, key=_size, default=None)
        else:
            natural = (value for value in _NATURAL.get(field.name, ()) if all(demand.is_met(value) for demand in demands))
            value = next(chain(natural, values), None)
        if value is None:
            raise NoExample
        if field.type is FieldType.TIME:
            return moment_text(value)
        return Decimal(value) if field.type is FieldType.NUMBER and abs(value) >= _LONG else value


def _size(value: Any) -> Any:
    return value if isinstance(value, int | Decimal) else len(value)
