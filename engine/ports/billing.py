"""Repository of prices and statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.model.price_list import PriceList
from engine.model.statement import PaidReturn, ShippedSum, ShippedUnit, Statement, StatementEntry, StatementScope, WorkedOut

Times = Mapping[str, tuple[datetime, datetime]]  # by 3PL: from an instant to before another, since months begin by its clocks


class Billing(Protocol):
    """What a scope asks for is the account's as one of the sides: a 3PL's with its clients, or a client's with its 3PLs."""

    def set_prices(self, price_list: PriceList) -> None:
        """Keep a price list; one that begins in the same month gives way."""

    def list_prices(self, scope: StatementScope) -> list[PriceList]:
        """By 3PL and client, the oldest first."""

    def list_shipped(self, scope: StatementScope, start: datetime, end: datetime) -> list[ShippedUnit]:
        """What left from an instant to before another, was not taken back, and is in no issued statement; the oldest first."""

    def sum_shipped(self, scope: StatementScope, times: Times) -> list[ShippedSum]:
        """The same added up, however much it is; of those in whose time something left."""

    def list_returns(self, scope: StatementScope, times: Times) -> list[PaidReturn]:
        """The return labels that were bought in these times, were not given back, and are in no issued statement; the oldest
        first. Only what the 3PL's own carrier accounts paid."""

    def returns_of(self, account_id: str, order_ids: Sequence[str]) -> list[PaidReturn]:
        """All that a 3PL pays of its clients' orders, whether they are charged or not; the oldest first."""

    def list_late(self, scope: StatementScope, month: str, times: Times) -> list[tuple[str, str, str]]:
        """The 3PL, the client and the order of the same shipments and return labels, of those of whom a month is issued."""

    def list_unsettled(self, scope: StatementScope) -> list[tuple[str, str, str]]:
        """The 3PL, the client and the order of shipments and return labels that issued statements count and that were taken
        back since, or that they take away and that have left all the same."""

    def entries_of(self, account_id: str, order_ids: Sequence[str]) -> list[StatementEntry]:
        """What issued statements of a 3PL have of its orders; the oldest months first."""

    def sum_on_hand(
        self, scope: StatementScope, provider_ids: Sequence[str], moments: Sequence[datetime]
    ) -> dict[tuple[str, str], Decimal]:
        """Units on hand at each of these moments, summed up, by 3PL and client. The moments come one after the other.

        What was never counted is not there, and less than nothing counts as nothing.
        """

    def issue(self, worked_out: WorkedOut) -> None:
        """Keep the statements of a month and what they count. Raises ConflictingWrite where the month has some already."""

    def list_issued(self, scope: StatementScope, *, month: str | None = None, unpaid: bool = False) -> list[Statement]:
        """By month, then by 3PL and client."""

    def last_issued(self, scope: StatementScope) -> dict[tuple[str, str], str]:
        """The last month that has issued statements, by 3PL and client."""

    def find_issued(self, account_id: str, statement_id: str) -> Statement | None:
        """One of the account's, as either side."""

    def entries_in(self, account_id: str, client_id: str, month: str) -> list[StatementEntry]:
        """What an issued month of a 3PL's client counts."""

    def keep_paid(self, statement: Statement) -> None:
        """Keep whether it is paid. Raises NotFound."""
