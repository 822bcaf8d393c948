"""What leaves in one parcel is divided again: each order that is combined with another has a shipment of its own units.

So each is told to its store by itself, with the same tracking numbers, once all that it wants has left. The parcel is the
lead's: labels, costs, tracking, stock and the buyer's mail are looked after once, with the lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.order import Order, OrderAction, OrderState
from engine.model.order_combined import combined_orders, lead_of, lent_units, orders_in_shipments, owner_of
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.fulfillment.settle_order import settle_orders
from engine.services.fulfillment.telling import plan_telling
from engine.services.fulfillment.untold_flag import calm_down
from engine.services.refusals import Refused
from rules.messages import Text

IN_ANOTHERS_PARCEL = Text(
    "Order {order} leaves in the parcel of order {lead}: do that there, or separate the two first.",
    "El pedido {order} sale en el paquete del pedido {lead}: hazlo allí o sepáralos antes.",
)
HAS_OTHERS = Text(
    "Order {order} has other orders in its parcel: separate them first.",
    "El pedido {order} lleva otros pedidos en su paquete: sepáralos antes.",
)
LEFT_THERE = Text(
    "Order {order} has left in the parcel of order {lead}: take the shipment back there.",
    "El pedido {order} ha salido en el paquete del pedido {lead}: deshaz el envío allí.",
)
LEFT_ALL_THE_SAME = Text(
    "Order {order} has left in the parcel of order {lead}, though it had been closed meanwhile: look whether the goods go out "
    "twice, or nobody wants them any longer.",
    "El pedido {order} ha salido en el paquete del pedido {lead}, aunque entretanto se había cerrado: comprueba si la mercancía "
    "sale dos veces o si ya no la quiere nadie.",
)


def check_ships_itself(uow: UnitOfWork, order: Order) -> None:
    """Whether an order does not leave in another one's parcel. Raises Refused."""
    lead_id = lead_of(order)
    if lead_id is not None:
        lead = uow.orders.get(order.account_id, lead_id)
        raise Refused("in_anothers_parcel", IN_ANOTHERS_PARCEL, order=order.order_number, lead=lead.order_number)


def check_has_no_others(order: Order) -> None:
    """Whether an order leaves alone, as far as it is the lead. Raises Refused."""
    if combined_orders(order):
        raise Refused("has_others", HAS_OTHERS, order=order.order_number)


def check_left_by_itself(uow: UnitOfWork, order: Order, shipment: Shipment) -> None:
    """Whether a shipment of an order is more than its share of another one's parcel that is still out. Raises Refused."""
    parcel_id, _, owner = (shipment.source_id or "").partition("/")
    if owner != order.id:
        return
    parcel = uow.fulfillment.get_shipment(order.account_id, parcel_id)
    if parcel.state is ShipmentState.SHIPPED:
        lead = uow.orders.get(order.account_id, parcel.order_id)
        raise Refused("in_anothers_parcel", LEFT_THERE, order=order.order_number, lead=lead.order_number)


def share_out(app: Application, uow: UnitOfWork, leaving: Sequence[tuple[Order, Shipment]], actor: str, now: datetime) -> None:
    """Keep what has left, in these shipments of leads, of the orders that are combined with them, and have it told."""
    shares = [share for lead, shipment in leaving for share in _shares(uow, lead, shipment, now)]
    if not shares:
        return
    for _, share in shares:
        known = uow.fulfillment.find_by_source(share.account_id, str(share.source_id))
        (uow.fulfillment.add_shipment if known is None else uow.fulfillment.update_shipment)(share)
    orders = [order for order, _ in shares]
    before = {order.id: order.status() for order in orders}
    for order, share in shares:
        order.write_as_person("carrier", share.carrier, actor, now)
        order.write_as_person("service", share.service, actor, now)
    settle_orders(uow, orders, now)
    uow.jobs.add_many(list(plan_telling(app, uow, shares, now).values()))
    uow.orders.update_many(orders)
    entries = []
    for order, share in shares:
        after = [order.status(), f"{share.carrier} {share.service}", *share.numbers]
        entries.append(AuditEntry(order.account_id, now, actor, "order.shipped", order.id, before[order.id], after))
    uow.audit.append(entries)


def shares_of(uow: UnitOfWork, lead: Order, shipment: Shipment) -> list[tuple[Order, Shipment]]:
    """What has left in a shipment of the lead, of each order that had units in it and is locked by this."""
    found = []
    for order in _in_shipments(uow, lead):
        share = uow.fulfillment.find_by_source(lead.account_id, _source_of(shipment, order.id))
        if share is not None and share.state is ShipmentState.SHIPPED:
            found.append((order, share))
    return found


def take_back_share(uow: UnitOfWork, lead: Order, order: Order, share: Shipment, actor: str, now: datetime) -> Shipment:
    """The shipment of an order that left in a parcel which was taken back: it is to leave with the lead again.

    One that has parted from the lead since is to leave by itself, unless its store has closed it.
    """
    voided = share.void()
    uow.fulfillment.update_shipment(voided)
    before = order.status()
    for name, value in (("carrier", share.carrier), ("service", share.service)):
        if order.person.get(name) == value:
            order.drop_edit(name)
    if lead_of(order) != lead.id:
        settle_orders(uow, [order], now)
    elif order.may(OrderAction.COMBINE):
        order.combine(now)
    calm_down(uow, order, now)
    uow.orders.update_many([order])
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.unshipped", order.id, before, order.status())])
    return voided


def _shares(uow: UnitOfWork, lead: Order, shipment: Shipment, now: datetime) -> Iterator[tuple[Order, Shipment]]:
    for order in _in_shipments(uow, lead):
        units = lent_units(shipment.lines, order.id)
        source_id = _source_of(shipment, order.id)
        known = uow.fulfillment.find_by_source(lead.account_id, source_id) if units else None
        if not units or (known is not None and known.state is ShipmentState.SHIPPED):
            continue
        if order.state is OrderState.CANCELLED or (order.state is OrderState.SHIPPED and lead_of(order) != lead.id):
            _flag_left_all_the_same(uow, lead, order, shipment, now)
        if order.state is OrderState.SHIPPED:
            continue
        parcels = tuple(replace(one, id=new_id("par"), label_id=None, cost=None) for one in shipment.parcels)
        share = replace(shipment, id=new_id("shp"), order_id=order.id, request_id=None, lines=units, parcels=parcels)
        yield order, replace(share, source_id=source_id) if known is None else known.ship_again()


def _flag_left_all_the_same(uow: UnitOfWork, lead: Order, order: Order, shipment: Shipment, now: datetime) -> None:
    """Units of an order that its store had closed were in a parcel that could not be stopped any more."""
    order.flag(NEEDS_ATTENTION)
    uow.orders.update_many([order])
    sentence = Sentence.of(LEFT_ALL_THE_SAME, order=order.order_number, lead=lead.order_number)
    uow.alerts.add(Alert(f"alr_{shipment.id}_{order.id}_closed", order.account_id, order.id, sentence, now))


def _in_shipments(uow: UnitOfWork, lead: Order) -> list[Order]:
    ids = orders_in_shipments(lead)
    return uow.orders.get_many(lead.account_id, ids, for_change=True) if ids else []


def own_lines(uow: UnitOfWork, order: Order, shipment: Shipment) -> dict[str, Decimal]:
    """What of a shipment was the order's own, without what others had in its parcel."""
    owners = {owner for owner in map(owner_of, shipment.lines) if owner is not None}
    known = (uow.fulfillment.find_by_source(order.account_id, _source_of(shipment, owner)) for owner in owners)
    others = {share.order_id for share in known if share is not None}
    return {key: units for key, units in shipment.lines.items() if owner_of(key) not in others}


def lead_shipment_id(share: Shipment) -> str | None:
    """The id of the lead's shipment that this is another order's share of; None of what is no such share."""
    shipment_id, separator, order_id = (share.source_id or "").partition("/")
    return shipment_id if separator and order_id == share.order_id else None


def _source_of(shipment: Shipment, order_id: str) -> str:
    return f"{shipment.id}/{order_id}"
