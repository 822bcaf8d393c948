"""Buys the label that was planned, once: each step is kept before the next one begins (docs/adr/0033)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.job import Job
from engine.model.label import BoughtLabel, Label
from engine.model.order import Order, OrderState
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierRefused, CarrierSession, CarrierUnavailable, UnitOfWork
from engine.services.accounts.carrier_health import log_in_watched
from engine.services.fulfillment.shipments import keep_shipment
from engine.services.labels.include_return import include_returns, note_refused_return
from engine.services.labels.label_shipment import shipment_of
from engine.services.labels.price_limit import PriceAboveLimit, bought_too_dear, check_price
from engine.services.steps import Step, take_steps
from rules.messages import Message, Text

NOT_FOUND_OUT = Text(
    "Nobody knows whether {carrier} made the label of order {order}, and it cannot be asked: look in your account with it, then "
    "try again.",
    "No se sabe si {carrier} hizo la etiqueta del pedido {order}, y no se le puede preguntar: mira en tu cuenta y vuelve a "
    "intentarlo.",
)
NOT_WANTED_ANY_MORE = Text(
    "The label of order {order} was bought while the order was {status}: void it, if the parcel is not to leave.",
    "La etiqueta del pedido {order} se compró mientras el pedido estaba {status}: anúlala si el paquete no debe salir.",
)


@dataclass(slots=True)
class Purchase:
    """How far one attempt has come."""

    app: Application
    label: Label
    session: CarrierSession
    asked_before: bool  # by an attempt of which nobody knows how far it came
    bought: BoughtLabel | None = None


def buy_label(app: Application, job: Job) -> Label:
    """Go on with a purchase: the label as it is then. Raises CarrierUnavailable where nobody knows yet.

    What the carrier refuses ends it: the units are free again.
    """
    with app.reading() as uow:
        label = uow.labels.get(job.account_id, str(job.payload["label_id"]))
        if not label.is_being_bought:
            return label
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    try:
        session = app.carrier_session(account)
    except CarrierRefused as refusal:  # its settings are no longer what they were
        return _keep_refused(app, label, sentence_of(refusal))
    purchase = Purchase(app, label, session, asked_before=job.attempts > 1 or bool(job.payload.get("tried")))
    try:
        with log_in_watched(app, account):
            take_steps(PURCHASE_STEPS, purchase)
    except (CarrierRefused, PriceAboveLimit) as refusal:
        return _keep_refused(app, purchase.label, sentence_of(refusal))
    except CarrierUnavailable as error:
        _keep_unknown(app, purchase.label, sentence_of(error))
        raise
    return purchase.label


def _find(purchase: Purchase) -> None:
    """What an earlier attempt may have bought."""
    if not purchase.asked_before:
        return
    kind, label = purchase.app.carrier(purchase.label.carrier).describes, purchase.label
    if kind.can(CarrierCapability.LOOK_UP):
        purchase.bought = purchase.session.find(label.request, label.carrier_id)
    elif not kind.can(CarrierCapability.REPEATABLE):
        said = {"carrier": kind.name, "order": label.request.order_number}
        raise CarrierUnavailable(Message("not_found_out", NOT_FOUND_OUT, said))


def _prepare(purchase: Purchase) -> None:
    """What costs nothing yet; its id is kept before anything is paid."""
    if purchase.bought is not None or purchase.label.carrier_id:
        return
    carrier_id = purchase.session.prepare(purchase.label.request)
    if carrier_id:
        purchase.label = replace(purchase.label, carrier_id=carrier_id)


def _keep_prepared(purchase: Purchase) -> None:
    if purchase.bought is not None or not purchase.label.carrier_id:
        return
    with purchase.app.unit_of_work() as uow:
        uow.labels.update(purchase.label)
        uow.commit()


def _check_price(purchase: Purchase) -> None:
    """Where the label may not cost more than an amount: what the carrier asks now. Nothing is paid yet."""
    label = purchase.label
    if purchase.bought is not None or label.max_price is None:
        return
    asked = purchase.session.price(label.request, label.carrier_id)
    purchase.label = replace(label, asked=asked)
    check_price(purchase.app, purchase.label, asked)


def _buy(purchase: Purchase) -> None:
    if purchase.bought is None:
        purchase.bought = purchase.session.buy(purchase.label.request, purchase.label.carrier_id)


def _keep_bought(purchase: Purchase) -> None:
    """The label, its documents, the shipment, and the job that tells the store: all in one transaction.

    Of a label for the way back neither a shipment is made nor anybody told.
    """
    app, bought = purchase.app, purchase.bought
    now = app.clock.now()
    assert bought is not None
    with app.unit_of_work() as uow:
        uow.requests.find_by_copy(purchase.label.account_id, purchase.label.order_id, for_change=True)
        order = uow.orders.get(purchase.label.account_id, purchase.label.order_id, for_change=True)
        label = uow.labels.get(order.account_id, purchase.label.id, for_change=True)
        if label.is_being_bought:
            label = replace(label.buy(bought, now), asked=purchase.label.asked)
            uow.labels.update(label)
            uow.labels.keep_documents(order.account_id, label.id, bought.documents, now)
            _flag_dear(app, uow, order, label, now)
            if label.is_return:
                uow.orders.update_many([order])
            else:
                _flag_unwanted(uow, order, label, now)
                keep_shipment(app, uow, order, shipment_of(label, bought, now), label.actor, now)
                include_returns(app, uow, [(order, label)], now)
            after = [label.id, label.carrier, label.service, *bought.tracking_numbers]
            action = "return.bought" if label.is_return else "label.bought"
            uow.audit.append([AuditEntry(order.account_id, now, label.actor, action, order.id, None, after)])
        uow.commit()
    purchase.label = label


PURCHASE_STEPS: tuple[Step[Purchase], ...] = (
    Step("find", _find),
    Step("prepare", _prepare),
    Step("keep_prepared", _keep_prepared),
    Step("check_price", _check_price),
    Step("buy", _buy),
    Step("keep_bought", _keep_bought),
)


def _flag_unwanted(uow: UnitOfWork, order: Order, label: Label, now: datetime) -> None:
    """An order that was stopped while its label was being bought: what was paid is not dropped, and a person looks."""
    if order.state not in (OrderState.CANCELLED, OrderState.SKIPPED) and not order.is_held:
        return
    order.flag(NEEDS_ATTENTION)
    sentence = Sentence.of(NOT_WANTED_ANY_MORE, order=order.order_number, status=order.status())
    uow.alerts.add(Alert(f"alr_{label.id}_unwanted", order.account_id, order.id, sentence, now))


def _flag_dear(app: Application, uow: UnitOfWork, order: Order, label: Label, now: datetime) -> None:
    """A label that turned out to cost more than it may: it is paid, and a person looks."""
    if label.is_above_limit(label.cost):
        order.flag(NEEDS_ATTENTION)
        uow.alerts.add(Alert(f"alr_{label.id}_dear", order.account_id, order.id, bought_too_dear(app, label), now))


def _keep_unknown(app: Application, label: Label, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        kept = uow.labels.get(label.account_id, label.id, for_change=True)
        if kept.is_being_bought:
            uow.labels.update(kept.lose(error))
        uow.commit()


def _keep_refused(app: Application, label: Label, error: Sentence) -> Label:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        kept = uow.labels.get(label.account_id, label.id, for_change=True)
        if kept.is_being_bought:
            kept = replace(kept.refuse(error), asked=label.asked)
            uow.labels.update(kept)
            entry = AuditEntry(label.account_id, now, label.actor, "label.refused", label.order_id, None, [label.id, str(error)])
            uow.audit.append([entry])
            note_refused_return(uow, kept, now)
        uow.commit()
    return kept
