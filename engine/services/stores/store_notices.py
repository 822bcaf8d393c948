"""Notices to the owner of a store, as chosen in the store's preferences; and the pause after failed imports.

What a store's people have to mend is an alert and a mail to the account's admins, once for each trouble.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from engine.application import Application
from engine.model.alert import Alert
from engine.model.mail import MailKind
from engine.model.sentence import Sentence
from engine.model.store import LONGEST_PAUSE, Store
from engine.model.store_preferences import NoticeTopic
from engine.ports import UnitOfWork
from engine.services.mail.tell_people import tell_admins
from rules.messages import Text

FAILURES_TOLD = 3  # in a row, before the owner is told that imports fail
FIRST_PAUSE_REFUSED = timedelta(hours=1)  # a password that is refused often may lock its user
LONGEST_PAUSE_FAILED = timedelta(hours=6)

REFUSED = Text(
    'The store "{store}" is no longer imported: {problem} Enter its credentials again on the store\'s page. Until then it is '
    "tried from time to time.",
    'La tienda "{store}" ya no se importa: {problem} Introduce de nuevo sus credenciales en la página de la tienda. '
    "Mientras tanto se prueba de vez en cuando.",
)
FAILING = Text(
    'Imports of the store "{store}" have failed {times} times in a row: {problem}',
    'Las importaciones de la tienda "{store}" han fallado {times} veces seguidas: {problem}',
)

REFUSED_SUBJECT = Text('The store "{store}" refuses its log-in', 'La tienda "{store}" rechaza las credenciales')
FAILING_SUBJECT = Text('The store "{store}" cannot be imported', 'La tienda "{store}" no se puede importar')
PARKED_SUBJECT = Text('Orders of the store "{store}" cannot be read', 'Hay pedidos de la tienda "{store}" que no se pueden leer')
TRIED_AGAIN = Text(
    "It is tried again by itself, with growing pauses. Once it works nothing more is sent, and the orders come.",
    "Se vuelve a intentar automáticamente, con pausas cada vez mayores. Cuando funcione no recibirás más avisos y los pedidos "
    "llegarán.",
)
OPEN_STORE = Text("Open the store", "Abrir la tienda")


def pause_after(store: Store, failures: int, *, refused: bool) -> timedelta | None:
    """How long no planned import is tried after this many failures in a row; None: the next planned one is.

    It doubles: from an hour to a day when the credentials are refused, else from the second failure on from the time
    between two imports to six hours.
    """
    if refused:
        return min(FIRST_PAUSE_REFUSED * (1 << min(failures - 1, 10)), LONGEST_PAUSE)
    if failures < 2:
        return None
    interval = timedelta(minutes=store.refresh_minutes)
    return max(interval, min(interval * (1 << min(failures - 1, 10)), LONGEST_PAUSE_FAILED))


def notify_refused(app: Application, uow: UnitOfWork, store: Store, problem: Sentence, now: datetime) -> None:
    """Once for each set of credentials."""
    key = f"alr_{store.id}_refused_{store.credentials_version}"
    sentence = Sentence.of(REFUSED, store=store.name, problem=problem)
    if _tell(uow, store, NoticeTopic.CREDENTIALS, key, sentence, now):
        _write(app, uow, store, REFUSED_SUBJECT, [sentence])


def notify_failing(
    app: Application, uow: UnitOfWork, store: Store, problem: Sentence, failures: int, run_id: str, now: datetime
) -> None:
    """Once in a row of failures."""
    if failures != FAILURES_TOLD:
        return
    sentence = Sentence.of(FAILING, store=store.name, times=failures, problem=problem)
    if _tell(uow, store, NoticeTopic.IMPORT_FAILED, f"alr_{run_id}_failing", sentence, now):
        _write(app, uow, store, FAILING_SUBJECT, [sentence, Sentence.of(TRIED_AGAIN)])


def notify_parked(
    app: Application, uow: UnitOfWork, store: Store, sentence: Text, count: int, run_id: str, now: datetime
) -> None:
    """Of what was parked for the first time, in the words of its kind of store."""
    if not count:
        return
    told = Sentence.of(sentence, store=store.name, count=count)
    if _tell(uow, store, NoticeTopic.PARKED, f"alr_{run_id}_parked", told, now):
        _write(app, uow, store, PARKED_SUBJECT, [told])


def _tell(uow: UnitOfWork, store: Store, topic: NoticeTopic, alert_id: str, sentence: Sentence, now: datetime) -> bool:
    """Whether that is wanted, and is news."""
    wanted = topic in store.preferences.notices
    return wanted and uow.alerts.add(Alert(alert_id, store.account_id, None, sentence, now))


def _write(app: Application, uow: UnitOfWork, store: Store, subject: Text, paragraphs: Sequence[Sentence]) -> None:
    named = Sentence.of(subject, store=store.name)
    link = (OPEN_STORE, f"/stores/{store.id}")
    tell_admins(app, uow, store.account_id, MailKind.STORE_NOTICE, named, paragraphs, link)
