"""Dry runs: what a draft or a version makes of chosen or pasted orders, with nothing written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import edit, order_of, publish, rule_set
from support.shop import Shop, open_shop, ready

from engine.services.deciding.dry_run import DryRun, draft_of, dry_run_documents, dry_run_orders
from engine.services.inventory.change_counts import set_count
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"
HOLD = "{id: a, when: always, then: [{do: hold}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def dry_run(shop: Shop, *rules: str, wanted: tuple[str, ...] = ("1",), trigger: Any = "imported", **options: Any) -> list[DryRun]:
    return dry_run_orders(shop.app, shop.merchant.id, rule_set(*rules), wanted, trigger, **options)


def test_an_order_is_decided_about_anew_by_its_id_or_number(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(ready("1"), ready("2"))

    by_id, by_number = dry_run(shop, TAG_ALL % ("a", "new"), wanted=(shop.order_id("1"), "2"))
    assert (by_id.decision.matched, by_id.decision.document["tags"]) == (("a",), ["new"])  # without what rules had written
    assert by_number.case.document["order_number"] == "2"


def test_a_trigger_that_goes_on_sees_what_rules_have_written(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(ready("1"))

    [run] = dry_run(shop, "{id: b, on: [rejected], when: always, then: [{do: add_tag, tag: new}]}", trigger="rejected")
    assert run.decision.document["tags"] == ["old", "new"]


def test_it_knows_what_the_account_has_and_what_people_wrote(shop: Shop) -> None:
    shop.import_all(ready("1"))
    edit(shop, "1", service="by-hand")

    [run] = dry_run(
        shop,
        "{id: a, when: always, then: [{do: set_logistics_provider, provider: acme-3pl}]}",
        "{id: b, when: always, then: [{do: set_service, carrier: dhl, service: parcel-connect}]}",
    )
    assert (run.decision.document["logistics_provider"], run.decision.document["service"]) == ("acme-3pl", "by-hand")
    with pytest.raises(RuleSetRefused):
        dry_run(shop, "{id: a, when: always, then: [{do: set_logistics_provider, provider: nobody}]}")


def test_what_providers_have_is_known_too(shop: Shop) -> None:
    with shop.app.reading() as uow:
        [person] = uow.users.list_for(shop.provider.id)
    set_count(shop.app, person, shop.merchant.slug, "ACM-MUG", Decimal(5))
    shop.import_all(ready("1"))
    [run] = dry_run(shop, "{id: a, when: {field: in_stock_at, is: includes, value: acme-3pl}, then: []}")
    assert run.decision.matched == ("a",)


def test_nothing_is_written(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(ready("1"))
    before = order_of(shop)
    dry_run(shop, HOLD)
    with shop.database.begin_reading() as connection:
        counts = connection.exec_driver_sql("SELECT (SELECT COUNT(*) FROM decisions), (SELECT COUNT(*) FROM jobs)").one()

    assert order_of(shop) == before
    assert tuple(counts) == (1, 0)


def test_a_version_is_tried_as_it_was_published(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "one"))
    publish(shop, TAG_ALL % ("a", "two"))
    assert draft_of(shop.app, shop.merchant.slug, None, None, 1) == rule_set(TAG_ALL % ("a", "one"))
    assert draft_of(shop.app, shop.merchant.slug, b"given") == b"given"
    with pytest.raises(Refused, match="no version 7"):
        draft_of(shop.app, shop.merchant.slug, None, None, 7)


def test_pasted_orders_are_decided_about_as_they_stand_there(shop: Shop) -> None:
    documents = iter([{"order_number": "x", "tags": ["old"]}, {"order_number": "y", "applied_rules": ["a"]}])
    rules = rule_set("{id: a, when: always, once: true, then: [{do: add_tag, tag: new}]}")
    first, second = dry_run_documents(shop.app, shop.merchant.id, rules, documents, "imported")
    assert first.decision.document["tags"] == ["old", "new"]
    assert second.decision.matched == ()


def test_an_order_that_is_not_there_or_not_the_only_one_is_refused(shop: Shop) -> None:
    shop.import_all(ready("1"), ready("2", reference="SHOP-1"))
    with pytest.raises(Refused, match='no order "9"'):
        dry_run(shop, HOLD, wanted=("9",))
    with pytest.raises(Refused) as refusal:
        dry_run(shop, HOLD, wanted=("SHOP-1",))
    assert shop.order_id("1") in str(refusal.value)
    assert shop.order_id("2") in str(refusal.value)
