"""What has happened to a request meanwhile, and who did it, for a person of one of the two sides."""

from __future__ import annotations

from datetime import datetime

from engine.model.request import STATE_WORDS, WORK_WORDS, FulfillmentRequest
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from rules.messages import Text

NOT_ALLOWED = Text("That is not possible any more: {state} {work}", "Eso ya no es posible: {state} {work}")
WHO_AND_WHEN = Text("{state} ({who}, {when} UTC).", "{state} ({who}, {when} UTC).")
THE_PRODUCT = Text("by itself", "automáticamente")
THE_OPERATOR = Text("the operator", "el administrador del servicio")
OTHER_SIDE = {
    Side.MERCHANT: Text("the client", "el cliente"),
    Side.PROVIDER: Text("the provider", "el proveedor"),
    Side.SYSTEM: THE_PRODUCT,
}


def side_of(request: FulfillmentRequest, account_id: str) -> Side:
    """Which of the two sides an account is."""
    return Side.PROVIDER if account_id == request.provider_id else Side.MERCHANT


def names_of(uow: UnitOfWork, request: FulfillmentRequest, account_id: str) -> dict[str, str]:
    """What the account calls the provider and the client of a request."""
    accounts = uow.accounts.get_many([request.provider_id, request.account_id])
    provider, client = accounts[request.provider_id].name, accounts[request.account_id].name
    if request.connection_id is not None:
        connection = uow.connections.get(account_id, request.connection_id)
        if account_id == request.provider_id:
            client = connection.client_name
        else:
            provider = connection.company_name
    return {"provider": provider, "client": client}


def not_allowed(uow: UnitOfWork, request: FulfillmentRequest, account_id: str, now: datetime) -> Refused:
    """Why the request does not allow it: what has happened, who did it, and when."""
    state = STATE_WORDS[request.state].format
    names = names_of(uow, request, account_id)
    sentence = Text(state("en", **names), state("es", **names))
    messages = uow.requests.list_messages(account_id, request.id)
    if messages:
        last = messages[-1]
        colleague = uow.users.find(account_id, last.actor)
        own_operator = THE_OPERATOR if last.actor == "operator" else OTHER_SIDE[last.side]
        who: str | Text = colleague.email if colleague is not None else own_operator
        params = {
            "state": Text(sentence.en.rstrip("."), sentence.es.rstrip(".")),
            "who": who,
            "when": f"{last.at:%Y-%m-%d %H:%M}",
        }
        sentence = Text(WHO_AND_WHEN.format("en", **params), WHO_AND_WHEN.format("es", **params))
    work = WORK_WORDS[request.work(now)] if request.is_live else Text("", "")
    return Refused(f"request_{request.state.value}", NOT_ALLOWED, state=sentence, work=work)
