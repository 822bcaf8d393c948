"""A draft among an account's rule sets: what would run if it were published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.application import Application, UnreadableVersion, parsed
from engine.model.account import Account
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.deciding.publish_rules import ADOPTED_SET, lists_for, read_rules, rule_id_clashes, whole_refusal
from engine.services.deciding.rule_context import GatheredContext, gather_context
from engine.services.deciding.run_rules import unreadable_rules
from engine.services.deciding.running_sets import Line, RunningSet
from engine.services.refusals import Refused
from rules.context import RuleContext
from rules.document import RuleSet, run_together
from rules.problems import Problem, RuleSetRefused
from rules.references import check_references


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that names nothing the account does not have, in the place of the set of its slug, or after all others."""

    slug: str
    rule_set: RuleSet
    document: str
    published: tuple[RuleSetVersion, ...]
    gathered: GatheredContext  # what the account has now
    sets: tuple[tuple[str, RuleSet], ...]  # all that would run, in its order

    @property
    def context(self) -> RuleContext:
        return self.gathered.context

    @property
    def line(self) -> Line:
        return in_place(self.published, self.slug, self.document)

    @property
    def rules(self) -> RuleSet:
        """All that would run, as one list."""
        return run_together(self.sets)


def open_draft(app: Application, uow: UnitOfWork, account: Account, content: bytes, set_slug: str | None = None) -> Draft:
    """A draft of one of the account's rule sets; `set_slug` is the one it stands for, else the document says so.

    Raises RuleSetRefused with every error, and Refused when a set that is published can no longer be read.
    """
    try:
        rule_set, problems = read_rules(content)
    except RuleSetRefused as refusal:
        raise whole_refusal(app, uow, account, content, refusal, set_slug) from None
    slug = set_slug or rule_set.slug
    published = uow.rule_sets.list_published(account.id)
    if any(version.set_slug == slug and version.adoption is not None for version in published):
        raise Refused("adopted_set", ADOPTED_SET, set=slug)
    gathered = gather_context(uow, account, lists_for(app, uow, account, rule_set, published))
    context = gathered.context
    others = [version for version in published if version.set_slug != slug]
    try:
        sets = parsed(others)
    except UnreadableVersion as refusal:
        raise unreadable_rules(account, refusal.version) from None
    clashes = rule_id_clashes(rule_set, others, sets)
    _refuse([*problems, *clashes, *check_references(rule_set, context)])
    place = next((place for place, version in enumerate(published) if version.set_slug == slug), len(published))
    sets.insert(place, (slug, rule_set))
    return Draft(slug, rule_set, content.decode("utf-8"), tuple(published), gathered, tuple(sets))


def _refuse(problems: Iterable[Problem]) -> None:
    found = sorted(problems, key=lambda problem: problem.line)
    if any(problem.severity == "error" for problem in found):
        raise RuleSetRefused(found)


def in_place(published: Iterable[RuleSetVersion], slug: str, document: str) -> Line:
    """What runs when this document takes the place of the set of this slug."""
    line = [RunningSet(slug, document) if version.set_slug == slug else RunningSet.of(version) for version in published]
    return tuple(line) if any(one.slug == slug for one in line) else (*line, RunningSet(slug, document))
