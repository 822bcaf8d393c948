"""What a rule says about itself for people: why it is there, who looks after it, when it is looked at again, its group."""

from __future__ import annotations

from datetime import date

import pytest
from support.rule_sets import a_rule_set, decided, problems_of, rule, tag

from rules.context import RuleContext
from rules.messages import Message
from rules.references import check_references
from rules.render import rule_data

KEPT = {"group": "Spain", "why": "Fragile: see the contract.", "owner": "Ana@example.com", "review_by": "2026-03-31"}


def a_problem(lines: str) -> Message:
    (problem,) = problems_of(f"rules:\n  - id: a\n    when: always\n    then: []\n    {lines}\n")
    assert problem.line == 5
    return problem.message


def test_a_rule_says_why_it_is_there_and_who_looks_after_it() -> None:
    (read,) = a_rule_set(rule(**KEPT)).rules

    assert (read.group, read.why, read.owner, read.review_by) == (
        "Spain",
        "Fragile: see the contract.",
        "Ana@example.com",
        date(2026, 3, 31),
    )
    assert {key: rule_data(read)[key] for key in KEPT} == KEPT


def test_a_rule_without_them_is_written_without_them() -> None:
    (read,) = a_rule_set(rule(why="", owner=None, review_by=None)).rules

    assert (read.group, read.why, read.owner, read.review_by) == ("", "", "", None)
    assert rule_data(read).keys() == {"id", "when", "then"}


def test_nothing_is_decided_by_them() -> None:
    assert decided(a_rule_set(rule("always", tag("a"), **KEPT)), {}) == decided(a_rule_set(rule("always", tag("a"))), {})


@pytest.mark.parametrize("day", ["31.03.2026", "2026-02-30", "20260331", "2026-03-31T09:00:00Z", "soon"])
def test_a_review_is_due_on_a_day(day: str) -> None:
    message = a_problem(f'review_by: "{day}"')

    assert message.format("en") == f'"{day}" is not a date: write a day such as 2026-03-31'
    assert message.format("es") == f'"{day}" no es una fecha: escribe un día como 2026-03-31'


@pytest.mark.parametrize("owner", ["ana", "ana@", "ana @example.com", "a@b@c"])
def test_an_owner_is_an_address(owner: str) -> None:
    message = a_problem(f'owner: "{owner}"')

    assert message.code == "bad_owner"
    assert message.format("en").startswith(f'"{owner}" is not an e-mail address')


def test_an_owner_that_is_no_user_of_the_account_is_an_error_at_its_place() -> None:
    rules = a_rule_set(rule(), rule(owner="anna@example.com"))
    known = RuleContext.parse({"users": ["Ana@example.com", "luis@example.com"]})
    (problem,) = check_references(rules, known)

    assert (problem.severity, problem.path, problem.message.code) == ("error", "rules[1].owner", "unknown_user")
    assert problem.message.format("en") == (
        'the account has no user "anna@example.com", did you mean "Ana@example.com"?; it has: Ana@example.com, luis@example.com'
    )


def test_owners_are_known_in_any_case_and_not_looked_up_without_a_context() -> None:
    rules = a_rule_set(rule(owner="ANA@example.com"))

    assert check_references(rules, RuleContext.parse({"users": ["ana@example.com"]})) == []
    assert check_references(rules, RuleContext.parse({})) == []
