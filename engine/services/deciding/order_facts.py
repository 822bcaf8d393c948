"""What Relevo itself knows of orders that it decides about: what has become of them at providers and with carriers, and what
providers have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from engine.model.account import Account
from engine.model.delegation_facts import DelegationFacts, with_delegation
from engine.model.order import Order
from engine.model.order_defaults import AccountDefaults, Layer
from engine.model.request import FulfillmentRequest
from engine.model.tracking_facts import TrackingFacts, with_tracking
from engine.ports import UnitOfWork
from engine.services.inventory.shipped_units import sku_of
from rules.facts import items_of
from rules.fields.stock import AVAILABLE, IN_STOCK_AT
from rules.order_document import Document
from rules.values import Unreadable, is_blank, read_number

Units = dict[str, Decimal]  # by SKU


@dataclass(frozen=True, slots=True)
class Shelf:
    """A connected provider that has counted something of the account's."""

    connection_id: str
    provider_id: str
    slug: str


@dataclass
class ShelfStock:
    """What a provider has available of the products that a batch of orders wants, by its own SKUs."""

    available: Units = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)  # the merchant's SKU → the provider's, where that differs
    own: dict[str, Units] = field(default_factory=dict)  # what an order itself has reserved here, by the order's id

    def of(self, sku: str, order_id: str) -> Decimal | None:
        """What an order may have of one of the merchant's SKUs; None where nobody has counted it."""
        theirs = self.called.get(sku, sku)
        left = self.available.get(theirs)
        return None if left is None else left + self.own.get(order_id, {}).get(theirs, Decimal(0))

    def take(self, wanted: Mapping[str, Decimal]) -> None:
        """Units, by the merchant's SKUs, that the provider is asked for by now."""
        for sku, units in wanted.items():
            theirs = self.called.get(sku, sku)
            if theirs in self.available:
                self.available[theirs] -= units


class Stock:
    """What providers have for the orders of a batch. Orders that are decided about together count each other's units."""

    def __init__(self, shelves: Mapping[str, ShelfStock]) -> None:
        self._shelves = shelves  # by the provider's slug

    def written_into(self, document: Document, order_id: str) -> Document:
        """The order with what providers have of it. Whatever the document itself says of that does not count."""
        document.pop(IN_STOCK_AT, None)
        items = items_of(document)
        if isinstance(items, Unreadable) or not items:
            return document
        document["items"] = [self._item(item, order_id) for item in items]
        wanted = units_by_sku(items)
        complete = [slug for slug, shelf in self._shelves.items() if wanted and _has_all(shelf, wanted, order_id)]
        if complete:
            document[IN_STOCK_AT] = complete
        return document

    def _item(self, item: Any, order_id: str) -> Any:
        if not isinstance(item, dict):
            return item
        known = {name: value for name, value in item.items() if name != AVAILABLE}
        if not is_blank(item.get("sku")):
            found = [shelf.of(str(item["sku"]), order_id) for shelf in self._shelves.values()]
            counted = [units for units in found if units is not None]
            if counted:
                known[AVAILABLE] = max(counted)
        return known

    def take(self, slug: str, document: Document, order_id: str) -> None:
        """An order is going to be handed over to a provider: what it wants is not there for the next ones."""
        shelf, items = self._shelves.get(slug), items_of(document)
        if shelf is not None and order_id not in shelf.own and not isinstance(items, Unreadable):
            shelf.take(units_by_sku(items) or {})


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What Relevo knows of one order beside its document. `stock` is None where no rule asks for it, `defaults` where the account
    has none.
    """

    delegation: DelegationFacts | None = None
    stock: Stock | None = None
    tracking: TrackingFacts | None = None
    defaults: AccountDefaults | None = None

    def fill(self, order: Order) -> None:
        """Give an order the layer of what its account says of products and shipping methods now."""
        order.defaults = self._layer(order)

    def _layer(self, order: Order) -> Layer:
        if self.defaults is None:
            return {}
        return self.defaults.layer(replace(order, defaults={}, rules={}).document(), order.store_id)

    def written_into(self, document: Document, order_id: str) -> Document:
        """The order as rules see it."""
        document = with_tracking(with_delegation(document, self.delegation), self.tracking)
        return document if self.stock is None else self.stock.written_into(document, order_id)


NO_FACTS = OrderFacts()


def list_shelves(uow: UnitOfWork, account: Account) -> tuple[Shelf, ...]:
    """The connected providers that have counted anything of the account's, by their slugs."""
    connections = {one.provider_id: one for one in uow.connections.list_for_client(account.id) if one.is_active}
    counting = uow.inventory.list_counting(account.id, list(connections))
    accounts = uow.accounts.get_many(counting) if counting else {}
    shelves = [Shelf(connections[one].id, one, accounts[one].slug) for one in counting]
    return tuple(sorted(shelves, key=lambda shelf: shelf.slug))


def read_stock(
    uow: UnitOfWork,
    account_id: str,
    shelves: Sequence[Shelf],
    orders: Sequence[Order],
    asked: Mapping[str, Sequence[FulfillmentRequest]],
) -> Stock:
    """What these providers have of these orders' items; without any nothing is read. `asked`: the requests over the orders."""
    skus = sorted({sku for order in orders for sku in _skus(order)}) if shelves else []
    if not skus:
        return Stock({})
    called = uow.inventory.provider_skus(account_id, [shelf.connection_id for shelf in shelves], skus)
    found = {shelf.provider_id: ShelfStock() for shelf in shelves}
    by_connection = {shelf.connection_id: found[shelf.provider_id] for shelf in shelves}
    for (connection_id, sku), theirs in called.items():
        by_connection[connection_id].called[sku] = theirs
    names = sorted({*skus, *called.values()})
    for count in uow.inventory.list_for_client(account_id, list(found), names):
        if count.available is not None:
            found[count.account_id].available[count.sku] = count.available
    for order_id, requests in asked.items():
        for request in requests:
            if request.is_live and request.provider_id in found:
                _add_own(found[request.provider_id].own.setdefault(order_id, {}), request)
    return Stock({shelf.slug: found[shelf.provider_id] for shelf in shelves})


def _add_own(own: Units, request: FulfillmentRequest) -> None:
    for line in request.lines:
        own[sku_of(line)] = own.get(sku_of(line), Decimal(0)) + line.rest


def _skus(order: Order) -> Iterable[str]:
    items = items_of(order.document())
    for item in () if isinstance(items, Unreadable) else items:
        if isinstance(item, dict) and not is_blank(item.get("sku")):
            yield str(item["sku"])


def units_by_sku(items: Sequence[Any]) -> dict[str, Decimal] | None:
    """Units by the merchant's SKU; None where an item says too little to ask a provider for it."""
    wanted: dict[str, Decimal] = {}
    for item in items:
        quantity = read_number(item.get("quantity")) if isinstance(item, dict) else None
        if quantity is None or isinstance(quantity, Unreadable) or is_blank(item.get("sku")):
            return None
        wanted[str(item["sku"])] = wanted.get(str(item["sku"]), Decimal(0)) + quantity
    return wanted


def _has_all(shelf: ShelfStock, wanted: Mapping[str, Decimal], order_id: str) -> bool:
    found = {sku: shelf.of(sku, order_id) for sku in wanted}
    return all(units is not None and units >= wanted[sku] for sku, units in found.items())
