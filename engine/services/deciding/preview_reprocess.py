"""What running the rules again would make otherwise of orders as they are now; nothing is written."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.application import Application
from engine.decide.backtest import MOST_DIFFERENCES, same
from engine.model.order import Order, OrderAction
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.reprocess_orders import BATCH, REPROCESSABLE, providers_asked
from engine.services.deciding.run_rules import Rulebook, note_sent_elsewhere
from engine.services.refusals import NO_ORDER, Refused
from rules.order_document import read_field
from rules.values import is_blank


@dataclass(frozen=True, slots=True)
class ReprocessDifference:
    """One order that would be otherwise; pairs are as it is now, and as it would be."""

    order_id: str
    order_number: str
    matched: tuple[tuple[str, ...], tuple[str, ...]]
    fields: dict[str, tuple[Any, Any]]
    flags: tuple[tuple[str, ...], tuple[str, ...]]

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "order_id": self.order_id,
            "order_number": self.order_number,
            "matched": [list(part) for part in self.matched],
            "fields": {name: list(pair) for name, pair in self.fields.items()},
            "flags": [list(part) for part in self.flags],
        }


@dataclass(slots=True)
class ReprocessPreview:
    """Of so many `orders` over which the rules would run again, those that would be otherwise; the first ones are named."""

    orders: int = 0
    changed: int = 0
    differences: list[ReprocessDifference] = field(default_factory=list)


def preview_reprocess(
    app: Application, account_id: str, order_ids: Sequence[str], *, drop_edits_of: Sequence[str] = ()
) -> ReprocessPreview:
    """What `reprocess_orders` would do. Raises Refused for an id that is not an order of the account."""
    preview = ReprocessPreview()
    for start in range(0, len(order_ids), BATCH):
        wanted = order_ids[start : start + BATCH]
        with app.reading() as uow:
            found = uow.orders.get_many(account_id, wanted)
            for unknown in set(wanted) - {order.id for order in found}:
                raise Refused("no_order", NO_ORDER, order=unknown)
            orders = [order for order in found if order.state in REPROCESSABLE]
            rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
            for different in _compare(app, uow, rulebook, orders, drop_edits_of):
                preview.changed += 1
                if len(preview.differences) < MOST_DIFFERENCES:
                    preview.differences.append(different)
            preview.orders += len(orders)
    return preview


def _compare(
    app: Application, uow: UnitOfWork, rulebook: Rulebook, orders: Sequence[Order], drop_edits_of: Sequence[str]
) -> list[ReprocessDifference]:
    now = app.clock.now()
    facts = rulebook.facts(uow, orders, now)
    found = []
    for order in orders:
        anew = copy.deepcopy(order)
        for name in drop_edits_of:
            anew.drop_edit(name)
        if anew.may(OrderAction.TAKE_IN_AGAIN):
            anew.take_in_again()
        rulebook.run(anew, "reprocess", now, facts.get(order.id, NO_FACTS))
        note_sent_elsewhere(anew, providers_asked(uow, order))
        different = _difference(order, anew)
        if different is not None:
            found.append(different)
    return found


def _difference(order: Order, anew: Order) -> ReprocessDifference | None:
    before, after = order.document(), anew.document()
    names = dict.fromkeys((*order.rules, *order.person, *anew.rules))
    pairs = {name: (_value(before, name), _value(after, name)) for name in names}
    fields = {name: pair for name, pair in pairs.items() if not same(*pair)}
    fields.pop("status", None)  # as people see it, which is not always what a layer says
    if order.status() != anew.status():
        fields["status"] = order.status(), anew.status()
    flags = tuple(order.flags), tuple(anew.flags)
    matched = tuple(order.matched), tuple(anew.matched)
    if not fields and set(flags[0]) == set(flags[1]) and set(matched[0]) == set(matched[1]):
        return None
    return ReprocessDifference(order.id, order.order_number, matched, fields, flags)


def _value(document: Any, name: str) -> Any:
    value = read_field(document, name)
    return None if is_blank(value) else value
