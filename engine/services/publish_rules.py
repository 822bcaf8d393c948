"""Checks, tests and publishes an account's rules."""

from __future__ import annotations

from engine.application import Application
from engine.decide.saved_tests import TestResult, run_saved_tests
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.rule_set import RuleSetVersion
from engine.services.accounts import get_account
from engine.services.rule_context import gather_context
from rules.checks import check_rule_set
from rules.parser import parse_rule_set
from rules.problems import Problem, RuleSetRefused


class TestsFailed(Exception):
    """Saved tests that do not hold; nothing is published."""

    __test__ = False  # not a test class of pytest

    def __init__(self, failed: list[TestResult]) -> None:
        super().__init__(f"{len(failed)} saved tests failed")
        self.failed = failed


def publish_rules(app: Application, slug: str, content: bytes, actor: str = "operator") -> tuple[RuleSetVersion, list[Problem]]:
    """A new published version of the account's rules, and the warnings and notes about it.

    Raises RuleSetRefused with every error, also for providers, services, locations or users that the account does not
    have; TestsFailed; Refused for an unknown account.
    """
    now = app.clock.now()
    with app.reading() as uow:
        account = get_account(uow, slug)
        context = gather_context(uow, account).context
    rule_set, problems = parse_rule_set(content)
    if rule_set is not None:
        problems = sorted([*problems, *check_rule_set(rule_set, context)], key=lambda problem: problem.line)
    if rule_set is None or any(problem.severity == "error" for problem in problems):
        raise RuleSetRefused(problems)
    results = run_saved_tests(rule_set, context)
    failed = [result for result in results if not result.passed]
    if failed:
        raise TestsFailed(failed)
    problems += [
        Problem("warning", result.test.line, result.test.path, untested) for result in results for untested in result.untested
    ]
    with app.unit_of_work() as uow:
        before = uow.rule_sets.find_published(account.id)
        number = uow.rule_sets.next_number(account.id)
        name = rule_set.name or f"{account.name} {number}"
        document = content.decode("utf-8-sig")
        version = RuleSetVersion(new_id("rsv"), account.id, number, name, document, now, actor)
        uow.rule_sets.publish(version)
        entry = AuditEntry(
            account.id, now, actor, "rules.published", version.id, None if before is None else before.number, number
        )
        uow.audit.append([entry])
        uow.commit()
    return version, problems
