"""A process of its own that does what it is told, one line of its standard input after the other, on the database it is given.

It says when it is ready, and of each line what came of it: nothing, or the refusal that it met.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Rival:
    """Another process, as the test sees it. Two of them are told before either is asked what came of it."""

    def __init__(self, url: str, moment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.rival", url, moment],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self) -> str:
        """What came of it: empty, or the refusal."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        assert said, "the other process has died"
        return str(json.loads(said))

    def tell(self, what: str, *arguments: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([what, *arguments]) + "\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.communicate()


def _serve(url: str, moment: str) -> None:
    from datetime import datetime

    from support.clock import FixedClock

    from adapters.passwords import Argon2PasswordHasher
    from adapters.stores.client.connector import ClientConnector
    from engine.application import Application
    from engine.model.request import RequestAction
    from engine.services.fulfillment.answer_request import Answer, answer_request
    from engine.services.fulfillment.delegate import Asking, delegate_order
    from engine.services.fulfillment.entered_shipping import Shipping
    from engine.services.fulfillment.recall_order import recall_order
    from engine.services.fulfillment.ship_order import ship_order
    from engine.services.importing.import_store import import_store
    from engine.services.refusals import Refused
    from storage.database import open_database
    from storage.secret_box import SecretBox

    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    client: Any = ClientConnector(lambda: app)
    clock = FixedClock(datetime.fromisoformat(moment))
    app = Application(
        database.unit_of_work, database.reading_unit_of_work, clock, {client.describes.code: client}, Argon2PasswordHasher()
    )
    rejection = Answer(RequestAction.REJECT, "out_of_stock")
    ways = {
        "delegate": lambda account, order, slug, actor: delegate_order(app, account, order, Asking(slug), actor),
        "recall": lambda account, order, actor: recall_order(app, account, order, actor),
        "import": lambda account, store: import_store(app, account, store),
        "reject": lambda account, request, actor: answer_request(app, account, request, rejection, actor),
        "ship": lambda account, order, number, actor: ship_order(app, account, order, Shipping("seur", "24h", (number,)), actor),
    }
    print(json.dumps(""), flush=True)
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        try:
            ways[what](*arguments)
        except Refused as refusal:
            print(json.dumps(str(refusal)), flush=True)
        else:
            print(json.dumps(""), flush=True)
    database.close()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
