"""What a provider reads of its clients' orders, what importing them means, and how clients hear of what was shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import ClosedUpstream, OrderImported, ShipmentTakenBack, ShippedFromHere, publish
from engine.model.account import Account
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.connection import Answers, Connection
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import JobKind
from engine.model.order import Order, OrderAction, OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.model.write_back import withdraw_key
from engine.ports import UnitOfWork
from engine.services.connections.client_store import reopen_client_store
from engine.services.fulfillment.accept_begun import accept_begun
from engine.services.fulfillment.combined_parcels import share_out
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import names_of
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.shipments import add_write_back, call_off, take_back_shares
from engine.services.fulfillment.surplus import forget_surplus, tell_of_surplus
from engine.services.fulfillment.telling import plan_telling
from engine.services.fulfillment.untold_flag import calm_down
from engine.services.mail.buyer_mails import call_off_mails_of
from engine.services.tracking.follow_shipment import end_tracking
from rules.messages import Text

LEFT_ALL_THE_SAME = Text(
    "Order {order} was shipped although it had been recalled.", "El pedido {order} se envió aunque se había retirado."
)
LEFT_THOUGH_CLOSED = Text(
    "{provider} has shipped order {order}, which had been closed meanwhile: look whether the goods go out twice, or nobody "
    "wants them any longer.",
    "{provider} ha enviado el pedido {order}, que entretanto se había cerrado: comprueba si la mercancía sale dos veces o "
    "si ya no la quiere nadie.",
)
RECALLED_BUT_SHIPPED = "shipped_despite_recall"
_CLOSED_UPSTREAM = (OrderState.CANCELLED, OrderState.SHIPPED)  # with a reason, which is the store's


@dataclass(frozen=True, slots=True)
class ClientOrder:
    """A request with what it is about: all that a provider may be told of, and more, which `mapping` leaves out."""

    request: FulfillmentRequest
    order: Order
    connection: Connection
    client: Account


def read_client_orders(
    uow: UnitOfWork, provider_id: str, connection_id: str, requests: Sequence[FulfillmentRequest]
) -> list[ClientOrder]:
    """Requests of one connection with their orders."""
    if not requests:
        return []
    connection = uow.connections.get(provider_id, connection_id)
    client_id = requests[0].account_id
    client = uow.accounts.get(client_id)
    orders = {order.id: order for order in uow.orders.get_many(client_id, [request.order_id for request in requests])}
    return [ClientOrder(request, orders[request.order_id], connection, client) for request in requests]


def accept_imported(_app: Application, uow: UnitOfWork, events: Sequence[OrderImported]) -> None:
    """Importing accepts a request, unless the provider answers each; what was taken back meanwhile is closed at once."""
    provider_id, now = events[0].order.account_id, events[0].at
    copies = {event.order.external_id: event.order for event in events}
    requests = uow.requests.list_by_id(provider_id, list(copies), for_change=True)
    answering = _answering_each(uow, provider_id, requests)
    for request in requests:
        copy = copies[request.id]
        changed = replace(request, copy_id=copy.id)
        if not request.is_live:
            copy.close_upstream(_why_over(request), now, shipped=False)
            uow.orders.update_many([copy])
        elif request.state is RequestState.REQUESTED and request.connection_id not in answering:
            changed = replace(changed.take(RequestAction.ACCEPT, Side.PROVIDER, now), changed_at=request.changed_at)
            record(uow, changed, MessageKind.ACCEPTED, Side.PROVIDER, "import", now)
            uow.audit.append([AuditEntry(request.account_id, now, "provider", "order.accepted", request.order_id)])
        uow.requests.update(changed)


def _answering_each(uow: UnitOfWork, provider_id: str, requests: Sequence[FulfillmentRequest]) -> set[str]:
    """The connections among those of these requests over which the provider answers each by itself."""
    over = {request.connection_id for request in requests if request.connection_id is not None}
    return {one for one in over if uow.connections.get(provider_id, one).answers is Answers.EACH}


def count_shipped(_app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """What a provider ships of a client's order, in the transaction in which it does."""
    copies = [event.order.id for event in events]
    requests = {one.copy_id: one for one in uow.requests.list_by_copies(events[0].order.account_id, copies, for_change=True)}
    for event in events:
        request = requests.get(event.order.id)
        if request is None:
            continue
        shipped = accept_begun(uow, request, event.actor, event.at).ship(event.shipment.lines, event.at)
        uow.requests.update(shipped)
        tell_of_surplus(uow, shipped, event.order, event.shipment.id, event.at)
        if request.state is RequestState.CANCEL_REQUESTED:
            event.order.flag(RECALLED_BUT_SHIPPED)


def count_taken_back(app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """The same for a shipment that a provider takes back; of a request that is over nothing is to be shipped again."""
    for event in events:
        request = uow.requests.find_by_copy(event.order.account_id, event.order.id, for_change=True)
        if request is None:
            continue
        back = {key: -quantity for key, quantity in event.shipment.lines.items()}
        left = request.ship(back, event.at)
        uow.requests.update(left)
        forget_surplus(left, event.order)
        if not request.is_live:
            _close_copy(app, uow, event.order, request, event.at)
        elif request.connection_id is not None:
            reopen_client_store(uow, request.provider_id, request.connection_id, event.at)


def _close_copy(app: Application, uow: UnitOfWork, copy: Order, request: FulfillmentRequest, now: datetime) -> None:
    """The import may have left it alone, as long as it had a label or had left."""
    if not copy.may(OrderAction.CLOSE_UPSTREAM):
        return
    before, reason = copy.status(), _why_over(request)
    copy.close_upstream(reason, now, shipped=False)
    publish(app, uow, [ClosedUpstream(copy, now, reason)])
    entry = AuditEntry(copy.account_id, now, "worker", "order.closed", copy.id, before, [copy.status(), reason])
    uow.audit.append([entry])


def _why_over(request: FulfillmentRequest) -> str:
    """The code of the client's store for a request that has ended."""
    return "recalled" if request.state is RequestState.CANCELLED else request.state.value


def tell_client(app: Application, provider_id: str, request_id: str, shipment_id: str) -> None:
    """Bring a provider's shipment to the client's order, once; the client's own store is told by a job of its own."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = _lock(uow, provider_id, request_id)
        made = uow.fulfillment.get_shipment(provider_id, shipment_id)
        known = uow.fulfillment.find_by_source(order.account_id, shipment_id)
        if made.state is not ShipmentState.SHIPPED or (known is not None and known.state is ShipmentState.SHIPPED):
            return
        shipment = known.ship_again() if known is not None else _clients_own(made, request, _costs_are_shared(uow, request))
        take_in_shipment(app, uow, request, order, shipment, now, is_known=known is not None)
        uow.commit()


def take_in_shipment(
    app: Application,
    uow: UnitOfWork,
    request: FulfillmentRequest,
    order: Order,
    shipment: Shipment,
    now: datetime,
    *,
    is_known: bool = False,
) -> None:
    """Keep what a provider shipped of a request as a shipment of the merchant's order, which is locked; its store is told."""
    (uow.fulfillment.update_shipment if is_known else uow.fulfillment.add_shipment)(shipment)
    before, was_closed = order.status(), order.state_reason is not None and order.state in _CLOSED_UPSTREAM
    settle_order(uow, order, now)
    actor = _actor_of(uow, request)
    publish(app, uow, [ShippedFromHere(order, now, shipment, actor)])
    tell_of_surplus(uow, request, order, shipment.id, now)
    if request.state is RequestState.CANCEL_REQUESTED:
        _flag_shipped_all_the_same(uow, request, order, now)
    elif was_closed:
        _flag_left_though_closed(uow, request, order, shipment, now)
    uow.jobs.add_many(list(plan_telling(app, uow, [(order, shipment)], now).values()))
    uow.orders.update_many([order])
    after = [order.status(), f"{shipment.carrier} {shipment.service}", *shipment.numbers]
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.shipped", order.id, before, after)])
    share_out(app, uow, [(order, shipment)], actor, now)


def withdraw_from_client(app: Application, provider_id: str, request_id: str, shipment_id: str) -> None:
    """Take a provider's shipment back from the client's order.

    Raises Refused when the client's store holds it for final, or is being told right now (`being_told`).
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = _lock(uow, provider_id, request_id)
        known = uow.fulfillment.find_by_source(order.account_id, shipment_id)
        if known is None or known.state is not ShipmentState.SHIPPED:
            return
        told = call_off(app, uow, order, known)
        voided = known.void()
        uow.fulfillment.update_shipment(voided)
        end_tracking(uow, order, voided)
        call_off_mails_of(uow, voided)
        before, actor = order.status(), _actor_of(uow, request)
        calm_down(uow, order, now)
        settle_order(uow, order, now)
        forget_surplus(request, order)
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(order.account_id, now, actor, "order.unshipped", order.id, before, order.status())])
        if told:
            add_write_back(app, uow, order, JobKind.WITHDRAW_NOTICE, withdraw_key(known.id), voided, now)
        take_back_shares(app, uow, order, known, actor, now)
        uow.commit()


def _actor_of(uow: UnitOfWork, request: FulfillmentRequest) -> str:
    """Who a history names for what a provider did."""
    return f"provider:{uow.accounts.get(request.provider_id).slug}"


def _lock(uow: UnitOfWork, provider_id: str, request_id: str) -> tuple[FulfillmentRequest, Order]:
    seen = uow.requests.get(provider_id, request_id)
    order = uow.orders.get(seen.account_id, seen.order_id, for_change=True)
    return uow.requests.get(provider_id, request_id, for_change=True), order


def _costs_are_shared(uow: UnitOfWork, request: FulfillmentRequest) -> bool:
    if request.connection_id is None:
        return False
    return uow.connections.get(request.provider_id, request.connection_id).shares_costs


def _clients_own(made: Shipment, request: FulfillmentRequest, with_costs: bool) -> Shipment:
    """The client's record of what a provider shipped: what it cost the provider is the provider's, unless it shares that."""
    parcels = tuple(
        replace(parcel, id=new_id("par"), cost=parcel.cost if with_costs else None, label_id=None) for parcel in made.parcels
    )
    return replace(
        made,
        id=new_id("shp"),
        account_id=request.account_id,
        order_id=request.order_id,
        request_id=request.id,
        parcels=parcels,
        source_id=made.id,
    )


def _flag_shipped_all_the_same(uow: UnitOfWork, request: FulfillmentRequest, order: Order, now: datetime) -> None:
    order.flag(RECALLED_BUT_SHIPPED, NEEDS_ATTENTION)
    sentence = Sentence.of(LEFT_ALL_THE_SAME, order=order.order_number)
    uow.alerts.add(Alert(f"alr_{request.id}_{RECALLED_BUT_SHIPPED}", order.account_id, order.id, sentence, now))


def _flag_left_though_closed(
    uow: UnitOfWork, request: FulfillmentRequest, order: Order, shipment: Shipment, now: datetime
) -> None:
    order.flag(NEEDS_ATTENTION)
    provider = names_of(uow, request, order.account_id)["provider"]
    sentence = Sentence.of(LEFT_THOUGH_CLOSED, provider=provider, order=order.order_number)
    uow.alerts.add(Alert(f"alr_{shipment.id}_closed", order.account_id, order.id, sentence, now))
