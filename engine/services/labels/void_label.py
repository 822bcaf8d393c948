"""Gives a bought label back: the wish is kept before the carrier is asked, and the answer with all that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.label import Label, LabelState, voiding_key
from engine.model.order import Order
from engine.model.sentence import Sentence, sentence_of
from engine.model.write_back import notify_key
from engine.ports import CarrierRefused, CarrierSession, CarrierUnavailable, NotFound, UnitOfWork
from engine.services.accounts.carrier_health import log_in_watched
from engine.services.fulfillment.combined_parcels import shares_of
from engine.services.fulfillment.shipments import add_write_back, call_off, check_client, make_due_again, take_back_shipment
from engine.services.fulfillment.telling import Telling, when_order_is_told
from engine.services.fulfillment.units_to_ship import get_order
from engine.services.refusals import Refused
from engine.services.steps import Step, take_steps
from rules.messages import Text

NO_SHIPMENT = Text('There is no shipment "{shipment}" in this account.', 'No existe el envío "{shipment}" en esta cuenta.')
NO_LABEL = Text(
    "This shipment was made by hand: take it back with `orders unship {order}`.",
    "Este envío se hizo manualmente: deshazlo con `orders unship {order}`.",
)
CANNOT_VOID = Text(
    "{carrier} takes no labels back: ask it by telephone or mail.",
    "{carrier} no admite anular etiquetas: pídelo por teléfono o correo.",
)

ON_MANIFEST = Text(
    "The label of order {order} is on a manifest that the carrier has not answered yet: void it once that is known.",
    "La etiqueta del pedido {order} está en un manifiesto que la empresa de transporte aún no ha contestado: anúlala cuando se "
    "sepa.",
)


@dataclass(slots=True)
class Voiding:
    """How far one attempt has come."""

    app: Application
    label: Label
    session: CarrierSession


def request_void(app: Application, account_id: str, shipment_id: str, actor: str) -> Label:
    """The label that is to be given back, kept before the carrier is asked; meanwhile nobody tells the store of it.

    Asked again, this answers as the first time. Raises Refused, once the store holds the order for shipped too.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        way_back = uow.labels.find_by_shipment(account_id, shipment_id)
        if way_back is not None and way_back.is_return:
            return _request_void_of_return(app, uow, way_back, actor, now)
        seen = get_shipment(uow, account_id, shipment_id)
        uow.requests.find_by_copy(account_id, seen.order_id, for_change=True)
        order = get_order(uow, account_id, seen.order_id)
        label = uow.labels.find_by_shipment(account_id, shipment_id, for_change=True)
        if label is None:
            raise Refused("no_label", NO_LABEL, order=order.id)
        if label.state in (LabelState.VOIDED, LabelState.VOID_REQUESTED):
            return label
        _check_can_void(app, label)
        if label.manifest_id is not None and uow.manifests.get(account_id, label.manifest_id).is_being_made:
            raise Refused("on_manifest", ON_MANIFEST, order=order.order_number)
        shipment = uow.fulfillment.get_shipment(account_id, shipment_id)
        check_client(app, uow, order, shipment)
        call_off(app, uow, order, shipment)
        label = label.request_void()
        uow.labels.update(label)
        uow.jobs.upsert_due(_voiding_job(label, now))
        uow.audit.append([AuditEntry(account_id, now, actor, "label.void_requested", order.id, None, label.id)])
        uow.commit()
    return label


def _request_void_of_return(app: Application, uow: UnitOfWork, label: Label, actor: str, now: datetime) -> Label:
    """Nobody was told of it, so that nobody has to hear of this."""
    order, label = _lock(uow, label)
    if label.state in (LabelState.VOIDED, LabelState.VOID_REQUESTED):
        return label
    _check_can_void(app, label)
    label = label.request_void()
    uow.labels.update(label)
    uow.jobs.upsert_due(_voiding_job(label, now))
    uow.audit.append([AuditEntry(order.account_id, now, actor, "label.void_requested", order.id, None, label.id)])
    uow.commit()
    return label


def _check_can_void(app: Application, label: Label) -> None:
    kind = app.carrier(label.carrier).describes
    if not kind.can(CarrierCapability.VOID):
        raise Refused("cannot_void", CANNOT_VOID, carrier=kind.name)


def void_label(app: Application, job: Job) -> Label:
    """Go on with a voiding: the label as it is then. Raises CarrierUnavailable where nobody knows yet."""
    with app.reading() as uow:
        label = uow.labels.get(job.account_id, str(job.payload["label_id"]))
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    if label.state is not LabelState.VOID_REQUESTED:
        return label
    try:
        voiding = Voiding(app, label, app.carrier_session(account))
        with log_in_watched(app, account):
            take_steps(VOID_STEPS, voiding)
    except CarrierRefused as refusal:
        return _keep_refused(app, label, sentence_of(refusal))
    except CarrierUnavailable as error:
        _keep_error(app, label, sentence_of(error))
        raise
    return voiding.label


def get_shipment(uow: UnitOfWork, account_id: str, shipment_id: str) -> Shipment:
    """Raises Refused."""
    try:
        return uow.fulfillment.get_shipment(account_id, shipment_id)
    except NotFound:
        raise Refused("no_shipment", NO_SHIPMENT, shipment=shipment_id) from None


def _voiding_job(label: Label, now: datetime) -> Job:
    payload, key = {"label_id": label.id}, voiding_key(label.id)
    return Job(new_id("job"), label.account_id, JobKind.VOID_LABEL, key, payload, now, now, label.order_id, priority=PERSON_WAITS)


def _void(voiding: Voiding) -> None:
    voiding.session.void(voiding.label)


def _keep_voided(voiding: Voiding) -> None:
    """The label and its shipment, and the job that takes back what the store was told."""
    app, now = voiding.app, voiding.app.clock.now()
    with app.unit_of_work() as uow:
        order, label = _lock(uow, voiding.label)
        if label.state is LabelState.VOID_REQUESTED:
            label = label.void()
            uow.labels.update(label)
            if not label.is_return:
                _take_back(app, uow, order, label, now)
            uow.audit.append([AuditEntry(order.account_id, now, label.actor, "label.voided", order.id, None, label.id)])
        uow.commit()
    voiding.label = label


def _take_back(app: Application, uow: UnitOfWork, order: Order, label: Label, now: datetime) -> None:
    shipment = uow.fulfillment.get_shipment(order.account_id, label.shipment_id)
    if shipment.state is ShipmentState.SHIPPED:
        take_back_shipment(app, uow, order, shipment, label.actor, now)


VOID_STEPS: tuple[Step[Voiding], ...] = (Step("void", _void), Step("keep_voided", _keep_voided))


def _keep_refused(app: Application, label: Label, error: Sentence) -> Label:
    """The carrier keeps it: the shipment counts, and the store is told of it after all."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order, kept = _lock(uow, label)
        if kept.state is LabelState.VOID_REQUESTED:
            kept = kept.refuse_void(error)
            uow.labels.update(kept)
            if not kept.is_return:
                _tell_after_all(app, uow, order, kept, now)
            entry = AuditEntry(order.account_id, now, label.actor, "label.void_refused", order.id, None, [label.id, str(error)])
            uow.audit.append([entry])
        uow.commit()
    return kept


def _keep_error(app: Application, label: Label, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        kept = uow.labels.get(label.account_id, label.id, for_change=True)
        uow.labels.update(replace(kept, error=error))
        uow.commit()


def _tell_after_all(app: Application, uow: UnitOfWork, order: Order, label: Label, now: datetime) -> None:
    shipment = uow.fulfillment.get_shipment(order.account_id, label.shipment_id)
    for one, its in ((order, shipment), *shares_of(uow, order, shipment)):
        _tell_again(app, uow, one, its, now)


def _tell_again(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment, now: datetime) -> None:
    if when_order_is_told(app, uow, order) is Telling.NOT:
        return
    key = notify_key(shipment.id)
    job = uow.jobs.find(order.account_id, key)
    if job is not None:
        make_due_again(uow, job, now)
        return
    add_write_back(app, uow, order, JobKind.NOTIFY_STORE, key, shipment, now)


def _lock(uow: UnitOfWork, label: Label) -> tuple[Order, Label]:
    uow.requests.find_by_copy(label.account_id, label.order_id, for_change=True)
    order = uow.orders.get(label.account_id, label.order_id, for_change=True)
    return order, uow.labels.get(label.account_id, label.id, for_change=True)
