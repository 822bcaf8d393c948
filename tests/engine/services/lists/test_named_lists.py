"""Named lists of an account: changed without its rules, and kept as each decision saw them."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import decisions, order_of, publish, reprocess, rule_set
from support.shop import OWNER, Shop, open_shop, ready
from support.statements import statements

from engine.jobs.retention import forget_old
from engine.model.account_list import AccountList
from engine.model.order import OrderState
from engine.services.accounts.erase_person import erase_person
from engine.services.deciding.explain_order import OrderExplanation, explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.rule_context import NO_LISTS, gather_context, gather_lists, kept_context
from engine.services.fulfillment.ship_order import Shipping, ship_order
from engine.services.lists import named_lists
from engine.services.lists.named_lists import (
    ListChange,
    add_members,
    drop_members,
    find_list,
    list_lists,
    remove_list,
    set_list,
)
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

FRAGILE = (
    "{id: fragile, when: {any_item: {field: sku, is: in, value: {list: fragile-skus}}}, then: [{do: add_tag, tag: fragile}]}"
)
TOTALS = "{id: totals, when: {field: order_total, is: in, value: {list: totals}}, then: [{do: add_tag, tag: exact}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def members_of(shop: Shop, name: str) -> list[str]:
    return list(find_list(shop.app, shop.merchant, name)[1])


def audit(shop: Shop, kept: AccountList) -> list[tuple[str, str, Any, Any]]:
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, kept.id)
    return [(one.action, one.actor, one.before, one.after) for one in entries]


def explained(shop: Shop, decision_id: str | None = None) -> OrderExplanation:
    found = explain_order(shop.app, shop.merchant.id, shop.order_id("1"), decision_id)
    assert found is not None
    return found


def refusal(code: str, act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*given, **more)
    assert refused.value.message.code == code
    return refused.value.format("en")


def test_a_list_is_made_changed_and_removed_and_who_did_it_is_kept(shop: Shop, clock: FixedClock) -> None:
    with shop.database.reading_unit_of_work() as unit:
        (user,) = unit.users.list_for(shop.merchant.id)
    app, account = shop.app, shop.merchant
    made = set_list(app, account, "fragile-skus", [" GLASS-1 ", "glass-1", "B", "B"], user.id)
    assert (made.kept.name, made.kept.count, made.added, made.removed) == ("fragile-skus", 3, 3, 0)
    assert members_of(shop, "Fragile-SKUs") == ["GLASS-1", "glass-1", "B"]

    clock.sleep(60)
    kept = add_members(app, account, "fragile-skus", ["B", "C"])
    assert kept == ListChange(find_list(app, account, "fragile-skus")[0].kept, 1, 0)
    assert (drop_members(app, account, "fragile-skus", ["GLASS-1", "c"]).removed, members_of(shop, "fragile-skus")) == (3, ["B"])
    assert set_list(app, account, "fragile-skus", []).removed == 1
    (listed,) = list_lists(app, account)
    assert (listed.kept.count, listed.rules, listed.who, listed.kept.changed_at) == (0, (), "operator", clock.now())
    assert remove_list(app, account, "fragile-skus").name == "fragile-skus"
    assert list_lists(app, account) == []

    assert audit(shop, made.kept) == [
        ("list.set", user.id, None, {"name": "fragile-skus", "members": 3, "added": 3, "removed": 0}),
        ("list.members_added", "operator", 3, {"name": "fragile-skus", "members": 4, "added": 1, "removed": 0}),
        ("list.members_dropped", "operator", 4, {"name": "fragile-skus", "members": 1, "added": 0, "removed": 3}),
        ("list.set", "operator", 1, {"name": "fragile-skus", "members": 0, "added": 0, "removed": 1}),
        ("list.removed", "operator", "fragile-skus", None),
    ]


def test_what_changes_nothing_is_no_change(shop: Shop, clock: FixedClock) -> None:
    made = set_list(shop.app, shop.merchant, "x", ["a"])
    clock.sleep(60)
    assert add_members(shop.app, shop.merchant, "x", ["a"]) == set_list(shop.app, shop.merchant, "x", ["a", " a "])
    assert len(audit(shop, made.kept)) == 1


def test_who_changed_a_list_is_named_by_the_address(shop: Shop) -> None:
    with shop.database.reading_unit_of_work() as unit:
        (user,) = unit.users.list_for(shop.merchant.id)
    set_list(shop.app, shop.merchant, "x", ["a"], user.id)
    assert [one.who for one in list_lists(shop.app, shop.merchant)] == [OWNER]


def test_what_cannot_be_a_list_is_refused(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    app, account = shop.app, shop.merchant
    for name in ("", "Fragile", "a b", "-a", "x" * 61):
        assert "lower-case letters" in refusal("bad_name", set_list, app, account, name, [])
    set_list(app, account, "x" * 60, ["a"])
    assert "already" in refusal("name_taken", set_list, app, account, "x" * 60, [], is_new=True)
    for act in (add_members, drop_members):
        assert refusal("no_list", act, app, account, "gone", ["a"]) == 'The account has no list "gone": check its name.'
    refusal("no_list", find_list, app, account, "gone")
    refusal("no_list", remove_list, app, account, "gone")
    assert refusal("not_members", drop_members, app, account, "x" * 60, ["A", "b", " c"]).endswith(
        'does not hold "b", " c": nothing was changed.'
    )
    assert refusal("bad_member", add_members, app, account, "x" * 60, [" "]).endswith("has 1 to 4096 characters, this one 0.")
    assert "this one 4097" in refusal("bad_member", add_members, app, account, "x" * 60, ["y" * 4097])
    many = [str(number) for number in range(100_001)]
    assert "would have 100001 members; a list may have 100000" in refusal("too_many_members", set_list, app, account, "y", many)
    assert set_list(app, account, "y", many[1:]).kept.count == 100_000
    monkeypatch.setattr(named_lists, "MOST_LISTS", 2)
    assert "at most 2 lists" in refusal("too_many_lists", set_list, app, account, "z", [])


def test_rules_decide_by_what_the_list_holds_now_and_each_decision_keeps_what_it_saw(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "fragile-skus", ["acm-mug"])
    set_list(shop.app, shop.merchant, "unused", ["x"])
    publish(shop, FRAGILE)
    shop.import_all(ready("1"))
    assert order_of(shop).document()["tags"] == ["fragile"]

    set_list(shop.app, shop.merchant, "fragile-skus", ["other", "things"])
    assert reprocess(shop).document().get("tags", []) == []

    first, second = decisions(shop)
    assert [one.rule_set_version_ids for one in (first, second)] == [first.rule_set_version_ids] * 2
    seen = explained(shop, first.id).rules[0].entry
    assert (seen["status"], seen["when"]["nodes"][0]["wanted"]) == ("matched", {"list": "fragile-skus", "members": 1})
    seen = explained(shop, second.id).rules[0].entry
    assert (seen["status"], seen["when"]["nodes"][0]["wanted"]) == ("not_matched", {"list": "fragile-skus", "members": 2})
    with shop.database.reading_unit_of_work() as unit:
        data = unit.decisions.get_context(first)
        assert list(data["lists"]) == ["fragile-skus"], "only what the rules name"
        assert kept_context(shop.app, unit, first).list_states == {data["lists"]["fragile-skus"]: ("acm-mug",)}


def test_a_state_is_explained_by_another_process_too(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "fragile-skus", ["acm-mug"])
    publish(shop, FRAGILE)
    shop.import_all(ready("1"))
    set_list(shop.app, shop.merchant, "fragile-skus", [])
    shop.app.list_states._kept.clear()
    assert explained(shop).rules[0].entry["status"] == "matched"


def test_orders_are_decided_with_the_same_statements_however_many_lists_an_account_has(shop: Shop) -> None:
    def sent(number: str) -> int:
        with statements(shop.database) as found:
            shop.import_all(ready(number))
        return len([statement for statement, _ in found if "list" in statement.lower() and "from list" in statement.lower()])

    publish(shop, "{id: all, when: always, then: []}")
    set_list(shop.app, shop.merchant, "fragile-skus", ["a"])
    shop.import_all(ready("0"))
    assert sent("1") == 0, "no rule names a list"
    publish(shop, FRAGILE)
    shop.import_all(ready("2"))
    few = sent("3")
    for number in range(20):
        set_list(shop.app, shop.merchant, f"list-{number}", [str(number)])
    assert sent("4") == few > 0


def test_a_list_that_published_rules_name_stays_and_may_be_emptied(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "fragile-skus", ["acm-mug"])
    publish(shop, FRAGILE)
    assert [one.rules for one in list_lists(shop.app, shop.merchant)] == [("fragile",)]
    said = refusal("list_in_use", remove_list, shop.app, shop.merchant, "fragile-skus")
    assert said.startswith('The list "fragile-skus" stays, because rules name it: fragile.')
    set_list(shop.app, shop.merchant, "fragile-skus", [])
    publish(shop, "{id: all, when: always, then: []}")
    assert remove_list(shop.app, shop.merchant, "fragile-skus").count == 0


def test_members_that_are_no_numbers_do_not_get_into_a_list_that_rules_compare_numbers_with(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "totals", ["60.10", "5"])
    publish(shop, TOTALS)
    said = refusal("members_do_not_fit", add_members, shop.app, shop.merchant, "totals", ["7", "10,5"])
    assert said == (
        'The rule "totals" compares order_total with this list, and the list "totals" cannot be compared here: '
        '"10,5" is not a number (members that do not fit: 1). Nothing was changed.'
    )
    assert members_of(shop, "totals") == ["60.10", "5"]
    shop.import_all(ready("1"))
    assert order_of(shop).document()["tags"] == ["exact"]


def test_rules_that_name_no_list_of_the_account_are_not_published(shop: Shop) -> None:
    def problems(*rules: str) -> list[tuple[str, str]]:
        with pytest.raises(RuleSetRefused) as refused:
            publish_rules(shop.app, shop.merchant.slug, rule_set(*rules))
        return [(one.message.code, one.message.format("en")) for one in refused.value.problems if one.severity == "error"]

    assert problems(FRAGILE) == [("unknown_list", 'the account has no list "fragile-skus"; it has: -')]
    set_list(shop.app, shop.merchant, "fragile-sku", [])
    set_list(shop.app, shop.merchant, "totals", ["a"])
    assert problems(FRAGILE, TOTALS) == [
        ("unknown_list", 'the account has no list "fragile-skus", did you mean "fragile-sku"?; it has: fragile-sku, totals'),
        ("wrong_list_member", 'the list "totals" cannot be compared here: "a" is not a number (members that do not fit: 1)'),
    ]


def test_saved_tests_are_run_with_the_lists_of_the_account_also_for_the_sets_before(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "fragile-skus", ["glass"])
    publish_rules(shop.app, shop.merchant.slug, b"set: first\n" + rule_set(FRAGILE))
    second = b"""
set: second
rules: [{id: careful, when: {field: tags, is: includes, value: fragile}, then: [{do: add_tag, tag: careful}]}]
tests:
  - name: what is fragile is handled with care
    order: {items: [{sku: GLASS}]}
    expect: {matched: [careful], flags: [], order: {tags: [fragile, careful]}}
"""
    assert publish_rules(shop.app, shop.merchant.slug, second).version.number == 1


def test_a_list_that_changes_while_rules_are_published_is_looked_at_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    set_list(shop.app, shop.merchant, "totals", ["1"])
    once = iter([True])
    checked = publish_rules.__globals__["_check"]

    def check(*given: Any) -> Any:
        found = checked(*given)
        if next(once, False):
            set_list(shop.app, shop.merchant, "totals", ["no number"])
        return found

    monkeypatch.setitem(publish_rules.__globals__, "_check", check)
    with pytest.raises(RuleSetRefused):
        publish_rules(shop.app, shop.merchant.slug, rule_set(TOTALS))


def test_an_account_does_not_see_anothers_lists(shop: Shop) -> None:
    set_list(shop.app, shop.provider, "fragile-skus", ["acm-mug"])
    assert list_lists(shop.app, shop.merchant) == []
    refusal("no_list", find_list, shop.app, shop.merchant, "fragile-skus")
    with pytest.raises(RuleSetRefused):
        publish(shop, FRAGILE)
    set_list(shop.app, shop.merchant, "fragile-skus", ["other"])
    publish(shop, FRAGILE)
    shop.import_all(ready("1"))
    assert order_of(shop).document().get("tags", []) == []


def test_the_whole_context_has_all_lists(shop: Shop) -> None:
    for name in ("a", "b"):
        set_list(shop.app, shop.merchant, name, [name])
    with shop.database.reading_unit_of_work() as unit:
        some = gather_context(unit, shop.merchant, gather_lists(shop.app, unit, shop.merchant.id, {"a", "c"})).context
        every = gather_lists(shop.app, unit, shop.merchant.id)
        whole = gather_context(unit, shop.merchant).context
        without = gather_context(unit, shop.merchant, NO_LISTS)
    assert some.lists is not None
    assert ({name: one.members for name, one in some.lists.items()}, some.other_lists) == ({"a": ("a",)}, {"b"})
    assert {name: one.members for name, one in every.states.items()} == {"a": ("a",), "b": ("b",)}
    assert whole.lists == every.states
    assert (without.context.lists, "lists" in without.data) == ({}, False)


def test_an_erased_person_is_in_no_list_and_what_was_decided_by_it_stays(shop: Shop) -> None:
    rule = "{id: vip, when: {field: customer.email, is: in, value: {list: vips}}, then: [{do: add_tag, tag: vip}]}"
    set_list(shop.app, shop.merchant, "vips", ["ana@buyers.example", "bea@buyers.example"])
    publish(shop, rule)
    shop.import_all(ready("1", customer={"email": "Ana@buyers.example"}))
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), Shipping("seur", "24h", ("T-1",)), "operator")
    assert order_of(shop).state is OrderState.SHIPPED

    assert erase_person(shop.app, shop.merchant.slug, email="ana@buyers.example", dry_run=True).counts["lists"] == 1
    assert members_of(shop, "vips") == ["ana@buyers.example", "bea@buyers.example"]
    assert erase_person(shop.app, shop.merchant.slug, email="ana@buyers.example").counts["lists"] == 1
    assert members_of(shop, "vips") == ["bea@buyers.example"]
    entry = explained(shop).rules[0].entry
    assert (entry["status"], entry["when"]["verdict"], entry["when"]["found"]) == ("matched", "true", "erased")
    assert "ana@" not in str(entry)


def test_a_state_that_only_old_decisions_saw_is_forgotten_once_these_are_erased(shop: Shop, clock: FixedClock) -> None:
    set_list(shop.app, shop.merchant, "fragile-skus", ["acm-mug"])
    publish(shop, FRAGILE)
    shop.import_all(ready("1"))
    (decision,) = decisions(shop)
    set_list(shop.app, shop.merchant, "fragile-skus", ["other"])
    digests: dict[str, str] = {}
    with shop.database.reading_unit_of_work() as unit:
        digests = dict(unit.decisions.get_context(decision)["lists"])

    def is_kept() -> bool:
        with shop.database.reading_unit_of_work() as unit:
            return bool(unit.lists.counts(shop.merchant.id, list(digests.values())))

    for days, kept in ((729, True), (2, False)):
        clock.sleep(days * 86_400)
        forget_old(shop.app)
        assert is_kept() is kept
    shop.app.list_states._kept.clear()
    assert explained(shop).problem is not None, "what is left of the decision is still shown"
    assert isinstance(list_lists(shop.app, shop.merchant)[0].kept, AccountList)
