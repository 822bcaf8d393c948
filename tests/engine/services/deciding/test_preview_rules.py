"""The live answer while rules are edited: what of the last orders a draft matches, and what would become of them."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import order_of, publish, release, reprocess, rule_set
from support.shop import Shop, open_shop, ready

from engine.model.order import OrderState
from engine.services.accounts.erase_person import erase_person
from engine.services.deciding.preview_rules import Preview, preview_rules
from engine.services.deciding.publish_rules import publish_rules
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

BY_COUNTRY = "{id: %s, when: {field: ship_to.country, is: equals, value: %s}, then: [{do: add_tag, tag: %s}]}"
FAST = "{id: fast, when: always, then: [{do: set_service_level, level: fast}]}"
TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def previewed(shop: Shop, *rules: str, **options: Any) -> Preview:
    return preview_rules(shop.app, shop.merchant.id, rule_set(*rules), **options)


def to(country: str, number: str, **changes: Any) -> Any:
    customer = {"email": f"{number}@x.example"}
    return ready(number, customer=customer, ship_to={"name": "Ana", "city": "X", "country": country}, **changes)


def test_a_draft_says_which_orders_it_matches_and_what_it_would_change(shop: Shop) -> None:
    publish(shop, BY_COUNTRY % ("tags", "ES", "near"))
    shop.import_all(to("ES", "1"), to("PT", "2"), to("FR", "3"))

    seen = previewed(shop, BY_COUNTRY % ("tags", "PT", "near"), FAST)
    assert seen == Preview(3, 3, ["3", "2", "1"], {"service_level": 3, "tags": 2})


def test_a_rule_alone_counts_the_orders_that_it_matches_or_matched(shop: Shop) -> None:
    publish(shop, BY_COUNTRY % ("tags", "ES", "near"))
    shop.import_all(to("ES", "1"), to("PT", "2"), to("FR", "3"))

    rules = BY_COUNTRY % ("tags", "PT", "near"), FAST
    assert previewed(shop, *rules, rule_id="tags") == Preview(3, 1, ["2"], {"tags": 2, "service_level": 2})


def test_what_is_published_already_changes_nothing(shop: Shop) -> None:
    publish(shop, BY_COUNTRY % ("tags", "ES", "near"))
    shop.import_all(to("ES", "1"), to("PT", "2"))

    assert previewed(shop, BY_COUNTRY % ("tags", "ES", "near")) == Preview(2, 1, ["1"], {})


def test_a_draft_stands_in_the_place_of_its_set(shop: Shop) -> None:
    publish_rules(shop.app, shop.merchant.slug, b"set: first\nrules:\n  - " + (TAG_ALL % ("a", "one")).encode())
    second = "{id: b, when: {field: tags, is: includes, value: one}, then: [{do: set_service_level, level: fast}]}"
    publish_rules(shop.app, shop.merchant.slug, b"set: second\nrules:\n  - " + second.encode())
    shop.import_all(ready("1"))

    draft = "set: first\nrules:\n  - " + TAG_ALL % ("a", "two")
    seen = preview_rules(shop.app, shop.merchant.id, draft.encode())
    assert seen.changes == {"tags": 1, "service_level": 1}  # the second set runs after it, and no longer finds its tag


def test_only_the_last_orders_are_looked_at(shop: Shop) -> None:
    shop.import_all(*(ready(str(number)) for number in range(1, 5)))

    assert previewed(shop, TAG_ALL % ("a", "x"), last=3) == Preview(3, 3, ["4", "3", "2"], {"tags": 3})


def test_more_orders_than_one_batch_are_each_looked_at_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.past_decisions.BATCH", 2)
    shop.import_all(*(ready(str(number)) for number in range(1, 6)))

    assert previewed(shop, TAG_ALL % ("a", "x")).examples == ["5", "4", "3", "2", "1"]


def test_an_order_counts_by_the_decision_that_built_it_last(shop: Shop) -> None:
    publish(shop, "{id: held, when: always, then: [{do: hold}]}")
    shop.import_all(ready("1"))
    with shop.database.unit_of_work() as unit:
        order = order_of(shop)
        order.source["gift"] = True
        unit.orders.update_many([order])
        unit.commit()
    reprocess(shop)
    release(shop)  # no rule of the draft runs then

    gifts = "{id: held, on: [reprocess], when: {field: gift, is: is_true}, then: [{do: add_tag, tag: x}]}"
    assert previewed(shop, gifts).matched == 1


def test_a_rule_that_waits_for_something_else_is_asked_by_itself_over_what_was_decided(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(ready("1"))

    later = (
        "{id: late, on: [rejected], when: {field: tags, is: includes, value: x}, then: [{do: set_service_level, level: fast}]}"
    )
    assert previewed(shop, TAG_ALL % ("a", "x"), later).matched == 1
    assert previewed(shop, TAG_ALL % ("a", "x"), later, rule_id="late") == Preview(1, 1, ["1"], {"service_level": 1})


def test_orders_of_people_who_were_erased_are_left_out(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(to("ES", "1"), to("ES", "2"))
    with shop.database.unit_of_work() as unit:
        finished = order_of(shop)
        finished.state = OrderState.SHIPPED
        unit.orders.update_many([finished])
        unit.commit()
    erase_person(shop.app, shop.merchant.slug, email="1@x.example")

    assert previewed(shop, TAG_ALL % ("a", "y")) == Preview(1, 1, ["2"], {"tags": 1})


def test_nothing_is_written(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(ready("1"))
    with shop.database.begin_reading() as connection:
        before = connection.exec_driver_sql("SELECT (SELECT COUNT(*) FROM decisions), (SELECT COUNT(*) FROM jobs)").one()
    previewed(shop, "{id: h, when: always, then: [{do: hold}, {do: alert, message: x}]}")
    with shop.database.begin_reading() as connection:
        after = connection.exec_driver_sql("SELECT (SELECT COUNT(*) FROM decisions), (SELECT COUNT(*) FROM jobs)").one()

    assert (before, order_of(shop).status()) == (after, "awaiting_shipment")


def test_a_draft_with_errors_is_refused_with_all_of_them(shop: Shop) -> None:
    unknown = "{id: a, when: always, then: [{do: set_logistics_provider, provider: nobody}]}"
    with pytest.raises(RuleSetRefused) as refusal:
        previewed(shop, unknown)
    assert [problem.message.code for problem in refusal.value.problems] == ["unknown_provider"]
    with pytest.raises(RuleSetRefused) as refusal:
        previewed(shop, unknown, "{id: b, when: {field: nope, is: blank}, then: []}")
    assert {problem.message.code for problem in refusal.value.problems} >= {"unknown_provider", "unknown_field"}
    with pytest.raises(RuleSetRefused):
        preview_rules(shop.app, shop.merchant.id, b"rules: 3")


def test_ids_of_other_sets_cannot_be_taken(shop: Shop) -> None:
    publish_rules(shop.app, shop.merchant.slug, b"set: first\nrules:\n  - " + (TAG_ALL % ("a", "one")).encode())
    with pytest.raises(RuleSetRefused) as refusal:
        previewed(shop, TAG_ALL % ("a", "two"))
    assert [problem.message.code for problem in refusal.value.problems] == ["taken_id"]


def test_a_rule_that_the_draft_does_not_have_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match='no rule "b"; it has: a'):
        previewed(shop, TAG_ALL % ("a", "x"), rule_id="b")
