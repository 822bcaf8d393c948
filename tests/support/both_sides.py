"""A shop and its Brightpearl account to which anything may happen, crashes too; and whether both agree in the end."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import EVERYTHING, SHIPPED_STATUS, configure

from adapters.sandboxes.brightpearl import SandboxData
from adapters.stores.brightpearl.transport import Transport
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.job import JobKind, JobState
from engine.model.order import CHANGEABLE, Order, OrderState
from engine.ports import StoreError
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.importing.import_store import import_named
from engine.services.refusals import LeaseLost, Refused
from engine.services.stores.sessions import open_session

FAULTS = ("error_500", "outage_503", "html_502", "truncated", "reset", "expire_token", "throttled")
PATHS = ("", "goods-out-search", "goods-out/", "order-service/order", "/event$", "/status$", "/note$", "authorise")
DEAD_LEASE_S = 70.0  # longer than what a dead process may still hold


class Crash(BaseException):
    """The process is gone."""


@dataclass
class Dice:
    """Counts down to a crash over the moments at which a process may die: around each request and each commit."""

    left: int | None = None
    dead: bool = False

    def roll(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        if self.dead:
            raise Crash
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.dead = True
                raise Crash


def risky(factory: Callable[[], Any], dice: Dice) -> Callable[[], Any]:
    """Units of work around whose commits the process may die."""

    def open_unit() -> Any:
        unit = factory()
        commit = unit.commit

        def risky_commit() -> None:
            dice.roll()
            commit()
            dice.roll()

        unit.commit = risky_commit
        return unit

    return open_unit


@contextmanager
def mortal(shop: SandboxShop, dice: Dice) -> Iterator[None]:
    """Within it the product dies when the dice say so; a dead one neither asks nor commits anything."""
    attempt = Transport._attempt

    def risky_attempt(self: Transport, *arguments: Any) -> Any:
        dice.roll()
        reply = attempt(self, *arguments)
        dice.roll()  # it was carried out, and nobody has read the answer
        return reply

    app = shop.app
    Transport._attempt = risky_attempt  # type: ignore[method-assign]
    shop.app = replace(app, unit_of_work=risky(app.unit_of_work, dice))
    try:
        yield
    finally:
        Transport._attempt = attempt  # type: ignore[method-assign]
        shop.app = app


@dataclass
class BothSides:
    """What people, the store and the product do, one after the other; every action may be impossible and then does nothing."""

    shop: SandboxShop
    dice: Dice = field(default_factory=Dice)
    tracking: int = 0
    sent: dict[str, str] = field(default_factory=dict)  # tracking number → note id

    def __post_init__(self) -> None:
        configure(self.shop, **EVERYTHING)

    @property
    def data(self) -> SandboxData:
        return self.shop.server.data

    @property
    def clock(self) -> FixedClock:
        return self.shop.clock

    # At the store's desk

    def create(self, number: int) -> None:
        self.data.create_order(rows=1 + number % 3, printed=number % 4 != 3)

    def on_note(self, action: str, number: int) -> None:
        open_notes = [note_id for note_id, note in sorted(self.data.notes.items()) if not note.shipped]
        if open_notes:
            getattr(self.data, action)(open_notes[number % len(open_notes)])

    def ship_elsewhere(self, number: int) -> None:
        open_notes = [note_id for note_id, note in sorted(self.data.notes.items()) if not note.shipped]
        if open_notes:
            self.data.ship_note(open_notes[number % len(open_notes)], f"ELSEWHERE-{number}")

    def split(self, number: int) -> None:
        orders = sorted(self.data.orders)
        if orders:
            try:
                self.data.split_order(orders[number % len(orders)])
            except ValueError:
                return  # too little to split

    def move(self, number: int) -> None:
        orders = sorted(self.data.orders)
        if orders:
            self.data.change_address(orders[number % len(orders)], addressLine3=f"Ciudad {number}")

    def fault(self, number: int) -> None:
        kind, path = FAULTS[number % len(FAULTS)], PATHS[number // 7 % len(PATHS)]
        self.shop.server.fault(kind, path, skip=number % 3, times=1 + number % 2, seconds=1.0)

    # In the product

    def crash_soon(self, number: int) -> None:
        self.dice.left = number % 40

    def alive(self, work: Callable[[], object]) -> None:
        """Do a piece of work; the process may die with it, and what it held is free again a while later."""
        try:
            with mortal(self.shop, self.dice):
                work()
        except (StoreError, Refused, LeaseLost):
            return
        except Crash:
            self.dice.left, self.dice.dead = None, False
            self.clock.sleep(DEAD_LEASE_S)

    def bring(self, number: int) -> None:
        self.alive(lambda: self.shop.run_import(full=number % 5 == 0))

    def change(self, number: int) -> None:
        """A webhook names a note, perhaps one that is gone."""
        ids = [str(note_id) for note_id in sorted(self.data.notes)] + ["99999"]
        self.alive(lambda: self._read_named([ids[number % len(ids)]]))

    def _read_named(self, ids: list[str]) -> None:
        session = open_session(self.shop.app, self.shop.store)
        try:
            import_named(self.shop.app, self.shop.store, ids, session)
        finally:
            session.close()

    def ship(self, number: int) -> None:
        orders = [order for _, order in sorted(self.shop.orders().items()) if order.state in CHANGEABLE]
        if orders:
            order = orders[number % len(orders)]
            self.tracking += 1
            tracking = f"TRACK{self.tracking:04}"
            self.sent[tracking] = order.external_id
            shipping = Shipping("seur", "24h", (tracking,))
            self.alive(lambda: ship_order(self.shop.app, self.shop.merchant.id, order.id, shipping, "operator"))

    def unship(self, number: int) -> None:
        orders = [order for _, order in sorted(self.shop.orders().items()) if order.state is OrderState.SHIPPED]
        if orders:
            order = orders[number % len(orders)]
            self.alive(lambda: unship_order(self.shop.app, self.shop.merchant.id, order.id, "operator"))

    def work(self, _number: int) -> None:
        self.alive(self.shop.work_off)

    def wait(self, number: int) -> None:
        self.clock.sleep(60.0 * (1 + number % 60))

    # In the end

    def settle(self) -> None:
        """No more faults: imports and retries come to their end."""
        self.shop.server.clear_faults()
        self.dice.left = None
        self.clock.sleep(24 * 3600)
        for _ in range(3):
            self.shop.run_import(full=True)
            for _ in range(6):
                self.clock.sleep(3700)
                self.shop.work_off()
        assert self.shop.count(JobState.DUE) == self.shop.count(JobState.RUNNING) == 0

    def check(self) -> None:
        """Both sides say the same of every note, and everything was told once."""
        orders = self.shop.orders()
        for note_id in self.data.notes:
            if str(note_id) not in orders:
                status = self.data.note(note_id)["status"]
                assert status["shipped"] or not status["printed"], f"note {note_id} was missed"
        for order in orders.values():
            self._check_order(order)
        self._check_writes()

    def _check_order(self, order: Order) -> None:
        note_id = int(order.external_id)
        note = self.data.note(note_id) if note_id in self.data.notes else None
        status = {"printed": False, "shipped": False} if note is None else note["status"]
        ours = self._shipment(order)
        if order.state in CHANGEABLE:
            assert note is not None
            assert status["printed"]
            assert not status["shipped"]
            self._check_contents(order, note)
            assert not (note["shipping"].get("reference") or "").startswith("TRACK"), "a withdrawn number is still there"
        elif order.state is OrderState.CANCELLED:  # what is shipped after its print was taken back is no longer looked at
            assert status["shipped"] or not status["printed"]
        elif ours is None:
            assert order.state is OrderState.SHIPPED
            assert status["shipped"]
        else:
            assert order.state is OrderState.SHIPPED
            self._check_told(order, ours, note)

    def _check_contents(self, order: Order, note: dict[str, Any]) -> None:
        document = order.document()
        delivery = self.data.order(note["orderId"])["parties"]["delivery"]
        assert document["ship_to"].get("city", "") == delivery.get("addressLine3", "")
        there = {row: sum(place["quantity"] for place in places) for row, places in note["orderRows"].items()}
        assert {item["line_key"]: item["quantity"] for item in document["items"]} == there

    def _check_told(self, order: Order, shipment: Shipment, note: dict[str, Any] | None) -> None:
        """The store holds it for shipped with our number, or a person knows that it does not."""
        number = shipment.parcels[0].tracking_number
        texts = [] if note is None else [kept["text"] for kept in self.data.order_notes.get(note["orderId"], [])]
        if note is not None and note["status"]["shipped"] and note["shipping"]["reference"] == number:
            assert sum(str(number) in text for text in texts) == 1
            return
        dead = [job for job in self.shop.jobs(order) if job.kind is JobKind.NOTIFY_STORE and job.state is JobState.DEAD]
        assert dead, f"order {order.order_number} is shipped here with {number}, there it says {note and note['shipping']}"
        assert NEEDS_ATTENTION in order.flags
        with self.shop.database.reading_unit_of_work() as unit:
            assert any(alert.order_id == order.id for alert in unit.alerts.list_for(order.account_id))

    def _shipment(self, order: Order) -> Shipment | None:
        with self.shop.database.reading_unit_of_work() as unit:
            shipments = unit.fulfillment.list_shipments(order.account_id, order.id)
        shipped = [shipment for shipment in shipments if shipment.state is ShipmentState.SHIPPED]
        assert len(shipped) <= 1
        return shipped[0] if shipped else None

    def _check_writes(self) -> None:
        """No write that Brightpearl carried out was made a second time."""
        references: Counter[str] = Counter()
        shipped: Counter[str] = Counter()
        statuses: Counter[str] = Counter()
        notes: Counter[str] = Counter()
        for entry in self.shop.server.journal():
            path, body = entry["path"], entry["body"]
            if entry["status"] != 200:
                continue
            if path.endswith("/event"):
                shipped[path] += 1
            elif path.endswith("/status"):
                assert body["orderStatusId"] == SHIPPED_STATUS
                statuses[path] += 1
            elif path.endswith("/note"):
                notes[body["text"]] += 1
            elif entry["method"] == "PUT" and body["shipping"]["reference"]:
                references[body["shipping"]["reference"]] += 1
                assert path.endswith(f"/{self.sent[body['shipping']['reference']]}")
        for made in (references, shipped, statuses, notes):
            assert not [key for key, count in made.items() if count > 1], made


ACTIONS: dict[str, Callable[[BothSides, int], None]] = {
    "create": BothSides.create,
    "print": lambda sides, number: sides.on_note("print_note", number),
    "unprint": lambda sides, number: sides.on_note("unprint_note", number),
    "delete": lambda sides, number: sides.on_note("delete_note", number),
    "pick": lambda sides, number: sides.on_note("pick_note", number),
    "split": BothSides.split,
    "ship elsewhere": BothSides.ship_elsewhere,
    "change address": BothSides.move,
    "fault": BothSides.fault,
    "crash": BothSides.crash_soon,
    "import": BothSides.bring,
    "change": BothSides.change,
    "ship": BothSides.ship,
    "unship": BothSides.unship,
    "work": BothSides.work,
    "wait": BothSides.wait,
}
