"""What a month comes to: from what was counted, by the price lists of a client, to statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from engine.model.money import Money
from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.model.statement import LabelCost, Statement, StatementRow, Tally, counted
from engine.services.billing.parties import Parties

_OF_SHIPMENTS = (Charge.ORDERS, Charge.LINES, Charge.PARCELS)


def charge(
    parties: Parties, month: Month, tallies: Sequence[Tally], lists: Sequence[PriceList], average: Decimal, now: datetime
) -> list[Statement]:
    """One for each currency in which something is asked, and for that of the prices when something left.

    `tallies`: of the month, and of earlier ones what is corrected in it; `average`: units on hand.
    """
    rows: dict[str, list[StatementRow]] = {one.currency: [] for one in tallies if one.currency is not None}
    for of_month in sorted({str(month), *(one.of_month for one in tallies)}, reverse=True):
        prices = valid_in(lists, of_month)
        if prices is not None:
            counts = counted([one for one in tallies if one.of_month == of_month])
            quantities = dict(zip(_OF_SHIPMENTS, map(Decimal, counts), strict=True))
            if of_month == str(month):
                quantities |= {Charge.STORAGE: average, Charge.MONTHLY: Decimal(parties.were_connected(month))}
            rows.setdefault(prices.currency, []).extend(_priced(prices, of_month, quantities))
    labels = [(one.of_month, one.labels) for one in tallies]
    returns = [(one.of_month, one.returns) for one in tallies]
    for charged, costs in ((Charge.LABELS, labels), (Charge.RETURN_LABELS, returns)):
        for row, currency in _label_rows(charged, costs):
            rows.setdefault(currency, []).append(row)
    made = []
    for currency in sorted(rows):
        own = [one for one in tallies if one.currency == currency and one.of_month == str(month)]
        if rows[currency] or own:
            made.append(_statement(parties, month, currency, rows[currency], own, now))
    return made


def _priced(prices: PriceList, of_month: str, quantities: Mapping[Charge, Decimal]) -> Iterable[StatementRow]:
    for charged, quantity in quantities.items():
        price = prices.price(charged)
        if quantity and price:
            amount = Money(quantity * price, prices.currency).rounded().amount
            yield StatementRow(charged, of_month, quantity, price, amount)


def _label_rows(charged: Charge, costs: Sequence[tuple[str, Sequence[LabelCost]]]) -> Iterable[tuple[StatementRow, str]]:
    """What labels of one kind cost, by month and currency: as many as shipments had one."""
    for of_month in sorted({month for month, _ in costs}, reverse=True):
        labels = [label for month, of_tally in costs if month == of_month for label in of_tally]
        for currency in sorted({label.currency for label in labels}):
            same = [label for label in labels if label.currency == currency]
            amount = sum((label.amount for label in same), Decimal(0))
            if amount:
                shipments = Decimal(sum(label.shipments for label in same))
                yield StatementRow(charged, of_month, shipments, None, Money(amount, currency).rounded().amount), currency


def _statement(
    parties: Parties, month: Month, currency: str, rows: Sequence[StatementRow], own: Sequence[Tally], now: datetime
) -> Statement:
    return Statement(
        parties.statement_id(month, currency),
        *parties.key,
        str(month),
        currency,
        parties.provider_name,
        parties.client.name,
        parties.nickname,
        parties.provider.time_zone,
        tuple(rows),
        *counted(own),
        has_ended=parties.has_ended(month, now),
    )
