"""A store that is compared: what it lists, what it says of each thing, and a shop whose orders a test brings in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.shop import ListConnector, Shop, open_shop, ready

from adapters.stores.brightpearl.description import steps
from adapters.stores.brightpearl.description.reasons import ALREADY_SHIPPED, NOTE_GONE
from engine.model.reconciliation import Difference, DifferenceKind, Reconciliation
from engine.model.store import OpenOrders, Ready, Record, Skipped, Store
from engine.model.write_back import ShipmentNotice
from engine.ports import StoreError
from engine.services.reconciliation.ask import list_differences
from engine.services.reconciliation.reconcile import reconcile_store
from engine.services.reconciliation.turn import Limits
from engine.services.stores.sessions import SessionPool
from storage.database import Database

VASE = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]


def vase(number: str) -> Ready:
    """An order that its merchant ships."""
    return ready(number, items=VASE)


def shipped_there(number: str) -> Skipped:
    return Skipped(f"n{number}", number, ALREADY_SHIPPED.message(note=f"n{number}", order=number))


class ComparedSession:
    """Answers what its connector has at that moment; what is not there is gone."""

    changes_until = None

    def __init__(self, connector: ComparedConnector) -> None:
        self._connector = connector
        self.requests = 0

    def open_orders(self, since: datetime, place: str = "") -> Iterator[OpenOrders]:
        for page in self._connector.pages(place):
            self._count()
            yield page

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        self._count()
        self._connector.read.extend(external_ids)
        there = {record.external_id: record for record in self._connector.records}
        return [there.get(one) or Skipped(one, None, NOTE_GONE.message(note=one)) for one in external_ids]

    def _count(self) -> None:
        self.requests += 1
        self._connector.asked()

    def scan(self, since: datetime, memory: object = None) -> Iterator[list[Record]]:
        self._count()
        yield list(self._connector.records)

    def check(self) -> None: ...

    def close(self) -> None: ...

    def order_notes(self, external_order_id: str) -> list[str]:
        return []

    def write_back_steps(self) -> tuple[str, ...]:
        return self._connector.steps

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        if self._connector.refusal is not None:
            raise self._connector.refusal
        self._connector.told.append((step, notice))
        return True

    def withdraw(self, notice: ShipmentNotice) -> None: ...


@dataclass
class ComparedConnector(ListConnector):
    """Lists the records that are orders, two on a page; what a test changes while it is asked is answered changed."""

    steps: tuple[str, ...] = (steps.REFERENCE.code, steps.SHIPPED.code)
    failure: StoreError | None = None
    read: list[str] = field(default_factory=list)  # what it was asked about
    meanwhile: Callable[[], None] | None = None  # what happens when it is asked the next time
    unlisted: set[str] = field(default_factory=set)  # what its list forgets
    page_size: int = 2

    def open(self, store: Store, vault: object = None) -> Any:
        return ComparedSession(self)

    def asked(self) -> None:
        if self.failure is not None:
            raise self.failure
        happening, self.meanwhile = self.meanwhile, None
        if happening is not None:
            happening()

    def pages(self, place: str) -> Iterator[OpenOrders]:
        open_ones = [one.external_id for one in self.records if isinstance(one, Ready) and one.external_id not in self.unlisted]
        wanted = sorted(one for one in open_ones if one > place)
        for start in range(0, len(wanted), self.page_size):
            page = wanted[start : start + self.page_size]
            yield OpenOrders(tuple(page), page[-1])


@dataclass
class ComparedShop(Shop):
    """A shop with such a store."""

    there: ComparedConnector = field(default_factory=ComparedConnector)

    def compare(self, limits: Limits | None = None) -> Reconciliation:
        with SessionPool(self.app) as sessions:
            given = () if limits is None else (limits,)
            return reconcile_store(self.app, self.merchant.id, self.store.id, sessions, *given)

    def differences(self, kind: DifferenceKind | None = None) -> list[Difference]:
        return list_differences(self.app, self.merchant.id, self.store.id, kind)

    def found(self) -> list[tuple[str, str, str]]:
        """Kind, order number and detail of what differs."""
        return [(one.kind.value, one.order_number, one.detail) for one in self.differences()]


def open_compared_shop(database: Database, clock: FixedClock, rules: bytes | None = None) -> ComparedShop:
    """Nothing is imported yet."""
    shop = open_shop(database, clock, rules=rules)
    there = ComparedConnector()
    app = replace(shop.app, connectors={**shop.app.connectors, there.describes.code: there})
    return ComparedShop(app, database, there, shop.merchant, shop.provider, shop.store, there=there)
