"""What people ask for and wait for: a label bought, or given back, or the sentence that says how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.application import Application
from engine.jobs.worker import process_job_now
from engine.model.carrier import CarrierCapability
from engine.model.fulfillment import Shipment
from engine.model.label import Document, DocumentKind, Label, LabelState, buying_key, voiding_key
from engine.ports import CarrierSession
from engine.services.fulfillment.units_to_ship import being_bought
from engine.services.labels.choose_by_rates import choose_before_labels
from engine.services.labels.plan_label import LabelWish, Planned, plan_labels
from engine.services.labels.plan_return import ReturnWish, plan_return
from engine.services.labels.price_limit import PriceAboveLimit
from engine.services.labels.void_label import request_void
from engine.services.refusals import Refused
from rules.messages import Text

AT_ONCE = 25  # orders that are locked together
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
    made = make_labels(app, account_id, [order_id], wish, actor, owner)[order_id]
    if isinstance(made, Refused):
        raise made
    return made


def make_labels(
    app: Application,
    account_id: str,
    order_ids: Sequence[str],
    wish: LabelWish,
    actor: str,
    owner: str,
    *,
    within_s: float | None = None,
) -> dict[str, MadeLabel | Refused]:
    """The same for several orders of an account: what came of each. Those that are not reached in time the worker buys."""
    until = None if within_s is None else app.clock.now() + timedelta(seconds=within_s)
    results: dict[str, MadeLabel | Refused] = {}
    ids = list(dict.fromkeys(order_ids))
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        unchosen = choose_before_labels(app, account_id, part, wish, until)
        results |= unchosen
        planned = plan_labels(app, account_id, [one for one in part if one not in unchosen], wish, actor)
        results |= {order_id: _made(app, one, owner, until) for order_id, one in planned.items()}
    return results


def _made(app: Application, planned: Planned | Refused, owner: str, until: datetime | None) -> MadeLabel | Refused:
    if isinstance(planned, Refused):
        return planned
    label, shipment = planned.label, planned.shipment
    if label.is_being_bought:
        if until is not None and app.clock.now() >= until:
            return being_bought(label)
        _work_off(app, label.account_id, buying_key(label.id), owner)
        label = _wait(app, label, LabelState.INTENT)
    if label.state is LabelState.REFUSED and label.is_above_limit(label.asked):
        return PriceAboveLimit(label.error or STILL_AT_IT, label.asked)
    if label.state is LabelState.REFUSED:
        return Refused("carrier_refused", label.error or STILL_AT_IT)
    if label.is_being_bought:
        return Refused("label_unknown", NOT_KNOWN_YET, problem=label.error or STILL_AT_IT)
    if shipment is None:
        with app.reading() as uow:
            shipment = uow.fulfillment.get_shipment(label.account_id, label.shipment_id)
    return MadeLabel(label, shipment)


def make_return_label(app: Application, account_id: str, order_id: str, wish: ReturnWish, actor: str, owner: str) -> Label:
    """The bought return label of an order that has left. Raises Refused."""
    label = plan_return(app, account_id, order_id, wish, actor)
    if label.is_being_bought:
        _work_off(app, account_id, buying_key(label.id), owner)
        label = _wait(app, label, LabelState.INTENT)
    if label.state is LabelState.REFUSED:
        raise Refused("carrier_refused", label.error or STILL_AT_IT)
    if label.is_being_bought:
        raise Refused("label_unknown", NOT_KNOWN_YET, problem=label.error or STILL_AT_IT)
    return label


class LabelDocuments:
    """The labels themselves, in their carriers' first forms; not on record as printed yet."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._sessions: dict[str, CarrierSession] = {}  # by carrier account

    def of(self, made: MadeLabel) -> list[Document]:
        """One for each parcel: what came with the purchase, else drawn. Raises CarrierError where it cannot be had now."""
        return self.of_label(made.label, [parcel.tracking_number or "" for parcel in made.shipment.parcels])

    def of_label(self, label: Label, numbers: Sequence[str]) -> list[Document]:
        """The same of a label and its tracking numbers, also of one for the way back."""
        carrier = self._app.carrier(label.carrier)
        if not carrier.describes.can(CarrierCapability.NUMBERED_HERE):  # bought elsewhere, which brought its documents
            with self._app.reading() as uow:
                kept = uow.labels.list_documents(label.account_id, label.id)
            labels = [one for one in kept if one.kind is DocumentKind.LABEL]
            if labels or not carrier.describes.can(CarrierCapability.DRAWS_DOCUMENTS):
                return labels
        if label.carrier_account_id not in self._sessions:
            with self._app.reading() as uow:
                account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
            self._sessions[label.carrier_account_id] = self._app.carrier_session(account)
        form = carrier.describes.forms[0]
        return self._sessions[label.carrier_account_id].draw(label, numbers, form, is_copy=False)


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
