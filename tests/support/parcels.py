"""Orders that leave in one parcel, for tests."""

from __future__ import annotations

from support.shop import Shop, ready

from engine.services.repair.combine import combine_orders, separate_orders


def combine_and_separate(shop: Shop) -> None:
    shop.import_all(ready("1"), ready("2"))
    both = [shop.order_id(number) for number in "12"]
    combine_orders(shop.app, shop.merchant.id, both, "operator")
    separate_orders(shop.app, shop.merchant.id, both[0], (), "operator")
