"""As whose a parcel reaches its buyer: the store's that sold the order, also where another account ships it."""

from __future__ import annotations

from engine.model.account import Account
from engine.model.store_preferences import DEFAULT_PREFERENCES, Brand, StorePreferences
from engine.ports import UnitOfWork


def brand_name(preferences: StorePreferences, account: Account) -> str:
    """What buyers know a store by: its name on packing slips, else its account's."""
    return preferences.packing_slip_name or account.name


def brand_of(uow: UnitOfWork, account_id: str, order_id: str) -> Brand:
    """The brand of an order; of a client's order it is that of the client's store, however many accounts it was handed on."""
    while (request := uow.requests.find_by_copy(account_id, order_id)) is not None:
        account_id, order_id = request.account_id, request.order_id
    order, account = uow.orders.get(account_id, order_id), uow.accounts.get(account_id)
    store = None if order.store_id is None else uow.stores.find_unopened(account_id, order.store_id)
    if store is None:
        return Brand(brand_name(DEFAULT_PREFERENCES, account))
    return Brand(brand_name(store.preferences, account), uow.stores.find_logo(account_id, store.id))
