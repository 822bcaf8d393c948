"""A merchant, and a provider with a system of its own: the stand-in, whose events come in without a network in between."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from support.clock import FixedClock
from support.shop import OWNER, Shop, open_shop, ready

from adapters.providers.http.system import HttpProviderSystem
from adapters.sandboxes.provider import ProviderServer
from engine.application import Application
from engine.model.account import User
from engine.model.integrated_provider import EventReply
from engine.model.order import Order
from engine.model.request import FulfillmentRequest
from engine.services.accounts.accounts import add_location
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.providers.connect_provider import SeenProvider, add_provider, get_integrated
from engine.services.providers.receive_event import receive_event
from storage.database import Database

NAME = "Norte Logística"
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@dataclass
class RemoteSide:
    """Orders are called by their numbers."""

    shop: Shop
    clock: FixedClock
    server: ProviderServer
    seen: SeenProvider
    replies: list[EventReply] = field(default_factory=list)  # what the provider's events were answered
    received: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def app(self) -> Application:
        return self.shop.app

    @property
    def merchant(self) -> str:
        return self.shop.merchant.id

    @property
    def owner(self) -> User:
        with self.app.reading() as unit:
            return unit.users.list_by_email(OWNER)[0]

    def health(self) -> SeenProvider:
        return get_integrated(self.app, self.merchant, self.seen.connection.id)

    def wait_no_longer_than(self, seconds: float) -> None:
        """For an answer of the provider's system."""
        self.shop.app = replace(self.app, provider_system=HttpProviderSystem(self.clock, LOOPBACK, read_s=seconds))

    def delegate(self, number: str = "1", **asking: Any) -> FulfillmentRequest:
        order_id = self.shop.order_id(number)
        return delegate_order(self.app, self.merchant, order_id, Asking(self.seen.slug, **asking), self.owner.id)

    def work_off(self) -> None:
        """All that is due here, and all that the provider says about it."""
        for _ in range(3):
            self.shop.work_off()
            self.server.events.settle()

    def taken(self, number: str = "1", **asking: Any) -> FulfillmentRequest:
        """An order that the provider's system has."""
        request = self.delegate(number, **asking)
        self.work_off()
        return self.request(request.id)

    def recall(self, number: str = "1") -> FulfillmentRequest:
        return recall_order(self.app, self.merchant, self.shop.order_id(number), self.owner.id)

    def later(self, seconds: float = 3600) -> None:
        """Time passes, and what is due by then is done."""
        self.clock.sleep(seconds)
        self.work_off()

    def say(self, request: FulfillmentRequest, kind: str, **data: Any) -> EventReply:
        """What the provider's system says, and what it is answered."""
        self.server.orders.say(request.id, kind, **data)
        self.server.events.settle()
        return self.replies[-1]

    def ship(self, request: FulfillmentRequest, lines: Mapping[str, Any] | None = None, tracking: str = "T1") -> EventReply:
        listed = None if lines is None else [{"line_key": key, "quantity": units} for key, units in lines.items()]
        self.server.orders.ship(request.id, listed, tracking)
        self.server.events.settle()
        return self.replies[-1]

    def post(self, headers: Mapping[str, str], body: bytes) -> int:
        """What a call to the provider's address is answered."""
        self.received.append((headers, body))
        self.replies.append(receive_event(self.app, self.seen.provider.id, headers, body))
        return self.replies[-1].status

    def sent(self) -> list[dict[str, Any]]:
        """The objects that the provider's system got."""
        return [json.loads(body) for body in self.server.bodies]

    def request(self, request_id: str) -> FulfillmentRequest:
        with self.app.reading() as unit:
            return unit.requests.get(self.merchant, request_id)

    def order(self, number: str = "1") -> Order:
        with self.app.reading() as unit:
            return unit.orders.get(self.merchant, self.shop.order_id(number))

    def alerts(self) -> list[str]:
        with self.app.reading() as unit:
            return [str(alert.message) for alert in unit.alerts.list_for(self.merchant)]


@contextmanager
def open_remote_side(database: Database, clock: FixedClock, rules: bytes | None = None) -> Iterator[RemoteSide]:
    """With one imported order, "1", that nobody has delegated."""
    shop = open_shop(database, clock, rules=rules)
    shop.app = replace(shop.app, provider_system=HttpProviderSystem(clock, LOOPBACK))
    add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES")
    shop.import_all(ready("1"))
    sides: list[RemoteSide] = []
    post: Callable[[Mapping[str, str], bytes], int] = lambda headers, body: sides[0].post(headers, body)  # noqa: E731
    with ProviderServer(post=post) as server:
        with shop.app.reading() as unit:
            owner = unit.users.list_by_email(OWNER)[0]
        seen = add_provider(shop.app, owner, name=NAME, url=server.url)
        server.secret, server.now = seen.provider.secrets.current, clock.now  # type: ignore[method-assign]
        sides.append(RemoteSide(shop, clock, server, seen))
        yield sides[0]
