"""The store that a connection gives the 3PL: the 3PL's own rules run over what it brings, and it ends with the connection."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.statements import statements
from support.two_sides import TwoSides, open_two_sides

from engine.model.account import AccountKind
from engine.model.order import OrderState
from engine.model.request import RequestAction
from engine.model.store import StoreState
from engine.services.accounts.accounts import create_account, set_ships_for_others
from engine.services.connections.client_store import close_ended_stores
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.deciding.publish_rules import publish_rules
from engine.services.fulfillment.ship_order import unship_order
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from storage.database import Database

RULES = b"""
rules:
  - {id: c, when: {field: client, is: equals, value: casa-verde}, then: [{do: add_tag, tag: client}]}
  - {id: b, when: {field: brand, is: equals, value: Casa Verde}, then: [{do: add_tag, tag: brand}]}
  - {id: n, when: {field: brand, is: equals, value: Otra}, then: [{do: add_tag, tag: other}]}
"""


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


def test_the_3pls_own_rules_run_over_its_clients_orders_by_client_and_brand(sides: TwoSides) -> None:
    publish_rules(sides.app, sides.shop.provider.slug, RULES)
    publish_rules(sides.app, sides.shop.merchant.slug, b"rules: [{id: m, when: always, then: [{do: add_tag, tag: merchants}]}]")

    copy = sides.copy(sides.taken())

    assert copy.document()["tags"] == ["client", "brand"]


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


def test_a_3pl_ships_for_others_until_what_it_may_finish_is_finished(sides: TwoSides) -> None:
    request, slug = sides.taken(), sides.shop.provider.slug
    with pytest.raises(Refused, match="remove them first"):
        set_ships_for_others(sides.app, slug, ships=False)
    remove_connection(sides.app, sides.clerk, sides.connection().id, open_orders=OpenOrders.FINISH)
    with pytest.raises(Refused, match="has orders of a former client to finish"):
        set_ships_for_others(sides.app, slug, ships=False)

    sides.answer(request, RequestAction.CLOSE, code="out_of_stock")
    sides.shop.work_off()
    close_ended_stores(sides.app)
    assert set_ships_for_others(sides.app, slug, ships=False).kind is AccountKind.MERCHANT


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
