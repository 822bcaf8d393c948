"""A merchant with a store, two 3PLs, a provider with a system of its own, and workers: all that each may do, in any order.

Every action may be impossible and then does nothing; what it is done to is chosen by a number, so a sequence can be told again.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from support.both_sides import DEAD_LEASE_S, Crash, Dice, risky
from support.clock import FixedClock
from support.marketplace_goods import RULES, SKUS, changed, count_all, lines_of
from support.marketplace_labels import LABEL_ACTIONS, Postage
from support.marketplace_remote import REMOTE_ACTIONS, Remote
from support.merchants_store import MerchantsStore
from support.shop import OWNER, PASSWORD, PROVIDER, open_shop, ready

from adapters.stores.brightpearl.description.reasons import NOT_PRINTED
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.registry import JobResult
from engine.jobs.schedule import enqueue_due
from engine.jobs.worker import drain, process_next_job
from engine.log_exceptions import log_exceptions
from engine.model.account import Account, AccountKind
from engine.model.connection import Answers, Connection
from engine.model.order import Order
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import FulfillmentRequest, RequestAction
from engine.model.store import Ready, Skipped
from engine.ports import StoreError, UnitOfWork
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.connections.set_connection import replace_skus, set_connection, stop_client
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.importing.import_store import import_store
from engine.services.inventory.change_counts import set_count
from engine.services.refusals import LeaseLost, Refused
from engine.services.stores.sessions import SessionPool
from rules.messages import Text
from storage.database import Database

IRIS = "iris@iris.example"
SLUGS = ("acme-3pl", "iris")


@dataclass
class Marketplace:
    """All accounts of one installation, and the hands of everybody."""

    database: Database
    clock: FixedClock
    app: Application = field(init=False)
    store: MerchantsStore = field(default_factory=MerchantsStore)
    dice: Dice = field(default_factory=Dice)
    faults: list[str] = field(default_factory=list)  # what no action may end in
    printed: dict[str, Ready] = field(default_factory=dict)  # the last contents of each note
    most: dict[tuple[str, str], Decimal] = field(default_factory=dict)  # units ever ordered, by note and line
    tracking: int = 0
    opened: list[Any] = field(default_factory=list)
    meanwhile: list[tuple[int, str, int]] = field(default_factory=list)  # after how many units of work, and what happens then
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        shop = open_shop(self.database, self.clock, rules=None)
        self.merchant, self.merchant_store = shop.merchant, shop.store
        common = {"password": PASSWORD, "country": "ES", "time_zone": "Europe/Madrid"}
        iris = create_account(shop.app, name="Iris", kind=AccountKind.PROVIDER, email=IRIS, **common)
        self.providers: dict[str, Account] = {"acme-3pl": shop.provider, "iris": iris}
        connect_accounts(shop.app, provider_slug="iris", client_slug=self.merchant.slug)
        with shop.app.reading() as unit:
            emails = {self.merchant.slug: OWNER, "acme-3pl": PROVIDER, "iris": IRIS}
            self.people = {slug: unit.users.list_by_email(email)[0] for slug, email in emails.items()}
        self.remote = Remote(self, self.people[self.merchant.slug])
        self.app = replace(shop.app, provider_system=self.remote.systems)
        self.remote.connect()
        self.postage = Postage(self)
        self.app = replace(self.app, carriers=self.postage.carriers)
        self.postage.open_accounts()
        publish_rules(self.app, self.merchant.slug, RULES)
        client: Any = ClientConnector(lambda: self.app)
        connectors = {self.store.describes.code: self.store, client.describes.code: client}
        self.app = replace(
            self.app,
            connectors=connectors,
            unit_of_work=self._interrupted(risky(shop.app.unit_of_work, self.dice)),
            reading=self._interrupted(shop.app.reading),
        )
        count_all(self.database, [one.id for one in self.providers.values()], self.merchant.id, self.clock.now())

    def _interrupted(self, factory: Callable[[], Any]) -> Callable[[], Any]:
        """Units of work before which something else may happen, as in another process: never inside another one."""

        def open_unit() -> Any:
            if threading.current_thread() is threading.main_thread():
                self.opened = [unit for unit in self.opened if hasattr(unit, "connection") and not unit.connection.closed]
                if self.meanwhile and not self.opened and not self.dice.dead:
                    after, name, number = self.meanwhile[0]
                    self.meanwhile[0] = (after - 1, name, number)
                    if after <= 0:
                        del self.meanwhile[0]
                        self.do(name, number)
                unit = factory()
                self.opened.append(unit)
                return unit
            return factory()

        return open_unit

    def do(self, name: str, number: int) -> None:
        """One action of somebody; the process may die with it, and what it held is free again a while later."""
        self.clock.sleep(0.001)  # no two things happen at the same moment
        try:
            with log_exceptions() as attempt:
                ACTIONS[name](self, number)
                self.done[name] += 1
        except Crash:
            self.dice.left, self.dice.dead = None, False
            self.clock.sleep(DEAD_LEASE_S)
            return
        if attempt.error is not None and not isinstance(attempt.error, StoreError | Refused | LeaseLost):
            self.faults.append(f"{name} {number}: {attempt.error!r}")  # the action may be inside another one, which swallows it
            raise attempt.error

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        with self.database.reading_unit_of_work() as unit:
            yield unit

    def orders(self, account: Account) -> list[Order]:
        with self.reading() as unit:
            return sorted(unit.orders.stream(account.id), key=lambda order: order.id)

    def requests(self) -> list[FulfillmentRequest]:
        with self.reading() as unit:
            return unit.requests.list_for_client(self.merchant.id)

    def connections(self) -> list[Connection]:
        """The one of each 3PL that was made last."""
        with self.reading() as unit:
            return [unit.connections.list_for_provider(one.id)[-1] for one in self.providers.values()]

    def pick(self, things: Sequence[Any], number: int) -> Any:
        """One of the last ones, mostly: those that still live. Raises Refused where there is none."""
        if not things:
            raise Refused("nothing", Text("There is nothing.", "No hay nada."))
        return things[-1 - number % len(things)]

    def pick_order(self, number: int) -> Order:
        order: Order = self.pick(self.orders(self.merchant), number)
        return order

    def _request(self, number: int) -> tuple[FulfillmentRequest, str]:
        """One that lies with a 3PL."""
        slugs = {one.id: slug for slug, one in self.providers.items()}
        lying = [one for one in self.requests() if one.is_live and one.provider_id in slugs]
        request: FulfillmentRequest = self.pick(lying, number)
        return request, slugs[request.provider_id]

    def _copy(self, number: int) -> tuple[str, str, str]:
        """The account, the id and the person of an order of a 3PL."""
        slug = SLUGS[number % 2]
        order: Order = self.pick(self.orders(self.providers[slug]), number // 2)
        return order.account_id, order.id, self.people[slug].id

    def any_order(self, number: int) -> tuple[str, str, str]:
        """The same, of anybody."""
        if number % 3:
            return self._copy(number // 3)
        order = self.pick_order(number // 3)
        return order.account_id, order.id, self.people[self.merchant.slug].id

    def new_tracking(self) -> str:
        self.tracking += 1
        return f"T{self.tracking:04}"

    def _numbers(self) -> Shipping:
        return Shipping("seur", "24h", (self.new_tracking(),))

    # The store

    def print_note(self, number: int) -> None:
        name = str(len(self.printed) + 1)
        self._write(ready(name, items=lines_of(number), gift=number % 7 == 0))

    def move(self, number: int) -> None:
        self.change_note(self.pick(self.open_notes(), number), number)

    def change_note(self, name: str, number: int) -> None:
        note = self.store.notes_there[name]
        assert isinstance(note, Ready)
        self._write(replace(note, document=changed(note.document, number)))

    def _write(self, note: Ready) -> None:
        self.store.notes_there[note.external_id] = self.printed[note.external_id] = note
        for item in note.document["items"]:
            key = (note.external_id, item["line_key"])
            self.most[key] = max(self.most.get(key, Decimal(0)), Decimal(item["quantity"]))

    def unprint(self, number: int) -> None:
        self.store.close(self.pick(self.open_notes(), number), shipped=False)

    def ship_elsewhere(self, number: int) -> None:
        self.store.close(self.pick(self.open_notes(), number), shipped=True)

    def print_again(self, number: int) -> None:
        gone = [name for name, one in self.store.notes_there.items() if isinstance(one, Skipped)]
        name = self.pick([one for one in gone if self._reason(one) == NOT_PRINTED.code], number)
        self.store.notes_there[name] = self.printed[name]

    def open_notes(self) -> list[str]:
        return [name for name, one in self.store.notes_there.items() if isinstance(one, Ready)]

    def _reason(self, name: str) -> str:
        note = self.store.notes_there[name]
        return note.message.code if isinstance(note, Skipped) else ""

    def outage(self, number: int) -> None:
        self.store.outages = 1 + number % 3

    # The merchant

    def bring(self, _number: int) -> None:
        import_store(self.app, self.merchant.id, self.merchant_store.id)

    def delegate(self, number: int) -> None:
        self._delegate(number, None)

    def delegate_units(self, number: int) -> None:
        order = self.pick_order(number)
        key, most = self.pick(list(order.quantities().items()), number // 7)
        self._delegate(number, {key: Decimal(1 + number // 11 % int(most))})

    def _delegate(self, number: int, lines: dict[str, Decimal] | None) -> None:
        asking = Asking(SLUGS[number // 5 % 2], lines=lines)
        delegate_order(self.app, self.merchant.id, self.pick_order(number).id, asking, self.people[self.merchant.slug].id)

    def recall(self, number: int) -> None:
        request = self.pick([one for one in self.requests() if one.is_live], number)
        recall_order(self.app, self.merchant.id, request.order_id, self.people[self.merchant.slug].id, request.id)

    def ship(self, number: int) -> None:
        order = self.pick_order(number)
        ship_order(self.app, self.merchant.id, order.id, self._numbers(), self.people[self.merchant.slug].id)

    def unship(self, number: int) -> None:
        unship_order(self.app, self.merchant.id, self.pick_order(number).id, self.people[self.merchant.slug].id)

    def decide_anew(self, number: int) -> None:
        reprocess_orders(self.app, self.merchant.id, [self.pick_order(number).id], self.people[self.merchant.slug].id)

    def grace(self, number: int) -> None:
        connection: Connection = self.pick(self.connections(), number)
        minutes = (0, 0, 20)[number // 2 % 3]
        set_connection(self.app, self.people[self.merchant.slug], connection.id, grace_minutes=minutes)

    def name_skus(self, number: int) -> None:
        connection: Connection = self.pick(self.connections(), number)
        names = {sku: f"P-{sku}" for sku in SKUS[: number // 2 % 4]}
        replace_skus(self.app, self.people[self.merchant.slug], connection.id, names)

    # The 3PLs

    def fetch(self, number: int) -> None:
        connection: Connection = self.pick(self.connections(), number)
        import_store(self.app, connection.provider_id, str(connection.store_id), full=number % 5 == 0)

    def answer(self, number: int, action: RequestAction) -> None:
        request, slug = self._request(number)
        code = list(REJECT_REASONS)[number // 3 % len(REJECT_REASONS)] if number % 2 else "out_of_stock"
        given = Answer(action, code, "So it is.")
        answer_request(self.app, self.providers[slug].id, request.id, given, self.people[slug].id)

    def ship_copy(self, number: int) -> None:
        account_id, order_id, person = self._copy(number)
        ship_order(self.app, account_id, order_id, self._numbers(), person)

    def unship_copy(self, number: int) -> None:
        unship_order(self.app, *self._copy(number))

    def answer_each(self, number: int) -> None:
        connection: Connection = self.pick(self.connections(), number)
        answers = (Answers.AUTO, Answers.EACH)[number // 2 % 2]
        set_connection(self.app, self._person_of(connection), connection.id, answers=answers)

    def stop(self, number: int) -> None:
        connection: Connection = self.pick(self.connections(), number)
        reason, until = (("", None), ("open invoices", None), ("holidays", (self.clock.now() + timedelta(hours=2)).isoformat()))[
            number // 2 % 3
        ]
        stop_client(self.app, self._person_of(connection), connection.id, reason, until)

    def count(self, number: int) -> None:
        slug, sku, units = SLUGS[number % 2], SKUS[number // 2 % 3], Decimal(number % 50)
        set_count(self.app, self.people[slug], self.merchant.slug, sku, units)

    def _person_of(self, connection: Connection) -> Any:
        return next(self.people[slug] for slug, one in self.providers.items() if one.id == connection.provider_id)

    def hold(self, number: int) -> None:
        account_id, order_id, person = self.any_order(number)
        until = (self.clock.now() + timedelta(minutes=number % 90 + 1)).isoformat() if number % 2 else None
        hold_order(self.app, account_id, order_id, "wait", person, until=until)

    def release(self, number: int) -> None:
        release_holds(self.app, *self.any_order(number))

    def part(self, number: int) -> None:
        """A connection ends and another one begins."""
        connection: Connection = self.pick(self.connections(), number)
        choice = (OpenOrders.RETURN, OpenOrders.FINISH)[number // 2 % 2]
        remove_connection(self.app, self._person_of(connection), connection.id, open_orders=choice)

    def join(self, number: int) -> None:
        connect_accounts(self.app, provider_slug=SLUGS[number % 2], client_slug=self.merchant.slug)

    def work(self, _number: int) -> None:
        drain(self.app, "worker", self._note)

    def work_one(self, _number: int) -> None:
        with SessionPool(self.app) as sessions:
            worked = process_next_job(self.app, "another", sessions)
        if worked is not None:
            self._note(worked)

    def _note(self, worked: JobResult) -> None:
        problem = worked.error
        if problem is not None and "nobody foresaw" in str(problem):
            self.faults.append(f"job {worked.job.kind.value}: {problem}")

    def crash_soon(self, number: int) -> None:
        self.dice.left = number % 25

    def wait(self, number: int) -> None:
        self.clock.sleep(60.0 * (1 + number % 90))

    def tick(self, _number: int) -> None:
        enqueue_due(self.app)


def _answers(action: RequestAction) -> Callable[[Marketplace, int], None]:
    return lambda place, number: place.answer(number, action)


ACTIONS: dict[str, Callable[[Marketplace, int], None]] = {
    "print": Marketplace.print_note,
    "change": Marketplace.move,
    "unprint": Marketplace.unprint,
    "print again": Marketplace.print_again,
    "ship elsewhere": Marketplace.ship_elsewhere,
    "outage": Marketplace.outage,
    "import": Marketplace.bring,
    "delegate": Marketplace.delegate,
    "delegate units": Marketplace.delegate_units,
    "recall": Marketplace.recall,
    "ship": Marketplace.ship,
    "unship": Marketplace.unship,
    "decide anew": Marketplace.decide_anew,
    "grace": Marketplace.grace,
    "skus": Marketplace.name_skus,
    "fetch": Marketplace.fetch,
    "accept": _answers(RequestAction.ACCEPT),
    "start": _answers(RequestAction.START),
    "reject": _answers(RequestAction.REJECT),
    "close": _answers(RequestAction.CLOSE),
    "grant": _answers(RequestAction.GRANT_CANCEL),
    "refuse": _answers(RequestAction.REFUSE_CANCEL),
    "ship copy": Marketplace.ship_copy,
    "unship copy": Marketplace.unship_copy,
    "answer each": Marketplace.answer_each,
    "stop": Marketplace.stop,
    "count": Marketplace.count,
    "hold": Marketplace.hold,
    "release": Marketplace.release,
    "part": Marketplace.part,
    "join": Marketplace.join,
    "work": Marketplace.work,
    "work one": Marketplace.work_one,
    "crash": Marketplace.crash_soon,
    "wait": Marketplace.wait,
    "tick": Marketplace.tick,
    **LABEL_ACTIONS,
    **REMOTE_ACTIONS,
}
