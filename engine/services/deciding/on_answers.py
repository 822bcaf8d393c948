"""Rules hear of what providers answer, of what has shipped, and of what goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.application import Application
from engine.decide.decision import Trigger
from engine.events import DeliveryFailed, OrderEvent, RequestAnswered, RequestOverdue, ShippedFromHere
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.deciding.answer_rules import run_answer_rules_within
from engine.services.refusals import Refused

TRIGGERS: Mapping[MessageKind, Trigger] = {
    MessageKind.REJECTED: "rejected",
    MessageKind.REFUSED: "cancel_refused",
    MessageKind.CLOSED: "closed",
}


def decide_on_answers(app: Application, uow: UnitOfWork, events: Sequence[RequestAnswered]) -> None:
    """Run the merchant's rules for what a provider has answered."""
    for event in events:
        if event.answer in TRIGGERS:
            _run(app, uow, [event], TRIGGERS[event.answer])


def decide_on_late_ones(app: Application, uow: UnitOfWork, events: Sequence[RequestOverdue]) -> None:
    """Run the merchant's rules for orders that should have shipped."""
    _run(app, uow, events, "overdue")


def decide_on_shipments(app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """Run the account's rules for orders that have shipped."""
    _run(app, uow, events, "shipped")


def decide_on_failed_deliveries(app: Application, uow: UnitOfWork, events: Sequence[DeliveryFailed]) -> None:
    """Run the account's rules for orders with a parcel that something is wrong with."""
    _run(app, uow, events, "exception")


def _run(app: Application, uow: UnitOfWork, events: Sequence[OrderEvent], trigger: Trigger) -> None:
    """Rules that cannot be read must not keep the other side's answer from being heard: their account is told."""
    account_id, orders = events[0].order.account_id, {event.order.id: event.order for event in events}
    try:
        run_answer_rules_within(app, uow, account_id, list(orders.values()), trigger)
    except Refused as refusal:
        for event in events:
            uow.alerts.add(Alert(new_id("alr"), account_id, event.order.id, Sentence.of(refusal.message), event.at))
