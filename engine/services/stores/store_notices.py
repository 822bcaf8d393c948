"""Notices to the owner of a store, as chosen in the store's preferences; and the pause after failed imports."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.model.alert import Alert
from engine.model.sentence import Sentence
from engine.model.store import LONGEST_PAUSE, Store
from engine.model.store_preferences import NoticeTopic
from engine.ports import UnitOfWork
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


def notify_refused(uow: UnitOfWork, store: Store, problem: Sentence, now: datetime) -> None:
    """Once for each set of credentials."""
    key = f"alr_{store.id}_refused_{store.credentials_version}"
    _tell(uow, store, NoticeTopic.CREDENTIALS, key, Sentence.of(REFUSED, store=store.name, problem=problem), now)


def notify_failing(uow: UnitOfWork, store: Store, problem: Sentence, failures: int, run_id: str, now: datetime) -> None:
    """Once in a row of failures."""
    if failures == FAILURES_TOLD:
        sentence = Sentence.of(FAILING, store=store.name, times=failures, problem=problem)
        _tell(uow, store, NoticeTopic.IMPORT_FAILED, f"alr_{run_id}_failing", sentence, now)


def notify_parked(uow: UnitOfWork, store: Store, sentence: Text, count: int, run_id: str, now: datetime) -> None:
    """Of what was parked for the first time, in the words of its kind of store."""
    if count:
        told = Sentence.of(sentence, store=store.name, count=count)
        _tell(uow, store, NoticeTopic.PARKED, f"alr_{run_id}_parked", told, now)


def _tell(uow: UnitOfWork, store: Store, topic: NoticeTopic, alert_id: str, sentence: Sentence, now: datetime) -> None:
    if topic in store.preferences.notices:
        uow.alerts.add(Alert(alert_id, store.account_id, None, sentence, now))
