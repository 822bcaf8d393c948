"""Keeps a rule file as a version that does not run here: rules that are written for others, such as a 3PL's for its clients."""

from __future__ import annotations

from engine.application import Application
from engine.decide.saved_tests import run_saved_tests
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.rule_set import RuleSetVersion
from engine.services.accounts.acting import find_account
from engine.services.deciding.publish_rules import TestsFailed, read_rules
from engine.services.refusals import Refused
from engine.services.sharing.offer_rules import NOT_ITS_OWN
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT
from rules.document import RuleSet
from rules.messages import Text
from rules.problems import RuleSetRefused

RUNS_HERE = Text(
    'The rule set "{set}" runs in the account "{account}": publish the file, then offer the version that this makes.',
    'El conjunto de reglas "{set}" se ejecuta en la cuenta "{account}": publica el archivo y ofrece la versión que resulte.',
)


def keep_file_to_offer(app: Application, slug: str, content: bytes, actor: str = "operator") -> RuleSetVersion:
    """A new version of the set that the document names, or its newest if it is that already; no order is decided with it.

    What its rules name is for those to have who adopt it, and is not asked of this account. Raises RuleSetRefused, TestsFailed
    and Refused.
    """
    rule_set = _sound(content)
    document = content.decode("utf-8")
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id, for_change=True)
        last = uow.rule_sets.find_version(account.id, rule_set.slug)
        if last is not None and last.adoption is not None:
            raise Refused("not_its_own", NOT_ITS_OWN, set=rule_set.slug)
        if any(one.set_slug == rule_set.slug for one in published):
            raise Refused("runs_here", RUNS_HERE, set=rule_set.slug, account=slug)
        if last is not None and last.document == document:
            return last
        number, now = 1 if last is None else last.number + 1, app.clock.now()
        name = rule_set.name or f"{account.name} {number}"
        version = RuleSetVersion(new_id("rsv"), account.id, number, name, document, now, actor, rule_set.slug)
        uow.rule_sets.add_version(version)
        uow.audit.append([AuditEntry(account.id, now, actor, "rules.kept", version.id, None, number)])
        uow.commit()
    return version


def _sound(content: bytes) -> RuleSet:
    rule_set, problems = read_rules(content)
    found = [*problems, *check_rule_set(rule_set, NO_CONTEXT)]
    if any(problem.severity == "error" for problem in found):
        raise RuleSetRefused(found)
    failed = [result for result in run_saved_tests(rule_set, NO_CONTEXT) if not result.passed]
    if failed:
        raise TestsFailed(failed)
    return rule_set
