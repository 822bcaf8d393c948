"""A process that runs rules that are due, and is killed before or after a commit: each time by a child of its own.

A line is a JSON list: the account, what time it is, the commit to die at (0: none), and whether before it or after it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.label_killer import ROOT

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
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.schedule_killer", url],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, account_id: str, now: datetime, commit: int, moment: str) -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([account_id, now.isoformat(), commit, moment]) + "\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said, "the process itself has died"
        return int(said)

    def end(self) -> None:
        self._process.communicate()


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


def _serve(url: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(url, json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    set_up_logging("critical")
    _serve(sys.argv[1])
