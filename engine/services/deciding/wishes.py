"""Wishes that rules leave for carriers: which service it is to be, once somebody has asked what services cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.decide.decision import Decision
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.order import Order, OrderState
from engine.model.rate_comparison import WISHES, RateWish
from engine.ports import UnitOfWork
from rules.values import is_blank

MOST_AT_ONCE = 500  # of the orders that a new carrier account may help


def settle_wishes(order: Order, decision: Decision) -> None:
    """Where a rule has named a service after one that wants services compared, nothing is compared: the last writer wins."""
    written = [change.field for change in decision.changes]
    named = max((place for place, name in enumerate(written) if name in ("carrier", "service")), default=-1)
    wished = max((place for place, name in enumerate(written) if name in WISHES), default=-1)
    if named > wished:
        for name in WISHES:
            order.rules.pop(name, None)


def choosing_jobs(orders: Iterable[Order], now: datetime) -> list[Job]:
    """The jobs that choose the services of those that rules want to be compared and that are to leave from here: one for each
    decision and each state of the order.
    """
    return [
        Job(new_id("job"), order.account_id, JobKind.CHOOSE_SERVICE, _key(order), {}, now, now, order.id)
        for order in orders
        if RateWish.of(order) is not None and _leaves_from_here(order)
    ]


def choose_again(uow: UnitOfWork, account_ids: Sequence[str], now: datetime) -> None:
    """Have services chosen anew for orders of which none could be: these accounts have something new to ship with."""
    for account_id in account_ids:
        order_ids = uow.rates.orders_without_choice(account_id, MOST_AT_ONCE)
        for job in choosing_jobs(uow.orders.get_many(account_id, order_ids) if order_ids else (), now):
            uow.jobs.upsert_due(job)


def _leaves_from_here(order: Order) -> bool:
    if order.state is not OrderState.OPEN or order.is_held or order.decision_id is None:
        return False
    return is_blank(order.document().get("logistics_provider"))


def _key(order: Order) -> str:
    return f"choose:{order.id}:{order.decision_id}:{order.revision}"
