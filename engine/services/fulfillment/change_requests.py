"""What becomes of a merchant's order once its provider has a label for it: asked of the provider, and not simply passed on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.mail import MailKind
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestLine
from engine.model.request_change import ChangeState, RequestChange
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence
from engine.model.transitions import Side
from engine.ports import UnitOfWork
from engine.services.fulfillment.change_words import parts_told
from engine.services.fulfillment.client_document import agreed_parts, current_document
from engine.services.fulfillment.client_orders import ClientOrder, read_client_orders
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import names_of
from engine.services.mail.reply_address import reply_address
from engine.services.mail.tell_people import tell_admins
from rules.messages import Text

CHANGE_REQUESTED = "change_requested"  # the flag of the provider's order
TOLD = Text(
    "{client} has changed order {order} since a label was made: {parts}. Here it stays as it was until you accept that.",
    "{client} ha cambiado el pedido {order} después de hacerse una etiqueta: {parts}. Aquí sigue como estaba hasta que lo "
    "aceptes.",
)
SUBJECT = Text("{client} asks to change order {order}", "{client} pide cambiar el pedido {order}")
SHOW_ORDER = Text("Show the order", "Ver el pedido")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A locked request with what its order wants by now: the lines, the merchant's order, and the provider's, which is locked."""

    request: FulfillmentRequest
    lines: tuple[RequestLine, ...]
    order: Order
    copy: Order


def requests_to_agree(uow: UnitOfWork, requests: Iterable[FulfillmentRequest]) -> list[FulfillmentRequest]:
    """Those over whose changes their providers are asked: there is a label, or they were asked before."""
    by_provider: dict[str, list[FulfillmentRequest]] = {}
    for request in requests:
        if request.is_live and request.copy_id is not None:
            by_provider.setdefault(request.provider_id, []).append(request)
    found = []
    for provider_id, imported in by_provider.items():
        copies = [str(request.copy_id) for request in imported]
        labelled = uow.fulfillment.with_label(provider_id, copies) | uow.labels.being_bought(provider_id, copies).keys()
        found += [request for request in imported if request.copy_id in labelled or request.change is not None]
    return found


def lock_copies(uow: UnitOfWork, requests: Sequence[FulfillmentRequest]) -> Mapping[str, Order]:
    """The providers' orders of locked requests, by their ids."""
    copies: dict[str, Order] = {}
    for provider_id in sorted({request.provider_id for request in requests}):
        ids = [str(request.copy_id) for request in requests if request.provider_id == provider_id]
        copies |= {copy.id: copy for copy in uow.orders.get_many(provider_id, ids, for_change=True)}
    return copies


def propose(app: Application, uow: UnitOfWork, proposal: Proposal, actor: str, now: datetime) -> FulfillmentRequest:
    """The request with the change that its provider is asked about; without one where nothing differs any more.

    `actor`: who has changed the order.
    """
    request, change = proposal.request, proposal.request.change
    kept = agreed_parts(proposal.copy.source) if change is None else change.kept
    wanted = agreed_parts(_wanted_document(uow, proposal))
    drew_attention = change is not None and change.drew_attention
    asked = RequestChange(ChangeState.ASKED, kept, wanted, now, drew_attention=drew_attention)
    if not asked.fields:
        if change is not None and change.drew_attention:
            calm_down(proposal.order, change)
            uow.orders.update_many([proposal.order])
        if request.waits_for_change:
            _withdraw(uow, proposal, actor, now)
        return replace(request, change=None)
    if change is not None and change.wanted == wanted:
        return request
    changed = replace(request, change=asked)
    record(uow, changed, MessageKind.CHANGE_ASKED, Side.SYSTEM, actor, now, code=",".join(asked.fields))
    proposal.copy.flag(CHANGE_REQUESTED)
    _keep(uow, proposal, MessageKind.CHANGE_ASKED, actor, now)
    _tell_provider(app, uow, proposal, asked, now)
    return changed


def calm_down(order: Order, change: RequestChange) -> None:
    """Nothing is left to look at of a change that was refused."""
    if change.drew_attention:
        order.unflag(NEEDS_ATTENTION)


def ask_about_missed_changes(
    app: Application, uow: UnitOfWork, labelled: Collection[tuple[FulfillmentRequest, Order]], now: datetime
) -> None:
    """Ask about what had changed before a label was made, and had not been imported: the label says otherwise.

    Requests and the provider's orders are locked. Whoever changes the merchant's order waits for the request, and asks then.
    """
    copies = {request.id: copy for request, copy in labelled}
    by_connection: dict[tuple[str, str], list[FulfillmentRequest]] = {}
    for request, _ in labelled:
        if request.connection_id is not None and request.change is None:
            by_connection.setdefault((request.provider_id, request.connection_id), []).append(request)
    for (provider_id, connection_id), requests in by_connection.items():
        by_client: dict[str, list[FulfillmentRequest]] = {}
        for request in requests:
            by_client.setdefault(request.account_id, []).append(request)
        for of_client in by_client.values():
            for one in read_client_orders(uow, provider_id, connection_id, of_client):
                copy = copies[one.request.id]
                wanted, kept = agreed_parts(current_document(one)), agreed_parts(copy.source)
                if wanted != kept:
                    actor = _who_changed(one.order, RequestChange(ChangeState.ASKED, kept, wanted, now).fields, copy.updated_at)
                    changed = propose(app, uow, Proposal(one.request, one.request.lines, one.order, copy), actor, now)
                    uow.requests.update(changed)


def _who_changed(order: Order, fields: Collection[str], since: datetime) -> str:
    """Who has set one of these fields last, where a person has since then; else an import has changed the order."""
    edits = [edit for name, edit in order.edits.items() if name.partition(".")[0] in fields and edit.at >= since]
    return max(edits, key=lambda edit: edit.at).actor if edits else "import"


def _wanted_document(uow: UnitOfWork, proposal: Proposal) -> dict[str, object]:
    request = replace(proposal.request, lines=proposal.lines)
    connection = uow.connections.get(request.account_id, str(request.connection_id))
    return current_document(ClientOrder(request, proposal.order, connection, uow.accounts.get(request.account_id)))


def _withdraw(uow: UnitOfWork, proposal: Proposal, actor: str, now: datetime) -> None:
    record(uow, proposal.request, MessageKind.CHANGE_WITHDRAWN, Side.SYSTEM, actor, now)
    proposal.copy.unflag(CHANGE_REQUESTED)
    _keep(uow, proposal, MessageKind.CHANGE_WITHDRAWN, actor, now)


def _keep(uow: UnitOfWork, proposal: Proposal, kind: MessageKind, actor: str, now: datetime) -> None:
    request, copy = proposal.request, proposal.copy
    copy.updated_at = now
    uow.orders.update_many([copy])
    uow.audit.append(
        [
            AuditEntry(request.account_id, now, actor, f"order.{kind.value}", request.order_id),
            AuditEntry(request.provider_id, now, "client", f"request.{kind.value}", request.id),
        ]
    )


def _tell_provider(app: Application, uow: UnitOfWork, proposal: Proposal, change: RequestChange, now: datetime) -> None:
    request, copy = proposal.request, proposal.copy
    named = {"client": names_of(uow, request, request.provider_id)["client"], "order": copy.order_number}
    sentence = Sentence.of(TOLD, **named, parts=parts_told(change.fields))
    uow.alerts.add(Alert(f"alr_{request.id}_change_{now.timestamp()}", request.provider_id, copy.id, sentence, now))
    link = (SHOW_ORDER, f"/orders/{copy.id}")
    subject = Sentence.of(SUBJECT, **named)
    tell_admins(
        app,
        uow,
        request.provider_id,
        MailKind.REQUEST_CHANGED,
        subject,
        [sentence],
        link,
        reply_to=reply_address(uow, request.account_id),
    )
