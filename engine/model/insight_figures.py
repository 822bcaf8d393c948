"""What is counted over the orders and labels of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from engine.model.comparison import Times
from engine.model.money import Money
from engine.model.order import OrderState


class Span(NamedTuple):
    """From a moment on, until before another one."""

    since: datetime
    until: datetime


class CountedTimes(NamedTuple):
    """How many orders have come so far, and how long after they were placed."""

    orders: int = 0
    times: Times = Times()


NONE_YET = CountedTimes()


@dataclass(frozen=True, slots=True)
class OrderTimes:
    """Of the orders that came in during a span: when each was first decided about, first handed to a provider, first shipped."""

    orders: int = 0
    decided: CountedTimes = NONE_YET
    handed_over: CountedTimes = NONE_YET
    shipped: CountedTimes = NONE_YET


@dataclass(frozen=True, slots=True)
class OrdersOfSpan:
    """The orders that came in during a span, by the state that they have now."""

    by_state: Mapping[OrderState, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


@dataclass(frozen=True, slots=True)
class ServiceCost:
    """Labels of one service that count as bought: those that are paid in one currency, or those whose price is not known."""

    carrier: str
    service: str
    labels: int
    returns: int  # of them
    total: Money | None  # None where the price is not known

    @property
    def average(self) -> Money | None:
        """Of a label, to the smallest coin."""
        return None if self.total is None else Money(self.total.amount / self.labels, self.total.currency).rounded()
