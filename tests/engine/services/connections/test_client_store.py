"""The store that a connection gives the 3PL ends with it, and not before."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.model.order import OrderState
from engine.model.request import RequestAction
from engine.model.store import StoreState
from engine.services.connections.client_store import close_ended_stores
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.ship_order import unship_order
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def store_state(sides: TwoSides) -> StoreState:
    with sides.app.reading() as unit:
        return unit.stores.get(sides.provider, str(sides.connection().store_id)).state


def test_a_clients_store_is_not_disconnected_while_the_connection_lasts(sides: TwoSides) -> None:
    store_id = str(sides.connection().store_id)

    with pytest.raises(Refused, match="is a connected client: remove the connection"):
        disconnect_store(sides.app, sides.provider, store_id, sides.clerk.id)

    assert sides.copy(sides.taken()).state is OrderState.OPEN


def test_what_comes_back_after_the_end_is_heard_of_like_before(sides: TwoSides) -> None:
    request = sides.taken()
    sides.ship(request)
    remove_connection(sides.app, sides.clerk, sides.connection().id)
    sides.shop.work_off()
    close_ended_stores(sides.app)
    assert store_state(sides) is StoreState.CLOSED

    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    assert store_state(sides) is StoreState.CONNECTED
    sides.answer(request, RequestAction.CLOSE, code="out_of_stock")
    sides.shop.work_off()
    assert sides.copy(request).state is OrderState.CANCELLED

    close_ended_stores(sides.app)
    assert store_state(sides) is StoreState.CLOSED


def test_a_recall_just_before_the_end_still_reaches_the_copy(sides: TwoSides) -> None:
    request = sides.taken()
    sides.recall()
    remove_connection(sides.app, sides.clerk, sides.connection().id, open_orders=OpenOrders.RETURN)
    sides.shop.work_off()
    assert sides.copy(request).state is OrderState.CANCELLED
    close_ended_stores(sides.app)
    assert store_state(sides) is StoreState.CLOSED
