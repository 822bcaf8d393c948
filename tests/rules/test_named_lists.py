"""`value: {list: …}`: a named list of the account in place of a list in the rule."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, problems_of, rule, tag, verdict

from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.explain import FIRST_PART, explain, explain_part
from engine.decide.reference import decide_by_reference
from engine.decide.saved_tests import run_saved_tests
from rules.analysis import analyse
from rules.context import ContextRefused, RuleContext
from rules.document import lists_of
from rules.document_writer import yaml_text
from rules.named_lists import MAX_MEMBERS, NamedList, digest_of
from rules.parser import parse_rule_set
from rules.references import check_references
from rules.render import as_data, render
from rules.sentences import condition_sentence

TRUE, FALSE, ERROR = "true", "false", "error"
LISTS = {
    "fragile-skus": [" GLASS-1 ", "Straße", "caf\u00e9"],
    "prefixes": ["acm-", "ver"],
    "patterns": ["acm-??", "*x*"],
    "totals": ["10", "20.50", "-1"],
    "days": ["sat", "sun"],
    "vips": ["gold", "Silver"],
    "none": [],
}
CONTEXT = RuleContext.parse({"lists": LISTS})


def of_list(field: str, operator: str, name: str, **more: Any) -> dict[str, Any]:
    return condition(field, operator, {"list": name}, **more)


FRAGILE = of_list("order_number", "in", "fragile-skus")
TABLE: list[tuple[str, str, str, dict[str, Any], str]] = [
    # Members are compared as texts in a rule are: trimmed, folded, in one form of Unicode.
    ("order_number", "in", "fragile-skus", {"order_number": "glass-1"}, TRUE),
    ("order_number", "in", "Fragile-SKUs", {"order_number": " STRASSE "}, TRUE),
    ("order_number", "in", "fragile-skus", {"order_number": "cafe\u0301"}, TRUE),
    ("order_number", "in", "fragile-skus", {"order_number": "glass-2"}, FALSE),
    ("order_number", "not_in", "fragile-skus", {"order_number": "glass-2"}, TRUE),
    ("order_number", "not_in", "fragile-skus", {"order_number": "Glass-1"}, FALSE),
    ("order_number", "contains", "vips", {"order_number": "a-GOLD-1"}, TRUE),
    ("order_number", "not_contains", "vips", {"order_number": "a-GOLD-1"}, FALSE),
    ("order_number", "starts_with", "prefixes", {"order_number": "ACM-9"}, TRUE),
    ("order_number", "starts_with", "prefixes", {"order_number": "x-acm-9"}, FALSE),
    ("order_number", "ends_with", "vips", {"order_number": "1-silver"}, TRUE),
    ("order_number", "matches", "patterns", {"order_number": "ACM-12"}, TRUE),
    ("order_number", "not_matches", "patterns", {"order_number": "ACM-123"}, TRUE),
    ("order_total", "in", "totals", {"order_total": "10.00"}, TRUE),
    ("order_total", "not_in", "totals", {"order_total": "20.5"}, FALSE),
    ("order_total", "in", "totals", {"order_total": 11}, FALSE),
    ("tags", "includes", "vips", {"tags": ["x", "GOLD"]}, TRUE),
    ("tags", "includes_all", "vips", {"tags": ["x", "GOLD"]}, FALSE),
    ("tags", "includes_all", "vips", {"tags": ["silver", "GOLD"]}, TRUE),
    ("tags", "excludes", "vips", {"tags": ["x"]}, TRUE),
    ("order_date", "on_weekday", "days", {"order_date": "2026-03-01"}, TRUE),  # a Sunday
    ("order_date", "on_weekday", "days", {"order_date": "2026-03-02"}, FALSE),
    # An empty list holds nothing.
    ("order_number", "in", "none", {"order_number": "x"}, FALSE),
    ("order_number", "not_in", "none", {"order_number": "x"}, TRUE),
    ("order_number", "starts_with", "none", {"order_number": "x"}, FALSE),
    ("tags", "excludes", "none", {"tags": ["x"]}, TRUE),
    # A field without a value is as with any list, also where nobody knows the list.
    ("order_number", "in", "fragile-skus", {}, FALSE),
    ("order_number", "not_in", "fragile-skus", {}, TRUE),
    ("order_number", "not_in", "unknown", {"order_number": " "}, TRUE),
    # What cannot be answered is an error: no such list, a value that cannot be read, members that are not numbers.
    ("order_number", "in", "unknown", {"order_number": "x"}, ERROR),
    ("order_number", "in", "fragile-skus", {"order_number": ["x"]}, ERROR),
    ("order_total", "in", "vips", {"order_total": 1}, ERROR),
    ("order_total", "in", "vips", {}, FALSE),
    ("order_date", "on_weekday", "vips", {"order_date": "2026-03-01"}, ERROR),
]


@pytest.mark.parametrize(("field", "operator", "name", "order", "expected"), TABLE)
def test_a_list_stands_in_for_its_members(field: str, operator: str, name: str, order: dict[str, Any], expected: str) -> None:
    assert verdict(of_list(field, operator, name), order, context=CONTEXT) == expected


def test_case_matters_where_it_is_said() -> None:
    when = of_list("tags", "includes", "vips", match_case=True)
    assert verdict(when, {"tags": ["Gold"]}, context=CONTEXT) == FALSE
    assert verdict(when, {"tags": ["Silver"]}, context=CONTEXT) == TRUE


def test_without_lists_only_what_could_change_the_answer_is_an_error() -> None:
    order = {"order_number": "glass-1", "store": "s"}
    assert verdict(FRAGILE, order) == ERROR
    assert verdict({"any": [FRAGILE, condition("store", "equals", "s")]}, order) == TRUE
    assert verdict({"all": [FRAGILE, condition("store", "equals", "t")]}, order) == FALSE
    errors = decided(a_rule_set(rule({"all": [condition("store", "equals", "s"), FRAGILE]})), order).errors
    assert [(error.path, error.message.code) for error in errors] == [("rules[0].when.all[1]", "unknown_list")]
    assert errors[0].message.format("en") == 'order_number: the list "fragile-skus" is not known here'


def test_items_are_looked_up_one_by_one() -> None:
    fragile = {"any_item": {"all": [of_list("sku", "in", "fragile-skus"), condition("quantity", "at_least", 2)]}}
    items = [{"sku": "x", "quantity": 3}, {"sku": "GLASS-1", "quantity": 1}, {"sku": "strasse", "quantity": 2}]
    assert verdict(fragile, {"items": items}, context=CONTEXT) == TRUE
    assert verdict(fragile, {"items": items[:2]}, context=CONTEXT) == FALSE
    assert verdict({"no_item": of_list("sku", "in", "fragile-skus")}, {"items": items[:1]}, context=CONTEXT) == TRUE
    assert verdict({"all_items": of_list("sku", "not_in", "fragile-skus")}, {"items": items}, context=CONTEXT) == FALSE
    assert verdict(fragile, {"items": [*items[:2], "no item"]}, context=CONTEXT) == ERROR
    assert verdict(fragile, {"items": "none"}, context=CONTEXT) == ERROR
    both = {"any_item": {"all": [of_list("sku", "in", "fragile-skus"), condition("quantity", "equals", than="unit_price")]}}
    assert verdict(both, {"items": [{"sku": "glass-1", "quantity": 2, "unit_price": "2.0"}]}, context=CONTEXT) == TRUE


def test_the_derived_skus_of_an_order_are_looked_up() -> None:
    when = of_list("skus", "includes", "fragile-skus")
    assert verdict(when, {"items": [{"sku": "a"}, {"sku": "Glass-1"}]}, context=CONTEXT) == TRUE
    assert verdict(when, {"items": [{"sku": "a"}]}, context=CONTEXT) == FALSE


def test_later_rules_see_what_earlier_ones_wrote() -> None:
    rules = a_rule_set(
        rule("always", tag("gold"), id="first"), rule(of_list("tags", "includes", "vips"), tag("seen"), id="second")
    )
    assert decided(rules, {}, context=CONTEXT).matched == ("first", "second")


def test_the_same_rules_see_another_state_of_a_list_in_the_next_decision() -> None:
    rules = a_rule_set(rule(of_list("store", "starts_with", "stores")))
    compiled = CompiledRuleSet(rules, CONTEXT.zone)
    for members, matched in ((["a"], ("r0",)), (["b"], ()), ([], ()), (["ab", "b"], ("r0",))):
        case = a_case({"store": "abc"}, context={"lists": {"stores": members}})
        assert decide(compiled, case).matched == matched
    assert decide(compiled, a_case({"store": "abc"})).errors
    compiled.close()


def test_among_more_conditions_than_a_formula_takes() -> None:
    choices = [{"all": [condition("store", "equals", f"s{number}"), FRAGILE]} for number in range(30)]
    order = {"store": "s7", "order_number": "glass-1"}
    assert verdict({"any": choices}, order, context=CONTEXT) == TRUE
    assert verdict({"any": choices}, order | {"order_number": "y"}, context=CONTEXT) == FALSE
    assert verdict({"any": choices}, order) == ERROR


def test_an_explanation_says_how_many_members_there_are_and_whether_the_value_is_one() -> None:
    members = [f"s{number}" for number in range(1000)]
    rules = a_rule_set(
        rule(FRAGILE), rule(of_list("order_number", "not_in", "fragile-skus")), rule(of_list("tags", "includes", "Vips"))
    )
    order = {"order_number": "S7", "tags": ["x", "gold"]}
    case = a_case(order, context={"lists": {"fragile-skus": members, "vips": ["gold"]}})
    found, lacking, tags = (entry["when"] for entry in explain(rules, case).rules)

    assert (found["found"], found["wanted"]) == ("S7", {"list": "fragile-skus", "members": 1000})
    assert found["sentence"] == 'Order number is in the list "fragile-skus"'
    assert found["message"] == ('Order number is in the list "fragile-skus" (members: 1000): found "S7", which is one of them')
    assert lacking["message"].endswith('is not in the list "fragile-skus" (members: 1000): found "S7", which is one of them')
    assert tags["message"] == 'Tags include any of the list "Vips" (members: 1): found ["x", "gold"]'
    spanish = explain(rules, a_case(order, context={"lists": {"fragile-skus": ["a"]}}), "es").rules[0]
    assert spanish["when"]["message"] == (
        'Número de pedido está en la lista "fragile-skus" (elementos: 1): se encontró "S7", que no es ninguno de ellos'
    )
    blank = explain(rules, a_case({}, context=CONTEXT)).rules[0]["when"]
    assert blank["message"] == 'Order number is in the list "fragile-skus" (members: 3): found no value'
    unknown = explain(rules, a_case(order)).rules[0]["when"]
    assert (unknown["code"], unknown["wanted"]) == ("unknown_list", {"list": "fragile-skus"})


def test_many_lines_that_compare_alike_are_folded() -> None:
    lines: list[Any] = [{"sku": f"x{number % 3}"} for number in range(40)]
    lines += [{"sku": "GLASS-1"}, {"sku": "glass-1"}, {}, "no item"]
    rules = a_rule_set(rule({"no_item": of_list("sku", "in", "fragile-skus")}))
    for context, verdicts in ((CONTEXT, ["false", "true", "error"]), (RuleContext(), ["error", "false"])):
        case = a_case({"items": lines}, context=context)
        known = decide_by_reference(rules, case)[0]
        shown = explain_part(rules, case, lambda known=known: known, "en", FIRST_PART).rules[0]["when"]
        assert [node["verdict"] for node in shown["nodes"]] == verdicts


SENTENCES: list[tuple[str, str, str, str]] = [
    ("sku", "in", 'SKU is in the list "x"', 'SKU está en la lista "x"'),
    ("sku", "not_in", 'SKU is not in the list "x"', 'SKU no está en la lista "x"'),
    ("sku", "starts_with", 'SKU starts with any of the list "x"', 'SKU empieza por alguno de la lista "x"'),
    ("sku", "not_contains", 'SKU does not contain any of the list "x"', 'SKU no contiene ninguno de la lista "x"'),
    ("quantity", "in", 'Quantity is in the list "x"', 'Cantidad está en la lista "x"'),
    (
        "tags",
        "includes_all",
        'Item tags include all of the list "x"',
        'Etiquetas del artículo incluyen todos los de la lista "x"',
    ),
    ("tags", "excludes", 'Item tags include none of the list "x"', 'Etiquetas del artículo no incluyen ninguno de la lista "x"'),
]


@pytest.mark.parametrize(("field", "operator", "english", "spanish"), SENTENCES)
def test_its_sentence_names_the_list(field: str, operator: str, english: str, spanish: str) -> None:
    when = a_rule_set(rule({"any_item": of_list(field, operator, "x")})).rules[0].when
    said = condition_sentence(when.node)  # type: ignore[union-attr,arg-type]
    assert (said.format("en"), said.format("es")) == (english, spanish)


def test_its_sentence_says_that_case_matters_and_which_day_is_meant() -> None:
    cased = a_rule_set(rule(of_list("store", "in", "x", match_case=True))).rules[0].when
    assert condition_sentence(cased).format("en") == 'Store is in the list "x" (match case)'  # type: ignore[arg-type]
    day = a_rule_set(rule(of_list("order_date", "on_weekday", "x"))).rules[0].when
    assert condition_sentence(day).format("en") == 'Order date is on a day of the list "x"'  # type: ignore[arg-type]


WRONG: list[tuple[Any, str, str, str]] = [
    (condition("store", "equals", {"list": "x"}), "no_list_wanted", "rules[0].when.value", "not_in, contains"),
    (condition("order_total", "between", {"list": "x"}), "no_list_wanted", "rules[0].when.value", "what does: in, not_in"),
    (condition("store", "between", {"list": "x"}), "no_list_wanted", "rules[0].when.value", "`between` compares with no named"),
    (condition("store", "blank", {"list": "x"}), "no_list_wanted", "rules[0].when.value", "`blank`"),
    (condition("gift", "is_true", {"list": "x"}), "no_list_wanted", "rules[0].when.value", "what does: -"),
    (condition("store", "in", {"list": " "}), "nameless_list", "rules[0].when.value.list", "write {list: fragile-skus}"),
    (condition("store", "in", {"list": ["x"]}), "wrong_type", "rules[0].when.value.list", "a text is expected"),
    (condition("store", "in", {"list": "x", "of": 1}), "unknown_key", "rules[0].when.value.of", '"of"'),
    (condition("store", "in", {"lists": "x"}), "list_wanted", "rules[0].when.value", "needs a list"),
]


@pytest.mark.parametrize(("when", "code", "path", "words"), WRONG)
def test_where_no_list_can_stand_it_is_refused(when: Any, code: str, path: str, words: str) -> None:
    found = problems_of(json.dumps({"rules": [rule(when)]}))
    assert [(problem.message.code, problem.path) for problem in found][:1] == [(code, path)]
    assert words in found[0].message.format("en")


def test_a_document_keeps_it() -> None:
    rules = a_rule_set(rule(FRAGILE), rule(of_list("order_total", "not_in", "007")))
    assert "{field: order_number, is: in, value: {list: fragile-skus}}" in render(rules)
    again, _ = parse_rule_set(yaml_text(as_data(rules)))
    assert again is not None
    assert as_data(again) == as_data(rules)
    assert lists_of(again.rules) == {"fragile-skus", "007"}


def test_a_list_that_the_context_does_not_have_is_an_error_at_its_name() -> None:
    text = "rules:\n  - id: a\n    when: {any_item: {field: sku, is: in, value: {list: fragil-skus}}}\n    then: []\n"
    rules, _ = parse_rule_set(text)
    assert rules is not None
    (problem,) = check_references(rules, CONTEXT)
    place = problem.severity, problem.line, problem.path, problem.message.code
    assert place == ("error", 3, "rules[0].when.any_item.value.list", "unknown_list")
    assert problem.message.format("en") == (
        'the account has no list "fragil-skus", did you mean "fragile-skus"?; '
        "it has: days, fragile-skus, none, patterns, prefixes, totals, vips"
    )
    assert problem.message.format("es").startswith('la cuenta no tiene la lista "fragil-skus"')
    assert check_references(rules, RuleContext.parse({"providers": []})) == []
    assert [one.message.code for one in check_references(rules, RuleContext.parse({"lists": {}}))] == ["unknown_list"]


def test_members_that_the_field_cannot_hold_are_named() -> None:
    rules = a_rule_set(rule(of_list("order_total", "in", "sums")), rule(of_list("store", "in", "sums")))
    context = RuleContext.parse({"lists": {"sums": ["1", "10,5", "1e3", "2"]}})
    (problem,) = check_references(rules, context)
    assert (problem.message.code, problem.path) == ("wrong_list_member", "rules[0].when.value.list")
    assert problem.message.format("en") == (
        'the list "sums" cannot be compared here: "10,5" is not a number; "1e3" is not a number (members that do not fit: 2)'
    )


BAD_CONTEXTS: list[tuple[Any, str]] = [
    ({"lists": ["x"]}, "the context's lists must be an object"),
    ({"lists": {"x": "y"}}, "the context's lists.x must be a list of texts"),
    ({"lists": {"x": ["y", 1]}}, "the context's lists.x[1] must be a text of 1 to 4096 characters, not 1"),
    ({"lists": {"x": ["y", " "]}}, "lists.x[1] must be a text of 1"),
    ({"lists": {"x": ["y" * 4097]}}, "lists.x[0] must be a text of 1"),
    ({"lists": {"x": [], "X ": []}}, 'the context\'s lists "x" and "X " are one list'),
    ({"lists": {"x": [str(number) for number in range(MAX_MEMBERS + 1)]}}, "has 100001 members; a list may have 100000"),
]


@pytest.mark.parametrize(("data", "words"), BAD_CONTEXTS)
def test_lists_that_cannot_be_used_are_refused(data: Any, words: str) -> None:
    with pytest.raises(ContextRefused, match=re.escape(words)) as refused:
        RuleContext.parse(data)
    assert len(refused.value.messages) == 1


def test_a_hundred_thousand_members_are_one_list() -> None:
    context = RuleContext.parse({"lists": {"big": [f"SKU-{number}" for number in range(MAX_MEMBERS)]}})
    assert verdict(of_list("store", "in", "big"), {"store": "sku-99999"}, context=context) == TRUE
    assert verdict(of_list("store", "not_in", "big"), {"store": "sku-100000"}, context=context) == TRUE


def test_members_count_once_and_tell_one_state_from_another() -> None:
    named = NamedList("x", ["a", " a", "A", "cafe\u0301", "caf\u00e9"])
    assert named.members == ("a", "A", "caf\u00e9")
    assert digest_of(named.members) == digest_of(NamedList("y", ["a", "A", "caf\u00e9"]).members)
    assert digest_of(named.members) != digest_of(["a", "A"])


def notes(*rules: dict[str, Any], context: RuleContext = CONTEXT) -> list[str]:
    return [problem.message.code for problem in analyse(a_rule_set(*rules), context)]


def test_the_check_claims_only_what_holds_whatever_the_list_becomes() -> None:
    stop = rule(FRAGILE, tag("a"), stop=True, id="first")
    outside = of_list("order_number", "not_in", "Fragile-SKUs")
    assert notes(stop, rule({"all": [FRAGILE, condition("store", "equals", "x")]}, tag("b"), id="second")) == ["shadowed"]
    assert notes(rule({"all": [FRAGILE, outside]}, tag("a"))) == ["never_matches"]
    assert notes(rule({"all": [FRAGILE, condition("order_number", "blank")]}, tag("a"))) == ["never_matches"]
    assert notes(rule({"all": [outside, condition("order_number", "blank")]}, tag("a"))) == []
    assert notes(rule({"none": [of_list("tags", "includes", "vips"), of_list("tags", "excludes", "vips")]}, tag("a"))) == [
        "never_matches"
    ]
    # Another list may hold the same, and a list may come to hold something.
    assert notes(stop, rule(of_list("order_number", "in", "prefixes"), tag("b"), id="second")) == []
    assert notes(stop, rule(condition("order_number", "equals", "glass-1"), tag("b"), id="second")) == []
    assert notes(rule(of_list("order_number", "in", "none"), tag("a"))) == []
    assert notes(rule({"all": [FRAGILE, condition("order_number", "equals", "other")]}, tag("a"))) == []
    tagged = rule("always", tag("gold"), id="between")
    asking = of_list("tags", "includes", "vips")
    assert notes(rule(asking, tag("a"), stop=True, id="first"), tagged, rule(asking, tag("b"), id="second")) == []
    items = {"all": [{"all_items": of_list("sku", "in", "x")}, {"any_item": of_list("sku", "not_in", "x")}]}
    assert notes(rule(items, tag("a"))) == ["never_matches"]


def test_saved_tests_have_lists_of_their_own() -> None:
    text = """
rules:
  - id: fragile
    when: {any_item: {field: sku, is: in, value: {list: fragile-skus}}}
    then: [{do: add_tag, tag: fragile}]
tests:
  - name: with its own list
    context: {lists: {fragile-skus: [007]}}
    order: {items: [{sku: "007"}]}
    expect: {matched: [fragile]}
  - name: with that of the account
    order: {items: [{sku: glass-1}]}
    expect: {matched: [fragile]}
"""
    rules, problems = parse_rule_set(text)
    assert rules is not None, problems
    assert [result.passed for result in run_saved_tests(rules, CONTEXT)] == [True, True]
    assert [result.passed for result in run_saved_tests(rules)] == [True, False]
    wrong = problems_of(text.replace("[007]", "nothing"))
    assert [(one.message.code, one.path) for one in wrong] == [("bad_context", "tests[0].context")]
