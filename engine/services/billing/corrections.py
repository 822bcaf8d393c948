"""What issued statements say and is no longer so: it is put right in the month that follows, at the prices of then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.money import Money
from engine.model.month import Month
from engine.model.price_list import PriceList, valid_in
from engine.model.statement import PaidReturn, StatementEntry, counted, sum_costs
from engine.ports import UnitOfWork
from engine.services.billing.parties import Parties


@dataclass(frozen=True, slots=True)
class KeptShipments:
    """What is kept of some orders of a 3PL: what issued statements say, and what is so. By order."""

    issued: Mapping[str, Sequence[StatementEntry]]
    shipments: Mapping[str, Sequence[Shipment]]
    returns: Mapping[str, Sequence[PaidReturn]]
    numbers: Mapping[str, str]

    @classmethod
    def read(cls, uow: UnitOfWork, provider_id: str, order_ids: Sequence[str]) -> KeptShipments:
        issued: dict[str, list[StatementEntry]] = {}
        for entry in uow.billing.entries_of(provider_id, order_ids):
            issued.setdefault(entry.order_id, []).append(entry)
        numbers = {order.id: order.order_number for order in uow.orders.get_many(provider_id, order_ids)}
        returns: dict[str, list[PaidReturn]] = {}
        for paid in uow.billing.returns_of(provider_id, order_ids):
            returns.setdefault(paid.order_id, []).append(paid)
        return cls(issued, uow.fulfillment.shipments_by_order(provider_id, order_ids), returns, numbers)


def correct(
    kept: KeptShipments, parties: Parties, order_ids: Sequence[str], end: datetime, prices: Sequence[PriceList]
) -> list[StatementEntry]:
    """What has to be added to issued months for these orders, or taken away. `end`: when the last of those months was over."""
    made: list[StatementEntry] = []
    for order_id in order_ids:
        entries, due = kept.issued.get(order_id, []), [one for one in kept.shipments.get(order_id, []) if _is_due(one, end)]
        returns = [one for one in kept.returns.get(order_id, []) if one.bought_at < end]
        changes = _taken_away(entries, {one.id for one in due} | {one.return_id for one in returns})
        charged = _charged(entries)
        changes += [_added(one, kept.numbers[order_id], parties, prices) for one in due if one.id not in charged]
        changes += [one.entry(str(Month.at(one.bought_at, parties.zone))) for one in returns if one.return_id not in charged]
        made += _with_order(changes, int(bool(due)) - counted(entries)[0])
    return sorted(made, key=lambda entry: (entry.shipped_at, entry.shipment_id))


def _is_due(shipment: Shipment, end: datetime) -> bool:
    return shipment.state is ShipmentState.SHIPPED and shipment.shipped_at is not None and shipment.shipped_at < end


def _charged(entries: Sequence[StatementEntry]) -> set[str]:
    ids = {entry.shipment_id for entry in entries}
    return {one for one in ids if sum(entry.sign for entry in entries if entry.shipment_id == one) > 0}


def _taken_away(entries: Sequence[StatementEntry], due: set[str]) -> list[StatementEntry]:
    """The opposite of what was charged last for shipments that are no longer due, but for the order that they were part of."""
    changes = []
    for shipment_id in sorted(_charged(entries) - due):
        last = [entry for entry in entries if entry.shipment_id == shipment_id and entry.sign > 0][-1]
        changes.append(
            StatementEntry(
                last.shipment_id,
                last.order_id,
                last.order_number,
                last.shipped_at,
                last.of_month,
                -1,
                0,
                -last.lines,
                -last.parcels,
                tuple(Money(-cost.amount, cost.currency) for cost in last.costs),
                last.currency,
                last.is_return,
            )
        )
    return changes


def _added(shipment: Shipment, number: str, parties: Parties, prices: Sequence[PriceList]) -> StatementEntry:
    assert shipment.shipped_at is not None
    of_month = str(Month.at(shipment.shipped_at, parties.zone))
    price_list = valid_in(prices, of_month)
    return StatementEntry(
        shipment.id,
        shipment.order_id,
        number,
        shipment.shipped_at,
        of_month,
        1,
        0,
        len(shipment.lines),
        len(shipment.parcels),
        sum_costs(parcel.cost for parcel in shipment.parcels if parcel.cost is not None),
        None if price_list is None else price_list.currency,
    )


def _with_order(changes: list[StatementEntry], orders: int) -> list[StatementEntry]:
    """An order is charged once: whether it is, is said with the first change of its shipments."""
    first = next((place for place, one in enumerate(changes) if not one.is_return), None)
    if first is None or not orders:
        return changes
    return [*changes[:first], replace(changes[first], orders=orders), *changes[first + 1 :]]
