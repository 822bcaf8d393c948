"""Shipping an order by hand, with tracking numbers that somebody got elsewhere, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.events import ShipmentTakenBack, ShippedFromHere, publish
from engine.model.audit import AuditEntry
from engine.model.connection import Connection
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest
from engine.model.sentence import Sentence
from engine.model.store_kind import Capability
from engine.model.tracking_numbers import split_numbers
from engine.model.write_back import notify_key, withdraw_key
from engine.ports import NotFound, UnitOfWork
from engine.services.fulfillment.entered_shipping import CheckedShipping, Shipping, check_shipping, parcels_of
from engine.services.fulfillment.kept_from_store import is_told
from engine.services.fulfillment.request_words import THE_OPERATOR, names_of, not_allowed
from engine.services.fulfillment.settle_order import settle_order
from engine.services.refusals import NO_ORDER, Refused
from engine.services.stores.store_kinds import kind_of
from rules.messages import LANGUAGES, Text

NO_LINES = Text(
    "Order {order} cannot be shipped: it has no line with a quantity above 0.",
    "El pedido {order} no se puede enviar: no tiene ninguna línea con cantidad mayor que 0.",
)
ON_HOLD = Text(
    "Order {order} is on hold: release it first, then ship it.",
    "El pedido {order} está retenido: libéralo primero y envíalo después.",
)
AT_PROVIDER = Text(
    "Order {order} is with the logistics provider {provider}: recall it first, then ship it. Goods must not leave twice.",
    "El pedido {order} está en manos del proveedor de logística {provider}: retíralo primero y envíalo después. La mercancía no "
    "debe salir dos veces.",
)
ON_STOP = Text(
    "Nothing is sent for {client} now ({why}): its orders come in and wait.",
    "Ahora no se envía nada para {client} ({why}): sus pedidos entran y esperan.",
)
CLOSED_UNTIL = Text("closed until {when} (UTC)", "cerrado hasta el {when} (UTC)")
PROVIDER_HAS_SHIPPED = Text(
    "All of order {order} has left already: {provider} has shipped it. Its tracking numbers come here in a moment.",
    "Todo el pedido {order} ha salido ya: lo ha enviado {provider}. Sus números de seguimiento llegan en un momento.",
)
CANCELLED = Text(
    "Order {order} is cancelled: there is nothing to ship.", "El pedido {order} está cancelado: no hay nada que enviar."
)
SKIPPED = Text(
    "Order {order} was left out by a rule: change the rule and run the rules again, then ship it.",
    "Una regla dejó fuera el pedido {order}: cambia la regla, vuelve a ejecutar las reglas y envíalo después.",
)
SHIPPED_IN_STORE = Text(
    "Order {order} was shipped in the store, not from here.", "El pedido {order} se envió en la tienda, no desde aquí."
)
SHIPPED_ALREADY = Text(
    "Order {order} was already shipped on {when} (UTC) by {who}: {carrier} {service}, {tracking}. "
    "If that is wrong, take it back first.",
    "El pedido {order} ya lo envió {who} el {when} (UTC): {carrier} {service}, {tracking}. Si está mal, deshaz antes ese envío.",
)
_SOMEBODY = Text("somebody", "alguien")
_UNTRACKED = Text("without a tracking number", "sin número de seguimiento")
NOT_SHIPPED = Text(
    "Order {order} has not been shipped from here: there is nothing to take back.",
    "El pedido {order} no se ha enviado desde aquí: no hay nada que deshacer.",
)
BEING_TOLD = Text(
    "The store is being told right now that order {order} shipped: try again in a moment.",
    "Se está avisando ahora mismo a la tienda del envío del pedido {order}: vuelve a intentarlo en un momento.",
)
FINAL = Text(
    "The shipment of order {order} cannot be taken back: the store has marked it as shipped, and that cannot be undone there.",
    "El envío del pedido {order} no se puede deshacer: la tienda ya lo marcó como enviado, y allí eso no tiene vuelta atrás.",
)


@dataclass(frozen=True, slots=True)
class Shipped:
    """An order with its shipment, shipped or taken back; the job that tells the store, where one has to be told."""

    order: Order
    shipment: Shipment
    job_id: str | None


def ship_order(app: Application, account_id: str, order_id: str, shipping: Shipping, actor: str) -> Shipped:
    """Ship all lines of an order, as far as Relevo is concerned; a job tells the store.

    What is with a provider has to be recalled before. Asked again with the same data, this answers as the
    first time, and has the store told once more if that was given up. Where a rule keeps the shipment from the store
    (`notify_marketplace`), there is no job. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        _check_request(uow, account_id, order_id, now)
        order = _get(uow, account_id, order_id)
        wanted = check_shipping(order, shipping)
        shipments = uow.fulfillment.list_shipments(account_id, order_id)
        if order.state is OrderState.SHIPPED:
            shipment = _same_shipment(uow, order, shipments, wanted)
            job_id = _rearm(uow, order, notify_key(shipment.id), now)
            uow.commit()
            return Shipped(order, shipment, job_id)
        rest = _rest_to_ship(uow, order, shipments, now)
        shipment = _shipment(order, wanted, rest, now)
        uow.fulfillment.add_shipment(shipment)
        before = order.status()
        document = order.document()
        for name, value in (("carrier", wanted.carrier), ("service", wanted.service)):
            if document.get(name) != value:
                order.person[name] = value
        settle_order(uow, order, now)
        publish(app, uow, [ShippedFromHere(order, now, shipment, actor)])
        uow.orders.update_many([order])
        after = [order.status(), f"{wanted.carrier} {wanted.service}", *wanted.numbers]
        uow.audit.append([AuditEntry(account_id, now, actor, "order.shipped", order.id, before, after)])
        job_id = None
        if is_told(kind_of(app, uow, order), order):
            job_id = add_write_back(app, uow, order, JobKind.NOTIFY_STORE, notify_key(shipment.id), shipment, now)
        uow.commit()
    return Shipped(order, shipment, job_id)


def unship_order(app: Application, account_id: str, order_id: str, actor: str) -> Shipped:
    """Take back a shipment that was made by hand, as long as the store does not hold the order for shipped.

    What the store was told is taken back by a job. What was chosen as carrier and service by shipping goes too.
    Asked again, this answers as the first time. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = _get(uow, account_id, order_id)
        own = [one for one in uow.fulfillment.list_shipments(account_id, order_id) if one.request_id is None]
        shipment = next((one for one in reversed(own) if one.state is ShipmentState.SHIPPED), None)
        if shipment is None:
            if not own or order.state is OrderState.SHIPPED:
                in_store = order.state is OrderState.SHIPPED
                raise Refused("not_shipped", SHIPPED_IN_STORE if in_store else NOT_SHIPPED, order=order.order_number)
            job_id = _rearm(uow, order, withdraw_key(own[-1].id), now)
            uow.commit()
            return Shipped(order, own[-1], job_id)
        _check_client(app, uow, order, shipment)
        told = call_off(app, uow, order, shipment)
        shipment = shipment.void()
        uow.fulfillment.update_shipment(shipment)
        before = order.status()
        for name, value in (("carrier", shipment.carrier), ("service", shipment.service)):
            if order.person.get(name) == value:
                del order.person[name]
        settle_order(uow, order, now)
        publish(app, uow, [ShipmentTakenBack(order, now, shipment, actor)])
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(account_id, now, actor, "order.unshipped", order.id, before, order.status())])
        key = withdraw_key(shipment.id)
        job_id = add_write_back(app, uow, order, JobKind.WITHDRAW_NOTICE, key, shipment, now) if told else None
        uow.commit()
    return Shipped(order, shipment, job_id)


def may_ship(order: Order) -> bool:
    """Whether a person may try: what only the requests can tell is told when it is tried."""
    states = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT, OrderState.PARTIALLY_SHIPPED)
    return order.state in states and not order.is_held


def why_final(order: Order) -> Refused:
    """The refusal to take back what the store holds for shipped."""
    return Refused("shipped_for_good", FINAL, order=order.order_number)


def _get(uow: UnitOfWork, account_id: str, order_id: str) -> Order:
    try:
        return uow.orders.get(account_id, order_id, for_change=True)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None


def _same_shipment(uow: UnitOfWork, order: Order, shipments: Sequence[Shipment], wanted: CheckedShipping) -> Shipment:
    """The shipment that an order is shipped with, if it is the wanted one. Raises Refused."""
    shipped = [shipment for shipment in shipments if shipment.state is ShipmentState.SHIPPED]
    if not shipped:
        raise Refused("shipped_in_store", SHIPPED_IN_STORE, order=order.order_number)
    last = shipped[-1]
    tracking = last.numbers
    # Compared as they would be cleaned today: what is kept may have been entered before numbers were.
    kept = [number.casefold() for number in split_numbers(tracking)] if tracking else []
    asked = [number.casefold() for number in wanted.numbers]
    if (last.carrier, last.service, kept, len(last.parcels)) == (wanted.carrier, wanted.service, asked, wanted.boxes):
        return last
    params: dict[str, Any] = {
        "order": order.order_number,
        "when": f"{last.shipped_at:%Y-%m-%d %H:%M}" if last.shipped_at else "?",
        "who": _who_shipped(uow, order),
        "carrier": last.carrier,
        "service": last.service,
        "tracking": ", ".join(tracking) or _UNTRACKED,
    }
    raise Refused("shipped_already", SHIPPED_ALREADY, **params)


def _who_shipped(uow: UnitOfWork, order: Order) -> Text | str:
    audit = uow.audit.list_for(order.account_id, order.id)
    actor = next((entry.actor for entry in reversed(audit) if entry.action == "order.shipped"), "")
    user = uow.users.find(order.account_id, actor)
    if user is not None:
        return user.email
    return THE_OPERATOR if actor == "operator" else _SOMEBODY


def _rest_to_ship(uow: UnitOfWork, order: Order, shipments: Sequence[Shipment], now: datetime) -> dict[str, Decimal]:
    """The units of an order that leave now, by line. Raises Refused where it may not be shipped."""
    refusals = {
        OrderState.CANCELLED: CANCELLED,
        OrderState.SKIPPED: SKIPPED,
    }
    if order.state in refusals:
        raise Refused(order.state.value, refusals[order.state], order=order.order_number)
    if order.is_held:
        raise Refused("on_hold", ON_HOLD, order=order.order_number)
    requests = uow.requests.list_for_order(order.account_id, order.id)
    live = next((request for request in requests if request.is_open(now)), None)
    if live is not None:
        provider = names_of(uow, live, order.account_id)["provider"]
        raise Refused("at_provider", AT_PROVIDER, order=order.order_number, provider=provider)
    if not order.quantities():
        raise Refused("no_lines", NO_LINES, order=order.order_number)
    rest = _rest(order, shipments, requests)
    if not rest:
        provider = names_of(uow, requests[-1], order.account_id)["provider"] if requests else ""
        raise Refused("provider_has_shipped", PROVIDER_HAS_SHIPPED, order=order.order_number, provider=provider)
    return rest


def _check_request(uow: UnitOfWork, account_id: str, order_id: str, now: datetime) -> None:
    """Lock the request that a client's order stands for, which must still be the provider's. Raises Refused."""
    request = uow.requests.find_by_copy(account_id, order_id, for_change=True)
    if request is None:
        return
    if not request.is_live:
        raise not_allowed(uow, request, account_id, now)
    connection = None if request.connection_id is None else uow.connections.get(account_id, request.connection_id)
    if connection is not None and connection.stopped(now):
        raise Refused("on_stop", ON_STOP, client=connection.client_name, why=_why_stopped(connection))


def _check_client(app: Application, uow: UnitOfWork, copy: Order, shipment: Shipment) -> None:
    """What a client's own store holds for shipped is not taken back by its provider. Raises Refused."""
    request = uow.requests.find_by_copy(copy.account_id, copy.id)
    known = None if request is None else uow.fulfillment.find_by_source(request.account_id, shipment.id)
    if known is not None and known.state is ShipmentState.SHIPPED:
        check_not_final(app, uow, uow.orders.get(known.account_id, known.order_id))


def _why_stopped(connection: Connection) -> Text | str:
    reason = connection.stop_reason.rstrip(".")
    if connection.closed_until is None:
        return reason
    until = Sentence.of(CLOSED_UNTIL, when=f"{connection.closed_until:%Y-%m-%d %H:%M}")
    return Sentence(*("; ".join(filter(None, (until.format(language), reason))) for language in LANGUAGES))


def _shipment(order: Order, wanted: CheckedShipping, lines: dict[str, Decimal], now: datetime) -> Shipment:
    planned = Shipment(
        id=new_id("shp"),
        account_id=order.account_id,
        order_id=order.id,
        request_id=None,
        carrier=wanted.carrier,
        service=wanted.service,
        lines=lines,
        parcels=parcels_of(order, wanted),
    )
    return planned.ship(now)


def _rest(order: Order, before: Sequence[Shipment], requests: Sequence[FulfillmentRequest]) -> dict[str, Decimal]:
    """What of an order has not shipped. What providers have shipped counts by their requests: the order hears of it later."""
    rest = order.quantities()
    shipped = [one.lines for one in before if one.state is ShipmentState.SHIPPED and one.request_id is None]
    shipped += [{line.line_key: line.shipped for line in request.lines} for request in requests]
    for lines in shipped:
        for key, quantity in lines.items():
            rest[key] = rest.get(key, Decimal(0)) - quantity
    return {key: quantity for key, quantity in rest.items() if quantity > 0}


def add_write_back(
    app: Application, uow: UnitOfWork, order: Order, kind: JobKind, key: str, shipment: Shipment, now: datetime
) -> str | None:
    """The id of the job; None where there is no store, or one that is told nothing."""
    if not kind_of(app, uow, order).can(Capability.WRITE_BACK):
        return None
    job = Job(new_id("job"), order.account_id, kind, key, {"shipment_id": shipment.id}, now, now, order.id)
    uow.jobs.add_many([job])
    return job.id


def _rearm(uow: UnitOfWork, order: Order, key: str, now: datetime) -> str | None:
    """Make a job due that was given up. Its id, if there is such a job."""
    job = next((one for one in uow.jobs.list_for_order(order.account_id, order.id) if one.key == key), None)
    if job is not None and job.state is JobState.DEAD:
        make_due_again(uow, job, now)
    return None if job is None else job.id


def make_due_again(uow: UnitOfWork, job: Job, now: datetime) -> None:
    """Make a job due that ended; `tried` says that the store may have heard of it, though its attempts count anew."""
    uow.jobs.upsert_due(replace(job, payload={**job.payload, "tried": True}, not_before=now))


def call_off(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment) -> bool:
    """End the job that tells the store of a shipment. Whether the store may have heard of it.

    Raises Refused when the store is being told, or has been told too much.
    """
    uow.jobs.cancel(order.account_id, notify_key(shipment.id))
    check_not_final(app, uow, order)
    return _may_have_heard(uow, shipment, uow.fulfillment.list_shipments(order.account_id, order.id))


def check_not_final(app: Application, uow: UnitOfWork, order: Order) -> None:
    """What an order was shipped with is told to its store together: none of it is taken back once the store holds it for shipped.

    Raises Refused, also while the store is being told.
    """
    shipped = _shipped_ids(uow.fulfillment.list_shipments(order.account_id, order.id))
    jobs = uow.jobs.find_many(order.account_id, [notify_key(one) for one in shipped])
    if any(job.state is JobState.RUNNING for job in jobs.values()):
        raise Refused("being_told", BEING_TOLD, order=order.order_number)
    kind = kind_of(app, uow, order)
    if any(kind.is_final(steps) for steps in uow.write_backs.steps_of(order.account_id, shipped).values()):
        raise why_final(order)


def _shipped_ids(shipments: Sequence[Shipment]) -> list[str]:
    return [one.id for one in shipments if one.state is ShipmentState.SHIPPED]


def _may_have_heard(uow: UnitOfWork, shipment: Shipment, shipments: Sequence[Shipment]) -> bool:
    """Whether the store may know the numbers of a shipment: by its own job, by one that told all, or by an earlier shipment."""
    told = _shipped_ids(shipments)
    jobs = uow.jobs.find_many(shipment.account_id, [notify_key(one) for one in told])
    if any(job.attempts or job.payload.get("tried") for job in jobs.values()):
        return True
    if any(uow.write_backs.steps_of(shipment.account_id, told).values()):
        return True
    own = jobs.get(notify_key(shipment.id))
    return own is not None and any(other.id != shipment.id and same_numbers(other, shipment) for other in shipments)


def same_numbers(one: Shipment, other: Shipment) -> bool:
    """Whether two shipments would give a store the same reference."""
    return one.numbers == other.numbers
