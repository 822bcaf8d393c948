"""What a provider answers to a request, a recall or a change. Merchant and provider see the same row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import RequestAnswered, publish
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.job import JobKind, JobState
from engine.model.mail import MailKind
from engine.model.order import Order
from engine.model.reason_line import ReasonLine
from engine.model.reject_reasons import OTHER, REJECT_REASONS
from engine.model.request import CHANGE_ACTIONS, FulfillmentRequest, RequestAction
from engine.model.request_message import MessageKind
from engine.model.sentence import Sentence, full_sentence, in_a_row
from engine.model.transitions import Side
from engine.ports import NotFound, UnitOfWork
from engine.services.fulfillment.accept_begun import accept_begun
from engine.services.fulfillment.announce import announce
from engine.services.fulfillment.answer_change import answer_change, drop_change
from engine.services.fulfillment.answer_lines import check_lines, lines_told
from engine.services.fulfillment.change_requests import SHOW_ORDER
from engine.services.fulfillment.delegate import record
from engine.services.fulfillment.request_words import names_of, not_allowed, side_of
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.units_to_ship import check_nothing_is_bought
from engine.services.mail.reply_address import reply_address
from engine.services.mail.tell_people import tell_admins
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_TEXT = 2000

NO_REQUEST = Text('There is no request "{request}" in this account.', 'No existe la solicitud "{request}" en esta cuenta.')
NOT_YOURS = Text(
    "Only the provider can answer this request: your side can recall it.",
    "Solo el proveedor puede responder a esta solicitud: tu parte puede retirarla.",
)
BAD_CODE = Text('"{code}" is not a reason: use one of {known}.', '"{code}" no es un motivo: usa uno de {known}.')
NO_TEXT = Text("Write a sentence that says why.", "Escribe una frase que diga por qué.")
LONG_TEXT = Text("The text is longer than {limit} characters: shorten it.", "El texto supera los {limit} caracteres: acórtalo.")
TOLD = {
    RequestAction.REJECT: Text(
        "{provider} does not ship order {order}: {reason}.", "{provider} no prepara el pedido {order}: {reason}."
    ),
    RequestAction.CLOSE: Text(
        "{provider} ships no more of order {order}: {reason}.", "{provider} no envía más del pedido {order}: {reason}."
    ),
    RequestAction.REFUSE_CANCEL: Text(
        "{provider} does not give order {order} back:", "{provider} no devuelve el pedido {order}:"
    ),
    RequestAction.GRANT_CANCEL: Text("{provider} has given order {order} back.", "{provider} ha devuelto el pedido {order}."),
}
REST_IS_BACK = Text("What has not shipped is yours again.", "Lo que no se envió vuelve a ser tuyo.")
MAILED = {
    RequestAction.REJECT: (
        MailKind.REQUEST_REJECTED,
        Text("{provider} does not ship order {order}", "{provider} no prepara el pedido {order}"),
    ),
    RequestAction.CLOSE: (
        MailKind.REQUEST_CLOSED,
        Text("{provider} ships no more of order {order}", "{provider} no envía más del pedido {order}"),
    ),
}
_KINDS = {
    RequestAction.ACCEPT: MessageKind.ACCEPTED,
    RequestAction.START: MessageKind.STARTED,
    RequestAction.REJECT: MessageKind.REJECTED,
    RequestAction.CLOSE: MessageKind.CLOSED,
    RequestAction.GRANT_CANCEL: MessageKind.GRANTED,
    RequestAction.REFUSE_CANCEL: MessageKind.REFUSED,
}
GIVEN_BACK = "order.given_back"  # the rest of it; "order.closed" is what its store does
_WITH_TEXT = (RequestAction.REFUSE_CANCEL, RequestAction.REFUSE_CHANGE)
_WITH_CODE = (RequestAction.REJECT, RequestAction.CLOSE)
_GIVES_BACK = (*_WITH_CODE, RequestAction.GRANT_CANCEL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider says: an action; a reason's code for rejecting and closing, and lines if wanted; a text."""

    action: RequestAction
    code: str | None = None
    text: str = ""
    lines: tuple[ReasonLine, ...] = ()

    def check(self) -> None:
        """Raises Refused."""
        if self.action in _WITH_CODE and self.code not in REJECT_REASONS:
            raise Refused("bad_code", BAD_CODE, code=self.code or "", known=", ".join(REJECT_REASONS))
        if (self.code == OTHER or self.action in _WITH_TEXT) and not self.text.strip():
            raise Refused("no_text", NO_TEXT)
        if len(self.text) > LONGEST_TEXT:
            raise Refused("long_text", LONG_TEXT, limit=LONGEST_TEXT)


def answer_request(app: Application, account_id: str, request_id: str, answer: Answer, actor: str) -> FulfillmentRequest:
    """The request after the provider's answer. Raises Refused, which says what has happened meanwhile and who did it."""
    answer.check()
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = lock_request(uow, account_id, request_id)
        if side_of(request, account_id) is not Side.PROVIDER:
            raise Refused("not_yours", NOT_YOURS)
        answered = give_answer(app, uow, request, order, answer, actor, now)
        announce(app, uow, [answered], now)
        uow.commit()
    app.wake.notify()
    return answered


def give_answer(
    app: Application, uow: UnitOfWork, request: FulfillmentRequest, order: Order, answer: Answer, actor: str, now: datetime
) -> FulfillmentRequest:
    """The provider's answer about a request that is locked, with all that follows for the merchant. Raises Refused."""
    text = answer.text.strip()
    if answer.action in CHANGE_ACTIONS:
        return answer_change(app, uow, request, order, answer.action, text, actor, now)
    kind = _KINDS[answer.action]
    if not request.may(answer.action, Side.PROVIDER, now):
        raise not_allowed(uow, request, request.provider_id, now)
    if answer.action is RequestAction.START:
        request = accept_begun(uow, request, actor, now)
    lines = check_lines(request, answer.action, answer.lines, answer.code)
    answered = request.take(answer.action, Side.PROVIDER, now, reason=answer.code, text=text, lines=lines)
    if answer.action in _GIVES_BACK and request.copy_id is not None:
        check_nothing_is_bought(uow, request.provider_id, request.copy_id)
    uow.requests.update(answered)
    if not answered.is_live:
        drop_change(uow, request)
    record(uow, answered, kind, Side.PROVIDER, actor, now, code=answer.code, text=text, lines=lines)
    _tell_merchant(app, uow, answered, order, answer, actor, now)
    entry = AuditEntry(request.provider_id, now, actor, f"request.{kind.value}", request.id, None, answer.code)
    uow.audit.append([entry])
    return answered


def lock_request(uow: UnitOfWork, account_id: str, request_id: str) -> tuple[FulfillmentRequest, Order]:
    """A request of either side, and the merchant's order, both locked: the order first, as everybody does. Raises Refused."""
    try:
        seen = uow.requests.get(account_id, request_id)
    except NotFound:
        raise Refused("no_request", NO_REQUEST, request=request_id) from None
    order = uow.orders.get(seen.account_id, seen.order_id, for_change=True)
    return uow.requests.get(account_id, request_id, for_change=True), order


def _tell_merchant(
    app: Application, uow: UnitOfWork, request: FulfillmentRequest, order: Order, answer: Answer, actor: str, now: datetime
) -> None:
    """What an answer does to the merchant's order, and how its people hear of it."""
    before = order.status()
    settle_order(uow, order, now)
    kind = _KINDS[answer.action]
    action = GIVEN_BACK if answer.action is RequestAction.CLOSE else f"order.{kind.value}"
    uow.audit.append([AuditEntry(order.account_id, now, "provider", action, order.id, before, order.status())])
    if answer.action in TOLD:
        names = names_of(uow, request, order.account_id)
        reason = REJECT_REASONS.get(answer.code or "", Text("", ""))
        told = Sentence.of(TOLD[answer.action], provider=names["provider"], order=order.order_number, reason=reason)
        after = REST_IS_BACK if answer.action is RequestAction.CLOSE else ""
        said = [in_a_row(told, full_sentence(request.reason_text), after)]
        if (lines := lines_told(request, request.reason_lines)) is not None:
            said.append(lines)
        sentence = in_a_row(*said)
        uow.alerts.add(Alert(f"alr_{request.id}_{kind.value}_{now.timestamp()}", order.account_id, order.id, sentence, now))
        if answer.action in MAILED:
            mail_kind, subject_text = MAILED[answer.action]
            subject = Sentence.of(subject_text, provider=names["provider"], order=order.order_number)
            link = (SHOW_ORDER, f"/orders/{order.id}")
            reply_to = reply_address(uow, request.provider_id, actor)
            tell_admins(app, uow, order.account_id, mail_kind, subject, said, link, reply_to=reply_to)
    if answer.action in _WITH_CODE and order.person.get("logistics_provider") == uow.accounts.get(request.provider_id).slug:
        order.drop_edit("logistics_provider")  # what a person chose has had its answer: rules may choose anew
    publish(app, uow, [RequestAnswered(order, now, request, kind)])
    if answer.action in _WITH_CODE and not _is_sent_on(uow, order):
        order.flag(NEEDS_ATTENTION)
    uow.orders.update_many([order])


def _is_sent_on(uow: UnitOfWork, order: Order) -> bool:
    """Whether rules have chosen who ships it next, so that nobody has to look."""
    jobs = uow.jobs.list_for_order(order.account_id, order.id)
    return any(job.kind is JobKind.DELEGATE and job.state is JobState.DUE for job in jobs)
