"""Hears what providers' systems say about requests: each message once, in the order that the provider gave them.

What comes again is answered as it was the first time. What the table of requests does not allow is refused with the sentence
that says what has happened meanwhile; the merchant hears of it where it matters to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.integrated_provider import EventKind, EventReply, IntegratedProvider, ProviderEvent, Sending
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import NotGenuine, ProviderRefused, UnitOfWork
from engine.services.fulfillment.answer_request import LONG_TEXT, LONGEST_TEXT, Answer, give_answer, lock_request
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import names_of
from engine.services.providers.due import call_off_sending, make_sending_due
from engine.services.providers.outgoing import next_step
from engine.services.providers.receive_shipment import receive_shipment
from engine.services.refusals import Refused
from rules.messages import Message, Text

ACTOR = "integration"
LONGEST_ID = 200

NOT_PROVEN = Text(
    "The message is not signed with a secret of this connection.", "El mensaje no está firmado con una clave válida."
)
SECRET_UNREADABLE = Text(
    "The secret of this connection cannot be read here at the moment: send it again later.",
    "La clave de esta conexión no se puede leer aquí en este momento: envíalo más tarde.",
)
NO_TEXT = Text("A message needs a text.", "Un mensaje necesita un texto.")
LONG_ID = Text("The header webhook-id has 1 to {limit} characters.", "La cabecera webhook-id tiene de 1 a {limit} caracteres.")
DOES_NOT_FIT = Text(
    "{provider} says of order {order}: {said}. That does not fit what has happened, so nothing was changed: {why}",
    "{provider} dice del pedido {order}: {said}. Eso no encaja con lo ocurrido y no se ha cambiado nada: {why}",
)
SAYS = {
    EventKind.STARTED: Text("its work has begun", "su preparación ha empezado"),
    EventKind.REJECTED: Text("it is rejected", "se rechaza"),
    EventKind.CLOSED: Text("the rest is shipped no more", "el resto ya no se envía"),
    EventKind.CANCEL_GRANTED: Text("it is given back", "se devuelve"),
    EventKind.CANCEL_REFUSED: Text("it is not given back", "no se devuelve"),
    EventKind.SHIPPED: Text("it has left ({tracking})", "ha salido ({tracking})"),
}
_ACTIONS = {
    EventKind.ACCEPTED: RequestAction.ACCEPT,
    EventKind.REJECTED: RequestAction.REJECT,
    EventKind.STARTED: RequestAction.START,
    EventKind.CLOSED: RequestAction.CLOSE,
    EventKind.CANCEL_GRANTED: RequestAction.GRANT_CANCEL,
    EventKind.CANCEL_REFUSED: RequestAction.REFUSE_CANCEL,
}
_GIVE_BACK = (EventKind.REJECTED, EventKind.CLOSED)  # said before the recall was heard, they answer it
_IMPLY_ACCEPTANCE = (EventKind.STARTED, EventKind.CLOSED, EventKind.SHIPPED)  # the answer to the request itself comes late


def receive_event(app: Application, provider_id: str, headers: Mapping[str, str], body: bytes) -> EventReply:
    """What a call to a provider's address is answered; what it says is kept before. Raises no refusal."""
    with app.reading() as uow:  # a stranger must not take turns at SQLite's one write lock
        provider = uow.integrated_providers.find(provider_id)
    system = app.provider_system
    if system is None:
        return _problem(401, Message("not_genuine", NOT_PROVEN))
    secrets = (system.new_secret(),) if provider is None else provider.secrets.valid(app.clock.now())
    if provider is not None and not provider.secrets.can_be_read:
        return _problem(503, Message("secret_unreadable", SECRET_UNREADABLE))  # it comes again, when there is one maybe
    try:
        message_id = system.verify(secrets, headers, body)
    except NotGenuine as error:
        return _problem(401, error.args[0])
    if provider is None:
        return _problem(401, Message("not_genuine", NOT_PROVEN))
    if not 0 < len(message_id) <= LONGEST_ID:
        return _problem(422, Message("bad_id", LONG_ID, {"limit": LONGEST_ID}))
    try:
        event = system.parse_event(body)
    except ProviderRefused as error:
        return _problem(422, error.args[0])
    reply = _settle(app, provider, message_id, event)
    app.wake.notify()
    return reply


def _settle(app: Application, provider: IntegratedProvider, message_id: str, event: ProviderEvent) -> EventReply:
    now = app.clock.now()
    try:
        with app.unit_of_work() as uow:
            before = uow.integrated_providers.claim_event(provider.id, message_id, now)
            if before is not None:
                return before
            reply = _apply(app, uow, provider, event, now)
            uow.integrated_providers.keep_reply(provider.id, message_id, reply)
            uow.commit()
            return reply
    except Refused as refusal:
        return _refuse(app, provider, message_id, event, refusal, now)


def _refuse(
    app: Application, provider: IntegratedProvider, message_id: str, event: ProviderEvent, refusal: Refused, now: datetime
) -> EventReply:
    """Keep the refusal as the answer, and tell the merchant where it matters."""
    impossible = refusal.message.code.startswith("request_") or refusal.message.code == "not_free"  # of the table, of units
    reply = _problem(409 if impossible else 404 if refusal.message.code == "no_request" else 422, refusal.message)
    with app.unit_of_work() as uow:
        before = uow.integrated_providers.claim_event(provider.id, message_id, now)
        if before is not None:
            return before
        uow.integrated_providers.keep_reply(provider.id, message_id, reply)
        if impossible and event.kind in SAYS:
            _tell_merchant(uow, provider, event, refusal.message, now)
        uow.commit()
    return reply


def _tell_merchant(uow: UnitOfWork, provider: IntegratedProvider, event: ProviderEvent, why: Message, now: datetime) -> None:
    request, order = lock_request(uow, provider.id, event.reference)
    tracking = "" if event.shipment is None else event.shipment.tracking
    said = Text(*(SAYS[event.kind].format(language, tracking=tracking) for language in ("en", "es")))
    name = names_of(uow, request, provider.account_id)["provider"]
    sentence = Sentence.of(DOES_NOT_FIT, provider=name, order=order.order_number, said=said, why=why)
    uow.alerts.add(Alert(new_id("alr"), order.account_id, order.id, sentence, now))
    order.flag(NEEDS_ATTENTION)
    uow.orders.update_many([order])


def _apply(app: Application, uow: UnitOfWork, provider: IntegratedProvider, event: ProviderEvent, now: datetime) -> EventReply:
    """Raises Refused."""
    request, order = lock_request(uow, provider.id, event.reference)
    kept = uow.integrated_providers.sending(provider.account_id, request.id)
    sending = kept or Sending(request.id, provider.account_id, provider.id)
    if event.kind is EventKind.MESSAGE:
        _write(uow, request, event.text, now)
        return _done("done", request, now)
    if event.kind is not EventKind.SHIPPED and event.sequence <= sending.sequence:  # what left has left, whatever came before
        return _done("stale", request, now)
    if event.kind is EventKind.CANCEL_GRANTED and request.state is RequestState.CANCELLED:
        return _done("known", request, now)  # it was taken back anyway
    if event.kind in _IMPLY_ACCEPTANCE and request.state is RequestState.REQUESTED:
        request = give_answer(app, uow, request, order, Answer(RequestAction.ACCEPT), ACTOR, now)
    result = "done"
    if event.shipment is not None:
        request, result = receive_shipment(app, uow, request, order, event.shipment, now)
    else:
        request = give_answer(app, uow, request, order, _answer_of(event, request), ACTOR, now)
    _keep_sequence(uow, sending, event)
    if event.kind is EventKind.CANCEL_REFUSED:
        make_sending_due(uow, [request], now)  # what has changed while it was asked back
    elif next_step(uow, request, now) is None:
        call_off_sending(uow, request)
    return _done(result, request, now)


def _answer_of(event: ProviderEvent, request: FulfillmentRequest) -> Answer:
    """Raises Refused."""
    answer = Answer(_ACTIONS[event.kind], event.code, event.text, event.lines)
    answer.check()
    if event.kind in _GIVE_BACK and request.state is RequestState.CANCEL_REQUESTED:
        return Answer(RequestAction.GRANT_CANCEL, text=event.text)
    return answer


def _keep_sequence(uow: UnitOfWork, sending: Sending, event: ProviderEvent) -> None:
    newest = replace(sending, sequence=max(sending.sequence, event.sequence))
    if event.kind is EventKind.CANCEL_REFUSED:  # another recall is another question
        newest = replace(newest, cancels=newest.cancels + 1, cancel_taken=False)
    uow.integrated_providers.keep_sending(newest)


def _write(uow: UnitOfWork, request: FulfillmentRequest, text: str, now: datetime) -> None:
    if not text.strip():
        raise Refused("no_text", NO_TEXT)
    if len(text) > LONGEST_TEXT:
        raise Refused("long_text", LONG_TEXT, limit=LONGEST_TEXT)
    record(uow, request, MessageKind.WRITTEN, Side.PROVIDER, ACTOR, now, text=text.strip())


def _done(result: str, request: FulfillmentRequest, now: datetime) -> EventReply:
    body = {"result": result, "reference": request.id, "state": request.state.value, "work": request.work(now).value}
    return EventReply(200, body)


def _problem(status: int, message: Message) -> EventReply:
    return EventReply(status, {"error": {"code": message.code, "message": message.format("en")}})
