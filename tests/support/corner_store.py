"""A second kind of store, made up: it can do what every store can and no more, and has reasons of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from support.clock import FixedClock
from support.shop import Shop, open_shop

from engine.model.store import Record, ScanMemory, Skipped, Store
from engine.model.store_kind import StoreKind
from engine.model.store_reasons import GONE, UNREADABLE, Reason
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Text
from storage.database import Database

UNPAID = Reason(
    "unpaid",
    sentence=Text("Order {order} is not paid yet.", "El pedido {order} aún no está pagado."),
    problem=Text("Not paid", "Sin pagar"),
    cause=Text("The customer has not paid.", "El cliente no ha pagado."),
    remedy=Text("Wait for the money.", "Espera el dinero."),
    closing=Text("the money went back", "se devolvió el dinero"),
)
COLLECTED = Reason(
    "collected",
    sentence=Text("Order {order} was collected at the counter.", "El pedido {order} se recogió en el mostrador."),
    problem=Text("Collected", "Recogido"),
    cause=Text("The customer came for it.", "El cliente vino a por él."),
    remedy=Text("Nothing.", "Nada."),
    closing=Text("it was collected", "se recogió"),
    lasts=True,
    means_shipped=True,
)
CORNER = StoreKind(code="corner", name="Corner", reasons=(UNPAID, COLLECTED, UNREADABLE, GONE))


class CornerSession:
    requests = 0
    changes_until = None

    def __init__(self, connector: CornerConnector) -> None:
        self._connector = connector

    def check(self) -> None: ...

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        yield list(self._connector.records)

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        there = {record.external_id: record for record in self._connector.records}
        return [there.get(one) or Skipped(one, None, GONE.message(note=one)) for one in external_ids]

    def close(self) -> None: ...


@dataclass
class CornerConnector:
    """A kind of store that has exactly these records."""

    describes: StoreKind = CORNER
    records: list[Record] = field(default_factory=list)

    def open(self, store: Store, vault: object = None) -> CornerSession:
        return CornerSession(self)


def open_corner_shop(database: Database, clock: FixedClock) -> Shop:
    """A shop that has a store of this kind beside its other one; both kinds are known."""
    shop = open_shop(database, clock)
    connector: Any = CornerConnector()
    app = replace(shop.app, connectors={**shop.app.connectors, CORNER.code: connector}, public_url="https://relevo.example")
    store = connect_store(app, shop.merchant.slug, StoreForm(CORNER.code, "Shop round the corner", {}, {}))
    return replace(shop, app=app, connector=connector, store=store)
