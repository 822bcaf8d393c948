"""What is to be done about an order next: everything that stands still with what cures it, else what goes on by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from engine.application import Application
from engine.decide.decision import INVALID_SERVICE, NEEDS_ATTENTION
from engine.model.address_check import Verdict
from engine.model.hold import HoldOwner, ListedHold
from engine.model.job import Job, JobKind, JobState
from engine.model.order import DELIVERY_PROBLEM, OUTDATED, OVERDUE, OrderState
from engine.model.request import RequestAction
from engine.model.sentence import Sentence
from engine.model.write_back import ASKS_PARTS
from engine.services.attention import reasons
from engine.services.attention.by_itself import by_itself
from engine.services.attention.next_action import Cause, Cure, NextAction, Owner
from engine.services.attention.situation import Situation, read_situations
from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.list_holds import BY_CLIENTS_RULES, RECALLED
from engine.services.fulfillment.order_requests import OrderRequest
from engine.services.labels.choose_service import LabelSource
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.messages import LANGUAGES

_TELLING = (JobKind.NOTIFY_STORE, JobKind.WITHDRAW_NOTICE)
_BY_LABEL = (JobKind.BUY_LABEL, JobKind.VOID_LABEL)  # the label itself says how it stands
_SERVICE_NOT_VALID = Sentence.of(SERVICE_NOT_AVAILABLE)
_UNDER_WAY = (JobState.DUE, JobState.RUNNING)
_URGENCY = {cause: place for place, cause in enumerate(Cause)}
_TO_SHIP: Mapping[LabelSource, tuple[Cure, Cure | None]] = {
    LabelSource.HERE: (Cure.CONFIGURE_SHIPMENT, None),
    LabelSource.OTHER: (Cure.SHIP_BY_HAND, Cure.CONFIGURE_SHIPMENT),
    LabelSource.ELSEWHERE: (Cure.SHIP_BY_HAND, None),
}
Look = Callable[[Situation], Iterable[NextAction]]


def list_next_actions(app: Application, account_id: str, order_ids: Sequence[str]) -> dict[str, list[NextAction]]:
    """Of orders of one account by their ids, each with one at least; those that are not the account's are left out."""
    names = list_account_names(app, account_id)
    with app.reading() as uow:
        found = read_situations(app, uow, account_id, uow.orders.get_many(account_id, order_ids), names)
    return {order_id: next_actions(one) for order_id, one in found.items()}


def next_actions(situation: Situation) -> list[NextAction]:
    """The most urgent first. Where nobody has to act: what goes on by itself, or that it is over."""
    found = [action for look in _LOOKS for action in look(situation)]
    if NEEDS_ATTENTION in situation.order.flags and not any(Cure.RELEASE in (one.cure, one.other_cure) for one in found):
        found.append(_attention(situation, is_told=any(one.needs_person for one in found)))
    found.sort(key=lambda action: _URGENCY[action.cause])
    return found or by_itself(situation)


def _client_asks(situation: Situation) -> Iterator[NextAction]:
    asked = situation.client_request
    if asked is None or not _is_to_answer(asked):
        return
    since = asked.request.changed_at or asked.request.created_at
    words = reasons.client_asks(asked)
    yield NextAction(Cause.CLIENT_ASKS, words, Owner.ACCOUNT, since, Cure.ANSWER, subject=asked.request.id)


def _is_to_answer(asked: OrderRequest) -> bool:
    return asked.waits_for_answer and bool(asked.allowed)


def _held(situation: Situation) -> Iterator[NextAction]:
    asked = situation.client_request
    for listed in situation.holds:
        if listed.why is RECALLED and asked is not None and _is_to_answer(asked):
            continue  # it ends with the answer that is asked for
        until = listed.hold.until
        if listed.is_own:
            reason, owner = reasons.own_hold(listed, situation.names), Owner.ACCOUNT
            hold, rules = listed.hold.id, listed.rules
            yield NextAction(Cause.HELD, reason, owner, listed.hold.since, Cure.RELEASE, until, subject=hold, rules=rules)
        else:
            yield _held_by_client(situation, listed)


def _held_by_client(situation: Situation, listed: ListedHold) -> NextAction:
    asked = situation.client_request
    client = "" if asked is None else asked.other
    if listed.hold.owner is HoldOwner.SYSTEM and asked is not None and listed.why is not BY_CLIENTS_RULES:
        reason = Sentence.of(reasons.CLIENT_ASKS_BACK, client=client)
    else:
        reason = reasons.clients_hold(listed, client)
    return NextAction(Cause.HELD, reason, Owner.CLIENT, listed.hold.since, until=listed.hold.until, who=client)


def _invalid_service(situation: Situation) -> Iterator[NextAction]:
    order = situation.order
    if INVALID_SERVICE in order.flags and _may_leave(situation):
        yield NextAction(Cause.INVALID_SERVICE, _SERVICE_NOT_VALID, Owner.ACCOUNT, order.updated_at, Cure.CHOOSE_SERVICE)


def _invalid_address(situation: Situation) -> Iterator[NextAction]:
    check, order = situation.address, situation.order
    if check.verdict is Verdict.ERROR and _may_leave(situation):
        reason = Sentence(*(" ".join(one.format(language) for one in check.problems) for language in LANGUAGES))
        yield NextAction(Cause.INVALID_ADDRESS, reason, Owner.ACCOUNT, order.imported_at, Cure.CORRECT_ADDRESS)


def _rejected(situation: Situation) -> Iterator[NextAction]:
    own = situation.own_requests
    if situation.order.state is OrderState.REJECTED_FULFILLMENT and own:
        since = own[0].request.changed_at or own[0].request.created_at
        words = reasons.rejected(own[0])
        yield NextAction(Cause.REJECTED, words, Owner.ACCOUNT, since, Cure.CHOOSE_PROVIDER, who=own[0].other)


def _overdue(situation: Situation) -> Iterator[NextAction]:
    if OVERDUE not in situation.order.flags:
        return
    for asked in situation.own_requests:
        late = asked.request.fulfil_by
        if late is not None and asked.request.is_overdue(situation.now):
            reason = Sentence.of(reasons.LATE, provider=asked.other)
            cure = Cure.RECALL if RequestAction.RECALL in asked.allowed else Cure.WRITE
            yield NextAction(Cause.OVERDUE, reason, Owner.ACCOUNT, late, cure, who=asked.other, subject=asked.request.id)


def _outdated(situation: Situation) -> Iterator[NextAction]:
    order = situation.order
    if OUTDATED in order.flags and NEEDS_ATTENTION in order.flags:
        is_of_client = situation.client_request is not None
        reason = reasons.outdated(order, is_of_client=is_of_client)
        cure, other = (Cure.RELEASE, None) if is_of_client else (Cure.DECIDE_ANEW, Cure.RELEASE)
        yield NextAction(Cause.OUTDATED, reason, Owner.ACCOUNT, order.updated_at, cure, other_cure=other)


def _label_refused(situation: Situation) -> Iterator[NextAction]:
    label = situation.refused_label
    if label is not None and label.error is not None and _may_leave(situation):
        is_dear = label.is_above_limit(label.asked)  # nothing failed: the sentence says it all
        reason = label.error if is_dear else Sentence.of(reasons.NOT_MADE, carrier=label.carrier, reason=label.error)
        yield NextAction(Cause.LABEL_REFUSED, reason, Owner.ACCOUNT, label.created_at, Cure.CONFIGURE_SHIPMENT)


def _rule_failed(situation: Situation) -> Iterator[NextAction]:
    order = situation.order
    errors = [error for error in situation.errors if error != _SERVICE_NOT_VALID]  # which is a cause of its own
    if NEEDS_ATTENTION in order.flags and errors:
        reason, rules = errors[0], situation.failed_rules
        yield NextAction(Cause.RULE_FAILED, reason, Owner.ACCOUNT, order.updated_at, Cure.RELEASE, rules=rules)


def _delivery_problem(situation: Situation) -> Iterator[NextAction]:
    order = situation.order
    if DELIVERY_PROBLEM in order.flags:
        reason = Sentence.of(reasons.DELIVERY)
        since, seen = order.updated_at, Cure.RELEASE
        yield NextAction(Cause.DELIVERY_PROBLEM, reason, Owner.ACCOUNT, since, Cure.SEE_SHIPMENT, other_cure=seen)


def _given_up(situation: Situation) -> Iterator[NextAction]:
    """What was tried too often. Of several tellings one is enough: all of them are told again together."""
    dead = [job for job in situation.jobs if job.state is JobState.DEAD and job.kind not in _BY_LABEL]
    untold = [job for job in dead if job.kind in _TELLING]
    for job in [*untold[:1], *(job for job in dead if job.kind not in _TELLING)]:
        since, detail = job.tried_at or job.created_at, job.kind.value
        subject = str(job.payload.get("shipment_id") or "")
        if job.kind in _TELLING:
            reason = _of_job(reasons.NOT_TOLD_CLIENT if situation.client_request else reasons.NOT_TOLD, job)
            yield NextAction(Cause.NOT_TOLD, reason, Owner.ACCOUNT, since, Cure.TELL_AGAIN, subject=subject, detail=detail)
        elif job.kind is JobKind.BUYER_EMAIL:
            mail = str(job.payload.get("mail") or "")
            reason = _of_job(reasons.MAIL_FAILED, job)
            yield NextAction(Cause.MAIL_FAILED, reason, Owner.ACCOUNT, since, Cure.MAIL_AGAIN, subject=subject, detail=mail)
        elif NEEDS_ATTENTION in situation.order.flags:
            cure = Cure.CHOOSE_PROVIDER if job.kind is JobKind.DELEGATE else Cure.RELEASE
            yield NextAction(Cause.GIVEN_UP, _of_job(reasons.GIVEN_UP, job), Owner.ACCOUNT, since, cure, detail=detail)


def _asks_parts(situation: Situation) -> Iterator[NextAction]:
    order = situation.order
    if ASKS_PARTS in order.flags:
        reason = Sentence.of(reasons.PARTS)
        yield NextAction(Cause.ASKS_PARTS, reason, Owner.ACCOUNT, order.updated_at, Cure.ANSWER_PARTS)


def _awaiting_label(situation: Situation) -> Iterator[NextAction]:
    """Not of one whose service is not valid, which is said: there is nothing to ship it by yet."""
    order, source = situation.order, situation.label_source
    if not is_to_ship_here(situation) or INVALID_SERVICE in order.flags:
        return
    reason = reasons.to_ship(order, by_hand=source is not LabelSource.HERE)
    cure, other = _TO_SHIP[source]
    yield NextAction(Cause.AWAITING_LABEL, reason, Owner.ACCOUNT, situation.here_since, cure, other_cure=other)


_LOOKS: tuple[Look, ...] = (
    *(_client_asks, _held, _invalid_service, _invalid_address, _rejected, _overdue, _outdated, _label_refused, _rule_failed),
    *(_delivery_problem, _given_up, _asks_parts, _awaiting_label),
)


def is_to_ship_here(situation: Situation) -> bool:
    """Whether something of it is the account's own to pack now: nobody holds it, asks first, or has it."""
    order = situation.order
    states = (OrderState.OPEN, OrderState.PARTIALLY_SHIPPED)
    if order.state not in states or order.is_held or order.status() == reasons.AWAITING_PAYMENT or situation.labels:
        return False
    if any(asked.is_open for asked in situation.own_requests):
        return False
    asked = situation.client_request
    if asked is not None and (not asked.request.is_live or asked.stopped is not None):
        return False
    return not any(job.kind is JobKind.DELEGATE and job.state in _UNDER_WAY for job in situation.jobs)


def _attention(situation: Situation, *, is_told: bool) -> NextAction:
    """Flagged, and nothing else found ends that; why, unless that is told already, as the last alert about the order says."""
    order, alert = situation.order, next(iter(situation.alerts), None)
    reason = Sentence.of(reasons.ATTENTION) if alert is None else alert.message
    since = order.updated_at if alert is None else alert.created_at
    return NextAction(
        Cause.ATTENTION, Sentence.of(reasons.THEN_RELEASE) if is_told else reason, Owner.ACCOUNT, since, Cure.RELEASE
    )


def _may_leave(situation: Situation) -> bool:
    """Whether something of the order may still leave from anywhere."""
    states = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT, OrderState.PARTIALLY_SHIPPED)
    return situation.order.state in states and not any(asked.is_open for asked in situation.own_requests)


def _of_job(words: reasons.Words, job: Job) -> Sentence:
    return Sentence.of(words, problem=job.last_error or Sentence.of(reasons.UNKNOWN))
