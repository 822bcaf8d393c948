"""A process of its own that does what it is told, one line of its standard input after the other, on the database it is given.

It says when it is ready, and of each line what came of it: nothing, or the refusal that it met. Told to `stop`, it stands still
after so many transactions of the next line, says so, and goes on with another line.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.forked import Forked
from support.labels import STANDARD
from support.paid_carrier import PaidCarrier
from support.shop import ListConnector, ready

from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.make_label import make_label
from engine.model.account import User
from engine.model.request import RequestAction
from engine.services.connections.answer_invitation import approve, decline
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from storage.database import open_database
from storage.secret_box import SecretBox

STOPPED = "stopped"


class Rival:
    """Another process, as the test sees it. Two of them are told before either is asked what came of it."""

    def __init__(self, url: str, moment: str) -> None:
        self._process = Forked(__name__, url, moment)

    def answer(self) -> str:
        """What came of it: empty, or the refusal."""
        return str(json.loads(self._process.answer()))

    def tell(self, what: str, *arguments: str) -> None:
        self._process.tell(what, *arguments)

    def end(self) -> None:
        self._process.end()


class _Stops:
    """Where the process stands still: after so many transactions from now, or not at all."""

    def __init__(self) -> None:
        self.left = 0

    def within(self, factory: Callable[[], Any]) -> Callable[[], Any]:
        """Units of work after whose commits it may stand still."""

        def open_unit() -> Any:
            unit = factory()
            commit = unit.commit

            def commit_and_stop() -> None:
                commit()
                self.left -= 1
                if self.left == 0:
                    print(json.dumps(STOPPED), flush=True)
                    sys.stdin.readline()

            unit.commit = commit_and_stop
            return unit

        return open_unit


def serve(url: str, moment: str) -> None:
    set_up_logging("critical")
    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    client: Any = ClientConnector(lambda: app)
    store: Any = ListConnector()
    clock = FixedClock(datetime.fromisoformat(moment))
    stops = _Stops()
    app = Application(
        stops.within(database.unit_of_work),
        database.reading_unit_of_work,
        clock,
        {one.describes.code: one for one in (client, store)},
        Argon2PasswordHasher(),
        carriers={"paid": PaidCarrier()},  # type: ignore[dict-item]
    )

    def person(email: str) -> User:
        with app.reading() as unit:
            return unit.users.list_by_email(email)[0]

    def print_there(number: str, city: str) -> None:
        """Have the merchant's store say from now on where an order goes."""
        document = ready(number).document
        store.records[:] = [ready(number, ship_to={**document["ship_to"], "city": city})]

    rejection = Answer(RequestAction.REJECT, "out_of_stock")
    ways = {
        "delegate": lambda account, order, slug, actor: delegate_order(app, account, order, Asking(slug), actor),
        "recall": lambda account, order, actor: recall_order(app, account, order, actor),
        "import": lambda account, store: import_store(app, account, store),
        "approve": lambda email, connection: approve(app, person(email), connection, accepts_terms=True),
        "decline": lambda email, connection: decline(app, person(email), connection),
        "remove": lambda email, connection: remove_connection(app, person(email), connection, open_orders=OpenOrders.RETURN),
        "print": print_there,
        "label": lambda account, order, actor: make_label(app, account, order, STANDARD, actor, f"rival-{os.getpid()}"),
        "stop": lambda transactions: setattr(stops, "left", int(transactions)),
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
