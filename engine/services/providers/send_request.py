"""Brings requests to providers' systems: nothing is lost and nothing doubled, whatever breaks on the way.

What is about to be said is kept before it is said. An attempt that ended without an answer leaves it unclear whether it
arrived: then the provider is asked what it has before anything is said again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.integrated_provider import IntegratedProvider
from engine.model.job import Job
from engine.model.request import RequestAction, RequestState
from engine.model.sentence import Sentence, sentence_of
from engine.ports import ProviderRefused, ProviderUnavailable, ProviderUnusable, UnitOfWork
from engine.services.fulfillment.answer_request import Answer, give_answer, lock_request
from engine.services.providers.outgoing import Step, next_step
from engine.services.providers.provider_health import keep_answer, keep_failure

UP_TO_DATE = "up to date"


@dataclass(frozen=True, slots=True)
class Said:
    """How one attempt ended: what was said, and why the provider's system does not take it."""

    step: str
    refusal: Sentence | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    provider: IntegratedProvider
    step: Step
    is_unclear: bool  # whether something was said before that may have arrived
    is_first: bool  # whether the provider's system has nothing of the request unless this attempt brings it


def send_request(app: Application, job: Job) -> Said:
    """Say the next thing that the provider's system does not know about a request. Raises ProviderUnavailable."""
    prepared = _prepare(app, job.account_id, str(job.payload["request_id"]))
    if prepared is None:
        return Said(UP_TO_DATE)
    provider, step = prepared.provider, prepared.step
    is_clear = False
    try:
        if prepared.is_unclear and _has_arrived(app, provider, step):
            _keep_taken(app, prepared)
            return Said(step.name)
        is_clear = True  # what comes is about this very attempt
        if step.message is not None:
            app.providers.send(provider, step.message, step.key)
            _keep_taken(app, prepared)
        elif app.providers.ask_cancel(provider, step.sending.request_id, step.key):
            _keep_taken(app, prepared)
        else:
            _take_back(app, prepared)
    except ProviderUnavailable as error:
        _keep_failure(app, provider, sentence_of(error))
        raise
    except ProviderRefused as error:
        _keep_refusal(app, prepared, error, is_clear=is_clear)
        return Said(step.name, sentence_of(error))
    return Said(step.name)


def has_more_to_say(app: Application, uow: UnitOfWork, account_id: str, request_id: str, but: str | None) -> bool:
    """Whether the provider's system is to be told something about a request, now or once it may be seen, `but` a step that it has
    just refused.
    """
    now, request = app.clock.now(), uow.requests.get(account_id, request_id)
    step = next_step(uow, request, max(now, request.not_before or now))
    return step is not None and step.name != but


def _prepare(app: Application, account_id: str, request_id: str) -> _Prepared | None:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, _ = lock_request(uow, account_id, request_id)
        step = next_step(uow, request, now)
        if step is None:
            return None
        provider = uow.integrated_providers.get(account_id, str(request.connection_id))
        before = uow.integrated_providers.sending(account_id, request_id)
        known = replace(
            step.sending,
            acknowledged=0 if before is None else before.acknowledged,
            cancel_taken=before is not None and before.cancel_taken,
            unclear=True,
        )
        uow.integrated_providers.keep_sending(known)
        if request.sent_at is None:
            uow.requests.update(replace(request, sent_at=now))
        uow.commit()
    return _Prepared(provider, step, before is not None and before.unclear, request.sent_at is None)


def _has_arrived(app: Application, provider: IntegratedProvider, step: Step) -> bool:
    known = app.providers.look_up(provider, step.sending.request_id)
    if known is None:
        return False
    return known.cancel_asked if step.message is None else known.version >= step.message.version


def _keep_taken(app: Application, prepared: _Prepared) -> None:
    """Keep that the provider's system has it. What was answered about it meanwhile stays."""
    provider, step = prepared.provider, prepared.step
    with app.unit_of_work() as uow:
        lock_request(uow, provider.account_id, step.sending.request_id)
        now_kept = uow.integrated_providers.sending(provider.account_id, step.sending.request_id) or step.sending
        if step.message is not None:
            taken = replace(now_kept, acknowledged=max(now_kept.acknowledged, step.message.version))
        else:
            taken = now_kept if now_kept.cancels > step.sending.cancels else replace(now_kept, cancel_taken=True)
        uow.integrated_providers.keep_sending(replace(taken, unclear=False))
        keep_answer(uow, provider, app.clock.now())
        uow.commit()


def _take_back(app: Application, prepared: _Prepared) -> None:
    """The provider's system has never got the request and will not take it any more: it is the merchant's again."""
    provider, request_id = prepared.provider, prepared.step.sending.request_id
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = lock_request(uow, provider.id, request_id)
        kept = uow.integrated_providers.sending(provider.account_id, request_id) or prepared.step.sending
        uow.integrated_providers.keep_sending(replace(kept, cancel_taken=True, unclear=False))
        if request.state is RequestState.CANCEL_REQUESTED:
            give_answer(app, uow, request, order, Answer(RequestAction.GRANT_CANCEL), "look-up", now)
        keep_answer(uow, provider, now)
        uow.commit()


def _keep_failure(app: Application, provider: IntegratedProvider, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        keep_failure(app, uow, provider, error, app.clock.now(), may_mend=True)
        uow.commit()


def _keep_refusal(app: Application, prepared: _Prepared, error: ProviderRefused, *, is_clear: bool) -> None:
    """Keep a clear no. Where no attempt before it can have arrived, the provider has nothing to give back when it is recalled."""
    provider, step = prepared.provider, prepared.step
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = lock_request(uow, provider.account_id, step.sending.request_id)
        kept = uow.integrated_providers.sending(provider.account_id, request.id) or step.sending
        if is_clear:
            uow.integrated_providers.keep_sending(replace(kept, unclear=False))
            if prepared.is_first and request.state is RequestState.REQUESTED:
                uow.requests.update(replace(request, sent_at=None))
        if isinstance(error, ProviderUnusable):
            keep_failure(app, uow, provider, sentence_of(error), now, may_mend=False)
        else:
            keep_answer(uow, provider, now)
        uow.audit.append([AuditEntry(order.account_id, now, "provider", "request.not_taken", request.id, None, step.name)])
        uow.commit()
