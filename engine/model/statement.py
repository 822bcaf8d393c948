"""What a client owes its 3PL for one month, in one currency, and how that was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.model.money import Money
from engine.model.price_list import Charge
from engine.model.transitions import Side


class StatementState(StrEnum):
    """How far a statement has come."""

    PROVISIONAL = "provisional"  # counted anew whenever somebody looks
    ISSUED = "issued"  # nothing changes it any more
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class StatementScope:
    """Whose statements: an account's as one of the sides, with all others or with one."""

    account_id: str
    side: Side
    other_id: str | None = None

    @classmethod
    def of_pair(cls, account_id: str, client_id: str) -> StatementScope:
        """A 3PL's with one client."""
        return cls(account_id, Side.PROVIDER, client_id)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One amount. `of_month` is the statement's own, or an earlier one that is corrected: then with that month's prices."""

    charge: Charge
    of_month: str
    quantity: Decimal
    price: Decimal | None  # none for labels
    amount: Decimal


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """What one shipment, or one return label, adds to a month; what takes it away again has `sign` -1 and negative numbers."""

    shipment_id: str  # or the return label's own id
    order_id: str  # the 3PL's
    order_number: str
    shipped_at: datetime
    of_month: str
    sign: int
    orders: int
    lines: int
    parcels: int
    costs: tuple[Money, ...] = ()  # of its labels, one a currency
    currency: str | None = None  # of the prices; none where no price list holds, and of return labels
    is_return: bool = False

    def cost_in(self, currency: str) -> Decimal | None:
        return next((cost.amount for cost in self.costs if cost.currency == currency), None)

    def belongs_to(self, currency: str) -> bool:
        """Whether it is part of the statement in a currency."""
        return self.currency == currency or self.cost_in(currency) is not None


@dataclass(frozen=True, slots=True)
class Statement:
    """One month of one client in one currency."""

    id: str
    account_id: str  # the 3PL's
    client_id: str
    month: str
    currency: str
    provider_name: str  # what the client sees of the 3PL
    client_name: str
    nickname: str  # what the 3PL's own people call the client: never shown to the client
    time_zone: str  # in which the month begins and ends
    rows: tuple[StatementRow, ...]
    orders: int
    lines: int
    parcels: int
    has_ended: bool = True  # the month
    issued_at: datetime | None = None
    issued_by: str | None = None
    paid_at: datetime | None = None
    paid_by: str | None = None

    @property
    def total(self) -> Decimal:
        return sum((row.amount for row in self.rows), Decimal(0))

    @property
    def state(self) -> StatementState:
        if self.issued_at is None:
            return StatementState.PROVISIONAL
        return StatementState.ISSUED if self.paid_at is None else StatementState.PAID


@dataclass(frozen=True, slots=True)
class ShippedUnit:
    """A shipment of a client's order that has left and that no issued statement counts."""

    account_id: str  # the 3PL's
    client_id: str
    shipment_id: str
    order_id: str
    order_number: str
    shipped_at: datetime
    is_first: bool  # of its order, of those that have left and were not taken back
    lines: int
    parcels: int
    costs: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class PaidReturn:
    """A return label of a client's order that the 3PL pays."""

    account_id: str  # the 3PL's
    client_id: str
    return_id: str
    order_id: str
    order_number: str
    bought_at: datetime
    cost: Money

    def entry(self, of_month: str) -> StatementEntry:
        """What it adds to the month in which it was bought. It is neither a shipment nor an order."""
        named = (self.return_id, self.order_id, self.order_number, self.bought_at, of_month)
        return StatementEntry(*named, 1, 0, 0, 0, (self.cost,), is_return=True)


@dataclass(frozen=True, slots=True)
class LabelCost:
    """What the labels of some shipments cost in one currency, or some return labels."""

    currency: str
    shipments: int  # that had one; or how many return labels
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ShippedSum:
    """What has left of one client's orders in a time, added up: of the shipments that no issued statement counts."""

    account_id: str  # the 3PL's
    client_id: str
    orders: int  # of which it was the first shipment
    lines: int
    parcels: int
    labels: tuple[LabelCost, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What shipments add up to whose prices are those of one month; what takes some away again has negative numbers."""

    of_month: str
    currency: str | None  # of the prices; none where no price list holds
    orders: int
    lines: int
    parcels: int
    labels: tuple[LabelCost, ...] = ()
    returns: tuple[LabelCost, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """What a month of one client comes to: a statement a currency, and what all of them count."""

    account_id: str
    client_id: str
    month: str
    statements: tuple[Statement, ...] = ()
    entries: tuple[StatementEntry, ...] = field(default=())


def sum_costs(costs: Iterable[Money]) -> tuple[Money, ...]:
    """One amount a currency, in the order of the codes; what comes to nothing is left out."""
    sums: dict[str, Decimal] = {}
    for cost in costs:
        sums[cost.currency] = sums.get(cost.currency, Decimal(0)) + cost.amount
    return tuple(Money(amount, currency) for currency, amount in sorted(sums.items()) if amount)


def counted(counts: Sequence[StatementEntry | Tally]) -> tuple[int, int, int]:
    """Orders, lines and parcels."""
    return sum(one.orders for one in counts), sum(one.lines for one in counts), sum(one.parcels for one in counts)


def tally(entries: Sequence[StatementEntry]) -> list[Tally]:
    """Entries added up by the month and the currency of their prices."""
    grouped: dict[tuple[str, str | None], list[StatementEntry]] = {}
    for entry in entries:
        grouped.setdefault((entry.of_month, entry.currency), []).append(entry)
    return [
        Tally(*place, *counted(together), _label_costs(together, is_return=False), _label_costs(together, is_return=True))
        for place, together in grouped.items()
    ]


def _label_costs(entries: Sequence[StatementEntry], *, is_return: bool) -> tuple[LabelCost, ...]:
    costs: dict[str, LabelCost] = {}
    for entry in entries:
        if entry.is_return is not is_return:
            continue
        for cost in entry.costs:
            before = costs.get(cost.currency, LabelCost(cost.currency, 0, Decimal(0)))
            costs[cost.currency] = LabelCost(cost.currency, before.shipments + entry.sign, before.amount + cost.amount)
    return tuple(costs.values())
