"""What is counted of a month for clients of a 3PL: for all of a scope at once, with as many queries for many as for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.model.statement import ShippedUnit, Statement, StatementEntry, StatementScope, Tally, WorkedOut, sum_costs, tally
from engine.model.storage_days import average_on_hand, ended_days
from engine.ports import UnitOfWork
from engine.services.billing.charges import charge
from engine.services.billing.corrections import KeptShipments, correct
from engine.services.billing.parties import Parties, times_of

Key = tuple[str, str]  # the 3PL's id and the client's


@dataclass(frozen=True, slots=True)
class Books:
    """What is asked once for a scope, whatever the month."""

    scope: StatementScope
    parties: Sequence[Parties]
    prices: Mapping[Key, list[PriceList]]
    last_issued: Mapping[Key, str]
    unsettled: Mapping[Key, list[str]] = field(default_factory=dict)  # orders of which issued statements say what is no longer so

    def open_ones(self, month: Month, now: datetime) -> list[Parties]:
        """Those of whom a month has begun and can still be issued: it follows all that are."""
        return [one for one in self.parties if str(month) > self.last_issued.get(one.key, "") and month.starts(one.zone) <= now]

    def takes_corrections(self, parties: Parties, month: Month) -> bool:
        """Whether it is the first month after those that are issued."""
        return self.last_issued.get(parties.key) == str(month.previous)

    def lists(self, parties: Parties) -> list[PriceList]:
        """What the client is charged, the oldest first."""
        return self.prices.get(parties.key, [])

    def prices_in(self, parties: Parties, month: Month) -> PriceList | None:
        return valid_in(self.lists(parties), str(month))


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
    return Books(scope, parties, prices, last_issued, unsettled)


def add_up(uow: UnitOfWork, books: Books, month: Month, now: datetime) -> list[Statement]:
    """What a month that is not issued comes to, of all in whose month there is something. The database adds shipments up."""
    concerned = books.open_ones(month, now)
    if not concerned:
        return []
    shipped = {(one.account_id, one.client_id): one for one in uow.billing.sum_shipped(books.scope, times_of(concerned, month))}
    returns = _returns(uow, books, concerned, month)
    corrections = _corrections(uow, books, concerned, month)
    average = _storage(uow, books, concerned, month, now)
    made: list[Statement] = []
    for parties in concerned:
        tallies = tally(corrections.get(parties.key, []) + returns.get(parties.key, []))
        its = shipped.get(parties.key)
        if its is not None:
            prices = books.prices_in(parties, month)
            currency = None if prices is None else prices.currency
            tallies.append(Tally(str(month), currency, its.orders, its.lines, its.parcels, its.labels))
        made += charge(parties, month, tallies, books.lists(parties), average.get(parties.key, Decimal(0)), now)
    return made


def work_out(uow: UnitOfWork, books: Books, month: Month, now: datetime) -> WorkedOut:
    """The same of books of two alone, with each shipment that counts."""
    [parties] = books.parties
    if not books.open_ones(month, now):
        return WorkedOut(*parties.key, str(month))
    entries = _corrections(uow, books, [parties], month).get(parties.key, [])
    shipped = uow.billing.list_shipped(books.scope, month.starts(parties.zone), month.ends(parties.zone))
    entries += [_entry(unit, month, books.prices_in(parties, month)) for unit in shipped]
    entries += _returns(uow, books, [parties], month).get(parties.key, [])
    average = _storage(uow, books, [parties], month, now).get(parties.key, Decimal(0))
    statements = charge(parties, month, tally(entries), books.lists(parties), average, now)
    return WorkedOut(*parties.key, str(month), tuple(statements), tuple(entries))


def _entry(unit: ShippedUnit, month: Month, prices: PriceList | None) -> StatementEntry:
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


def _returns(uow: UnitOfWork, books: Books, concerned: Sequence[Parties], month: Month) -> dict[Key, list[StatementEntry]]:
    """The return labels that were bought in a month."""
    entries: dict[Key, list[StatementEntry]] = {}
    for paid in uow.billing.list_returns(books.scope, times_of(concerned, month)):
        entries.setdefault((paid.account_id, paid.client_id), []).append(paid.entry(str(month)))
    return entries


def _corrections(uow: UnitOfWork, books: Books, concerned: Sequence[Parties], month: Month) -> dict[Key, list[StatementEntry]]:
    """What has to be put right in a month, of those who can still put it right there."""
    correcting = [one for one in concerned if books.takes_corrections(one, month)]
    if not correcting:
        return {}
    doubtful = {one.key: set(books.unsettled.get(one.key, ())) for one in correcting}
    before = month.previous
    for provider_id, client_id, order_id in uow.billing.list_late(books.scope, str(before), times_of(correcting, before)):
        if (provider_id, client_id) in doubtful:
            doubtful[provider_id, client_id].add(order_id)
    of_provider: dict[str, list[str]] = {}
    for (provider_id, _), order_ids in doubtful.items():
        if order_ids:
            of_provider.setdefault(provider_id, []).extend(order_ids)
    kept = {provider_id: KeptShipments.read(uow, provider_id, order_ids) for provider_id, order_ids in of_provider.items()}
    return {
        one.key: correct(kept[one.provider.id], one, sorted(doubtful[one.key]), month.starts(one.zone), books.lists(one))
        for one in correcting
        if doubtful[one.key]
    }


def _storage(uow: UnitOfWork, books: Books, concerned: Sequence[Parties], month: Month, now: datetime) -> dict[Key, Decimal]:
    """Units on hand on an average day, of those who pay for them."""
    paying = [one for one in concerned if _pays_storage(books.prices_in(one, month))]
    if not paying:
        return {}
    together: dict[tuple[datetime, ...], list[Parties]] = {}
    for one in paying:
        together.setdefault(ended_days(month, one.zone, now), []).append(one)
    summed: dict[Key, Decimal] = {}
    for ends, of_zone in together.items():
        if ends:
            summed |= uow.billing.sum_on_hand(books.scope, sorted({one.provider.id for one in of_zone}), ends)
    return {one.key: average_on_hand(summed.get(one.key, Decimal(0)), month) for one in paying}


def _pays_storage(prices: PriceList | None) -> bool:
    return prices is not None and bool(prices.price(Charge.STORAGE))
