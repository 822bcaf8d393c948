"""Shipping the orders of a sandbox by hand, and what the sandbox holds afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.job import Job
from engine.model.order import Order
from engine.model.store import Store
from engine.model.store_kind import StoreKind
from engine.model.write_back import ShipmentNotice, WriteBackProgress
from engine.ports import StoreSession
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.notify_store import progress_of
from engine.services.fulfillment.ship_order import Shipped, ship_order, unship_order
from storage.database import Database

CARRIER, SERVICE = "seur", "24h"
SHIPPED_STATUS = 23
EVERYTHING = {
    "on_ship": "both",
    "shipped_status_id": SHIPPED_STATUS,
    "order_note": "Sent with {carrier} {service}: {tracking}",
    "status_when": "all_shipped",
}


@contextmanager
def telling_shop(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """A shop whose store is told everything there is to tell; no rule interferes."""
    with sandbox(clock.now, orders=4) as server:
        shop = open_sandbox_shop(database, server, clock, rules=None)
        configure(shop, **EVERYTHING)
        yield shop


def configure(shop: SandboxShop, **changes: Any) -> None:
    """Change settings of the shop's store."""
    shop.store = replace(shop.store, settings={**shop.store.settings, **changes})
    with shop.database.unit_of_work() as unit:
        unit.stores.update(shop.store)
        unit.commit()


def new_order(shop: SandboxShop, *, notes: int = 1) -> list[int]:
    """A new order in the sandbox, imported: the ids of its printed notes."""
    order_id, note_id = shop.server.data.create_order(rows=2)
    assert note_id is not None
    ids = shop.server.data.split_order(order_id) if notes == 2 else [note_id]
    shop.run_import()
    return ids


def ship(shop: SandboxShop, note_id: int, *tracking: str, carrier: str = CARRIER) -> Shipped:
    shipping = Shipping(carrier, SERVICE, tracking or (f"T{note_id}",))
    return ship_order(shop.app, shop.merchant.id, shop.note_order(note_id).id, shipping, "operator")


def ship_untracked(shop: SandboxShop, note_id: int) -> Shipped:
    return ship_order(shop.app, shop.merchant.id, shop.note_order(note_id).id, Shipping("post", "letter"), "operator")


def unship(shop: SandboxShop, note_id: int) -> Shipped:
    return unship_order(shop.app, shop.merchant.id, shop.note_order(note_id).id, "operator")


def later(shop: SandboxShop) -> None:
    """Time passes until whatever waits for another try is due; then it is worked off."""
    shop.clock.sleep(timedelta(hours=2).total_seconds())
    shop.work_off()


def job_of(shop: SandboxShop, shipped: Shipped) -> Job:
    [job] = [job for job in shop.jobs(shipped.order) if job.id == shipped.job_id]
    return job


def progress(shop: SandboxShop, shipped: Shipped) -> WriteBackProgress:
    with shop.database.reading_unit_of_work() as unit:
        return progress_of(shop.app, unit, unit.fulfillment.get_shipment(shipped.shipment.account_id, shipped.shipment.id))


def steps(shop: SandboxShop, shipped: Shipped) -> list[str]:
    return [done.step for done in progress(shop, shipped).steps]


def reference(shop: SandboxShop, note_id: int) -> str:
    return str(shop.server.data.note(note_id)["shipping"].get("reference") or "")


def shipped_events(shop: SandboxShop, note_id: int) -> int:
    return sum(event["eventCode"] == "SHW" for event in shop.server.data.note(note_id)["events"])


def order_texts(shop: SandboxShop, note_id: int) -> list[str]:
    """The order notes of a note's order."""
    order_id = shop.server.data.note(note_id)["orderId"]
    return [note["text"] for note in shop.server.data.order_notes.get(order_id, [])]


def order_status(shop: SandboxShop, note_id: int) -> int:
    return int(shop.server.data.order(shop.server.data.note(note_id)["orderId"])["orderStatus"]["orderStatusId"])


def alerts(shop: SandboxShop, order: Order) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [str(alert.message) for alert in unit.alerts.list_for(shop.merchant.id) if alert.order_id == order.id]


def actions(shop: SandboxShop, order: Order) -> list[str]:
    """What the audit trail says happened to an order."""
    with shop.database.reading_unit_of_work() as unit:
        return [entry.action for entry in unit.audit.list_for(shop.merchant.id, order.id)]


def agrees(shop: SandboxShop, note_id: int, sent: str | None = None) -> None:
    """The sandbox holds everything about the shipment, each of it once."""
    number = sent or f"T{note_id}"
    assert reference(shop, note_id) == number
    assert shipped_events(shop, note_id) == 1
    assert order_status(shop, note_id) == SHIPPED_STATUS
    texts = order_texts(shop, note_id)
    assert [text for text in texts if "Status changed" in text] == ["Status changed to Shipped"]
    assert [text for text in texts if number in text] == [f"Sent with SEUR 24h: {number}"]


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Breaking:
    """A connector whose sessions let something happen around a step."""

    real: Any
    before: Callable[[str], None] = lambda step: None
    after: Callable[[str], None] = lambda step: None
    describes: StoreKind = BRIGHTPEARL

    def open(self, store: Store, vault: Any = None) -> StoreSession:
        session = self.real.open(store, vault)
        real_step = session.write_back

        def write_back(step: str, notice: ShipmentNotice) -> bool:
            self.before(step)
            done: bool = real_step(step, notice)
            self.after(step)
            return done

        session.write_back = write_back
        return session  # type: ignore[no-any-return]


def breaking(shop: SandboxShop, **hooks: Callable[[str], None]) -> SandboxShop:
    connectors = {**shop.app.connectors, "brightpearl": Breaking(shop.app.connector("brightpearl"), **hooks)}
    return replace(shop, app=replace(shop.app, connectors=connectors))
