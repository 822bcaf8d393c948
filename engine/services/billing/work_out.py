"""What a month comes to for clients of a 3PL: counted for all of a scope at once, with as many queries for many as for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.money import Money
from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.model.statement import (
    ShippedUnit,
    Statement,
    StatementEntry,
    StatementRow,
    StatementScope,
    WorkedOut,
    counted,
    sum_costs,
)
from engine.model.storage_days import OnHand, average_on_hand
from engine.ports import UnitOfWork
from engine.services.billing.corrections import correct
from engine.services.billing.parties import Parties, earliest_start, latest_end

Key = tuple[str, str]  # the 3PL's id and the client's
_OF_SHIPMENTS = (Charge.ORDERS, Charge.LINES, Charge.PARCELS)


@dataclass(frozen=True, slots=True)
class Books:
    """What is asked once for a scope, whatever the month."""

    parties: Sequence[Parties]
    prices: Mapping[Key, list[PriceList]]
    last_issued: Mapping[Key, str]
    unsettled: Mapping[Key, list[str]] = field(default_factory=dict)  # orders of which issued statements say what is no longer so

    def is_open(self, parties: Parties, month: Month) -> bool:
        """Whether a month can still be issued: it follows all that are."""
        return str(month) > self.last_issued.get(parties.key, "")

    def takes_corrections(self, parties: Parties, month: Month) -> bool:
        """Whether it is the first month after those that are issued."""
        return self.last_issued.get(parties.key) == str(month.previous)


def open_books(uow: UnitOfWork, scope: StatementScope, parties: Sequence[Parties]) -> Books:
    """Prices, and what was issued."""
    prices: dict[Key, list[PriceList]] = {}
    for price_list in uow.billing.list_prices(scope):
        prices.setdefault((price_list.account_id, price_list.client_id), []).append(price_list)
    last_issued = uow.billing.last_issued(scope)
    unsettled: dict[Key, list[str]] = {}
    if last_issued:
        for provider_id, client_id, order_id in uow.billing.list_unsettled(scope):
            unsettled.setdefault((provider_id, client_id), []).append(order_id)
    return Books(parties, prices, last_issued, unsettled)


def work_out(
    uow: UnitOfWork, scope: StatementScope, books: Books, month: Month, now: datetime, *, for_entries: bool = False
) -> list[WorkedOut]:
    """What is not issued of a month, for those of the books that have something in it.

    `for_entries`: what is known of shipments is wanted too, although nothing may be asked for them.
    """
    concerned = [one for one in books.parties if books.is_open(one, month) and month.starts(one.zone) <= now]
    if not concerned:
        return []
    correcting = [one for one in concerned if books.takes_corrections(one, month)]
    first = month.previous if correcting else month
    shipped: dict[Key, list[ShippedUnit]] = {}
    for unit in uow.billing.list_shipped(scope, earliest_start(concerned, first), latest_end(concerned, month)):
        shipped.setdefault((unit.account_id, unit.client_id), []).append(unit)
    average = _storage(uow, scope, books, concerned, month, now)
    found = []
    for parties in concerned:
        of_parties = shipped.get(parties.key, [])
        start, end = month.starts(parties.zone), month.ends(parties.zone)
        entries = [_entry(unit, month, books) for unit in of_parties if start <= unit.shipped_at < end]
        if parties in correcting:
            late = [unit.order_id for unit in of_parties if unit.shipped_at < start]
            doubtful = sorted({*late, *books.unsettled.get(parties.key, ())})
            prices = books.prices.get(parties.key, [])
            entries = [*correct(uow, parties, doubtful, start, prices), *entries] if doubtful else entries
        statements = _statements(parties, month, entries, books, average.get(parties.key), now)
        if statements or (for_entries and entries):
            found.append(WorkedOut(*parties.key, str(month), tuple(statements), tuple(entries)))
    return found


def _entry(unit: ShippedUnit, month: Month, books: Books) -> StatementEntry:
    prices = valid_in(books.prices.get((unit.account_id, unit.client_id), ()), str(month))
    return StatementEntry(
        unit.shipment_id,
        unit.order_id,
        unit.order_number,
        unit.shipped_at,
        str(month),
        1,
        int(unit.is_first),
        unit.lines,
        unit.parcels,
        sum_costs(unit.costs),
        None if prices is None else prices.currency,
    )


def _storage(
    uow: UnitOfWork, scope: StatementScope, books: Books, concerned: Sequence[Parties], month: Month, now: datetime
) -> dict[Key, Decimal]:
    """Units on hand on an average day, of those who pay for them."""
    paying = [one for one in concerned if _price(books, one, month, Charge.STORAGE)]
    if not paying:
        return {}
    moved: dict[Key, list[OnHand]] = {}
    for on_hand in uow.billing.list_on_hand(scope, earliest_start(paying, month), latest_end(paying, month)):
        moved.setdefault((on_hand.account_id, on_hand.client_id), []).append(on_hand)
    averages = {}
    for parties in paying:
        movements, start = moved.get(parties.key, []), month.starts(parties.zone)
        opening = {one.sku: one.on_hand for one in movements if one.at < start}
        during = [one for one in movements if one.at >= start]
        averages[parties.key] = average_on_hand(opening, during, month, parties.zone, now)
    return averages


def _price(books: Books, parties: Parties, month: Month, charge: Charge) -> Decimal:
    prices = valid_in(books.prices.get(parties.key, ()), str(month))
    return Decimal(0) if prices is None else prices.price(charge)


def _statements(
    parties: Parties, month: Month, entries: Sequence[StatementEntry], books: Books, average: Decimal | None, now: datetime
) -> list[Statement]:
    """One for each currency in which something is asked, and for that of the prices when something left."""
    lists = books.prices.get(parties.key, [])
    rows: dict[str, list[StatementRow]] = {entry.currency: [] for entry in entries if entry.currency is not None}
    for of_month in sorted({str(month), *(entry.of_month for entry in entries)}, reverse=True):
        prices = valid_in(lists, of_month)
        if prices is not None:
            orders, lines, parcels = counted([entry for entry in entries if entry.of_month == of_month])
            quantities = dict(zip(_OF_SHIPMENTS, map(Decimal, (orders, lines, parcels)), strict=True))
            if of_month == str(month):
                quantities |= {Charge.STORAGE: average or Decimal(0), Charge.MONTHLY: Decimal(parties.were_connected(month))}
            rows.setdefault(prices.currency, []).extend(_priced(prices, of_month, quantities))
    for row, currency in _label_rows(entries):
        rows.setdefault(currency, []).append(row)
    made = []
    for currency in sorted(rows):
        own = [entry for entry in entries if entry.currency == currency and entry.of_month == str(month)]
        if rows[currency] or own:
            made.append(_statement(parties, month, currency, rows[currency], own, now))
    return made


def _priced(prices: PriceList, of_month: str, quantities: Mapping[Charge, Decimal]) -> Iterable[StatementRow]:
    for charge, quantity in quantities.items():
        price = prices.price(charge)
        if quantity and price:
            amount = Money(quantity * price, prices.currency).rounded().amount
            yield StatementRow(charge, of_month, quantity, price, amount)


def _label_rows(entries: Sequence[StatementEntry]) -> Iterable[tuple[StatementRow, str]]:
    """What labels cost, by month and currency: as many as shipments had one."""
    for of_month in sorted({entry.of_month for entry in entries}, reverse=True):
        of_the_month = [entry for entry in entries if entry.of_month == of_month]
        for cost in sum_costs(cost for entry in of_the_month for cost in entry.costs):
            shipments = sum(entry.sign for entry in of_the_month if entry.cost_in(cost.currency) is not None)
            row = StatementRow(Charge.LABELS, of_month, Decimal(shipments), None, cost.rounded().amount)
            yield row, cost.currency


def _statement(
    parties: Parties, month: Month, currency: str, rows: Sequence[StatementRow], entries: Sequence[StatementEntry], now: datetime
) -> Statement:
    orders, lines, parcels = counted(entries)
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
        orders,
        lines,
        parcels,
        has_ended=parties.has_ended(month, now),
    )
