"""A release says what is on its way because of it, and what still waits and why."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, publish
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.services.fulfillment.hold_order import hold_order
from engine.services.inventory.change_counts import set_count
from engine.services.refusals import Refused
from engine.services.repair.release import release_and_tell
from storage.database import Database

Said = tuple[list[str], list[str]]


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


def release(sides: TwoSides, number: str = "2", hold_id: str | None = None) -> Said:
    released = release_and_tell(sides.app, sides.merchant, sides.shop.order_id(number), sides.owner.id, hold_id)
    return [one.en for one in released.left], [one.en for one in released.waits]


def hold(sides: TwoSides, number: str, reason: str) -> str:
    return hold_order(sides.app, sides.merchant, sides.shop.order_id(number), reason, sides.owner.id).id


def held_by_a_rule(sides: TwoSides, *further: str) -> None:
    publish(sides.shop, f"{{id: s, name: Send, when: always, then: [{{do: hold}}, {SEND}]}}", *further)
    sides.shop.import_all(ready("1"), ready("2"))


def test_the_request_that_waited_is_named_with_its_provider(sides: TwoSides) -> None:
    held_by_a_rule(sides)

    assert release(sides) == (["The request to Acme 3PL is on its way."], [])


def test_a_hold_that_is_left_is_named_and_what_it_keeps_back(sides: TwoSides) -> None:
    held_by_a_rule(sides)
    first, second = hold(sides, "2", "Fraud?"), hold(sides, "2", "Address.")

    by_the_rule = ["On hold by the rule Send.", "The request to Acme 3PL waits: the order is on hold."]
    assert release(sides, hold_id=first) == ([], ["On hold: Address.", *by_the_rule])
    assert release(sides, hold_id=second) == ([], by_the_rule)


def test_what_somebody_has_to_look_at_still_waits(sides: TwoSides) -> None:
    dear = "{id: d, 'on': [released], when: {field: order_total, is: greater_than, value: 5}, then: [{do: add_tag, tag: dear}]}"
    publish(sides.shop, "{id: h, when: always, then: [{do: hold}]}", dear)
    sides.shop.import_all(ready("1"), ready("2", order_total="a lot"))

    assert release(sides) == (["It can be shipped from here now."], ["Somebody has to look at it: it needs attention."])


@pytest.mark.parametrize(
    ("counted", "free"),
    [(3, "has 1 × ACM-MUG free"), (2, "has none of ACM-MUG free"), (1, "has none of ACM-MUG free")],
    ids=["some", "none", "more reserved than counted"],
)
def test_too_little_stock_at_the_provider_is_said(sides: TwoSides, counted: int, free: str) -> None:
    sides.taken()  # reserves two
    publish(sides.shop, "{id: s, when: always, then: [{do: hold}, {do: set_logistics_provider, provider: acme-3pl}]}")
    sides.shop.import_all(ready("1"), ready("2"))
    set_count(sides.app, sides.clerk, sides.shop.merchant.slug, "ACM-MUG", Decimal(counted))

    assert release(sides) == ([], [f"Acme 3PL {free}, and the order wants 2."])


def test_an_order_that_nobody_else_has_can_be_shipped_from_here(sides: TwoSides) -> None:
    sides.shop.import_all(ready("1"), ready("2"))
    hold(sides, "2", "Fraud?")

    assert release(sides) == (["It can be shipped from here now."], [])


def test_a_provider_that_has_it_may_begin_when_the_merchant_holds_it_no_longer(sides: TwoSides) -> None:
    sides.taken()
    hold(sides, "1", "Fraud?")

    assert release(sides, "1") == (["Acme 3PL has it and may begin now."], [])


def test_a_hold_that_has_reached_the_provider_is_not_taken_for_its_own(sides: TwoSides) -> None:
    sides.taken()
    hold(sides, "1", "Fraud?")
    sides.shop.work_off()

    assert release(sides, "1") == (["Acme 3PL has it and may begin now."], [])


def test_what_the_provider_holds_itself_still_waits(sides: TwoSides) -> None:
    copy = sides.copy(sides.taken())
    hold(sides, "1", "Fraud?")
    sides.shop.work_off()
    hold_order(sides.app, sides.provider, copy.id, "Out of boxes", sides.clerk.id)

    assert release(sides, "1")[1] == ["The request to Acme 3PL waits: the provider holds it."]


def test_what_is_not_held_is_refused_as_before(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="there is nothing to release"):
        release(sides, "1")
