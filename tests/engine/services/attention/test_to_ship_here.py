"""Who is to ship an order here reads how: by a label where one can be bought, else by hand; and since when it is their turn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.labels import PaidCarrier
from support.rule_runs import publish
from support.shop import overseas, ready
from support.two_sides import TwoSides, open_two_sides

from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account
from engine.services.attention.next_action import Cause, Cure, NextAction, Owner
from engine.services.attention.next_actions import list_next_actions
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.hold_order import hold_order, release_holds
from storage.database import Database

HOUR_S = 3600.0
BY_CORREOS = "{id: post, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}"
FLY = '{id: fly, when: always, then: [{do: set_service, carrier: dhl, service: "{requested_service}"}]}'
CHECK = "{id: check, when: always, then: [{do: validate_service, on_invalid: hold}]}"
LABEL, BY_HAND = Cure.CONFIGURE_SHIPMENT, Cure.SHIP_BY_HAND


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    """The merchant's carrier accounts are of carriers that no labels are bought of here."""
    sides = open_two_sides(sqlite_database, clock)
    carriers: Any = {"paid": PaidCarrier()}
    sides.shop.app = replace(sides.app, carriers=carriers)
    return sides


def seen(sides: TwoSides, number: str = "1", *, provider: bool = False, order_id: str = "") -> list[NextAction]:
    account_id = sides.provider if provider else sides.merchant
    order_id = order_id or sides.shop.order_id(number)
    return list_next_actions(sides.app, account_id, [order_id])[order_id]


def sell_labels(sides: TwoSides, slug: str = "") -> str:
    """The id of a new account with the carrier of which labels are bought here."""
    form = CarrierAccountForm("paid", ("standard",))
    return add_carrier_account(sides.app, slug or sides.shop.merchant.slug, form).id


def test_a_label_that_can_be_bought_is_created(sides: TwoSides) -> None:
    sell_labels(sides)
    (action,) = seen(sides)
    assert (action.cause, action.owner, action.cure, action.other_cure) == (Cause.AWAITING_LABEL, Owner.ACCOUNT, LABEL, None)
    assert action.reason.en == "Ready to ship: create its label."
    assert not action.needs_person
    assert action.since == sides.order().imported_at


@pytest.mark.parametrize("sells", [False, True])
def test_what_no_label_is_bought_for_here_is_shipped_by_hand(sides: TwoSides, sells: bool) -> None:
    """Where labels of another service are sold, that one may be chosen instead."""
    publish(sides.shop, BY_CORREOS)
    if sells:
        sell_labels(sides)
    sides.shop.import_all(ready("2"))
    (action,) = seen(sides, "2")
    assert (action.cause, action.cure, action.other_cure) == (Cause.AWAITING_LABEL, BY_HAND, LABEL if sells else None)
    assert action.reason.en == (
        "Ready to ship by correos paq-premium: ship it by hand, since no carrier account sells its label here."
    )
    assert not action.needs_person


def test_a_service_that_no_carrier_account_has_is_no_label_to_create(sides: TwoSides) -> None:
    publish(sides.shop, FLY)
    sides.shop.import_all(overseas("2"))
    assert [(one.cure, one.other_cure) for one in seen(sides, "2")] == [(BY_HAND, None)]
    sell_labels(sides)
    assert [(one.cure, one.other_cure) for one in seen(sides, "2")] == [(BY_HAND, LABEL)]


def test_the_rest_is_shipped_by_hand_too_since_the_part_left(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken("1", lines={"1": Decimal(1)})
    clock.sleep(HOUR_S)
    left = clock.now()
    sides.ship(request)
    sides.shop.work_off()
    clock.sleep(HOUR_S)
    action = next(one for one in seen(sides) if one.cause is Cause.AWAITING_LABEL)
    assert action.cure is BY_HAND
    assert action.reason.en == "The rest is ready to ship: ship it by hand, since no carrier account sells its label here."
    assert action.since == left


def test_a_providers_order_is_shipped_by_hand_unless_its_client_or_it_sells_labels(sides: TwoSides) -> None:
    request = sides.taken()
    copy = sides.copy(request).id
    add_carrier_account(sides.app, sides.shop.provider.slug, CarrierAccountForm("correos", ("paq-premium",)))
    assert [one.cure for one in seen(sides, provider=True, order_id=copy)] == [BY_HAND]

    shared = sell_labels(sides)
    assert [one.cure for one in seen(sides, provider=True, order_id=copy)] == [BY_HAND]
    share_carrier_account(sides.app, sides.shop.merchant, shared, Sharing(sides.shop.provider.slug), "somebody")
    assert [one.cure for one in seen(sides, provider=True, order_id=copy)] == [LABEL]


def test_a_service_that_is_not_valid_is_not_ready_to_ship(sides: TwoSides, clock: FixedClock) -> None:
    publish(sides.shop, FLY, CHECK)
    sides.shop.import_all(overseas("2"))
    assert seen(sides, "2")[0].cause is Cause.HELD
    release_holds(sides.app, sides.merchant, sides.shop.order_id("2"), sides.owner.id)
    causes = [one.cause for one in seen(sides, "2")]
    assert causes[0] is Cause.INVALID_SERVICE
    assert Cause.AWAITING_LABEL not in causes


def test_what_a_release_brings_back_is_this_accounts_turn_since_then(sides: TwoSides, clock: FixedClock) -> None:
    hold_order(sides.app, sides.merchant, sides.order().id, "Which colour?", sides.owner.id)
    clock.sleep(HOUR_S)
    release_holds(sides.app, sides.merchant, sides.order().id, sides.owner.id)
    released = clock.now()
    clock.sleep(HOUR_S)
    (action,) = seen(sides)
    assert (action.cause, action.since) == (Cause.AWAITING_LABEL, released)


def test_what_an_ended_request_brings_back_is_this_accounts_turn_since_then(sides: TwoSides, clock: FixedClock) -> None:
    sides.taken()
    clock.sleep(HOUR_S)
    remove_connection(sides.app, sides.owner, sides.connection().id, open_orders=OpenOrders.RETURN)
    ended = clock.now()
    clock.sleep(HOUR_S)
    (action,) = seen(sides)
    assert (action.cause, action.since) == (Cause.AWAITING_LABEL, ended)
