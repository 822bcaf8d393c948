"""Tells a store that its order shipped, or takes that back, one kept step after the other.

What concerns one order of the store is done by one worker at a time: the shipments of an order share what the store keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.events import ShippedUpstream
from engine.model.audit import AuditEntry
from engine.model.carrier import ServiceWords
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.job import CALLED_OFF, PERSON_WAITS, Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.note_split import NoteSplit
from engine.model.order import JOINED, Order, OrderState
from engine.model.order_part import is_part, original_key, state_together
from engine.model.sentence import Sentence, sentence_of
from engine.model.store import Store, StoreState
from engine.model.store_kind import Capability, StoreKind
from engine.model.write_back import (
    Carried,
    ShipmentNotice,
    StepDone,
    WriteBackProgress,
    WriteBackStatus,
    notify_key,
    withdraw_key,
)
from engine.ports import NotFound, NoticeFinal, SplitsNotes, StoreUnavailable, TakesWriteBacks, UnitOfWork
from engine.services.fulfillment.held_for_shipped import ship_again
from engine.services.fulfillment.kept_from_store import is_kept_from_store, why_kept_from_store
from engine.services.fulfillment.parts_together import on_note_of, shipments_together, state_of_all
from engine.services.fulfillment.remember_shipping import remember_shipping
from engine.services.fulfillment.service_words import service_words
from engine.services.fulfillment.shipments import make_due_again, same_numbers
from engine.services.fulfillment.split_note import split_for
from engine.services.fulfillment.telling import ASKS, Telling, asks_about_parts, when_order_is_told, when_told
from engine.services.lease import LeaseWatch, kept_alive
from engine.services.mail.reader_language import language_of_account
from engine.services.refusals import NO_ORDER, Refused
from engine.services.stores.sessions import SessionPool
from engine.services.stores.store_kinds import kind_of
from rules.messages import Message, Text

BUSY = Text(
    "The store is being told of another shipment of order {order}; this one comes next.",
    "Se está avisando a la tienda de otro envío del pedido {order}; este es el siguiente.",
)
COMING_BACK = Text(
    "A provider has just taken back a shipment of order {order}; the store is told once that has arrived here.",
    "Un proveedor acaba de deshacer un envío del pedido {order}; se avisará a la tienda cuando eso haya llegado aquí.",
)
NOTHING_GIVEN_UP = Text(
    "The store was not given up on for order {order}: there is nothing to try again.",
    "No hay ninguna notificación abandonada del pedido {order}: no hay nada que reintentar.",
)
DISCONNECTED = Text(
    "The store is disconnected. It is told once the same account is connected again.",
    "La tienda está desconectada. Se le avisará cuando se vuelva a conectar la misma cuenta.",
)
STORE_CLOSED = "store closed"
NOT_WANTED = "not wanted"
NOTHING_TO_TELL = "nothing to tell"
_KINDS = (JobKind.NOTIFY_STORE, JobKind.WITHDRAW_NOTICE)


def notify_store(app: Application, job: Job, sessions: SessionPool) -> str:
    """Carry out the steps that are not done yet; each is kept before the next one begins. A word on how it ended.

    Raises StoreUnavailable when the rest has to wait for a later try, another StoreError when a person has to look.
    """
    with app.reading() as uow:
        order, shipment, store = _subject(uow, job)
        telling = when_told(app.describe(store.kind), store.settings, order, state_of_all(uow, order))
    if telling is not Telling.NOW:
        return NOT_WANTED if telling is Telling.NOT else ASKS
    if _is_out_of_reach(app, store):
        return STORE_CLOSED
    with _alone(app, job, order) as watch:
        session = sessions.get(store)
        if not isinstance(session, TakesWriteBacks):
            return NOTHING_TO_TELL
        split = split_for(app, store, order, shipment, session, watch)
        with app.reading() as uow:
            order = uow.orders.get(job.account_id, order.id)  # a split has given it another external id
            shipments = on_note_of(shipments_together(uow, order), order, shipment)
            others = [one for one in shipments if one.id != shipment.id and one.state is ShipmentState.SHIPPED]
            _check_nothing_comes_back(uow, order, [shipment, *others])
            told = _siblings_told(uow, order)
            notice = replace(
                _notice(order, shipment, others),
                shipped_with=_in_state(told, OrderState.SHIPPED),
                open_in_part=_in_state(told, OrderState.PARTIALLY_SHIPPED),
            )
            notice = replace(notice, carried=_carried(app, uow, [*_told_by_nobody(uow, others), shipment]))
            if split is not None:
                notice = replace(notice, external_id=split.part)
        if split is None:
            notice = remember_shipping(app, order, notice, session)
        for step in _steps(session, split):
            watch.check()
            with app.reading() as uow:
                if uow.fulfillment.get_shipment(job.account_id, shipment.id).state is not ShipmentState.SHIPPED:
                    return "taken back"
                is_open = state_of_all(uow, uow.orders.get(job.account_id, order.id)) is OrderState.PARTIALLY_SHIPPED
                # What was done before a split was done to another note; each step looks before it asks for a change.
                known = {one.step for one in uow.write_backs.list_steps(job.account_id, shipment.id) if split is None}
            if step not in known and session.write_back(step, replace(notice, is_part=is_open and split is None)):
                with app.unit_of_work() as uow:
                    uow.write_backs.add_step(job.account_id, shipment.id, StepDone(step, app.clock.now()))
                    uow.commit()
        with app.unit_of_work() as uow:
            _audit_once(uow, order, shipment, "store.notified", app.clock.now())
            uow.commit()
    return "told"


def _steps(session: TakesWriteBacks, split: NoteSplit | None) -> tuple[str, ...]:
    return session.split_steps() if split is not None and isinstance(session, SplitsNotes) else session.write_back_steps()


def withdraw_notice(app: Application, job: Job, sessions: SessionPool) -> str:
    """Withdraw from the store the write-back of a shipment that was taken back here. A word on how it ended.

    Where the store holds the order for shipped by then, it counts as shipped here again. Raises StoreError.
    """
    with app.reading() as uow:
        order, shipment, store = _subject(uow, job)
    if _is_out_of_reach(app, store):
        return STORE_CLOSED
    with _alone(app, job, order) as watch:
        with app.reading() as uow:
            shipments = shipments_together(uow, order)
            telling = when_order_is_told(app, uow, uow.orders.get(job.account_id, order.id))
            order = uow.orders.get(job.account_id, order.id)
            shipments = on_note_of(shipments, order, shipment)
        shipped = [one for one in shipments if one.state is ShipmentState.SHIPPED]
        staying = tuple(dict.fromkeys(number for one in shipped for number in one.numbers))
        by_number = not app.describe(store.kind).can(Capability.REQUESTS)  # a client keeps shipments, a store their numbers
        if any(one.id == shipment.id or (by_number and same_numbers(one, shipment)) for one in shipped):
            return "shipped again"  # the store has to keep what it was told
        watch.check()
        session = sessions.get(store)
        if not isinstance(session, TakesWriteBacks):
            return NOTHING_TO_TELL
        is_part = telling is Telling.NOW
        notice = replace(_notice(order, shipment), staying=staying, is_part=is_part)
        notice = remember_shipping(app, order, _as_of(notice, shipped if is_part else ()), session)
        try:
            session.withdraw(notice)
        except NoticeFinal as final:
            return ship_again(app, job, sentence_of(final))
        with app.unit_of_work() as uow:
            _audit_once(uow, order, shipment, "store.withdrawn", app.clock.now())
            uow.commit()
    return "withdrawn"


def retry_write_backs(app: Application, account_id: str, order_id: str, actor: str) -> list[str]:
    """Have tried again what was given up of telling the store about an order: the ids of the jobs. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        try:
            order = uow.orders.get(account_id, order_id, for_change=True)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None
        jobs = uow.jobs.list_for_order(account_id, order_id)
        dead = [job for job in jobs if job.kind in _KINDS and job.state is JobState.DEAD]
        if not dead:
            raise Refused("nothing_given_up", NOTHING_GIVEN_UP, order=order.order_number)
        for job in dead:
            make_due_again(uow, replace(job, priority=PERSON_WAITS), now)
        uow.audit.append([AuditEntry(account_id, now, actor, "store.asked_again", order.id)])
        uow.commit()
    return [job.id for job in dead]


def recheck_siblings(_app: Application, uow: UnitOfWork, events: Sequence[ShippedUpstream]) -> None:
    """The store shipped orders of its own accord: what was shipped from here of the same orders may be all of them now.

    So what waits for that, such as the order's status, is looked at once more. The orders are of one store.
    """
    orders, now = [event.order for event in events], events[0].at
    account_id, store_id = orders[0].account_id, str(orders[0].store_id)
    own = {order.id for order in orders}
    siblings = uow.orders.ids_by_order(account_id, store_id, [order.external_order_id for order in orders])
    shipped = uow.fulfillment.list_shipped(account_id, [order_id for order_id in siblings if order_id not in own])
    for job in uow.jobs.find_many(account_id, [notify_key(shipment_id) for shipment_id in shipped]).values():
        if job.state is JobState.DONE:
            make_due_again(uow, job, now)


def list_progress(app: Application, shipments: Sequence[Shipment], kind: StoreKind | None = None) -> dict[str, WriteBackProgress]:
    """`progress_of` some shipments of one account, by their ids. `kind`: of the store of all of them, where that is known."""
    if not shipments:
        return {}
    with app.reading() as uow:
        jobs = uow.jobs.find_many(shipments[0].account_id, [_progress_key(shipment) for shipment in shipments])
        steps = uow.write_backs.steps_of(shipments[0].account_id, [shipment.id for shipment in shipments])
        order_ids = {one.order_id for one in shipments}
        kinds = {one: kind or _kind(app, uow, shipments[0].account_id, one) for one in order_ids}
        ordered = {one.id: kinds[one.order_id].in_order(steps.get(one.id, ())) for one in shipments}
        return {one.id: _progress(app, uow, one, jobs.get(_progress_key(one)), ordered[one.id]) for one in shipments}


def progress_of(app: Application, uow: UnitOfWork, shipment: Shipment) -> WriteBackProgress:
    """How far the store has been told of a shipment, or of its withdrawal where it was taken back."""
    kind = _kind(app, uow, shipment.account_id, shipment.order_id)
    steps = kind.in_order(uow.write_backs.list_steps(shipment.account_id, shipment.id))
    return _progress(app, uow, shipment, uow.jobs.find(shipment.account_id, _progress_key(shipment)), steps)


def _is_out_of_reach(app: Application, store: Store) -> bool:
    """Whether nobody can be told any more. A client can be: what was shipped for it is its own, connected or not."""
    return store.state is StoreState.CLOSED and not app.describe(store.kind).can(Capability.REQUESTS)


def _kind(app: Application, uow: UnitOfWork, account_id: str, order_id: str) -> StoreKind:
    return kind_of(app, uow, uow.orders.get(account_id, order_id))


def _progress_key(shipment: Shipment) -> str:
    return (withdraw_key if shipment.state is ShipmentState.VOIDED else notify_key)(shipment.id)


def _progress(
    app: Application, uow: UnitOfWork, shipment: Shipment, job: Job | None, steps: tuple[StepDone, ...]
) -> WriteBackProgress:
    if job is None:
        return _untold(uow, shipment, steps)
    if job.reason == CALLED_OFF and not steps:
        return WriteBackProgress(WriteBackStatus.NONE)
    if job.state is JobState.DONE and not steps and _waits_for_parts(uow, shipment):
        return WriteBackProgress(WriteBackStatus.NONE)
    if job.state is JobState.WAITING:
        if when_order_is_told(app, uow, uow.orders.get(shipment.account_id, shipment.order_id)) is Telling.ASKS:
            return WriteBackProgress(WriteBackStatus.ASKS, steps)
        return WriteBackProgress(WriteBackStatus.DUE, steps, Sentence.of(DISCONNECTED), job.attempts, job.tried_at)
    state = {JobState.DONE: WriteBackStatus.DONE, JobState.DEAD: WriteBackStatus.DEAD}.get(job.state, WriteBackStatus.DUE)
    error = None if state is WriteBackStatus.DONE else job.last_error
    return WriteBackProgress(state, steps, error, job.attempts, job.tried_at)


def _waits_for_parts(uow: UnitOfWork, shipment: Shipment) -> bool:
    """Whether the store was not told because another part of the order is still to leave."""
    order = uow.orders.get(shipment.account_id, shipment.order_id)
    return order.state is OrderState.SHIPPED and state_of_all(uow, order) is OrderState.PARTIALLY_SHIPPED


def _untold(uow: UnitOfWork, shipment: Shipment, steps: tuple[StepDone, ...]) -> WriteBackProgress:
    by_hand = shipment.state is ShipmentState.SHIPPED and shipment.request_id is None
    order = uow.orders.get(shipment.account_id, shipment.order_id) if by_hand else None
    reason = why_kept_from_store(uow, order) if order is not None and order.store_id is not None else None
    return WriteBackProgress(WriteBackStatus.NONE if reason is None else WriteBackStatus.NOT_WANTED, steps, reason)


def can_be_told(uow: UnitOfWork, job: Job) -> bool:
    """Whether what a waiting job waits for is there: the store is connected, and nobody is asked about a part of the order."""
    order = uow.orders.get(job.account_id, str(job.order_id))
    store = None if order.store_id is None else uow.stores.get(order.account_id, order.store_id)
    return store is not None and not store.is_closed and not asks_about_parts(store.settings, order, state_of_all(uow, order))


def _subject(uow: UnitOfWork, job: Job) -> tuple[Order, Shipment, Store]:
    order = uow.orders.get(job.account_id, str(job.order_id))
    shipment = uow.fulfillment.get_shipment(job.account_id, str(job.payload["shipment_id"]))
    return order, shipment, uow.stores.get(order.account_id, str(order.store_id))


def _notice(order: Order, shipment: Shipment, others: Sequence[Shipment] = ()) -> ShipmentNotice:
    """What the store is told: the numbers of all that an order was shipped with, since it hears of it once."""
    numbers = dict.fromkeys(number for one in (*others, shipment) for number in one.numbers)
    notice = ShipmentNotice(
        external_id=original_key(order.external_id),
        external_order_id=order.external_order_id,
        order_number=order.order_number,
        carrier="",
        service="",
        tracking_numbers=tuple(numbers),
        weight_g=None,
        shipped_at=shipment.shipped_at or order.updated_at,
        shipment_id=shipment.id,
    )
    return _as_of(notice, (*others, shipment))


def _as_of(notice: ShipmentNotice, shipments: Sequence[Shipment]) -> ShipmentNotice:
    """A notice with the parcels of these shipments and the service of the last one."""
    parcels = [parcel for one in shipments for parcel in one.parcels]
    weights = [parcel.weight_g for parcel in parcels]
    return replace(
        notice,
        carrier=shipments[-1].carrier if shipments else "",
        service=shipments[-1].service if shipments else "",
        boxes=len(parcels),
        weight_g=None if None in weights else sum(weight or 0 for weight in weights),
    )


def _told_by_nobody(uow: UnitOfWork, others: Sequence[Shipment]) -> list[Shipment]:
    """Those of other shipments of which the store was not told when they left, and is not about to be."""
    if not others:
        return []
    account_id, ids = others[0].account_id, [one.id for one in others]
    jobs = uow.jobs.find_many(account_id, [notify_key(one) for one in ids])
    steps = uow.write_backs.steps_of(account_id, ids)
    telling = {key for key, job in jobs.items() if job.state is not JobState.DONE and job.reason != CALLED_OFF}
    return [one for one in others if not steps.get(one.id) and notify_key(one.id) not in telling]


def _carried(app: Application, uow: UnitOfWork, shipments: Sequence[Shipment]) -> tuple[Carried, ...]:
    """What left with each service, those of the last shipment last; in words that the account's people read."""
    language = language_of_account(uow, shipments[-1].account_id)
    numbers: dict[tuple[str, str, ServiceWords], list[str]] = {}
    for one in shipments:
        words = service_words(app, uow, one, language)
        numbers.setdefault((one.carrier, one.service, words), []).extend(one.numbers)
    return tuple(
        Carried(carrier, service, tuple(dict.fromkeys(found)), words) for (carrier, service, words), found in numbers.items()
    )


def _check_nothing_comes_back(uow: UnitOfWork, order: Order, shipped: Sequence[Shipment]) -> None:
    """What a provider has taken back counts no more, though the client's record of it follows. Raises StoreUnavailable."""
    known = {one.source_id for one in shipped if one.source_id is not None}
    for request in uow.requests.list_for_order(order.account_id, order.id) if known else ():
        made = uow.fulfillment.list_shipments(request.provider_id, request.copy_id) if request.copy_id is not None else ()
        if any(one.id in known and one.state is ShipmentState.VOIDED for one in made):
            raise StoreUnavailable(Message("coming_back", COMING_BACK, {"order": order.order_number}))


def _siblings_told(uow: UnitOfWork, order: Order) -> dict[str, OrderState]:
    """What of the same order of the store is told to it when it ships from here, by external id; with parts together."""
    if not order.external_order_id:
        return {}
    found = uow.orders.list_by_number(order.account_id, str(order.store_id), order.external_order_id)
    told: dict[str, list[Order]] = {}
    for one in sorted(found, key=is_part):
        is_sibling = one.external_order_id == order.external_order_id and one.state_reason != JOINED
        if is_sibling and not is_kept_from_store(one):
            told.setdefault(original_key(one.external_id), []).append(one)
    return {external_id: state_together(orders) for external_id, orders in told.items()}


def _in_state(told: Mapping[str, OrderState], state: OrderState) -> frozenset[str]:
    return frozenset(external_id for external_id, its_state in told.items() if its_state is state)


@contextmanager
def _alone(app: Application, job: Job, order: Order) -> Iterator[LeaseWatch]:
    """Nobody else tells the store of this order meanwhile. Raises StoreUnavailable while somebody does."""
    # Not by the store: another one may have taken the order over since.
    name = f"write_back:{order.account_id}:{order.origin or order.store_id}:{order.external_order_id}"

    def take(until: datetime) -> bool:
        with app.unit_of_work() as uow:
            # The owner is the job: an attempt that died with its process is taken up again without waiting.
            taken = uow.leases.take(job.account_id, name, job.id, app.clock.now(), until)
            uow.commit()
        return taken

    if not take(app.clock.now() + LEASE):
        raise StoreUnavailable(Message("order_busy", BUSY, {"order": order.order_number}))
    try:
        with kept_alive(app.clock, take) as watch:
            yield watch
    finally:
        with app.unit_of_work() as uow:
            uow.leases.release(job.account_id, name, job.id)
            uow.commit()


def _audit_once(uow: UnitOfWork, order: Order, shipment: Shipment, action: str, now: datetime) -> None:
    """An attempt that is repeated after its last step leaves no second entry."""
    numbers = list(shipment.numbers)
    since = shipment.shipped_at or order.imported_at
    kept = uow.audit.list_for(order.account_id, order.id)
    if not any(entry.action == action and entry.after == numbers and entry.at >= since for entry in kept):
        uow.audit.append([AuditEntry(order.account_id, now, "worker", action, order.id, None, numbers)])
