"""What there is of an order's products, for its page: at each provider, and on the account's own shelves for a client's order."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from adapters.web.orders.sections import NO_STOCK, LineStock, skus_of
from adapters.web.parts import parts
from engine.model.order import Order
from engine.services.deciding.reprocess_orders import REPROCESSABLE
from engine.services.inventory.shown_stock import stock_of_copy, stock_of_lines


def stock_of(order: Order, *, is_of_client: bool, connected: Collection[str]) -> Mapping[str, tuple[LineStock, ...]]:
    """By SKU; nothing for an order that is not going to be shipped any more."""
    if order.state not in REPROCESSABLE:
        return NO_STOCK
    app, skus = parts().app, skus_of(order.document())
    own = stock_of_copy(app, order.account_id, order.id, skus) if is_of_client else {}
    if own:
        return {sku: (LineStock("", own[sku]),) for sku in skus}
    places = stock_of_lines(app, order.account_id, skus, connected)
    return {sku: tuple(LineStock(one.provider.name, one.count) for one in found) for sku, found in places.items()}
