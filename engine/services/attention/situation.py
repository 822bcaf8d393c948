"""All that says what is to be done about an order next, read for as many orders as are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.address_check import NOT_CHECKED, AddressCheck
from engine.model.alert import Alert
from engine.model.fulfillment import Shipment
from engine.model.hold import ListedHold
from engine.model.job import Job
from engine.model.label import Label
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.deciding.account_names import NO_NAMES, AccountNames
from engine.services.deciding.ship_to_check import explain_ship_to
from engine.services.fulfillment.list_holds import holds_of
from engine.services.fulfillment.order_requests import OrderRequest, see_requests


@dataclass(frozen=True, slots=True)
class Situation:
    """One order with what is known about it; what was not read is as if there were none."""

    order: Order
    now: datetime
    holds: Sequence[ListedHold] = ()
    requests: Sequence[OrderRequest] = ()  # of its account as merchant the newest first, then the one that it was made of
    shipments: Sequence[Shipment] = ()
    jobs: Sequence[Job] = ()
    alerts: Sequence[Alert] = ()  # the newest first
    labels: Sequence[Label] = ()  # those being bought
    refused_label: Label | None = None  # the last one, where nothing came after it
    address: AddressCheck = NOT_CHECKED
    errors: Sequence[Sentence] = ()  # why rules of the last decision could not be applied
    failed_rules: tuple[str, ...] = ()  # which ones
    names: AccountNames = NO_NAMES

    @property
    def own_requests(self) -> list[OrderRequest]:
        """What its account asked of providers."""
        return [one for one in self.requests if one.side is Side.MERCHANT]

    @property
    def client_request(self) -> OrderRequest | None:
        """What a client asked of its account, where it is a client's order."""
        return next((one for one in self.requests if one.side is Side.PROVIDER), None)


def read_situations(
    app: Application, uow: UnitOfWork, account_id: str, orders: Iterable[Order], names: AccountNames
) -> dict[str, Situation]:
    """Of orders of one account, by their ids: with so many statements, however many orders there are."""
    now, found = app.clock.now(), {order.id: order for order in orders}
    ids = list(found)
    asked = uow.requests.by_order(account_id, ids)
    copied = uow.requests.list_by_copies(account_id, ids)
    of_copies = {str(request.copy_id): request for request in copied}
    seen = see_requests(uow, account_id, [*(one for own in asked.values() for one in reversed(own)), *copied], now)
    by_order: dict[str, list[OrderRequest]] = {}
    for one in seen:
        key = one.request.order_id if one.side is Side.MERCHANT else str(one.request.copy_id)
        by_order.setdefault(key, []).append(one)
    holds: dict[str, list[ListedHold]] = {}
    held = {order.id: order for order in found.values() if order.is_held}
    for hold in holds_of(uow, account_id, held, of_copies):
        holds.setdefault(hold.hold.order_id, []).append(hold)
    shipments = uow.fulfillment.shipments_by_order(account_id, ids)
    labels = uow.labels.being_bought(account_id, ids)
    jobs, alerts = uow.jobs.by_order(account_id, ids), uow.alerts.by_order(account_id, ids)
    return {
        order.id: Situation(
            order=order,
            now=now,
            holds=holds.get(order.id, ()),
            requests=by_order.get(order.id, ()),
            shipments=shipments.get(order.id, ()),
            jobs=jobs.get(order.id, ()),
            alerts=alerts.get(order.id, ()),
            labels=labels.get(order.id, ()),
            address=explain_ship_to(app.address_rules, order),
            names=names,
        )
        for order in found.values()
    }
