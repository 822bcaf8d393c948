"""Rules of another account as they run in the one that has adopted them."""

from __future__ import annotations

from rules.adopted import as_adopted, written_id
from rules.document import RuleSet
from rules.parser import parse_rule_set

DOCUMENT = """
set: iberia
rules:
  - {id: a, owner: pablo@acme.example, when: always, then: [{do: add_tag, tag: x}]}
  - {id: b, when: always, then: []}
  - {id: c, enabled: false, when: always, then: []}
tests:
  - {name: tagged, order: {order_number: "1"}, expect: {matched: [a]}}
"""


def written() -> RuleSet:
    rule_set, problems = parse_rule_set(DOCUMENT)
    assert rule_set is not None, problems
    return rule_set


def test_ids_are_prefixed_with_the_slug_that_the_set_has_here() -> None:
    adopted = as_adopted(written(), "acme", ())
    assert [rule.id for rule in adopted.rules] == ["acme.a", "acme.b", "acme.c"]
    assert adopted.slug == "acme"
    assert [rule.then for rule in adopted.rules] == [rule.then for rule in written().rules]


def test_rules_are_off_that_either_account_has_switched_off() -> None:
    assert [rule.enabled for rule in as_adopted(written(), "acme", ()).rules] == [True, True, False]
    assert [rule.enabled for rule in as_adopted(written(), "acme", ("b",)).rules] == [True, False, False]


def test_what_is_of_the_offering_account_alone_stays_there() -> None:
    assert written().tests
    adopted = as_adopted(written(), "acme", ())
    assert adopted.tests == ()
    assert [rule.owner for rule in adopted.rules] == ["", "", ""]


def test_an_id_leads_back_to_what_the_document_writes() -> None:
    assert written_id("acme.a", "acme") == "a"
    assert written_id("acme.a", "other") is None
    assert written_id("acme", "acme") is None
    assert written_id("acme.", "acme") is None


def test_a_file_cannot_write_such_an_id() -> None:
    rule_set, problems = parse_rule_set("rules: [{id: acme.a, when: always, then: []}]")
    assert rule_set is None
    assert [problem.message.code for problem in problems] == ["bad_id"]
