"""A merchant and its 3PL, connected, with everything that both do about orders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from support.clock import FixedClock
from support.shop import OWNER, PROVIDER, Shop, open_shop, ready

from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.model.account import User
from engine.model.connection import Connection
from engine.model.order import Order
from engine.model.request import FulfillmentRequest, RequestAction
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import Shipped, ship_order
from engine.services.importing.import_store import import_store
from storage.database import Database

TRACKED = Shipping("seur", "24h", ("T1",))


@dataclass
class TwoSides:
    """Both accounts of one installation. Ids are the merchant's, unless they say otherwise."""

    shop: Shop

    @property
    def app(self) -> Application:
        return self.shop.app

    @property
    def merchant(self) -> str:
        return self.shop.merchant.id

    @property
    def provider(self) -> str:
        return self.shop.provider.id

    def connection(self) -> Connection:
        with self.app.reading() as unit:
            (connection,) = (one for one in unit.connections.list_for_provider(self.provider) if one.client_id == self.merchant)
            return connection

    def user(self, email: str) -> User:
        with self.app.reading() as unit:
            return unit.users.list_by_email(email)[0]

    @property
    def owner(self) -> User:
        return self.user(OWNER)

    @property
    def clerk(self) -> User:
        return self.user(PROVIDER)

    def delegate(self, number: str = "1", **asking: Any) -> FulfillmentRequest:
        order_id = self.shop.order_id(number)
        return delegate_order(self.app, self.merchant, order_id, Asking(self.shop.provider.slug, **asking), self.owner.id)

    def fetch(self) -> int:
        """What the provider's import brings."""
        return import_store(self.app, self.provider, str(self.connection().store_id)).imported

    def taken(self, number: str = "1", **asking: Any) -> FulfillmentRequest:
        """An order that the provider has imported."""
        request = self.delegate(number, **asking)
        self.fetch()
        return self.request(request.id)

    def answer(self, request: FulfillmentRequest, action: RequestAction, **answer: Any) -> FulfillmentRequest:
        return answer_request(self.app, self.provider, request.id, Answer(action, **answer), self.clerk.id)

    def recall(self, number: str = "1") -> FulfillmentRequest:
        return recall_order(self.app, self.merchant, self.shop.order_id(number), self.owner.id)

    def ship(self, request: FulfillmentRequest, shipping: Shipping = TRACKED) -> Shipped:
        """The provider ships its copy."""
        return ship_order(self.app, self.provider, self.copy(request).id, shipping, self.clerk.id)

    def request(self, request_id: str) -> FulfillmentRequest:
        with self.app.reading() as unit:
            return unit.requests.get(self.merchant, request_id)

    def order(self, number: str = "1") -> Order:
        with self.app.reading() as unit:
            return unit.orders.get(self.merchant, self.shop.order_id(number))

    def copy(self, request: FulfillmentRequest) -> Order:
        with self.app.reading() as unit:
            return unit.orders.get(self.provider, str(self.request(request.id).copy_id))

    def alerts(self) -> list[str]:
        with self.app.reading() as unit:
            return [str(alert.message) for alert in unit.alerts.list_for(self.merchant)]


def open_two_sides(database: Database, clock: FixedClock) -> TwoSides:
    """With one imported order, "1", that nobody has delegated."""
    shop = open_shop(database, clock, rules=None)
    client: Any = ClientConnector(lambda: shop.app)
    shop.app = replace(shop.app, connectors={**shop.app.connectors, client.describes.code: client})
    shop.import_all(ready("1"))
    return TwoSides(shop)
