"""The flag of orders of which telling somebody was given up: it goes by itself once everybody has been told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION, SKIPPED
from engine.events import ShipmentTakenBack
from engine.model.job import TELLING, JobState
from engine.model.order import Order
from engine.ports import UnitOfWork


def calm_down(uow: UnitOfWork, order: Order, now: datetime) -> bool:
    """Take the flag from a locked order where no telling is given up any more, unless anything else asks for a person too.

    What waited for the flag alone is due then. Whether the order has changed; the caller stores it.
    """
    if not order.flagged_untold:
        return False
    jobs = uow.jobs.by_order(order.account_id, [order.id]).get(order.id, [])
    if any(job.kind in TELLING and job.state is JobState.DEAD for job in jobs):
        return False
    order.unflag(NEEDS_ATTENTION)
    if not order.is_held and SKIPPED not in order.flags:
        uow.jobs.release_waiting(order.account_id, order.id, now)
    return True


def calm_down_told(uow: UnitOfWork, account_id: str, order_id: str, now: datetime) -> None:
    """The same of an order of which somebody was told just now."""
    if not any(order.flagged_untold for order in uow.orders.get_many(account_id, [order_id])):
        return  # nearly always: nobody waits for its lock
    orders = uow.orders.get_many(account_id, [order_id], for_change=True)
    uow.orders.update_many([order for order in orders if calm_down(uow, order, now)])


def calm_down_taken_back(_app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """Nobody is told any more of what was taken back."""
    for event in events:
        calm_down(uow, event.order, event.at)
