"""A connected client as a store: its conversation is with this installation's own database, without HTTP or credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from adapters.stores.client.description import CLIENT, CLIENT_STEP
from adapters.stores.client.mapping import record_of, version_of
from engine.application import Application
from engine.model.request import FulfillmentRequest
from engine.model.store import NoteFinding, OpenOrders, OrderFinding, Ready, Record, ScanMemory, Skipped, Store, Unchanged
from engine.model.store_kind import StoreKind
from engine.model.store_reasons import GONE, Role
from engine.model.write_back import ShipmentNotice
from engine.ports import CredentialVault, NotFound, NoticeFinal, StoreError, StoreUnavailable, UnitOfWork
from engine.services.fulfillment.client_orders import ClientOrder, read_client_orders, tell_client, withdraw_from_client
from engine.services.refusals import Refused
from rules.messages import Message, Text

BATCH = 200
BEING_TOLD = "being_told"  # the code of a refusal that passes by itself
OVERLAP = timedelta(minutes=2)  # what was written by a transaction that ended late is looked at again

NO_LONGER = Text("The connection with this client is gone.", "La conexión con este cliente ya no existe.")


class ClientConnector:
    """Clients of the accounts of this installation."""

    describes: StoreKind = CLIENT

    def __init__(self, app: Callable[[], Application]) -> None:
        self._app = app

    def open(self, store: Store, vault: CredentialVault | None = None) -> ClientSession:
        return ClientSession(self._app(), store)


class ClientSession:
    """The requests of one connection, as the provider's imports read them."""

    requests = 0  # nothing is asked over the network

    def __init__(self, app: Application, store: Store) -> None:
        self._app = app
        self._store = store
        self._provider_id = store.account_id
        self._connection_id = str(store.settings.get("connection") or "")
        self.changes_until: str | None = None

    def check(self) -> None:
        """There is nothing to log in to."""

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        """Without a memory all requests of which something is to be shipped, else those that have changed since."""
        begun = self._app.clock.now()
        changed_since = None if memory is None else datetime.fromisoformat(memory.changes_until) - OVERLAP
        after = ""
        while requests := self._list(changed_since, after):
            after = requests[-1].id
            yield self._records(requests, memory)
            if len(requests) < BATCH:
                break
        self.changes_until = begun.isoformat()

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        with self._app.reading() as uow:
            found = uow.requests.list_by_id(self._provider_id, external_ids)
            orders = read_client_orders(uow, self._provider_id, self._connection_id, self._own(found))
            zone = self._zone(uow)
        now = self._app.clock.now()
        records = {one.request.id: record_of(one, now, zone) for one in orders}
        return [records.get(one) or Skipped(one, None, GONE.message(note=one)) for one in external_ids]

    def open_orders(self, since: datetime, place: str = "") -> Iterator[OpenOrders]:
        """Requests of which something is to be shipped, however old; those that are not due yet are left out."""
        while requests := self._list(None, place):
            place, now = requests[-1].id, self._app.clock.now()
            due = [one.id for one in requests if one.not_before is None or one.not_before <= now]
            yield OpenOrders(tuple(due), place)
            if len(requests) < BATCH:
                return

    def explain(self, number: str, since: datetime) -> OrderFinding:
        """Why a client's order would or would not come."""
        with self._app.reading() as uow:
            requests = self._own(uow.requests.list_for_provider(self._provider_id))
            orders = read_client_orders(uow, self._provider_id, self._connection_id, requests)
            zone = self._zone(uow)
        now = self._app.clock.now()
        wanted = [one for one in orders if number in (one.order.order_number, one.request.id, one.request.order_id)]
        if not wanted:
            missing = CLIENT.reason_for(Role.NOT_FOUND).message(order=number)
            return OrderFinding(number, (), missing)
        return OrderFinding(wanted[0].order.order_number, tuple(_finding(record_of(one, now, zone)) for one in wanted), None)

    def write_back_steps(self) -> tuple[str, ...]:
        return (CLIENT_STEP,)

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        """Bring the shipment to the client's order."""
        self._try(lambda: tell_client(self._app, self._provider_id, notice.external_id, notice.shipment_id))
        return True

    def withdraw(self, notice: ShipmentNotice) -> None:
        self._try(lambda: withdraw_from_client(self._app, self._provider_id, notice.external_id, notice.shipment_id))

    def close(self) -> None:
        """Nothing is held open."""

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except NotFound:
            raise StoreError(Message("no_connection", NO_LONGER)) from None
        except Refused as refusal:
            raise (StoreUnavailable if refusal.message.code == BEING_TOLD else NoticeFinal)(refusal.message) from None

    def _list(self, since: datetime | None, after: str) -> list[FulfillmentRequest]:
        with self._app.reading() as uow:
            return uow.requests.list_changed(self._provider_id, self._connection_id, since, after, BATCH)

    def _records(self, requests: list[FulfillmentRequest], memory: ScanMemory | None) -> list[Record]:
        versions = {} if memory is None else memory.source_versions([request.id for request in requests])
        with self._app.reading() as uow:
            orders = read_client_orders(uow, self._provider_id, self._connection_id, requests)
            zone = self._zone(uow)
        now = self._app.clock.now()
        return [self._record(one, versions.get(one.request.id), now, zone) for one in orders]

    @staticmethod
    def _record(one: ClientOrder, known: str | None, now: datetime, zone: str) -> Record:
        return Unchanged(one.request.id) if known == version_of(one) else record_of(one, now, zone)

    def _zone(self, uow: UnitOfWork) -> str:
        return uow.accounts.get(self._provider_id).time_zone

    def _own(self, requests: Sequence[FulfillmentRequest]) -> list[FulfillmentRequest]:
        return [request for request in requests if request.connection_id == self._connection_id]


def _finding(record: Record) -> NoteFinding:
    if isinstance(record, Skipped):
        return NoteFinding(record.external_id, record.order_number, importable=False, message=record.message)
    number = record.order_number if isinstance(record, Ready) else None
    return NoteFinding(record.external_id, number, importable=True, message=None)
