"""The registration of each kind of job; `engine.jobs.kinds` has one file a kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.application import Application
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.model.store_preferences import NoticeTopic
from engine.ports import UnitOfWork
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MAX_ATTEMPTS = 10
FIRST_RETRY_S = 20.0
LONGEST_RETRY_S = 3600.0


class Lane(StrEnum):
    """Work that may wait for work like it, but not for other work.

    In the order in which one worker alone goes through them: what is quick, or what a store must not be kept waiting for, first,
    and what leaves changes behind before these are read, many at once.
    """

    WRITE_BACKS = "write_backs"
    LABELS = "labels"  # people wait beside the printer
    PRINTING = "printing"  # asks printers, which may hang
    ORDERS = "orders"  # asks no store: quick
    NOTES = "notes"
    CHANGES = "changes"
    PROVIDERS = "providers"  # asks no store, but providers' systems, which may hang
    TRACKING = "tracking"  # asks no store, but carriers, which may hang
    MAIL = "mail"  # asks no store, but a mail server, which may hang
    IMPORTS = "imports"
    BULK = "bulk"  # asks nobody, but takes long: what single people wait for goes first
    BACKTESTS = "backtests"  # asks nobody, but takes long


@dataclass(frozen=True, slots=True)
class JobResult:
    """One attempt at a job. `note` is a word for the log; `error` the sentence that is kept with the job."""

    job: Job
    state: JobState
    note: str = ""
    error: Sentence | None = None
    pause_s: float | None = None  # before another attempt; None: as always
    again_s: float | None = None  # it could not begin: due again after so long, and not counted as an attempt


@dataclass(frozen=True, slots=True)
class JobType:
    """One kind of job: its handler, how long it is retried, and the words for it."""

    kind: JobKind
    lane: Lane
    words: Text  # as the beginning of a sentence; may name {order}
    handle: Callable[[Application, Job, SessionPool], JobResult]
    most_attempts: int = MAX_ATTEMPTS
    topic: NoticeTopic | None = None  # the notice that the store's owner gets when it is given up, if they chose it
    may_begin: Callable[[UnitOfWork, Job], bool] | None = None  # of one that had to wait: whether that is over by now
    ended: Callable[[Application, UnitOfWork, JobResult], None] | None = None  # what the end of an attempt brings along
    log_level: str = "debug"  # of an attempt that went well: a line for each order would bury what did not


def retry_after(attempts: int) -> float:
    """Seconds: doubling from 20 s to an hour, spread by a quarter so that jobs that failed together do not return together."""
    base = min(FIRST_RETRY_S * 2.0 ** max(0, attempts - 1), LONGEST_RETRY_S)
    return base * random.uniform(0.75, 1.25)  # noqa: S311 - spreading, not secrecy
