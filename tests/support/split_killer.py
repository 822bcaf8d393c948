"""A process that tells a sandbox of what has left, and is killed at a step of splitting a note: each time a child of its own.

A line is a JSON list: what time it is, the step to die at (empty: none), and whether before it or after it.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.forked import Forked
from support.label_killer import kill_at
from support.sandbox_shop import LOOPBACK

from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.stores.brightpearl import note_split
from adapters.stores.brightpearl.session import BrightpearlConnector
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.worker import drain
from engine.services.fulfillment import split_note
from storage.database import open_database
from storage.secret_box import SecretBox


class SplitKiller:
    """The process, as the test sees it."""

    def __init__(self, url: str) -> None:
        self._process = Forked(__name__, url)

    def work_off(self, now: datetime, step: str = "", moment: str = "") -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        self._process.tell(now.isoformat(), step, moment)
        return int(self._process.answer())

    def end(self) -> None:
        self._process.end()


def _do(url: str, order: list[str]) -> None:
    now, step, moment = order
    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    clock = FixedClock(datetime.fromisoformat(now))
    connectors: dict[str, Any] = {
        one.describes.code: one for one in (BrightpearlConnector(clock, [LOOPBACK]), ClientConnector(lambda: app))
    }
    app = Application(database.unit_of_work, database.reading_unit_of_work, clock, connectors, Argon2PasswordHasher())
    if step:
        is_call = step in {one.code for one in note_split.CALL_STEPS}
        kill_at(*((note_split, "CALL_STEPS") if is_call else (split_note, "SPLIT_STEPS")), step, moment)
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
