"""What has happened to a request meanwhile, and who did it, for a person of one of the two sides."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from engine.model.connection import Connection
from engine.model.moment_words import moment_words
from engine.model.request import NO_CHANGE, STATE_WORDS, WORK_WORDS, FulfillmentRequest, RequestState, Work
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import LANGUAGES, Text

NOT_ALLOWED = Text("That is not possible any more: {happened}", "Eso ya no es posible: {happened}")
WHO_AND_WHEN = Text("{happened} ({who}, {when}).", "{happened} ({who}, {when}).")
THE_PRODUCT = Text("by itself", "automáticamente")
THE_OPERATOR = Text("the operator", "el administrador del servicio")
OTHER_SIDE = {
    Side.MERCHANT: Text("the client", "el cliente"),
    Side.PROVIDER: Text("the provider", "el proveedor"),
    Side.SYSTEM: THE_PRODUCT,
}

_TELL_OF: Mapping[RequestState, tuple[MessageKind, ...]] = {  # what brings a request into each state
    RequestState.REQUESTED: (MessageKind.ASKED,),
    RequestState.ACCEPTED: (MessageKind.ACCEPTED, MessageKind.REFUSED),
    RequestState.REJECTED: (MessageKind.REJECTED,),
    RequestState.CANCEL_REQUESTED: (MessageKind.RECALLED,),
    RequestState.CANCELLED: (MessageKind.RECALLED, MessageKind.GRANTED, MessageKind.ENDED),
    RequestState.CLOSED: (MessageKind.CLOSED,),
}
_OTHER_WORDS: Mapping[MessageKind, Text] = {  # where the state alone does not say how it came about
    MessageKind.REFUSED: Text("{provider} does not give the order back.", "{provider} no devuelve el pedido."),
    MessageKind.GRANTED: Text("{provider} has given the order back.", "{provider} ha devuelto el pedido."),
    MessageKind.ENDED: Text("The request ended with the connection.", "La solicitud terminó al darse de baja la conexión."),
}
_CHANGE_WORDS: Mapping[MessageKind, Text] = {
    MessageKind.CHANGE_ACCEPTED: Text("{provider} has accepted the change.", "{provider} ha aceptado el cambio."),
    MessageKind.CHANGE_REFUSED: Text("{provider} has refused the change.", "{provider} ha rechazado el cambio."),
    MessageKind.CHANGE_WITHDRAWN: Text("{client} has taken the change back.", "{client} ha retirado el cambio."),
}


def side_of(request: FulfillmentRequest, account_id: str) -> Side:
    """Which of the two sides an account is."""
    return Side.PROVIDER if account_id == request.provider_id else Side.MERCHANT


def names_of(uow: UnitOfWork, request: FulfillmentRequest, account_id: str) -> dict[str, str]:
    """What the account calls the provider and the client of a request."""
    over = request.connection_id
    connections = {} if over is None else {over: uow.connections.get(account_id, over)}
    return name_sides(uow, account_id, [request], connections)[request.id]


def name_sides(
    uow: UnitOfWork, account_id: str, requests: Sequence[FulfillmentRequest], connections: Mapping[str, Connection]
) -> dict[str, dict[str, str]]:
    """The same of several requests, by their ids, given their connections by id."""
    accounts = uow.accounts.get_many({one for request in requests for one in (request.provider_id, request.account_id)})
    found = {}
    for request in requests:
        provider, client = accounts[request.provider_id].name, accounts[request.account_id].name
        connection = connections.get(request.connection_id or "")
        if connection is not None and account_id == request.provider_id:
            client = connection.client_name or client
        elif connection is not None:
            provider = connection.company_name or provider
        found[request.id] = {"provider": provider, "client": client}
    return found


def not_allowed(
    uow: UnitOfWork, request: FulfillmentRequest, account_id: str, now: datetime, *, about_change: bool = False
) -> Refused:
    """Why the request does not allow it: what has happened, who did it, and when. `about_change`: to the change that it had."""
    names, messages = names_of(uow, request, account_id), uow.requests.list_messages(account_id, request.id)
    if about_change and request.is_live:
        return _no_change(uow, request, account_id, names, messages)
    told = _last(messages, _TELL_OF[request.state])
    words = STATE_WORDS[request.state] if told is None else _OTHER_WORDS.get(told.kind, STATE_WORDS[request.state])
    happened = [_with_who(uow, request, account_id, Sentence.of(words, **names), told)]
    if request.is_live:
        work = request.work(now)
        begun = _last(messages, (MessageKind.STARTED,)) if work is Work.IN_PROGRESS else None
        happened.append(_with_who(uow, request, account_id, WORK_WORDS[work], begun))
    all_of_it = Sentence(*(" ".join(one.format(language) for one in happened) for language in LANGUAGES))
    return Refused(f"request_{request.state.value}", NOT_ALLOWED, happened=all_of_it)


def _no_change(
    uow: UnitOfWork,
    request: FulfillmentRequest,
    account_id: str,
    names: Mapping[str, str],
    messages: Sequence[RequestMessage],
) -> Refused:
    """Why there is no change to answer: what has become of the last one."""
    ended = _last(messages, _CHANGE_WORDS)
    words = NO_CHANGE if ended is None else _CHANGE_WORDS[ended.kind]
    said = _with_who(uow, request, account_id, Sentence.of(words, **names), ended)
    return Refused("request_no_change", NOT_ALLOWED, happened=said)


def _last(messages: Sequence[RequestMessage], kinds: Container[MessageKind]) -> RequestMessage | None:
    return next((message for message in reversed(messages) if message.kind in kinds), None)


def _with_who(uow: UnitOfWork, request: FulfillmentRequest, account_id: str, happened: Text, told: RequestMessage | None) -> Text:
    """A sentence with who did it and when, as far as the account may know: of its own people by their addresses."""
    if told is None:
        return happened
    colleague = uow.users.find(account_id, told.actor)
    side = told.side
    if told.kind is MessageKind.ENDED:  # by one of either side
        side = Side.MERCHANT if side_of(request, account_id) is Side.PROVIDER else Side.PROVIDER
    other = THE_OPERATOR if told.actor == "operator" else OTHER_SIDE[side]
    said = Sentence(*(happened.format(language).rstrip(".") for language in LANGUAGES))
    who = other if colleague is None else colleague.email
    return Sentence.of(WHO_AND_WHEN, happened=said, who=who, when=moment_words(told.at, uow.accounts.get(account_id).time_zone))
