"""The return label that a rule asks for comes with the label of the order, once, and holds nothing up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import FORM, NO_ANSWER, TOO_FAR
from support.publishing import publish_alone
from support.shop import ready

from engine.jobs.make_label import make_return_label
from engine.model.carrier import CarrierCapability, CarrierKind
from engine.model.label import Label, LabelState, ParcelToShip
from engine.model.label_batch import BatchState
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_batches import get_batch, start_batch
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.plan_return import ReturnWish
from engine.services.refusals import Refused
from storage.database import Database

CAN = (CarrierCapability.LOOK_UP, CarrierCapability.MULTI_PARCEL, CarrierCapability.RETURNS, CarrierCapability.VOID)
KIND = CarrierKind("paid", "Paid Post", frozenset(CAN), forms=(FORM,))
HERE = replace(KIND, capabilities=KIND.capabilities | {CarrierCapability.NUMBERED_HERE})
RULES = b"name: R\nrules:\n  - {id: r, when: always, then: [{do: return_label, enabled: true}]}\n"


@pytest.fixture(params=[KIND, HERE], ids=["asked", "numbered here"])
def sides(request: pytest.FixtureRequest, sqlite_database: Database, clock: FixedClock) -> Shippers:
    """The order "2" wants a return label, "1" does not."""
    sides = open_shippers(sqlite_database, clock, describes=request.param)
    sides.shop.import_all(ready("2", return_label=True))
    return sides


@pytest.fixture
def asked(sqlite_database: Database, clock: FixedClock) -> Shippers:
    sides = open_shippers(sqlite_database, clock, describes=KIND)
    sides.shop.import_all(ready("2", return_label=True))
    return sides


def returns_of(sides: Shippers, number: str = "2") -> list[Label]:
    return [label for label in sides.labels(number) if label.is_return]


def test_it_comes_with_the_order_s_label_turned_round(sides: Shippers) -> None:
    made = sides.buy("2", LabelWish(ServiceWish("paid", "standard"), ParcelWish(parcels=(ParcelToShip(700), ParcelToShip(300)))))
    sides.shop.work_off()
    [back] = returns_of(sides)
    out = made.label
    assert (back.state, back.carrier_account_id, back.service) == (LabelState.BOUGHT, out.carrier_account_id, "standard")
    assert (back.lines, back.request.parcels) == (out.lines, out.request.parcels)
    assert (back.request.is_return, back.request.ship_from) == (True, out.request.ship_to)
    assert (back.request.reference, len(set(back.tracking_numbers) | set(out.tracking_numbers))) == (back.id, 4)
    assert sides.alerts() == []


def test_an_order_whose_rules_do_not_ask_gets_none(sides: Shippers) -> None:
    sides.shop.import_all(ready("3", return_label=False))
    for number in ("1", "3"):
        sides.buy(number)
    sides.shop.work_off()
    assert returns_of(sides, "1") + returns_of(sides, "3") == []


def test_the_rule_is_what_asks(asked: Shippers) -> None:
    publish_alone(asked.app, asked.shop.merchant.slug, RULES)
    reprocess_orders(asked.app, asked.merchant, [asked.shop.order_id("1")], "somebody")
    asked.buy("1")
    asked.shop.work_off()
    assert [label.state for label in returns_of(asked, "1")] == [LabelState.BOUGHT]


def test_each_order_of_a_batch_gets_its_own(sides: Shippers) -> None:
    sides.shop.import_all(ready("3", return_label=True))
    batch = start_batch(sides.app, sides.merchant, [sides.shop.order_id(number) for number in ("1", "2", "3")], sides.owner.id)
    sides.shop.work_off()
    assert get_batch(sides.app, sides.merchant, batch.id)[0].state is BatchState.DONE
    assert [len(returns_of(sides, number)) for number in ("1", "2", "3")] == [0, 1, 1]


def test_a_label_that_is_voided_and_bought_again_brings_no_second_one(sides: Shippers) -> None:
    made = sides.buy("2")
    sides.shop.work_off()
    sides.take_back(made)
    sides.buy("2")
    sides.shop.work_off()
    assert [label.state for label in returns_of(sides)] == [LabelState.BOUGHT]


def test_a_carrier_without_returns_makes_the_label_and_people_read_why_none_comes_back(sides: Shippers) -> None:
    can = sides.carrier.describes.capabilities - {CarrierCapability.RETURNS}
    sides.carrier.describes = replace(sides.carrier.describes, capabilities=can)
    assert sides.buy("2").label.state is LabelState.BOUGHT
    sides.shop.work_off()
    assert returns_of(sides) == []
    [said] = sides.alerts()
    assert said.startswith("No return label was made for order 2: Paid Post makes no return labels here")


def test_what_the_carrier_refuses_is_said_and_the_order_has_left(asked: Shippers) -> None:
    made = asked.buy("2")
    asked.carrier.fails_before["buy"] = [TOO_FAR]
    asked.shop.work_off()
    assert [label.state for label in returns_of(asked)] == [LabelState.REFUSED]
    assert made.label.state is LabelState.BOUGHT
    [said] = asked.alerts()
    assert said == (
        "No return label was made for order 2: The carrier does not go there. "
        "Its own label is bought; create one on the order's page."
    )


def test_a_person_who_reads_the_refusal_gets_no_alert_too(asked: Shippers) -> None:
    asked.buy("1")
    asked.carrier.fails_before["buy"] = [TOO_FAR]
    wish = ReturnWish(ServiceWish("paid", "standard"))
    with pytest.raises(Refused, match="does not go there"):
        make_return_label(asked.app, asked.merchant, asked.shop.order_id("1"), wish, asked.owner.id, "test")
    assert asked.alerts() == []


def test_an_answer_that_is_lost_is_looked_up_and_none_is_bought_twice(asked: Shippers, clock: FixedClock) -> None:
    asked.buy("2")
    asked.carrier.fails_after["buy"] = [NO_ANSWER]
    asked.shop.work_off()
    assert [label.state for label in returns_of(asked)] == [LabelState.UNKNOWN]
    clock.sleep(timedelta(hours=2).total_seconds())
    asked.shop.work_off()
    assert [label.state for label in returns_of(asked)] == [LabelState.BOUGHT]
    assert [request.is_return for request in asked.carrier.purchases] == [False, True]
