"""How an account's rules do: what they matched, which are in each other's way, and what somebody should look at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.publishing import publish_alone
from support.rule_runs import publish, reprocess, rule_set
from support.shop import OWNER, Shop, open_shop, ready

from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.rule_health import HealthReport, RuleFigures, RuleReport, list_figures, report_health
from engine.services.refusals import Refused
from storage.database import Database

ES = "{id: es, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: add_tag, tag: es}]}"
GIFT = "{id: gift, when: {field: gift, is: is_true}, then: [{do: add_tag, tag: gift}]}"
BROKEN = "{id: broken, when: {field: order_total, is: at_least, value: 1}, then: [{do: add_tag, tag: x}]}"
DAY = timedelta(days=1).total_seconds()


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def health(shop: Shop, days: int = 30) -> HealthReport:
    return report_health(shop.app, shop.merchant.slug, days)


def reports(shop: Shop, days: int = 30) -> dict[str, RuleReport]:
    return {one.rule.id: one for one in health(shop, days).rules}


def counted(shop: Shop, days: int = 30) -> dict[str, tuple[int, int]]:
    return {id_: (one.matches, one.errors) for id_, one in reports(shop, days).items()}


def test_decisions_are_counted_by_rule(shop: Shop, clock: FixedClock) -> None:
    publish(shop, ES, GIFT, BROKEN)
    abroad = {"country": "FR", "city": "Paris"}
    shop.import_all(*(ready(number, order_total="dear", **more) for number, more in (("1", {}), ("2", {"gift": True}))))
    shop.import_all(ready("3", ship_to=abroad, order_total="dear"))

    assert counted(shop) == {"es": (2, 0), "gift": (1, 0), "broken": (0, 3)}
    assert reports(shop)["es"].last_match == clock.now()
    assert reports(shop)["broken"].last_match is None


def test_figures_are_read_without_working_anything_out(shop: Shop, clock: FixedClock) -> None:
    publish(shop, ES, GIFT)
    shop.import_all(ready("1"))
    first = clock.now()
    clock.sleep(40 * DAY)

    figures = list_figures(shop.app, shop.merchant.id)
    assert figures == {"es": RuleFigures(0, first), "gift": RuleFigures()}
    assert list_figures(shop.app, shop.merchant.id, 41)["es"] == RuleFigures(1, first)
    assert list_figures(shop.app, shop.provider.id) == {}


def test_each_run_over_an_order_counts_and_what_is_only_looked_at_does_not(shop: Shop) -> None:
    publish(shop, ES)
    shop.import_all(ready("1"))
    reprocess(shop)
    explain_order(shop.app, shop.merchant.id, shop.order_id("1"))

    assert counted(shop) == {"es": (2, 0)}


def test_only_so_many_days_are_counted_and_today_is_one_of_them(shop: Shop, clock: FixedClock) -> None:
    publish(shop, ES)
    shop.import_all(ready("1"))
    clock.sleep(2 * DAY)
    reprocess(shop)

    assert [counted(shop, days)["es"][0] for days in (1, 2, 3)] == [1, 1, 2]
    first = reports(shop)["es"].last_match
    clock.sleep(5 * DAY)
    report = reports(shop, 1)["es"]
    assert (report.matches, report.last_match, report.never_matched_since) == (0, first, None)


@pytest.mark.parametrize("days", [0, -1, 401])
def test_no_more_days_are_counted_than_are_kept(shop: Shop, days: int) -> None:
    with pytest.raises(Refused, match="ask for 1 to 400"):
        health(shop, days)


def test_a_rule_that_never_matched_says_since_when_it_runs(shop: Shop, clock: FixedClock) -> None:
    publish(shop, ES, GIFT)
    began = clock.now()
    shop.import_all(ready("1"))
    clock.sleep(DAY)
    publish_rules(shop.app, shop.merchant.slug, rule_set(ES, GIFT, BROKEN))  # the rules of the version before go on

    assert reports(shop)["gift"].never_matched_since == began
    assert reports(shop)["broken"].never_matched_since == clock.now()
    assert reports(shop)["es"].never_matched_since is None
    publish(shop, ES)
    clock.sleep(DAY)
    publish(shop, ES, GIFT)
    assert reports(shop)["gift"].never_matched_since == clock.now(), "it did not run in between"


def test_rules_of_all_sets_are_looked_at_as_one_list(shop: Shop) -> None:
    end = "{id: end, when: {field: gift, is: is_true}, then: [{do: stop}]}"
    service = "{id: %s, when: {field: %s, is: %s}, then: [{do: set_service, carrier: correos, service: %s}]}"
    again = ES.replace("id: es", "id: again")
    first = (end, ES, service % ("one", "tags", "not_blank", "paq-premium"))
    second = (GIFT, again, service % ("two", "weight_g", "not_blank", "paq-estandar"))
    for slug, rules in (("first", first), ("second", second)):
        publish_rules(shop.app, shop.merchant.slug, rule_set(*rules).replace(b"name: r", f"set: {slug}".encode()))
    others = {id_: one.others for id_, one in reports(shop).items()}

    assert [one.rule.id for one in health(shop).rules] == ["end", "es", "one", "gift", "again", "two"]
    assert (others["gift"].shadowed_by, others["again"].repeats) == (("end",), ("es",))
    assert (others["one"].conflicts_with, others["two"].conflicts_with) == (("two",), ("one",))
    assert [remark.code for remark in others["two"].remarks] == ["conflict"]
    assert (others["end"].shadowed_by, others["end"].conflicts_with, others["one"].remarks) == ((), (), ())


def test_a_review_is_overdue_from_the_day_after_on(shop: Shop, clock: FixedClock) -> None:
    today = clock.now().date()
    days = [today - timedelta(days=1), today, today + timedelta(days=1)]
    rules = (f"{{id: r{n}, when: always, then: [], review_by: {day}, owner: {OWNER}}}" for n, day in enumerate(days))
    publish(shop, *rules, "{id: none, when: always, then: []}")

    assert [one.is_overdue for one in health(shop).rules] == [True, False, False, False]


def test_open_orders_that_no_rule_has_handled_are_counted(shop: Shop) -> None:
    publish(shop, GIFT)
    shop.import_all(ready("1"), ready("2"), ready("3", gift=True))

    assert health(shop).unhandled == 2


def test_an_account_without_rules_is_healthy(shop: Shop) -> None:
    assert (list(health(shop).rules), health(shop).unhandled) == ([], 0)


def test_what_one_account_decides_is_not_counted_for_another(shop: Shop) -> None:
    publish(shop, ES)
    publish_alone(shop.app, shop.provider.slug, rule_set(ES))
    shop.import_all(ready("1"))

    (report,) = report_health(shop.app, shop.provider.slug).rules
    assert (report.matches, report.last_match) == (0, None)
