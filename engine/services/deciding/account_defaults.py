"""Looks up what an account says of products and shipping methods, for orders that are decided about together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.model.order import Order
from engine.model.order_defaults import AccountDefaults, default_keys
from engine.ports import UnitOfWork
from rules.order_document import Document


def open_defaults(uow: UnitOfWork, account_id: str) -> AccountDefaults | None:
    """All but what it says of products, of which there may be very many; None where the account says nothing."""
    methods, weighs = tuple(uow.shipping_methods.list_for(account_id)), uow.product_defaults.any_for(account_id)
    return AccountDefaults(methods, weighs=weighs) if methods or weighs else None


def read_defaults(
    uow: UnitOfWork, account_id: str, defaults: AccountDefaults, orders: Sequence[Order], sources: Sequence[Document] = ()
) -> AccountDefaults:
    """The same with what it says of the products of these orders, and of these documents."""
    if not defaults.weighs:
        return defaults
    keys = default_keys([*(order.document() for order in orders), *sources])
    return replace(defaults, products={one.key: one for one in uow.product_defaults.find_many(account_id, keys)})
