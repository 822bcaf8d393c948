"""Accounts under the names that another one knows them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.model.account import Account
from engine.model.connection import Connection
from engine.ports import UnitOfWork


def get_partners(uow: UnitOfWork, account_id: str, ids: Iterable[str]) -> dict[str, Account]:
    """The accounts of the ids: a provider as it presents itself to its client, a client by its provider's nickname for it.

    Others, to whom there was never a connection, have the name of their account.
    """
    found = uow.accounts.get_many(ids)
    if not found:
        return {}
    names = {}
    for one in _ending_with_active(uow.connections.list_for_provider(account_id)):
        names[str(one.client_id)] = one.client_name
    for one in _ending_with_active(uow.connections.list_for_client(account_id)):
        names[one.provider_id] = one.company_name
    return {one.id: replace(one, name=names.get(one.id) or one.name) for one in found.values()}


def _ending_with_active(connections: list[Connection]) -> list[Connection]:
    return sorted((one for one in connections if one.was_approved), key=lambda one: one.is_active)
