"""How providers' systems do: kept with each attempt, and told to the merchant's admins, once, where one keeps failing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from engine.application import Application
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.integrated_provider import IntegratedProvider
from engine.model.mail import MailKind
from engine.model.moment_words import moment_words
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.mail.tell_people import tell_admins
from rules.messages import Text

HEALTH_IS_KEPT = timedelta(minutes=1)  # an answer within so long of another is nothing new

SUBJECT = Text("Orders do not reach {provider}", "Los pedidos no llegan a {provider}")
KEEPS_FAILING = Text(
    "The system of {provider} has been failing since {when}. {problem}",
    "El sistema de {provider} falla desde el {when}. {problem}",
)
IS_TRIED_AGAIN = Text(
    "What you hand over to {provider} waits, and is sent as soon as its system answers again; a test on the connection's page "
    "sends it at once.",
    "Lo que delegas en {provider} espera y se envía en cuanto su sistema vuelva a responder; una prueba en la página de la "
    "conexión lo envía en el momento.",
)
IS_NOT_TRIED_AGAIN = Text(
    "What you hand over to {provider} waits and is not sent by itself any more: once that is mended, test the connection on its "
    "page, which sends it.",
    "Lo que delegas en {provider} espera y ya no se envía por sí solo: cuando esté resuelto, prueba la conexión en su página y "
    "se enviará.",
)
SHOW = Text("Show the connection", "Ver la conexión")


def keep_answer(uow: UnitOfWork, provider: IntegratedProvider, now: datetime) -> None:
    """Keep that a provider's system has answered."""
    known = uow.integrated_providers.get(provider.account_id, provider.connection_id)
    is_news = known.failing_since is not None or known.answered_at is None or now - known.answered_at >= HEALTH_IS_KEPT
    if is_news:
        uow.integrated_providers.keep_health(known.answered(now))


def keep_failure(
    app: Application, uow: UnitOfWork, provider: IntegratedProvider, problem: Sentence, now: datetime, *, may_mend: bool
) -> None:
    """Keep that a call to a provider's system failed, which may mend by itself or not; its admins hear of it in time."""
    known = uow.integrated_providers.get(provider.account_id, provider.connection_id, for_change=True)
    failed = known.failed(problem, now)
    if failed.is_to_be_told(now, may_mend=may_mend):
        _tell(app, uow, failed, now, IS_TRIED_AGAIN if may_mend else IS_NOT_TRIED_AGAIN)
        failed = replace(failed, told_at=now)
    uow.integrated_providers.keep_health(failed)


def _tell(app: Application, uow: UnitOfWork, provider: IntegratedProvider, now: datetime, what_waits: Text) -> None:
    name = uow.connections.get(provider.account_id, provider.connection_id).company_name
    zone = uow.accounts.get(provider.account_id).time_zone
    when = "?" if provider.failing_since is None else moment_words(provider.failing_since, zone)
    fails = Sentence.of(KEEPS_FAILING, provider=name, when=when, problem=provider.last_error)
    uow.alerts.add(Alert(new_id("alr"), provider.account_id, None, fails, now))
    subject, waits = Sentence.of(SUBJECT, provider=name), Sentence.of(what_waits, provider=name)
    link = (SHOW, f"/connections/{provider.connection_id}")
    tell_admins(app, uow, provider.account_id, MailKind.PROVIDER_NOTICE, subject, [fails, waits], link)
