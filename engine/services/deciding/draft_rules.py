"""A draft among an account's rule sets: what would run if it were published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.application import UnreadableVersion, parsed
from engine.decide.compiled import CompiledRuleSet
from engine.model.account import Account
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.deciding.publish_rules import read_rules, rule_id_clashes
from engine.services.deciding.rule_context import gather_context
from engine.services.deciding.run_rules import unreadable_rules
from rules.context import RuleContext
from rules.document import RuleSet, run_together
from rules.problems import Problem, RuleSetRefused
from rules.references import check_references

# Rule sets in the order in which they run, as whoever decides by them in another process gets them: slug and document.
Line = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document that names nothing the account does not have, in the place of the set of its slug, or after all others."""

    slug: str
    rule_set: RuleSet
    document: str
    published: tuple[RuleSetVersion, ...]
    context: RuleContext  # what the account has now
    sets: tuple[tuple[str, RuleSet], ...]  # all that would run, in its order

    @property
    def line(self) -> Line:
        return in_place(self.published, self.slug, self.document)

    @property
    def rules(self) -> RuleSet:
        """All that would run, as one list."""
        return run_together(self.sets)


def open_draft(uow: UnitOfWork, account: Account, content: bytes, set_slug: str | None = None) -> Draft:
    """A draft of one of the account's rule sets; `set_slug` is the one it stands for, else the document says so.

    Raises RuleSetRefused with every error, and Refused when a set that is published can no longer be read.
    """
    rule_set, problems = read_rules(content)
    slug = set_slug or rule_set.slug
    published = uow.rule_sets.list_published(account.id)
    context = gather_context(uow, account).context
    others = [version for version in published if version.set_slug != slug]
    try:
        sets = parsed(others)
    except UnreadableVersion as refusal:
        raise unreadable_rules(account, refusal.version) from None
    clashes = rule_id_clashes(rule_set, others, sets)
    _refuse([*problems, *clashes, *check_references(rule_set, context)])
    place = next((place for place, version in enumerate(published) if version.set_slug == slug), len(published))
    sets.insert(place, (slug, rule_set))
    return Draft(slug, rule_set, content.decode("utf-8"), tuple(published), context, tuple(sets))


def _refuse(problems: Iterable[Problem]) -> None:
    found = sorted(problems, key=lambda problem: problem.line)
    if any(problem.severity == "error" for problem in found):
        raise RuleSetRefused(found)


def in_place(published: Iterable[RuleSetVersion], slug: str, document: str) -> Line:
    """What runs when this document takes the place of the set of this slug."""
    line = [(version.set_slug, document if version.set_slug == slug else version.document) for version in published]
    return tuple(line) if any(name == slug for name, _ in line) else (*line, (slug, document))


class ByZone:
    """A list of rules compiled for each time zone in which it is asked; `close()` gives the memory back."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._made: dict[str, CompiledRuleSet] = {}

    def get(self, zone: ZoneInfo) -> CompiledRuleSet:
        found = self._made.get(zone.key)
        if found is None:
            found = self._made[zone.key] = CompiledRuleSet(self._rules, zone)
        return found

    def close(self) -> None:
        for compiled in self._made.values():
            compiled.close()
