"""The store that a connection gives the 3PL ends with it, and not before."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.two_sides import open_two_sides

from engine.model.order import OrderState
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from storage.database import Database


def test_a_clients_store_is_not_disconnected_while_the_connection_lasts(sqlite_database: Database, clock: FixedClock) -> None:
    sides = open_two_sides(sqlite_database, clock)
    store_id = str(sides.connection().store_id)

    with pytest.raises(Refused, match="is a connected client: remove the connection"):
        disconnect_store(sides.app, sides.provider, store_id, sides.clerk.id)

    assert sides.copy(sides.taken()).state is OrderState.OPEN
