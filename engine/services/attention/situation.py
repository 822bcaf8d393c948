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
from engine.model.kept_decision import DecisionHead, DecisionLine
from engine.model.label import Label
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.deciding.account_names import NO_NAMES, AccountNames
from engine.services.deciding.ship_to_check import explain_ship_to
from engine.services.fulfillment.list_holds import holds_of
from engine.services.fulfillment.order_requests import OrderRequest, see_requests
from engine.services.labels.choose_service import LabelSource, UsableAccounts, label_source

_ANEW = ("imported", "released", "reprocess")  # triggers


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
    label_source: LabelSource = LabelSource.HERE
    decided_at: datetime | None = None  # when it was last decided about from the start (`last_anew`)

    @property
    def here_since(self) -> datetime:
        """Since when it is to be shipped here, as far as is known: import, decision, end of a request, a part that left."""
        ended = (one.request.changed_at for one in self.own_requests if not one.is_open)
        gone = (one.shipped_at for one in self.shipments)
        return max(self.order.imported_at, *filter(None, (self.decided_at, *ended, *gone)))

    @property
    def own_requests(self) -> list[OrderRequest]:
        """What its account asked of providers."""
        return [one for one in self.requests if one.side is Side.MERCHANT]

    @property
    def client_request(self) -> OrderRequest | None:
        """What a client asked of its account, where it is a client's order."""
        return next((one for one in self.requests if one.side is Side.PROVIDER), None)


def last_anew(decisions: Sequence[DecisionHead | DecisionLine]) -> datetime | None:
    """When it was last decided about an order from the start, as after a release; of its decisions, the oldest first."""
    return max((one.decided_at for one in decisions if one.trigger in _ANEW), default=None)


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
    decisions: dict[str, list[DecisionHead]] = {}
    for head in uow.decisions.list_heads(account_id, ids):
        decisions.setdefault(head.order_id, []).append(head)
    usable = UsableAccounts(uow, account_id)
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
            label_source=_label_source(app, order, usable, of_copies.get(order.id)),
            decided_at=last_anew(decisions.get(order.id, ())),
        )
        for order in found.values()
    }


def _label_source(app: Application, order: Order, usable: UsableAccounts, request: FulfillmentRequest | None) -> LabelSource:
    if order.state not in (OrderState.OPEN, OrderState.PARTIALLY_SHIPPED) or order.is_held:
        return LabelSource.HERE  # nobody is told to ship it
    return label_source(app, order, usable.of(request))
