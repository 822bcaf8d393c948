"""What rules have chosen is sent by what is known when it leaves: providers may have answered since."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, publish
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.account import AccountKind
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.answer_rules import run_manual_rule
from engine.services.deciding.reprocess_orders import reprocess_orders
from storage.database import Database

TO_BETA = "{do: set_logistics_provider, provider: beta-3pl, send: true}"


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    account = {"email": "b@beta.example", "password": "a relay needs two", "country": "ES"}
    create_account(sides.app, name="Beta 3PL", kind=AccountKind.PROVIDER, **account)
    connect_accounts(sides.app, provider_slug="beta-3pl", client_slug=sides.shop.merchant.slug)
    return sides


def rules_send(sides: TwoSides, action: str) -> None:
    """Rules want the order sent, and nobody has worked that off."""
    publish(sides.shop, f"{{id: s, when: always, then: [{action}]}}")
    reprocess_orders(sides.app, sides.merchant, [sides.order().id], sides.owner.id)


def rejected(sides: TwoSides) -> None:
    """A person hands the order over, and the provider rejects it."""
    sides.answer(sides.delegate(), RequestAction.REJECT, code="out_of_stock")


def requests(sides: TwoSides) -> list[FulfillmentRequest]:
    with sides.app.reading() as uow:
        return uow.requests.list_for_order(sides.merchant, sides.order().id)


def sending(sides: TwoSides) -> JobState:
    with sides.app.reading() as uow:
        jobs = uow.jobs.list_for_order(sides.merchant, sides.order().id)
    return next(job.state for job in jobs if job.kind is JobKind.DELEGATE)


def test_a_provider_that_has_rejected_the_order_meanwhile_is_not_asked_again(sides: TwoSides) -> None:
    rules_send(sides, SEND)
    rejected(sides)

    sides.shop.work_off()

    assert [request.state for request in requests(sides)] == [RequestState.REJECTED]
    assert sending(sides) is JobState.DEAD
    assert NEEDS_ATTENTION in sides.order().flags
    assert any('"acme-3pl" has refused it already' in alert for alert in sides.alerts())


def test_after_the_third_round_rules_send_nothing_that_they_chose_before(sides: TwoSides) -> None:
    rules_send(sides, TO_BETA)
    for _ in range(3):
        rejected(sides)

    sides.shop.work_off()

    assert len(requests(sides)) == 3
    assert any("3 requests over it have ended without shipping" in alert for alert in sides.alerts())


def test_after_the_second_they_still_do(sides: TwoSides) -> None:
    rules_send(sides, TO_BETA)
    for _ in range(2):
        rejected(sides)

    sides.shop.work_off()

    assert [request.is_live for request in requests(sides)] == [False, False, True]


def test_rules_send_the_rest_when_a_provider_has_shipped_its_part(sides: TwoSides) -> None:
    other = {"line_key": "2", "sku": "POT", "name": "Pot", "quantity": 3}
    sides.shop.import_all(ready("1", items=[{"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 2}, other]))
    publish(sides.shop, f"{{id: rest, 'on': [shipped], when: always, then: [{SEND}]}}")
    sides.ship(sides.taken(lines={"1": Decimal(2)}))

    sides.shop.work_off()

    asked = [[(line.line_key, line.quantity) for line in request.lines] for request in requests(sides)]
    assert asked == [[("1", 2)], [("2", 3)]]
    assert NEEDS_ATTENTION not in sides.order().flags


def test_what_has_all_left_is_asked_of_nobody_and_needs_nobody(sides: TwoSides) -> None:
    publish(sides.shop, f"{{id: late, 'on': [manual], when: always, then: [{TO_BETA}]}}")
    request = sides.taken()
    sides.ship(request)
    run_manual_rule(sides.app, sides.merchant, "late", [sides.order().id], sides.owner.id)  # before the shipment is heard of

    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    assert len(requests(sides)) == 1
    assert not [alert for alert in sides.alerts() if "was not handed over" in alert]
