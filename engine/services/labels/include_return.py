"""The return labels that rules ask for (`return_label`): planned together with what keeps the label of the way there as bought.

Being one transaction, whoever dies leaves both or none, so that none is asked for twice. What cannot be had is told to people,
and holds nothing up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from engine.application import Application
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.label import Label, LabelPurpose, LabelState
from engine.model.order import Order
from engine.model.sentence import Sentence, sentence_of
from engine.ports import UnitOfWork
from engine.services.labels.plan_return import keep_return, turned_round, units_to_return
from engine.services.refusals import Refused
from rules.messages import Text

WISH = "return_label"  # the order's part that rules set
ASKED_BY_RULES: Final = "worker"  # nobody waits for it
NOT_MADE = Text(
    "No return label was made for order {order}: {reason} Its own label is bought; create one on the order's page.",
    "No se hizo la etiqueta de devolución del pedido {order}: {reason} Su etiqueta de envío está comprada; crea una en la página "
    "del pedido.",
)


def include_returns(app: Application, uow: UnitOfWork, left: Sequence[tuple[Order, Label]], now: datetime) -> None:
    """Plan the return label of each order whose rules want one, for what has just left with its label; orders are locked.

    Units that have a return label, as after a voided label, get no second one.
    """
    for order, outbound in left:
        if order.document().get(WISH) is not True:
            continue
        labels = uow.labels.list_for_order(order.account_id, order.id)
        free = units_to_return(uow.fulfillment.list_shipments(order.account_id, order.id), labels)
        units = {key: min(quantity, free[key]) for key, quantity in outbound.lines.items() if key in free}
        if not units:
            continue
        owner = uow.carrier_accounts.get(outbound.owner_id, outbound.carrier_account_id)
        drafted = _way_back(outbound, units, now)
        try:
            keep_return(app, uow, drafted, owner, now)
        except Refused as refusal:
            _tell(uow, replace(drafted, error=sentence_of(refusal)), now)


def note_refused_return(uow: UnitOfWork, label: Label, now: datetime) -> None:
    """Tell people that a carrier has refused a return label for which nobody waits."""
    if label.is_return and label.actor == ASKED_BY_RULES and label.state is LabelState.REFUSED:
        _tell(uow, label, now)


def _way_back(outbound: Label, units: dict[str, Decimal], now: datetime) -> Label:
    """The same parcels the other way, with the same service of the same carrier account."""
    label_id = new_id("lbl")
    contents = tuple(replace(line, quantity=units[line.line_key]) for line in outbound.request.contents if line.line_key in units)
    plain = replace(outbound.request, reference=label_id, contents=contents, confirmation="", insured=None, numbers=())
    return Label(
        id=label_id,
        account_id=outbound.account_id,
        order_id=outbound.order_id,
        shipment_id=new_id("rtn"),
        carrier_account_id=outbound.carrier_account_id,
        owner_id=outbound.owner_id,
        carrier=outbound.carrier,
        service=outbound.service,
        lines=units,
        request=turned_round(plain),
        actor=ASKED_BY_RULES,
        created_at=now,
        purpose=LabelPurpose.RETURN,
    )


def _tell(uow: UnitOfWork, label: Label, now: datetime) -> None:
    sentence = Sentence.of(NOT_MADE, order=label.request.order_number, reason=label.error)
    uow.alerts.add(Alert(f"alr_{label.id}", label.account_id, label.order_id, sentence, now))
