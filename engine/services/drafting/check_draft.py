"""What is wrong, doubtful or worth knowing in a draft, as publishing it would say."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from engine.application import Application, UnreadableVersion, parsed
from engine.decide.saved_tests import TestResult, run_saved_tests
from engine.model.rule_set import RuleSetVersion
from engine.services.deciding.publish_rules import rule_id_clashes
from engine.services.deciding.rule_context import GatheredContext, context_of_rules
from engine.services.drafting.open_set import OpenSet, read_document, read_readable
from rules.checks import check_rule_set
from rules.document import RuleSet
from rules.messages import Message, Text
from rules.problems import Problem
from rules.references import check_references

OTHER_SLUG = Text(
    'this document is of the rule set "{found}", the draft of "{wanted}": write `set: {wanted}`',
    'este documento es del conjunto de reglas "{found}"; el borrador, de "{wanted}": escribe `set: {wanted}`',
)

_KEPT = 32  # answers that were given last


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A draft's problems by line, and its rules; None when they cannot run."""

    rule_set: RuleSet | None
    problems: tuple[Problem, ...]
    gathered: GatheredContext
    before: tuple[tuple[str, RuleSet], ...] = ()

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    def run_tests(self) -> list[TestResult]:
        """What its saved tests come to; nothing while it has errors."""
        if self.rule_set is None or self.errors:
            return []
        return run_saved_tests(self.rule_set, self.gathered.context, before=self.before)


def check_draft(app: Application, account_id: str, opened: OpenSet, *, thoroughly: bool = True) -> CheckedDraft:
    """Everything there is to say about a set as it is edited; errors alone, and faster, unless `thoroughly`."""
    with app.reading() as uow:
        published = tuple(uow.rule_sets.list_published(account_id))
        running = (read_document(version.document)[0] for version in published)
        read = (read_readable(opened.document)[0], *running)
        rules = [rule for rule_set in read if rule_set is not None for rule in rule_set.rules]
        gathered = context_of_rules(app, uow, uow.accounts.get(account_id), rules)
    known = _Known(gathered.id, gathered)
    return _check(opened.document, opened.slug, opened.position, published, known, thoroughly=thoroughly)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the account has, told apart by its hash."""

    id: str
    gathered: GatheredContext = field(compare=False)


@lru_cache(maxsize=_KEPT)
def _check(
    document: str, slug: str, position: int | None, published: tuple[RuleSetVersion, ...], known: _Known, *, thoroughly: bool
) -> CheckedDraft:
    gathered = known.gathered
    readable, problems = read_readable(document)
    if readable is None:
        return CheckedDraft(None, problems, gathered)
    rule_set, _problems = read_document(document)
    others, sets = _others(published, slug)
    before = tuple(sets[: len(others) if position is None else position - 1]) if sets else ()
    found = [*problems, *rule_id_clashes(readable, others, sets)]
    if not any(problem.path == "set" for problem in problems):
        found += _slug_problems(readable, slug)
    context = gathered.context
    if rule_set is None or not thoroughly:
        found += check_references(readable, context)
    else:
        found += check_rule_set(rule_set, context, before)
    return CheckedDraft(rule_set, tuple(sorted(found, key=lambda problem: problem.line)), gathered, before)


def _others(published: tuple[RuleSetVersion, ...], slug: str) -> tuple[list[RuleSetVersion], list[tuple[str, RuleSet]]]:
    """The account's other sets; none when one of them can no longer be read, which publishing will say."""
    others = [version for version in published if version.set_slug != slug]
    try:
        return others, parsed(others)
    except UnreadableVersion:
        return [], []


def _slug_problems(rule_set: RuleSet, slug: str) -> list[Problem]:
    if rule_set.slug == slug:
        return []
    message = Message("other_slug", OTHER_SLUG, {"found": rule_set.slug or "-", "wanted": slug})
    return [Problem("error", 1, "set", message)]
