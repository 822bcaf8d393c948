"""The store that a connection gives the 3PL ends with it, and not before."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.statements import statements
from support.two_sides import open_two_sides

from engine.model.account import AccountKind
from engine.model.order import OrderState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from storage.database import Database


def test_a_clients_store_is_not_disconnected_while_the_connection_lasts(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_two_sides(sqlite_database, clock)
    store_id = str(sides.connection().store_id)

    with pytest.raises(Refused, match="is a connected client: remove the connection"):
        disconnect_store(sides.app, sides.provider, store_id, sides.clerk.id)

    assert sides.copy(sides.taken()).state is OrderState.OPEN


def test_an_import_of_a_client_asks_nothing_more_where_there_are_many_clients(
    sqlite_database: Database, clock: FixedClock
) -> None:
    sides = open_two_sides(sqlite_database, clock)
    sides.taken()
    store_id = str(sides.connection().store_id)

    def asked() -> list[str]:
        with statements(sqlite_database) as sent:
            import_store(sides.app, sides.provider, store_id)
        return [statement for statement, _ in sent]

    with_one = asked()
    names = {"kind": AccountKind.MERCHANT, "country": "ES", "password": "kept-by-nobody"}
    provider_slug = sides.shop.provider.slug
    for number in range(5):
        client = create_account(sides.app, name=f"Client {number}", email=f"client-{number}@example.com", **names)
        connect_accounts(sides.app, provider_slug=provider_slug, client_slug=client.slug)

    assert asked() == with_one  # the statements name every id that is looked up
