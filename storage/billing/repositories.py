"""Prices, what is to be charged, and issued statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, func, insert, or_, select, update

from engine.model.money import Money
from engine.model.price_list import Charge, PriceList
from engine.model.statement import (
    LabelCost,
    PaidReturn,
    ShippedSum,
    ShippedUnit,
    Statement,
    StatementEntry,
    StatementScope,
    WorkedOut,
)
from engine.model.statement import StatementRow as Row
from engine.ports.billing import Times
from rules.messages import Text
from storage.billing.returned import select_late_returns, select_returns, select_returns_given_back, select_returns_of
from storage.billing.shipped import (
    Rows,
    select_costs,
    select_label_costs,
    select_labelled,
    select_late,
    select_on_hand,
    select_shipped,
    select_sums,
    select_taken_back,
    select_taken_up,
    within,
)
from storage.statements import in_parts, not_found, upsert, values_of
from storage.tables import PriceListRow, StatementEntryRow, StatementRow

_STATEMENT = Text("statement", "estado de cuenta")
_OF_PRICES = tuple(field.name for field in fields(PriceList))
_OF_STATEMENT = tuple(field.name for field in fields(Statement) if field.name != "has_ended")
_OF_ENTRY = tuple(field.name for field in fields(StatementEntry))
_PRICE_KEYS = ("account_id", "client_id", "valid_from")


class SqlBilling:
    """Implements `engine.ports.Billing`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set_prices(self, price_list: PriceList) -> None:
        row, values = PriceListRow, values_of(price_list)
        changed = {name: value for name, value in values.items() if name not in _PRICE_KEYS}
        keys = [getattr(row, name) for name in _PRICE_KEYS]
        statement = upsert(self._connection, row).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))

    def list_prices(self, scope: StatementScope) -> list[PriceList]:
        row = PriceListRow
        query = select(row).where(*within(scope, row.account_id, row.client_id))
        found = self._connection.execute(query.order_by(row.account_id, row.client_id, row.valid_from)).mappings()
        return [PriceList(**{name: one[name] for name in _OF_PRICES}) for one in found]

    def list_shipped(self, scope: StatementScope, start: datetime, end: datetime) -> list[ShippedUnit]:
        costs: dict[str, list[Money]] = {}
        for cost in self._connection.execute(select_costs(scope, start, end)):
            costs.setdefault(cost.shipment_id, []).append(Money(cost.cost, cost.cost_currency))
        rows = self._connection.execute(select_shipped(scope, start, end))
        return [ShippedUnit(**row._mapping, costs=tuple(costs.get(row.shipment_id, ()))) for row in rows]

    def sum_shipped(self, scope: StatementScope, times: Times) -> list[ShippedSum]:
        labels = self._label_costs(scope, times)
        sums = []
        for account_id, client_id, *counts in self._rows(select_sums(scope, times)):
            orders, lines, parcels = map(int, counts)  # PostgreSQL adds up to decimals
            sums.append(ShippedSum(account_id, client_id, orders, lines, parcels, tuple(labels.get((account_id, client_id), ()))))
        return sums

    def _label_costs(self, scope: StatementScope, times: Times) -> dict[tuple[str, str], list[LabelCost]]:
        amounts: dict[tuple[str, str, str], Decimal] = {}
        for account_id, client_id, currency, cost, often in self._rows(select_label_costs(scope, times)):
            key = account_id, client_id, currency
            amounts[key] = amounts.get(key, Decimal(0)) + cost * often
        costs: dict[tuple[str, str], list[LabelCost]] = {}
        for account_id, client_id, currency, shipments in self._rows(select_labelled(scope, times)) if amounts else ():
            cost = LabelCost(currency, shipments, amounts[account_id, client_id, currency])
            costs.setdefault((account_id, client_id), []).append(cost)
        return costs

    def list_returns(self, scope: StatementScope, times: Times) -> list[PaidReturn]:
        return [_return_of(row) for row in self._connection.execute(select_returns(scope, times))]

    def returns_of(self, account_id: str, order_ids: Sequence[str]) -> list[PaidReturn]:
        found = [row for part in in_parts(order_ids) for row in self._rows(select_returns_of(account_id, part))]
        return sorted(map(_return_of, found), key=lambda one: (one.bought_at, one.return_id))

    def list_late(self, scope: StatementScope, month: str, times: Times) -> list[tuple[str, str, str]]:
        queries = (select_late(scope, month, times), select_late_returns(scope, month, times))
        return sorted({tuple(row) for query in queries for row in self._rows(query)})

    def list_unsettled(self, scope: StatementScope) -> list[tuple[str, str, str]]:
        found = {tuple(row) for query in _unsettled(scope) for row in self._rows(query)}
        return sorted((account_id, client_id, order_id) for account_id, client_id, order_id in found)

    def entries_of(self, account_id: str, order_ids: Sequence[str]) -> list[StatementEntry]:
        row = StatementEntryRow
        found: list[StatementEntry] = []
        for part in in_parts(order_ids):
            found += self._entries(select(row).where(row.account_id == account_id, row.order_id.in_(part)))
        return found

    def sum_on_hand(
        self, scope: StatementScope, provider_ids: Sequence[str], moments: Sequence[datetime]
    ) -> dict[tuple[str, str], Decimal]:
        summed: dict[tuple[str, str], Decimal] = {}
        for account_id, client_id, on_hand, often in self._rows(select_on_hand(scope, provider_ids, moments)):
            units = summed.get((account_id, client_id), Decimal(0)) + max(on_hand, Decimal(0)) * often
            summed[account_id, client_id] = units
        return summed

    def issue(self, worked_out: WorkedOut) -> None:
        owners = {"account_id": worked_out.account_id, "client_id": worked_out.client_id, "month": worked_out.month}
        statements = [_statement_values(statement) for statement in worked_out.statements]
        entries = [
            {**owners, "position": position, **values_of(entry), "costs": [_money_data(cost) for cost in entry.costs]}
            for position, entry in enumerate(worked_out.entries)
        ]
        if statements:
            self._connection.execute(insert(StatementRow), statements)
        if entries:
            self._connection.execute(insert(StatementEntryRow), entries)

    def list_issued(self, scope: StatementScope, *, month: str | None = None, unpaid: bool = False) -> list[Statement]:
        row = StatementRow
        query = select(row).where(*within(scope, row.account_id, row.client_id))
        if month is not None:
            query = query.where(row.month == month)
        if unpaid:
            query = query.where(row.paid_at.is_(None))
        rows = self._rows(query.order_by(row.month, row.account_id, row.client_id, row.currency))
        return [_statement_of(found._mapping) for found in rows]

    def last_issued(self, scope: StatementScope) -> dict[tuple[str, str], str]:
        row = StatementRow
        pair = row.account_id, row.client_id
        query = select(*pair, func.max(row.month)).where(*within(scope, *pair)).group_by(*pair)
        return {(account_id, client_id): month for account_id, client_id, month in self._rows(query)}

    def find_issued(self, account_id: str, statement_id: str) -> Statement | None:
        row = StatementRow
        own = or_(row.account_id == account_id, row.client_id == account_id)
        found = self._connection.execute(select(row).where(row.id == statement_id, own)).mappings().one_or_none()
        return None if found is None else _statement_of(found)

    def entries_in(self, account_id: str, client_id: str, month: str) -> list[StatementEntry]:
        row = StatementEntryRow
        return self._entries(select(row).where(row.account_id == account_id, row.client_id == client_id, row.month == month))

    def keep_paid(self, statement: Statement) -> None:
        row = StatementRow
        own = row.id == statement.id, row.account_id == statement.account_id
        paid = {"paid_at": statement.paid_at, "paid_by": statement.paid_by}
        if self._connection.execute(update(row).where(*own).values(paid)).rowcount != 1:
            raise not_found(_STATEMENT, statement.id)

    def _entries(self, query: Select[Any]) -> list[StatementEntry]:
        row = StatementEntryRow
        rows = self._connection.execute(query.order_by(row.month, row.client_id, row.position)).mappings()
        return [
            StatementEntry(**{**{name: one[name] for name in _OF_ENTRY}, "costs": tuple(map(_money_of, one["costs"]))})
            for one in rows
        ]

    def _rows(self, query: Rows) -> Sequence[Any]:
        return self._connection.execute(query).all()


def _unsettled(scope: StatementScope) -> tuple[Rows, ...]:
    return select_taken_back(scope), select_taken_up(scope), select_returns_given_back(scope)


def _return_of(row: Any) -> PaidReturn:
    account_id, client_id, return_id, order_id, number, bought_at, cost, currency = row
    return PaidReturn(account_id, client_id, return_id, order_id, number, bought_at, Money(cost, currency))


def _statement_values(statement: Statement) -> dict[str, Any]:
    values = {name: getattr(statement, name) for name in _OF_STATEMENT}
    rows = [{**values_of(row), "charge": row.charge.value} for row in statement.rows]
    return {**values, "rows": rows}


def _statement_of(kept: Mapping[Any, Any]) -> Statement:
    rows = tuple(
        Row(
            Charge(row["charge"]),
            row["of_month"],
            Decimal(row["quantity"]),
            None if row["price"] is None else Decimal(row["price"]),
            Decimal(row["amount"]),
        )
        for row in kept["rows"]
    )
    return Statement(**{**{name: kept[name] for name in _OF_STATEMENT}, "rows": rows})


def _money_data(money: Money) -> dict[str, Any]:
    return {"amount": money.amount, "currency": money.currency}


def _money_of(kept: Mapping[str, Any]) -> Money:
    return Money(Decimal(kept["amount"]), kept["currency"])
