"""A process that works on bulk actions, and is killed before or after a commit: each time by a child of its own.

A line is a JSON list: what time it is, the commit to die at (0: none), and whether before it or after it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.forked import Forked
from support.schedule_killer import dying

from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.worker import drain
from storage.database import open_database
from storage.secret_box import SecretBox


class BulkKiller:
    """The process, as the test sees it."""

    def __init__(self, url: str) -> None:
        self._process = Forked(__name__, url)

    def run(self, now: datetime, commit: int, moment: str) -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        self._process.tell(now.isoformat(), commit, moment)
        return int(self._process.answer())

    def end(self) -> None:
        self._process.end()


def _do(url: str, order: list[Any]) -> None:
    from storage.unit_of_work import SqlUnitOfWork

    now, number, moment = order
    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    clock = FixedClock(datetime.fromisoformat(now))
    client: Any = ClientConnector(lambda: app)
    connectors = {client.describes.code: client}
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, connectors, Argon2PasswordHasher())
    if number:
        SqlUnitOfWork.commit = dying(SqlUnitOfWork.commit, number, moment)  # type: ignore[method-assign]
    drain(app, f"test-{os.getpid()}")


def serve(url: str) -> None:
    set_up_logging("critical")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(url, json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
