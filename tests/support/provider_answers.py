"""What providers answer about an order of a shop, as far as it is kept."""

from __future__ import annotations

from support.shop import Shop

from engine.model.account import Account
from engine.model.request import RequestAction
from engine.model.transitions import Side


def reject(shop: Shop, number: str = "1", reason: str = "out_of_stock", provider: Account | None = None) -> str:
    """Keep that the provider rejects its live request over an order; the order's id."""
    provider_id = (provider or shop.provider).id
    order_id = shop.order_id(number)
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, order_id, for_change=True)
        requests = unit.requests.list_for_order(shop.merchant.id, order_id)
        asked = next(one for one in requests if one.is_live and one.provider_id == provider_id)
        now = shop.app.clock.now()
        unit.requests.update(asked.take(RequestAction.REJECT, Side.PROVIDER, now, reason=reason))
        after = unit.requests.list_for_order(shop.merchant.id, order_id)
        order.settle(after, (), now)
        unit.orders.update_many([order])
        unit.commit()
    return order_id
