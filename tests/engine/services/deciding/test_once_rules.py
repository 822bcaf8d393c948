"""What `once` rules wrote stays, through updates and reprocesses, in its place among the rules."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import order_of, publish, reprocess
from support.shop import Shop, open_shop, ready

from engine.model.order import Order, OrderState
from engine.services.deciding.explain_order import explain_order
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def test_what_a_once_rule_wrote_stays(shop: Shop) -> None:
    publish(shop, "{id: t, once: true, when: always, then: [{do: add_tag, tag: a}]}", "{id: u, when: always, then: [{do: hold}]}")
    shop.import_all(ready("1", tags=["own"]))

    order = reprocess(shop)

    assert order.document()["tags"] == ["own", "a"]
    assert order.applied_once == ("t",)
    assert order.matched == ("u",)


@pytest.mark.parametrize(
    ("rules", "value"),
    [
        (("{id: a, when: always, then: [WRITE usual]}", "{id: t, once: true, when: always, then: [WRITE once]}"), "once"),
        (("{id: t, once: true, when: always, then: [WRITE once]}", "{id: z, when: always, then: [WRITE last]}"), "last"),
        (("{id: a, when: always, then: [WRITE usual]}",), "usual"),
        (("{id: a, when: always, then: [WRITE usual], stop: true}", "{id: t, once: true, when: always, then: []}"), "once"),
        (("{id: n, when: always, then: [{do: add_tag, tag: other}]}",), "once"),
    ],
)
def test_what_a_once_rule_wrote_keeps_its_place_among_the_rules(shop: Shop, rules: tuple[str, ...], value: str) -> None:
    def written(rule: str) -> str:
        return re.sub(r"WRITE (\w+)", r"{do: set_custom_field, number: 1, value: \1}", rule)

    publish(shop, written("{id: t, once: true, when: always, then: [WRITE once]}"))
    shop.import_all(ready("1"))
    publish(shop, *map(written, rules))

    for _ in range(2):
        order = reprocess(shop)
        assert order.document()["custom_field_1"] == value
        assert [write.operand for write in order.once_writes] == ["once"]


def test_later_rules_see_what_a_once_rule_wrote_and_the_explanation_says_so(shop: Shop) -> None:
    reader = "{id: r, when: {field: tags, is: includes, value: seen}, then: [{do: hold}]}"
    publish(shop, "{id: t, once: true, when: always, then: [{do: add_tag, tag: seen}]}", reader)
    shop.import_all(ready("1"))

    assert reprocess(shop).matched == ("r",)
    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id("1"))
    assert explanation is not None
    once = explanation.rules[0].entry
    assert (once["status"], [change["field"] for change in once["changes"]]) == ("already_applied", ["tags"])


EDITS = (
    "{do: remove_tag, tag: drop}, {do: set_internal_note, text: mine, append: true}, {do: adjust_weight, by_g: -50.5}, "
    "{do: set_customs, contents: gift, tax_ids: {ioss: IM1}}, {do: set_ship_by, days: 1}"
)


def edited(order: Order) -> tuple[Any, ...]:
    document = order.document()
    return document["tags"], document["notes"]["internal"], document["weight_g"], document["customs"], document["ship_by"]


@pytest.mark.parametrize("once", ["false", "true"])
def test_reprocess_neither_appends_a_note_twice_nor_adjusts_a_weight_twice(
    database: Database, clock: FixedClock, once: str
) -> None:
    shop = open_shop(database, clock, rules=None)
    publish(shop, f"{{id: e, once: {once}, when: always, then: [{EDITS}]}}")
    shop.import_all(ready("1", tags=["own", "Drop"], notes={"internal": "theirs"}, weight_g=1250))
    first = edited(order_of(shop))
    assert first[:4] == (
        ["own"],
        "theirs\nmine",
        Decimal("1199.5"),
        {"contents": "gift", "tax_ids": {"ioss": "IM1"}},
    )

    assert edited(reprocess(shop)) == first
    assert edited(reprocess(shop)) == first


def test_what_a_once_rule_wrote_is_laid_over_what_the_store_says_now(shop: Shop) -> None:
    publish(shop, f"{{id: e, once: true, when: always, then: [{EDITS}]}}")
    shop.import_all(ready("1", tags=["own", "drop"], notes={"internal": "theirs"}, weight_g=1250))
    shop.import_all(ready("1", tags=["new", "DROP"], notes={"internal": "changed"}, weight_g=2000))

    assert edited(reprocess(shop))[:3] == (["new"], "changed\nmine", Decimal("1949.5"))


def test_what_a_once_rule_changed_and_cannot_change_any_more_is_as_the_store_says(shop: Shop) -> None:
    publish(shop, f"{{id: e, once: true, when: always, then: [{EDITS}]}}")
    shop.import_all(ready("1", notes={"internal": "theirs"}, tags=["drop"]))
    shop.import_all(ready("1", notes={"internal": "theirs"}, tags="wrong", weight_g=10))

    assert edited(reprocess(shop))[:3] == ("wrong", "theirs\nmine", 10)


def test_an_order_that_comes_back_keeps_what_once_rules_wrote(shop: Shop) -> None:
    publish(shop, "{id: t, once: true, when: always, then: [{do: add_tag, tag: a}]}")
    shop.import_all(ready("1"))
    with shop.database.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, shop.order_id("1"))
        order.state = OrderState.CANCELLED
        unit.orders.update_many([order])
        unit.commit()

    shop.import_all(ready("1"))

    assert order_of(shop).document()["tags"] == ["a"]


# Holds and releases
