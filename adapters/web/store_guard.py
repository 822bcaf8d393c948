"""Whatever asks a store from a page goes through one guard: a page waits a few seconds for it, and few do at a time.

A call that takes longer goes on in a thread of its own until it ends by its own time-outs; the page comes without its
answer, and its place counts until then. What is written to the database stays with the page's thread, so that nothing is
changed here after a person was told that the store did not answer.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from engine.application import Application
from engine.log import get_logger
from engine.model.note_shipping import NoteShipping, Stated
from engine.model.store import NameKind, OpenOrders, OrderFinding, Ready, Record, ScanMemory, Store, StoreChoices, StoreScope
from engine.model.webhook import WebhookEvent
from engine.model.write_back import ShipmentNotice
from engine.ports import (
    CallingConnector,
    ChoosingConnector,
    CredentialVault,
    ExplainsOrders,
    HasChoices,
    HasNames,
    HasOrderNotes,
    HasProducts,
    HasWebhooks,
    ListsOpenOrders,
    OAuthConnector,
    ScopedConnector,
    SplitsNotes,
    StatesShipping,
    StoreConnector,
    StoreSession,
    StoreUnavailable,
    TakesWriteBacks,
)
from rules.messages import Message, Text

log = get_logger(__name__)

Answer = TypeVar("Answer")

LIMIT_S = 5.0
PAGES = 4  # that wait for a store at a time; the other threads that answer are for pages that ask none
PLACES = 16  # calls under way, those that no page waits for any more among them
PLACES_OF_A_TENANT = 2

BUSY = Text(
    "Too many people ask their stores something at this moment. Nothing was changed: try again in a minute.",
    "Demasiadas personas consultan sus tiendas en este momento. No se ha cambiado nada: inténtalo de nuevo en un minuto.",
)
STILL_ASKING = Text(
    "A store of yours has not answered yet what it was asked before: try again in a minute.",
    "Una de tus tiendas aún no ha respondido a lo que se le preguntó antes: inténtalo de nuevo en un minuto.",
)
SLOW = Text(
    "The store did not answer within {seconds} seconds: try again in a minute.",
    "La tienda no ha respondido en {seconds} segundos: inténtalo de nuevo en un minuto.",
)


class NotAsked(StoreUnavailable):
    """There was no place, or no time left: the store was not asked."""


class StoreGuard:
    """The places of one process. Safe to share between threads."""

    def __init__(self, limit_s: float = LIMIT_S, answers: Callable[[Future[Any], float], bool] | None = None) -> None:
        """`answers` waits for a call so many seconds at most; whether it has answered by then."""
        self.limit_s = limit_s
        self._answers = answers or _answers
        self._lock = threading.Lock()
        self._pages = 0
        self._places: Counter[str] = Counter()  # by tenant

    def application_for(self, app: Application, account_id: str) -> Application:
        """The use cases for one page of a tenant: all that they ask of stores has to be answered within the limit."""
        asking = Asking(self, account_id, time.monotonic() + self.limit_s)
        return replace(app, connectors={kind: _guarded(connector, asking) for kind, connector in app.connectors.items()})

    def run(self, account_id: str, call: Callable[[], Answer], until: float) -> Answer:
        """What the call answers. Raises what it raises, and StoreUnavailable without a place or an answer in time."""
        ended: Future[Answer] = Future()

        def work() -> None:
            with _Answering(lambda: self._leave(account_id), ended) as answering:
                answering.value = call()

        with self._place(account_id):
            try:
                threading.Thread(target=work, name="ask-store", daemon=True).start()
            except RuntimeError:  # the machine has no thread left
                self._leave(account_id)
                raise NotAsked(Message("too_many_ask", BUSY)) from None
            if not self._answers(ended, max(0.0, until - time.monotonic())):
                ended.add_done_callback(_log_late_end)
                raise StoreUnavailable(self.too_slow())
        return ended.result()

    def too_slow(self) -> Message:
        return Message("store_slow", SLOW, {"seconds": f"{self.limit_s:g}"})

    def _leave(self, account_id: str) -> None:
        with self._lock:
            self._places[account_id] -= 1
            if not self._places[account_id]:
                del self._places[account_id]

    @contextmanager
    def _place(self, account_id: str) -> Iterator[None]:
        """A place, which the call gives back when it ends, and a page that waits for it as long as the block runs."""
        with self._lock:
            if self._places[account_id] >= PLACES_OF_A_TENANT:
                raise NotAsked(Message("still_asking", STILL_ASKING))
            if self._pages >= PAGES or self._places.total() >= PLACES:
                raise NotAsked(Message("too_many_ask", BUSY))
            self._places[account_id] += 1
            self._pages += 1
        try:
            yield
        finally:
            with self._lock:
                self._pages -= 1


class _Answering(Generic[Answer]):
    """A block whose value, or whose error, is the answer that somebody may wait for. The place is free before it comes."""

    value: Answer

    def __init__(self, leave: Callable[[], None], ended: Future[Answer]) -> None:
        self._leave = leave
        self._ended = ended

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self._leave()
        if error is None:
            self._ended.set_result(self.value)
        else:
            self._ended.set_exception(error)
        return True  # whoever waits raises it


def _answers(call: Future[Any], seconds: float) -> bool:
    return bool(wait((call,), seconds).done)


def _log_late_end(ended: Future[Any]) -> None:
    error = ended.exception()
    log.info("store.answered_late", error=None if error is None else str(error))


@dataclass(frozen=True, slots=True)
class Asking:
    """All calls of one page, which share its limit."""

    guard: StoreGuard
    account_id: str
    until: float

    def ask(self, call: Callable[[], Answer]) -> Answer:
        if time.monotonic() >= self.until:
            raise NotAsked(self.guard.too_slow())
        return self.guard.run(self.account_id, call, self.until)


def _guarded(connector: StoreConnector, asking: Asking) -> GuardedConnector:
    parts = tuple(guarded for part, guarded in _CONNECTOR_PARTS.items() if isinstance(connector, part))
    made: GuardedConnector = _with_parts(GuardedConnector, parts)(connector, asking)
    return made


def _guarded_session(session: StoreSession, asking: Asking) -> GuardedSession:
    parts = tuple(guarded for part, guarded in _SESSION_PARTS.items() if isinstance(session, part))
    made: GuardedSession = _with_parts(GuardedSession, parts)(session, asking)
    return made


@cache
def _with_parts(base: type, parts: tuple[type, ...]) -> Callable[..., Any]:
    """A class that has exactly these optional parts, so that what is guarded can no more than what it stands for."""
    return type(base.__name__, parts or (base,), {})


class GuardedConnector:
    """A connector whose calls go through the guard. Implements `engine.ports.StoreConnector`."""

    def __init__(self, connector: StoreConnector, asking: Asking) -> None:
        self.describes = connector.describes
        self._connector: Any = connector  # with the optional parts that its class here has
        self._asking = asking

    def open(self, store: Store, vault: CredentialVault | None = None) -> GuardedSession:
        return _guarded_session(self._asking.ask(lambda: self._connector.open(store, vault)), self._asking)


class _Choosing(GuardedConnector):
    def try_out(self, store: Store) -> StoreChoices:
        return self._asking.ask(lambda: self._connector.try_out(store))


class _Calling(GuardedConnector):
    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return self._connector.is_local(settings)

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent | None:
        return self._connector.parse_webhook(settings, body)


class _Scoped(GuardedConnector):
    def scope(self, settings: Mapping[str, Any]) -> StoreScope:
        return self._connector.scope(settings)


class _OAuth(GuardedConnector):
    def consent_address(self, store: Store, redirect_uri: str, state: str) -> str:
        return self._asking.ask(lambda: self._connector.consent_address(store, redirect_uri, state))

    def exchange_code(self, store: Store, redirect_uri: str, code: str) -> Mapping[str, str]:
        return self._asking.ask(lambda: self._connector.exchange_code(store, redirect_uri, code))


class GuardedSession:
    """A session whose calls go through the guard. Implements `engine.ports.StoreSession`."""

    def __init__(self, session: StoreSession, asking: Asking) -> None:
        self.requests = session.requests
        self.changes_until = session.changes_until
        self._session: Any = session  # with the optional parts that its class here has
        self._asking = asking
        self._lock = threading.Lock()
        self._busy = self._is_closed = False

    def check(self) -> None:
        self._ask(self._session.check)

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        return iter(self._ask(lambda: list(self._session.scan(since, memory))))

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        return self._ask(lambda: self._session.read(external_ids))

    def close(self) -> None:
        """Close the session now, or once the call ends that nobody waits for any more."""
        with self._lock:
            self._is_closed = True
            if self._busy:
                return
        self._session.close()

    def _ask(self, call: Callable[[], Answer]) -> Answer:
        def work() -> Answer:
            try:
                return call()
            finally:
                self._end()

        self._busy = True
        try:
            return self._asking.ask(work)
        except NotAsked:
            self._busy = False
            raise

    def _end(self) -> None:
        with self._lock:
            self._busy = False
            left_behind = self._is_closed
        if left_behind:
            self._session.close()


class _Explaining(GuardedSession):
    def explain(self, number: str, since: datetime) -> OrderFinding:
        return self._ask(lambda: self._session.explain(number, since))


class _ListingOpenOrders(GuardedSession):
    def open_orders(self, since: datetime, place: str = "") -> Iterator[OpenOrders]:
        return iter(self._ask(lambda: list(self._session.open_orders(since, place))))


class _WithOrderNotes(GuardedSession):
    def order_notes(self, external_order_id: str) -> list[str]:
        return self._ask(lambda: self._session.order_notes(external_order_id))


class _WithProducts(GuardedSession):
    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        return self._ask(lambda: self._session.products(product_ids))


class _WithNames(GuardedSession):
    def names(self, kind: NameKind) -> dict[str, str]:
        return self._ask(lambda: self._session.names(kind))


class _WithChoices(GuardedSession):
    def choices(self) -> StoreChoices:
        return self._ask(self._session.choices)


class _WithWebhooks(GuardedSession):
    def ids_of_orders(self, external_order_ids: Sequence[str]) -> list[str]:
        return self._ask(lambda: self._session.ids_of_orders(external_order_ids))

    def register_webhooks(self, address: str) -> tuple[str, ...]:
        return self._ask(lambda: self._session.register_webhooks(address))

    def list_webhooks(self, address: str) -> list[str]:
        return self._ask(lambda: self._session.list_webhooks(address))

    def remove_webhooks(self, webhook_ids: Iterable[str]) -> None:
        self._ask(lambda: self._session.remove_webhooks(webhook_ids))


class _TakingWriteBacks(GuardedSession):
    def write_back_steps(self) -> tuple[str, ...]:
        return self._session.write_back_steps()

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        return self._ask(lambda: self._session.write_back(step, notice))

    def withdraw(self, notice: ShipmentNotice) -> None:
        self._ask(lambda: self._session.withdraw(notice))


class _StatingShipping(GuardedSession):
    def shipping_stated(self, external_id: str) -> Stated:
        return self._ask(lambda: self._session.shipping_stated(external_id))

    def shipping_told(self, notice: ShipmentNotice) -> Stated:
        return self._session.shipping_told(notice)

    def unwritten(self, record: Ready, shipping: NoteShipping) -> Ready:
        return self._session.unwritten(record, shipping)


class _Splitting(GuardedSession):
    def plan_split(self, external_id: str, units: Mapping[str, Decimal]) -> Mapping[str, Any] | None:
        return self._ask(lambda: self._session.plan_split(external_id, units))

    def split_note(self, plan: Mapping[str, Any]) -> tuple[str, str]:
        return self._ask(lambda: self._session.split_note(plan))

    def open_rest(self, plan: Mapping[str, Any], external_id: str) -> None:
        self._ask(lambda: self._session.open_rest(plan, external_id))

    def split_steps(self) -> tuple[str, ...]:
        return self._session.split_steps()


_CONNECTOR_PARTS: Mapping[type, type[GuardedConnector]] = {
    ChoosingConnector: _Choosing,
    CallingConnector: _Calling,
    ScopedConnector: _Scoped,
    OAuthConnector: _OAuth,
}
_SESSION_PARTS: Mapping[type, type[GuardedSession]] = {
    ExplainsOrders: _Explaining,
    HasOrderNotes: _WithOrderNotes,
    ListsOpenOrders: _ListingOpenOrders,
    HasProducts: _WithProducts,
    HasNames: _WithNames,
    HasChoices: _WithChoices,
    HasWebhooks: _WithWebhooks,
    SplitsNotes: _Splitting,
    StatesShipping: _StatingShipping,
    TakesWriteBacks: _TakingWriteBacks,
}
