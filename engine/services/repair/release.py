"""Releasing an order, with an answer that names what is on its way now, and what still waits and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.hold import HoldOwner, ListedHold
from engine.model.job import NO_CHANNEL, UNDELIVERED, Job, JobKind, JobState
from engine.model.moment_words import moment_words
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest, Work
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.deciding.account_names import AccountNames, list_account_names
from engine.services.deciding.order_facts import units_by_sku
from engine.services.fulfillment.hold_order import release_holds
from engine.services.fulfillment.list_holds import list_holds_of
from engine.services.inventory.shown_stock import stock_of_lines
from rules.facts import items_of
from rules.messages import Text
from rules.values import Unreadable

REQUEST_LEAVES = Text("The request to {provider} is on its way.", "La solicitud a {provider} sale ahora.")
MAY_BEGIN = Text("{provider} has it and may begin now.", "{provider} lo tiene y ya puede empezar.")
TO_SHIP_HERE = Text("It can be shipped from here now.", "Ya se puede enviar desde aquí.")
_LEAVES: Mapping[JobKind, Text] = {
    JobKind.ALERT: Text("The alert of the rule {rule} is shown.", "Se muestra el aviso de la regla {rule}."),
    JobKind.EMAIL: Text("The e-mail of the rule {rule} is on its way.", "El correo de la regla {rule} sale ahora."),
    JobKind.CHOOSE_SERVICE: Text(
        "Carriers are asked for their prices, then the service is chosen.",
        "Se piden precios a las empresas de transporte y después se elige el servicio.",
    ),
    JobKind.BUY_LABEL: Text("The label is being bought.", "Se está comprando la etiqueta."),
    JobKind.NOTIFY_STORE: Text("The store is told that it shipped.", "Se avisa del envío a la tienda."),
}

HOLD_LEFT = Text("On hold: {reason}.", "Retenido: {reason}.")
HOLD_OF_RULE = Text("On hold by the rule {rules}.", "Retenido por la regla {rules}.")
ATTENTION = Text("Somebody has to look at it: it needs attention.", "Alguien tiene que revisarlo: requiere atención.")
REQUEST_WAITS = Text("The request to {provider} waits: {why}.", "La solicitud a {provider} espera: {why}.")
EFFECT_WAITS = Text("What the rule {rule} sends waits: {why}.", "Lo que envía la regla {rule} espera: {why}.")
_WHY: Mapping[str, Text] = {
    "on_hold": Text("the order is on hold", "el pedido está retenido"),
    NEEDS_ATTENTION: Text("the order needs attention", "el pedido requiere atención"),
    "outdated": Text(
        "the store has changed the order since the rules chose", "la tienda cambió el pedido después de que eligieran las reglas"
    ),
    "superseded": Text("a later one takes its place", "otra posterior ocupa su lugar"),
    NO_CHANNEL: Text("nothing delivers this yet", "todavía no hay nada que lo entregue"),
}
SCHEDULED = Text("it gets it on {when}", "lo recibe el {when}")
HELD_THERE = Text("the provider holds it", "el proveedor lo retiene")
SHORT_STOCK = Text(
    "{provider} has {available} × {sku} free, and the order wants {quantity}.",
    "{provider} tiene {available} × {sku} sin reservar y el pedido necesita {quantity}.",
)
NO_STOCK = Text(
    "{provider} has none of {sku} free, and the order wants {quantity}.",
    "{provider} no tiene ninguna unidad de {sku} sin reservar y el pedido necesita {quantity}.",
)


@dataclass(frozen=True, slots=True)
class Released:
    """An order after a release: what is on its way because of it, and what still waits, each in a sentence."""

    order: Order
    left: tuple[Sentence, ...]
    waits: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What there was about the order at a moment."""

    jobs: Mapping[str, Job]  # by key
    requests: Mapping[str, FulfillmentRequest]  # live ones by id, of which the account is the merchant


def release_and_tell(app: Application, account_id: str, order_id: str, actor: str, hold_id: str | None = None) -> Released:
    """End an order's holds, or the one of an id or a key, and say what that has set off. Raises Refused."""
    before = _look(app, account_id, order_id)
    order = release_holds(app, account_id, order_id, actor, hold_id)
    after, names = _look(app, account_id, order_id), list_account_names(app, account_id)
    left = dict.fromkeys(_what_left(order, before, after, names))
    waits = dict.fromkeys((*_what_waits(app, order, after, names), *_what_lacks(app, order, after, names)))
    return Released(order, tuple(left), tuple(waits))


def _look(app: Application, account_id: str, order_id: str) -> _Seen:
    with app.reading() as uow:
        jobs = uow.jobs.list_for_order(account_id, order_id)
        requests = uow.requests.by_order(account_id, [order_id]).get(order_id, ())
    return _Seen({job.key: job for job in jobs}, {one.id: one for one in requests if one.is_live})


def _what_left(order: Order, before: _Seen, after: _Seen, names: AccountNames) -> Iterator[Sentence]:
    freed = [
        one for one in after.requests.values() if not one.held and one.id in before.requests and before.requests[one.id].held
    ]
    for request in freed:
        yield Sentence.of(MAY_BEGIN, provider=names.provider(request.provider_id))
    for key, job in after.jobs.items():
        waited = key not in before.jobs or before.jobs[key].state is JobState.WAITING
        if not waited or job.state is JobState.WAITING or job.kind in UNDELIVERED:
            continue
        if job.kind is JobKind.DELEGATE:
            yield Sentence.of(REQUEST_LEAVES, provider=names.provider(str(job.payload.get("provider"))))
        elif job.kind in _LEAVES:
            yield Sentence.of(_LEAVES[job.kind], rule=names.rule(str(job.payload.get("rule"))))
    waiting = any(job.kind is JobKind.DELEGATE and job.state is not JobState.DONE for job in after.jobs.values())
    if order.state is OrderState.OPEN and not (order.is_held or waiting or order.document().get("logistics_provider")):
        yield Sentence.of(TO_SHIP_HERE)


def _what_waits(app: Application, order: Order, after: _Seen, names: AccountNames) -> Iterator[Sentence]:
    with app.reading() as uow:
        received = next(iter(uow.requests.list_by_copies(order.account_id, [order.id])), None)
        zone = uow.accounts.get(order.account_id).time_zone
        held_there = {request.id for request in after.requests.values() if _is_held_there(uow, request)}
    for hold in list_holds_of(app, order, received):
        yield _hold_words(hold, names)
    if NEEDS_ATTENTION in order.flags:
        yield Sentence.of(ATTENTION)
    for job in after.jobs.values():
        why = _WHY.get(job.reason or "") if job.state is JobState.WAITING else None
        if why is not None:
            if job.kind is JobKind.DELEGATE:
                yield Sentence.of(REQUEST_WAITS, provider=names.provider(str(job.payload.get("provider"))), why=why)
            else:
                yield Sentence.of(EFFECT_WAITS, rule=names.rule(str(job.payload.get("rule"))), why=why)
    for request in after.requests.values():
        why_there = _why_at_provider(request, app.clock.now(), zone, is_held=request.id in held_there)
        if why_there is not None:
            yield Sentence.of(REQUEST_WAITS, provider=names.provider(request.provider_id), why=why_there)


def _hold_words(hold: ListedHold, names: AccountNames) -> Sentence:
    if hold.hold.owner is HoldOwner.RULE and hold.rules:
        return Sentence.of(HOLD_OF_RULE, rules=", ".join(map(names.rule, hold.rules)))
    return Sentence.of(HOLD_LEFT, reason=hold.why or hold.hold.reason.rstrip("."))


def _is_held_there(uow: UnitOfWork, request: FulfillmentRequest) -> bool:
    """Whether the provider itself holds it: its order says that the merchant does until it is imported again."""
    if not request.held_here or request.copy_id is None:
        return False
    copy = uow.orders.get(request.provider_id, request.copy_id)
    return copy.holds > 0 or copy.is_held_by_own_layer


def _why_at_provider(request: FulfillmentRequest, now: datetime, zone: str, *, is_held: bool) -> Text | None:
    if request.work(now) is Work.SCHEDULED and request.not_before is not None:
        return Sentence.of(SCHEDULED, when=moment_words(request.not_before, zone))
    return HELD_THERE if is_held else None


def _what_lacks(app: Application, order: Order, after: _Seen, names: AccountNames) -> Iterator[Sentence]:
    """What the provider that is to ship the order has too little of that is free, by its own count."""
    provider = order.document().get("logistics_provider")
    if order.state is not OrderState.OPEN or not provider or after.requests:
        return
    items = items_of(order.document())
    wanted = {} if isinstance(items, Unreadable) else units_by_sku(items) or {}
    for sku, places in stock_of_lines(app, order.account_id, list(wanted), names.connected.values()).items():
        for place in places:
            available = place.count.available
            if place.provider.slug == provider and available is not None and available < wanted[sku]:
                named = {"provider": place.provider.name, "available": available}
                yield Sentence.of(SHORT_STOCK if available > 0 else NO_STOCK, sku=sku, quantity=wanted[sku], **named)
