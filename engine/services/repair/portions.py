"""Imports of orders that people have split: what the store says of an order is said of its parts as well, each with its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.model.audit import AuditEntry
from engine.model.order import CHANGEABLE, Order, OrderAction, OrderHead, OrderState
from engine.model.order_link import LinkKind
from engine.model.order_part import Share, divide, is_part, original_key, part_number
from engine.model.store import Parked, Ready, Record, Skipped
from engine.ports import UnitOfWork
from engine.services.fulfillment.parts_together import lock_together, orders_together
from engine.services.fulfillment.telling import tell_if_complete
from engine.services.fulfillment.units_to_ship import claims_on, units_gone
from engine.services.repair.chosen_units import items_by_key, number_of, with_units
from rules.order_document import Document


def with_parts(uow: UnitOfWork, account_id: str, records: Sequence[Record], heads: dict[str, OrderHead]) -> list[Record]:
    """The records, and behind each of an order that was split the same of its parts; `heads` gets those of the parts."""
    by_id = {heads[record.external_id].id: record for record in records if record.external_id in heads}
    links = uow.order_links.list_for(account_id, list(by_id)) if by_id else []
    originals = {link.order_id: link.origin_id for link in links if link.kind is LinkKind.PART and link.origin_id in by_id}
    if not originals:
        return list(records)
    further: list[Record] = []
    for part in uow.orders.get_many(account_id, list(originals)):
        record = by_id[originals[part.id]]
        heads[part.external_id] = OrderHead(
            part.id, part.external_id, part.revision, part.state, part.source_version, part.channel, part.state_reason
        )
        if isinstance(record, Parked) or (isinstance(record, Skipped) and not _may_be_skipped(record, part)):
            continue
        further.append(_of_part(record, part))
    return [*records, *further]


def _may_be_skipped(record: Skipped, part: Order) -> bool:
    return part.state in CHANGEABLE or (part.state is OrderState.SHIPPED and record.confirmed)


def _of_part(record: Record, part: Order) -> Record:
    if isinstance(record, Ready):
        number = part_number(record.order_number, part.external_id)
        return replace(record, external_id=part.external_id, order_number=number, remarks=(), unknown_fields=())
    return replace(record, external_id=part.external_id)


def divide_changed(uow: UnitOfWork, found: list[Order], changed: list[Ready]) -> tuple[list[Order], Mapping[str, Document]]:
    """The locked orders that the store has changed, and what it says of each of those that were split, with the units it has.

    Parts that somebody has made since the records were sorted are added to both. By external id.
    """
    links = uow.order_links.list_for(found[0].account_id, [order.id for order in found]) if found else []
    split = {link.origin_id for link in links if link.kind is LinkKind.PART}
    orders, documents = {order.id: order for order in found}, dict[str, Document]()
    records = {record.external_id: record for record in changed}
    for original_id in sorted(split):
        [original] = uow.orders.get_many(found[0].account_id, [original_id], for_change=True)
        together = [orders.get(one.id, one) for one in lock_together(uow, original)]
        said = next(record for record in records.values() if original_key(record.external_id) == original.external_id)
        number = original.order_number if said.external_id != original.external_id else said.order_number
        for order, units in zip(together, _units(uow, together, said.document), strict=True):
            its_number = part_number(number, order.external_id)
            if order.external_id not in records and order.state in CHANGEABLE and is_part(order):
                records[order.external_id] = replace(said, external_id=order.external_id, order_number=its_number, remarks=())
                changed.append(records[order.external_id])
                orders[order.id] = order
            documents[order.external_id] = with_units({**said.document, "order_number": its_number}, units)
    return list(orders.values()), documents


def _units(uow: UnitOfWork, together: Sequence[Order], document: Document) -> list[dict[str, Decimal]]:
    claims = claims_on(uow, together[0].account_id, [order.id for order in together])
    ordered = {key: number_of(item.get("quantity")) or Decimal(0) for key, item in items_by_key(document).items()}
    return divide(ordered, [Share(one.quantities(), units_gone(claims[one.id]), _is_open(one)) for one in together])


def _is_open(order: Order) -> bool:
    """Whether what the store says of it is taken over, now or when it comes back."""
    return order.state in (*CHANGEABLE, OrderState.CANCELLED)


def end_divided(uow: UnitOfWork, orders: Sequence[Order], now: datetime) -> None:
    """What follows when the store has changed orders that were split: parts without units are none any more, and where all that
    is wanted has left by now, the store is told.
    """
    for part in orders:
        if is_part(part) and not part.quantities() and part.may(OrderAction.JOIN):
            before = part.status()
            part.join(now)
            uow.orders.update_many([part])
            uow.order_links.change_kind(part.account_id, part.id, LinkKind.PART, LinkKind.JOINED)
            uow.audit.append([AuditEntry(part.account_id, now, "import", "order.joined", part.id, before, part.status())])
    for order in {original_key(order.external_id): order for order in orders}.values():
        tell_if_complete(uow, orders_together(uow, order), now)
