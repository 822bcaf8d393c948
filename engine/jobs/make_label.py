"""What people ask for and wait for: a label bought, or given back, or the sentence that says how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.jobs.worker import process_job_now
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment
from engine.model.label import Document, DocumentKind, Label, LabelState, buying_key, voiding_key
from engine.services.labels.plan_label import LabelWish, plan_label
from engine.services.labels.void_label import request_void
from engine.services.refusals import Refused
from rules.messages import Text

WAIT_S = 30.0  # for somebody else who is at it, such as the worker

NOT_KNOWN_YET = Text(
    "Nobody knows yet whether the label was bought: {problem} It is looked up and carried on by itself.",
    "Aún no se sabe si la etiqueta se compró: {problem} Se comprueba y se sigue automáticamente.",
)
NOT_VOIDED_YET = Text(
    "The label is not taken back yet: {problem} It is tried again by itself.",
    "La etiqueta aún no se ha anulado: {problem} Se reintenta automáticamente.",
)
STILL_AT_IT = Text("it is being worked on.", "está en curso.")


@dataclass(frozen=True, slots=True)
class MadeLabel:
    """A bought label with its shipment."""

    label: Label
    shipment: Shipment


def make_label(app: Application, account_id: str, order_id: str, wish: LabelWish, actor: str, owner: str) -> MadeLabel:
    """Buy a label for what is left of an order, or answer with the one that it left with. Raises Refused."""
    label = plan_label(app, account_id, order_id, wish, actor)
    if label.is_being_bought:
        _work_off(app, account_id, buying_key(label.id), owner)
        label = _wait(app, label, LabelState.INTENT)
    if label.state is LabelState.REFUSED:
        raise Refused("carrier_refused", label.error or STILL_AT_IT)
    if label.is_being_bought:
        raise Refused("label_unknown", NOT_KNOWN_YET, problem=label.error or STILL_AT_IT)
    with app.reading() as uow:
        shipment = uow.fulfillment.get_shipment(account_id, label.shipment_id)
    return MadeLabel(label, shipment)


def documents_of(app: Application, made: MadeLabel) -> list[Document]:
    """The labels themselves, one for each parcel, in the carrier's first form; not on record as printed yet."""
    with app.reading() as uow:
        kept = uow.labels.list_documents(made.label.account_id, made.label.id)
        account = uow.carrier_accounts.get(made.label.owner_id, made.label.carrier_account_id)
    carrier = app.carrier(made.label.carrier)
    if kept or not carrier.describes.can(CarrierCapability.DRAWS_DOCUMENTS):
        return [one for one in kept if one.kind is DocumentKind.LABEL]
    numbers = [parcel.tracking_number or "" for parcel in made.shipment.parcels]
    return carrier.open(account).draw(made.label, numbers, carrier.describes.forms[0], is_copy=False)


def take_back_label(app: Application, account_id: str, shipment_id: str, actor: str, owner: str) -> Label:
    """The voided label of a shipment. Raises Refused: where the carrier keeps it, or has not answered yet."""
    label = request_void(app, account_id, shipment_id, actor)
    if label.state is LabelState.VOID_REQUESTED:
        _work_off(app, account_id, voiding_key(label.id), owner)
        label = _wait(app, label, LabelState.VOID_REQUESTED)
    if label.state is LabelState.VOID_REFUSED:
        raise Refused("void_refused", label.error or STILL_AT_IT)
    if label.state is LabelState.VOID_REQUESTED:
        raise Refused("void_unknown", NOT_VOIDED_YET, problem=label.error or STILL_AT_IT)
    return label


def _work_off(app: Application, account_id: str, key: str, owner: str) -> None:
    with app.reading() as uow:
        job = uow.jobs.find(account_id, key)
    if job is not None:
        process_job_now(app, owner, job.id)


def _wait(app: Application, label: Label, state: LabelState) -> Label:
    """The label once it has left a state, or after a while as it is: somebody else may be at it."""
    waited = 0.0
    while True:
        with app.reading() as uow:
            label = uow.labels.get(label.account_id, label.id)
        if label.state is not state or waited >= WAIT_S:
            return label
        app.clock.sleep(0.1)
        waited += 0.1
