"""Whose a thing is that the operator names by its id alone. Everything after that names the account too."""

from __future__ import annotations

from adapters.cli.acting import acting
from engine.application import Application
from engine.ports import NotFound
from engine.services.accounts.acting import find_account
from engine.services.accounts.carrier_sharing import NO_CARRIER_ACCOUNT
from engine.services.refusals import NO_ORDER, NO_STORE, Refused


def account_of_store(app: Application, store_id: str) -> str:
    """The id of the account that has the store. Raises Refused."""
    with app.reading() as uow:
        try:
            return uow.owners.account_of_store(store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None


def account_of_order(app: Application, order_id: str) -> str:
    """The id of the account that has the order. Raises Refused."""
    with app.reading() as uow:
        try:
            return uow.owners.account_of_order(order_id)
        except NotFound:
            raise Refused("no_order", NO_ORDER, order=order_id) from None


def account_of_carrier_account(app: Application, carrier_account_id: str) -> str:
    """The id of the account that has the carrier account. Raises Refused."""
    with app.reading() as uow:
        try:
            return uow.owners.account_of_carrier_account(carrier_account_id)
        except NotFound:
            raise Refused("no_carrier_account", NO_CARRIER_ACCOUNT, id=carrier_account_id) from None


def account_of_named_store(app: Application, account_slug: str | None, by: str | None, store_id: str) -> str:
    """The account of a store, to which who is named has to belong. Raises Refused."""
    try:
        if by is not None:
            return acting(app, by, account_slug, lambda uow, account_id: uow.stores.get(account_id, store_id)).account_id
        if account_slug is None:
            return account_of_store(app, store_id)
        with app.reading() as uow:
            return uow.stores.get(find_account(uow, account_slug).id, store_id).account_id
    except NotFound:
        raise Refused("no_store", NO_STORE, store=store_id) from None
