"""A merchant's rules answer what its provider says."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.account import AccountKind
from engine.model.order import OrderState
from engine.model.request import RequestAction, RequestState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_a_rejected_order_goes_to_the_next_provider_without_a_person(sides: TwoSides) -> None:
    create_account(
        sides.app, name="Beta 3PL", kind=AccountKind.PROVIDER, email="b@beta.example", password="a relay needs two", country="ES"
    )
    connect_accounts(sides.app, provider_slug="beta-3pl", client_slug="casa-verde")
    publish(
        sides.shop,
        "{id: next, 'on': [rejected], when: {field: delegation.reason, is: equals, value: out_of_stock}, "
        "then: [{do: set_logistics_provider, provider: beta-3pl, send: true}]}",
    )
    request = sides.taken()

    sides.answer(request, RequestAction.REJECT, code="out_of_stock")
    sides.shop.work_off()

    assert sides.order().state is OrderState.PENDING_FULFILLMENT
    assert NEEDS_ATTENTION not in sides.order().flags
    with sides.app.reading() as unit:
        first, second = unit.requests.list_for_order(sides.merchant, sides.order().id)
        assert unit.accounts.get(second.provider_id).slug == "beta-3pl"
    assert (first.state, second.state) == (RequestState.REJECTED, RequestState.ACCEPTED)


def test_rules_hear_of_refused_recalls_closed_rests_and_shipments(sides: TwoSides) -> None:
    rules = (
        "{id: kept, 'on': [cancel_refused], when: always, then: [{do: add_tag, tag: kept-by-provider}]}",
        "{id: rest, 'on': [closed], when: always, then: [{do: add_tag, tag: rest-is-back}]}",
        "{id: gone, 'on': [shipped], when: always, then: [{do: add_tag, tag: gone}]}",
    )
    publish(sides.shop, *rules)
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.answer(request, RequestAction.REFUSE_CANCEL, text="Packed.")
    assert sides.order().document()["tags"] == ["kept-by-provider"]

    sides.answer(request, RequestAction.CLOSE, code="too_large")
    assert "rest-is-back" in sides.order().document()["tags"]

    again = sides.taken()
    sides.ship(again)
    sides.shop.work_off()
    assert "gone" in sides.order().document()["tags"]
