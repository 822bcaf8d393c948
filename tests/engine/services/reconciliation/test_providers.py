"""What is with providers, compared with what they have of it: 3PLs of this installation, and systems of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side
from support.shop import Shop
from support.two_sides import TwoSides, open_two_sides

from engine.model.order import Order, OrderState
from engine.model.reconciliation import DifferenceKind, ProviderHas, Reconciliation
from engine.services.reconciliation.ask import list_differences
from engine.services.reconciliation.cures import DifferenceCure, cure_difference
from engine.services.reconciliation.reconcile import reconcile_store
from engine.services.stores.sessions import SessionPool
from storage.database import Database

HOUR_S = 3600.0


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


@pytest.fixture
def remote(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def compare(shop: Shop) -> Reconciliation:
    with SessionPool(shop.app) as sessions:
        return reconcile_store(shop.app, shop.merchant.id, shop.store.id, sessions)


def found(shop: Shop) -> list[tuple[str, str, str]]:
    listed = list_differences(shop.app, shop.merchant.id, shop.store.id)
    return [(one.kind.value, one.detail, one.who) for one in listed]


def leave_as(shop: Shop, order: Order, state: OrderState) -> None:
    """Give an order a state that nobody here was told of."""
    with shop.app.unit_of_work() as uow:
        kept = uow.orders.get(order.account_id, order.id, for_change=True)
        kept.state, kept.updated_at = state, shop.app.clock.now()
        uow.orders.update_many([kept])
        uow.commit()


def test_a_provider_that_has_the_order_as_it_is_here_is_no_difference(sides: TwoSides) -> None:
    sides.taken()
    sides.app.clock.sleep(5 * HOUR_S)
    assert compare(sides.shop).with_providers == 1
    assert found(sides.shop) == []


def test_an_order_that_never_came_to_its_provider_is_found_once_it_should_have(sides: TwoSides) -> None:
    sides.delegate()
    compare(sides.shop)
    assert found(sides.shop) == []
    sides.app.clock.sleep(3 * HOUR_S)
    compare(sides.shop)
    assert found(sides.shop) == [("provider", "nothing", "Acme 3PL")]
    sides.recall()
    assert found(sides.shop) == [], "it is the merchant's again"


@pytest.mark.parametrize(
    ("state", "has"),
    [
        (OrderState.CANCELLED, ProviderHas.CANCELLED),
        (OrderState.SKIPPED, ProviderHas.LEFT_OUT),
        (OrderState.SHIPPED, ProviderHas.SHIPPED),
    ],
)
def test_an_order_that_its_provider_has_ended_is_found(sides: TwoSides, state: OrderState, has: ProviderHas) -> None:
    leave_as(sides.shop, sides.copy(sides.taken()), state)
    compare(sides.shop)
    assert found(sides.shop) == [], "what was done a moment ago may be on its way"
    sides.app.clock.sleep(2 * HOUR_S)
    compare(sides.shop)
    assert found(sides.shop) == [("provider", has.value, "Acme 3PL")]


def test_recalling_cures_what_the_provider_does_not_have(sides: TwoSides) -> None:
    request = sides.delegate()
    sides.app.clock.sleep(3 * HOUR_S)
    compare(sides.shop)
    done = cure_difference(sides.app, sides.merchant, sides.shop.store.id, DifferenceKind.PROVIDER, request.id, sides.owner.id)
    assert done is DifferenceCure.RECALL
    assert sides.order().state is OrderState.OPEN
    assert found(sides.shop) == []


def test_an_order_on_its_way_to_nobody_is_found(sides: TwoSides) -> None:
    leave_as(sides.shop, sides.order(), OrderState.PENDING_FULFILLMENT)
    compare(sides.shop)
    assert found(sides.shop) == [("provider", "not_asked", "")]
    leave_as(sides.shop, sides.order(), OrderState.OPEN)
    assert found(sides.shop) == []


def test_what_a_system_of_its_own_has_lost_is_found_and_recalling_cures_it(remote: RemoteSide) -> None:
    request = remote.taken()
    compare(remote.shop)
    assert found(remote.shop) == []
    remote.server.orders._orders.clear()
    compare(remote.shop)
    assert found(remote.shop) == [("provider", "nothing", "Norte Logística")]
    remote.recall()
    remote.work_off()
    assert not remote.request(request.id).is_open(remote.clock.now())
    assert found(remote.shop) == []


def test_a_system_that_does_not_answer_leaves_the_comparison_incomplete_and_what_was_found(remote: RemoteSide) -> None:
    remote.taken()
    remote.server.orders._orders.clear()
    compare(remote.shop)
    remote.server.stop()
    remote.clock.sleep(HOUR_S)
    so_far = compare(remote.shop)
    assert not so_far.is_complete
    assert "Norte Logística could not be asked" in str(so_far.problem)
    assert found(remote.shop) == [("provider", "nothing", "Norte Logística")]
