"""Requests that should have shipped: their orders are flagged, the merchant's people and rules hear of it, once."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.events import RequestOverdue, publish
from engine.model.alert import Alert
from engine.model.moment_words import moment_words
from engine.model.order import OVERDUE
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.fulfillment.request_words import names_of
from rules.messages import Text

AT_A_TIME = 100

TOLD = Text(
    "{provider} should have shipped order {order} by {when}.",
    "{provider} debería haber enviado el pedido {order} antes del {when}.",
)


def tell_overdue(app: Application) -> int:
    """Find what has become late; how many there were."""
    now, told = app.clock.now(), 0
    while True:
        with app.reading() as uow:
            late = uow.requests.list_overdue(now, AT_A_TIME)
        for request in late:
            with app.unit_of_work() as uow:
                _tell(app, uow, request.account_id, request.id)
                uow.commit()
        told += len(late)
        if len(late) < AT_A_TIME:
            return told


def _tell(app: Application, uow: UnitOfWork, account_id: str, request_id: str) -> None:
    now = app.clock.now()
    seen = uow.requests.get(account_id, request_id)
    order = uow.orders.get(account_id, seen.order_id, for_change=True)
    request = uow.requests.get(account_id, request_id, for_change=True)
    if request.overdue_at is not None:
        return
    uow.requests.update(replace(request, overdue_at=now))
    if request.fulfil_by is None or not request.is_overdue(now):
        return  # all of it has shipped
    order.flag(OVERDUE)
    when = moment_words(request.fulfil_by, uow.accounts.get(account_id).time_zone)
    names = names_of(uow, request, account_id)
    sentence = Sentence.of(TOLD, provider=names["provider"], order=order.order_number, when=when)
    uow.alerts.add(Alert(f"alr_{request.id}_{OVERDUE}", account_id, order.id, sentence, now))
    publish(app, uow, [RequestOverdue(order, now, request)])
    uow.orders.update_many([order])
