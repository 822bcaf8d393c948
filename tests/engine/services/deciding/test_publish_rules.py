"""Several rule sets of an account: what each sees of those before it, and what orders are decided by."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import decisions, order_of, reprocess
from support.shop import Shop, open_shop, ready

from engine.application import Application
from engine.model.rule_set import RuleSetVersion
from engine.services.deciding import publish_rules as publishing
from engine.services.deciding.arrange_rules import list_rule_sets, move_rule_set, withdraw_rule_set
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.publish_rules import Publication, TestsFailed, publish_rules
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")

TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def publish(shop: Shop, slug: str, *rules: str, tests: Sequence[str] = (), **options: Any) -> Publication:
    lines = [f"set: {slug}", "rules:", *(f"  - {rule}" for rule in rules)]
    if tests:
        lines += ["tests:", *(f"  - {test}" for test in tests)]
    return publish_rules(shop.app, shop.merchant.slug, "\n".join(lines).encode(), **options)


def order_of_sets(shop: Shop) -> list[str]:
    return [one.version.set_slug for one in list_rule_sets(shop.app, shop.merchant.slug).published]


def test_all_sets_run_as_one_list_and_the_decision_names_their_versions(shop: Shop) -> None:
    first = publish(shop, "first", TAG_ALL % ("a", "one"))
    second = publish(shop, "second", "{id: b, when: {field: tags, is: includes, value: one}, then: [{do: hold}]}")
    shop.import_all(ready("1"))

    [stored] = decisions(shop)
    assert list(stored.matched) == ["a", "b"]
    assert list(stored.rule_set_version_ids) == [first.version.id, second.version.id]
    assert order_of(shop).status() == "on_hold"


def test_stop_ends_the_run_for_all_sets(shop: Shop) -> None:
    publish(shop, "first", "{id: a, when: always, then: [], stop: true}")
    publish(shop, "second", TAG_ALL % ("b", "x"))
    shop.import_all(ready("1"))

    assert list(decisions(shop)[0].matched) == ["a"]


def test_decisions_are_explained_by_the_sets_of_their_time(shop: Shop) -> None:
    publish(shop, "first", TAG_ALL % ("a", "one"))
    publish(shop, "second", TAG_ALL % ("b", "two"), TAG_ALL % ("c", "three"))
    shop.import_all(ready("1"))
    move_rule_set(shop.app, shop.merchant.slug, "second", 1)
    withdraw_rule_set(shop.app, shop.merchant.slug, "first")
    reprocess(shop)

    old, new = (explain_order(shop.app, shop.merchant.id, shop.order_id("1"), decision.id) for decision in decisions(shop))
    assert old is not None
    assert new is not None
    assert [version.set_slug for version in old.versions] == ["first", "second"]
    assert [(rule.entry["rule"], rule.entry["set"], rule.entry["path"], rule.place) for rule in old.rules] == [
        ("a", "first", "rules[0]", 1),
        ("b", "second", "rules[0]", 2),
        ("c", "second", "rules[1]", 3),
    ]
    assert [rule.entry["rule"] for rule in new.rules] == ["b", "c"]


def test_warnings_see_the_sets_before_and_name_them(shop: Shop) -> None:
    stop = "{id: ends, when: {field: ship_to.country, is: in, value: [ES, PT]}, then: [{do: stop}]}"
    late = "{id: late, when: {field: ship_to.country, is: equals, value: ES}, then: [{do: add_tag, tag: x}]}"
    publish(shop, "first", TAG_ALL % ("a", "one"), stop)
    [problem] = publish(shop, "second", late).problems

    assert (problem.message.code, problem.line, problem.path) == ("shadowed", 3, "rules[0]")
    assert 'the earlier rule "ends" (rule set "first", line 4) matches every order' in problem.message.format("en")
    assert publish(shop, "second", late, position=1).problems == []  # nothing runs before it any more


def test_nothing_is_reported_about_the_sets_before(shop: Shop) -> None:
    never = "{id: never, when: {all: [{field: gift, is: is_true}, {field: gift, is: is_false}]}, then: [{do: hold}]}"
    assert len(publish(shop, "first", never, "{id: idle, when: always, then: []}").problems) == 2
    assert publish(shop, "second", TAG_ALL % ("a", "one")).problems == []


def test_saved_tests_see_the_order_as_the_sets_before_leave_it(shop: Shop) -> None:
    hold = "{id: b, when: {field: tags, is: includes, value: one}, then: [{do: hold}]}"
    test = "{name: t, order: {order_number: '1'}, expect: {matched: [%s], order: {status: on_hold, tags: [one]}}}"
    with pytest.raises(TestsFailed):
        publish(shop, "second", hold, tests=[test % "b"])
    publish(shop, "first", TAG_ALL % ("a", "one"))
    publish(shop, "second", hold, tests=[test % "b", test % "a, b"])  # the earlier set's rule may be named

    with pytest.raises(TestsFailed):
        publish(shop, "second", hold, tests=[test % "b"], position=1)
    assert order_of_sets(shop) == ["first", "second"]


def test_a_test_of_an_order_that_only_earlier_sets_match_still_finds_it_unhandled(shop: Shop) -> None:
    publish(shop, "first", TAG_ALL % ("a", "one"))
    test = "{name: t, order: {order_number: '1'}, expect: {matched: [], flags: [unhandled], effects: [], errors: []}}"
    publish(shop, "second", "{id: b, when: {field: gift, is: is_true}, then: [{do: hold}]}", tests=[test])


def test_publishing_again_takes_only_the_new_place(shop: Shop) -> None:
    first = publish(shop, "first", TAG_ALL % ("a", "one"), note="to begin with")
    publish(shop, "second", TAG_ALL % ("b", "two"))
    again = publish(shop, "first", TAG_ALL % ("a", "one"), position=2)

    assert (again.version, again.is_new, again.position) == (first.version, False, 2)
    assert again.version.note == "to begin with"
    assert order_of_sets(shop) == ["second", "first"]


def test_a_clash_with_a_set_that_runs_later_is_refused_too(shop: Shop) -> None:
    publish(shop, "first", TAG_ALL % ("a", "one"))
    with pytest.raises(RuleSetRefused) as refusal:
        publish(shop, "second", TAG_ALL % ("a", "two"), position=1)
    [problem] = refusal.value.problems
    assert (problem.message.code, problem.line, problem.message.params["set"]) == ("taken_id", 3, "first")


def test_two_who_publish_at_once_both_get_their_set(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    barrier = threading.Barrier(2)
    check, waited = publishing._check, threading.local()

    def check_together(*arguments: Any) -> Any:
        found = check(*arguments)
        if not getattr(waited, "once", False):  # both have read what runs before either writes
            waited.once = True
            barrier.wait(30)
        return found

    monkeypatch.setattr(publishing, "_check", check_together)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(publish, shop, slug, TAG_ALL % (slug, slug)) for slug in ("first", "second")]:
            done.result()
    assert sorted(order_of_sets(shop)) == ["first", "second"]


def test_two_who_publish_the_same_id_at_once_do_not_both_succeed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    check = publishing._check
    others = iter([lambda: publish(shop, "second", TAG_ALL % ("same", "x"))])

    def overtaken(*arguments: Any) -> Any:
        found = check(*arguments)
        next(others, lambda: None)()
        return found

    monkeypatch.setattr(publishing, "_check", overtaken)
    with pytest.raises(RuleSetRefused):
        publish(shop, "first", TAG_ALL % ("same", "y"))
    assert order_of_sets(shop) == ["second"]


def test_an_import_reads_the_rules_once_whatever_the_number_of_orders(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(shop, "first", TAG_ALL % ("a", "one"))
    publish(shop, "second", TAG_ALL % ("b", "two"))
    read: list[str] = []
    parsed = _recording(read)
    monkeypatch.setattr("engine.application.parsed", parsed)
    shop.import_all(*(ready(str(number)) for number in range(20)))
    shop.import_all(*(ready(str(number)) for number in range(20, 40)))

    assert read == ["first", "second"]


def _recording(read: list[str]) -> Any:
    from engine.application import parsed

    def recording(versions: Sequence[RuleSetVersion]) -> Any:
        read.extend(version.set_slug for version in versions)
        return parsed(versions)

    return recording


def test_another_application_sees_what_was_published(shop: Shop) -> None:
    publish(shop, "first", TAG_ALL % ("a", "one"))
    app = shop.app
    other = Application(app.unit_of_work, app.reading, app.clock, app.connectors, app.passwords)
    publish_rules(other, shop.merchant.slug, b"set: second\nrules: [{id: b, when: always, then: [{do: add_tag, tag: two}]}]")
    shop.import_all(ready("1"))

    assert list(decisions(shop)[0].matched) == ["a", "b"]


def test_errors_of_one_rule_hide_nothing_that_others_name(shop: Shop) -> None:
    publish(shop, "first", TAG_ALL % ("taken", "one"))
    wrong = "{id: a, when: {field: nope, is: blank}, then: [{do: stop}]}"
    strange = "{id: taken, when: always, then: [{do: set_logistics_provider, provider: nobody}]}"
    listed = "{id: b, when: {field: tags, is: includes, value: {list: none}}, then: []}"
    with pytest.raises(RuleSetRefused) as refusal:
        publish(shop, "second", wrong, strange, listed)
    codes = [(problem.line, problem.message.code) for problem in refusal.value.problems if problem.severity == "error"]
    assert codes == [(3, "unknown_field"), (4, "taken_id"), (4, "unknown_provider"), (5, "unknown_list")]
    with pytest.raises(RuleSetRefused) as refusal:
        publish_rules(shop.app, shop.merchant.slug, f"name: 日本\nrules:\n  - {wrong}\n  - {strange}".encode())
    codes = [(problem.line, problem.message.code) for problem in refusal.value.problems if problem.severity == "error"]
    assert codes == [(1, "no_slug"), (3, "unknown_field"), (4, "unknown_provider")], "which set it replaces is not known"
    with pytest.raises(RuleSetRefused) as refusal:
        publish(shop, "first", wrong, strange)
    assert "taken_id" not in [problem.message.code for problem in refusal.value.problems], "it is the set itself"
    with pytest.raises(Refused, match="nobody"):
        publish_rules(shop.app, "nobody", b"rules: 3")
