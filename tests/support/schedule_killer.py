"""A process that runs rules that are due, and is killed before or after a commit: each time by a child of its own.

A line is a JSON list: the account, what time it is, the commit to die at (0: none), and whether before it or after it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.forked import Forked

from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from engine.application import Application
from engine.services.deciding import scheduled_runs, second_looks
from engine.services.deciding.scheduled_runs import run_schedules
from storage.database import open_database
from storage.secret_box import SecretBox

SLICE = 2  # orders at once


class ScheduleKiller:
    """The process, as the test sees it."""

    def __init__(self, url: str) -> None:
        self._process = Forked(__name__, url)

    def run(self, account_id: str, now: datetime, commit: int, moment: str) -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        self._process.tell(account_id, now.isoformat(), commit, moment)
        return int(self._process.answer())

    def end(self) -> None:
        self._process.end()


def dying(commit: Callable[[Any], None], number: int, moment: str) -> Callable[[Any], None]:
    done = 0

    def die(unit: Any) -> None:
        nonlocal done
        done += 1
        if done == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(unit)
        if done == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def _do(url: str, order: list[Any]) -> None:
    from storage.unit_of_work import SqlUnitOfWork

    account_id, now, number, moment = order
    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    clock = FixedClock(datetime.fromisoformat(now))
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, {}, Argon2PasswordHasher())
    scheduled_runs.AT_ONCE = second_looks.AT_ONCE = SLICE
    if number:
        SqlUnitOfWork.commit = dying(SqlUnitOfWork.commit, number, moment)  # type: ignore[method-assign]
    while run_schedules(app, account_id).is_more:
        pass


def serve(url: str) -> None:
    set_up_logging("critical")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(url, json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
