"""Checks, tests and publishes one of an account's rule sets, in the light of the sets that run before it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from engine.application import Application, UnreadableVersion, parsed
from engine.decide.saved_tests import TestResult, run_saved_tests
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.deciding.arrange_rules import BAD_POSITION, moved
from engine.services.deciding.rule_context import NO_LISTS, GatheredLists, gather_context, gather_lists
from engine.services.deciding.rule_standings import keep_standings_of
from engine.services.deciding.run_rules import unreadable_rules
from engine.services.refusals import Refused
from rules.adopted import as_adopted, written_id
from rules.checks import check_rule_set
from rules.context import RuleContext
from rules.document import RuleSet, lists_of, run_together
from rules.messages import Message, Text
from rules.parser import parse_rule_set, read_rule_set
from rules.problems import Problem, RuleSetRefused
from rules.references import check_references

MOST_ATTEMPTS = 10  # each but the last was overtaken by somebody who published something else

NO_SLUG = Text(
    'no slug can be made from the name "{name}": name the set for machines too, such as `set: my-rules`',
    'del nombre "{name}" no sale ningún slug: da también un nombre para las máquinas, como `set: my-rules`',
)
TAKEN_ID = Text(
    'the id "{id}" is already used by the rule on line {line} of the rule set "{set}" (version {number}): every rule of an '
    "account needs its own. If this file is meant to replace that set, write `set: {set}` in it",
    'el id "{id}" ya lo usa la regla de la línea {line} del conjunto "{set}" (versión {number}): cada regla de una cuenta '
    "necesita el suyo. Si este archivo debe sustituir a ese conjunto, escribe en él `set: {set}`",
)
ADOPTED_SET = Text(
    'The rule set "{set}" was adopted from another account and cannot be published over: write another slug into the file, '
    "such as `set: my-rules`, and switch rules of the adopted set off with `rules switch`.",
    'El conjunto de reglas "{set}" se adoptó de otra cuenta y no se puede publicar encima: escribe otro slug en el archivo, '
    "como `set: my-rules`, y desactiva reglas del conjunto adoptado con `rules switch`.",
)
TAKEN_SET = Text(
    'The account "{account}" already has a rule set "{set}" of another origin: give the adopted one another slug with --set.',
    'La cuenta "{account}" ya tiene un conjunto de reglas "{set}" de otro origen: da otro slug al adoptado con --set.',
)
NO_USER = Text(
    'The account "{account}" has no user "{email}": check the address.',
    'La cuenta "{account}" no tiene el usuario "{email}": comprueba la dirección.',
)
ADOPTED_MEANWHILE = Text(
    'Somebody else has changed the adopted set "{set}" meanwhile: look at it, and do this again.',
    'Otra persona ha cambiado mientras tanto el conjunto adoptado "{set}": míralo y vuelve a hacerlo.',
)
OVERTAKEN = Text(
    "The account's rules were changed by others again and again meanwhile: publish the file again.",
    "Otros han cambiado las reglas de la cuenta una y otra vez mientras tanto: publica el archivo de nuevo.",
)

REPLACED_MEANWHILE = Text(
    "Somebody published this rule set, or withdrew it, in the meantime: look at what runs now first.",
    "Alguien ha publicado o retirado este conjunto de reglas mientras tanto: mira antes lo que se ejecuta ahora.",
)


class TestsFailed(Exception):
    """Saved tests that do not hold; nothing is published."""

    __test__ = False  # not a test class of pytest

    def __init__(self, failed: list[TestResult]) -> None:
        super().__init__(f"{len(failed)} saved tests failed")
        self.failed = failed


@dataclass(frozen=True, slots=True)
class Adopting:
    """How a document that another account has offered is to run here."""

    slug: str
    name: str
    adoption: Adoption
    instead_of: RuleSetVersion | None = None  # what runs of it as whoever adopts has seen it


@dataclass(frozen=True, slots=True)
class Publication:
    """What publishing came to. `position` is the set's among those of the account, counted from 1."""

    version: RuleSetVersion
    problems: list[Problem]
    position: int
    count: int  # of the account's sets
    replaced: RuleSetVersion | None = None  # what ran of this set before; None also when nothing has changed
    is_new: bool = True  # else the document was published already, and there is no new version
    is_named: bool = True  # else the document gives no name, and the version is called by its account and its number


@dataclass(frozen=True, slots=True)
class _Line:
    """An account's published versions, and where among them a set goes."""

    published: list[RuleSetVersion]
    current: RuleSetVersion | None  # of this set
    others: list[RuleSetVersion]
    index: int  # among the others

    @classmethod
    def up(cls, published: list[RuleSetVersion], slug: str, position: int | None) -> _Line:
        """Raises Refused for a position that there is not."""
        current = next((version for version in published if version.set_slug == slug), None)
        others = [version for version in published if version is not current]
        if position is not None and not 1 <= position <= len(others) + 1:
            raise Refused("bad_position", BAD_POSITION, set=slug, position=position, last=len(others) + 1)
        if position is None:
            position = len(others) + 1 if current is None else published.index(current) + 1
        return cls(published, current, others, position - 1)

    def with_version(self, version: RuleSetVersion) -> list[RuleSetVersion]:
        return [*self.others[: self.index], version, *self.others[self.index :]]


def publish_rules(
    app: Application,
    slug: str,
    content: bytes,
    actor: str = "operator",
    *,
    position: int | None = None,
    note: str = "",
    by: str | None = None,
    set_slug: str | None = None,
    over: str | None = None,
    adopting: Adopting | None = None,
) -> Publication:
    """A new published version of the set that the document names, in place of the one that ran, or after all others.

    `by` is the e-mail address of the user it is published for, `set_slug` the set, where that is not what the document says
    (documents of old were published under other slugs); `over` the id of the version it is to replace, which is refused
    when another runs by now; `adopting` says how it runs where another account has offered it. Raises RuleSetRefused with
    every error, also for providers, services, locations or users that the account does not have, and for ids of rules in
    its other sets; TestsFailed; Refused for an unknown account, user or position, and for a slug that a set of another
    origin has.
    """
    try:
        rule_set, parsing = read_rules(content, adopting)
    except RuleSetRefused as refusal:
        with app.reading() as uow:
            raise whole_refusal(app, uow, find_account(uow, slug), content, refusal, set_slug, adopting) from None
    if set_slug is not None:
        rule_set = structs.replace(rule_set, set=set_slug)
    for _ in range(MOST_ATTEMPTS):
        with app.reading() as uow:
            account = find_account(uow, slug)
            actor = actor if by is None else _user_id(uow, account, by)
            published = uow.rule_sets.list_published(account.id)
            lists = lists_for(app, uow, account, rule_set, published)
            context = gather_context(uow, account, lists).context
            _require_origin(uow, account, rule_set.slug, adopting)
        line = _Line.up(published, rule_set.slug, position)
        if over is not None and (line.current is None or line.current.id != over):
            raise Refused("published_meanwhile", REPLACED_MEANWHILE)
        if adopting is not None and line.current != adopting.instead_of:
            raise Refused("adopted_meanwhile", ADOPTED_MEANWHILE, set=adopting.slug)
        others = _parse_others(account, line)
        problems = _check(rule_set, parsing, context, line, others, adopting)
        whole = run_together([*others[: line.index], (rule_set.slug, rule_set), *others[line.index :]])
        with app.unit_of_work() as uow:
            if uow.rule_sets.list_published(account.id, for_change=True) != published or not _are_current(uow, account, lists):
                continue  # what was checked is not what runs by now
            adoption = None if adopting is None else adopting.adoption
            draft = _Draft(account, line, rule_set, content.decode("utf-8"), actor, note, adoption)
            publication = replace(draft.publish(uow, app.clock.now()), problems=problems)
            keep_standings_of(app, uow, account, whole, app.clock.now())
            uow.commit()
            return publication
    raise Refused("overtaken", OVERTAKEN)


def lists_for(
    app: Application, uow: UnitOfWork, account: Account, rule_set: RuleSet, published: list[RuleSetVersion]
) -> GatheredLists:
    """The account's lists; with their members those that the set names, or any that is published."""
    if not uow.lists.list_for(account.id):
        return NO_LISTS
    sets = [rule_set, *(other for version in published if (other := parse_rule_set(version.document)[0]) is not None)]
    return gather_lists(app, uow, account.id, lists_of(rule for one in sets for rule in one.rules))


def _are_current(uow: UnitOfWork, account: Account, lists: GatheredLists) -> bool:
    """Whether the lists that were compared with are still as they were."""
    now = {one.name: one.digest for one in uow.lists.list_for(account.id)} if lists.digests else {}
    return all(now.get(name) == digest for name, digest in lists.digests.items())


def _user_id(uow: UnitOfWork, account: Account, email: str) -> str:
    wanted = email.strip().casefold()
    for user in uow.users.list_for(account.id):
        if user.email.casefold() == wanted:
            return user.id
    raise Refused("no_user", NO_USER, account=account.slug, email=email)


def read_rules(content: bytes, adopting: Adopting | None = None) -> tuple[RuleSet, list[Problem]]:
    """A document as a rule set with a slug, and what is doubtful about it. Raises RuleSetRefused, for the document alone."""
    readable, problems = read_rule_set(content)
    if readable is not None and adopting is None and not readable.slug:
        problems.append(Problem("error", 1, "name", Message("no_slug", NO_SLUG, {"name": readable.name})))
    if readable is None or any(problem.severity == "error" for problem in problems):
        raise RuleSetRefused(sorted(problems, key=lambda problem: problem.line))
    return (readable, problems) if adopting is None else (_as_adopted(readable, adopting), [])


def _as_adopted(rule_set: RuleSet, adopting: Adopting) -> RuleSet:
    adopted = as_adopted(rule_set, adopting.slug, adopting.adoption.switched_off)
    return structs.replace(adopted, name=adopting.name)


def whole_refusal(
    app: Application,
    uow: UnitOfWork,
    account: Account,
    content: bytes,
    refusal: RuleSetRefused,
    set_slug: str | None = None,
    adopting: Adopting | None = None,
) -> RuleSetRefused:
    """The refusal of a document by `read_rules`, with what the parts of it that are sound name wrongly in this account, too."""
    readable, _problems = read_rule_set(content)
    if readable is None:
        return refusal
    if adopting is not None:
        readable = _as_adopted(readable, adopting)
    slug = set_slug or ("" if any(one.path == "set" for one in refusal.problems) else readable.slug)
    published = uow.rule_sets.list_published(account.id)
    context = gather_context(uow, account, lists_for(app, uow, account, readable, published)).context
    found = list(refusal.problems)
    others = [version for version in published if slug and version.set_slug != slug]
    with suppress(UnreadableVersion):  # what is wrong elsewhere is told once this document has no errors
        found += rule_id_clashes(readable, others, parsed(others))
    found += [one for one in check_references(readable, context) if not one.path.startswith(_off(readable, adopting))]
    return RuleSetRefused(sorted(found, key=lambda problem: problem.line))


def _require_origin(uow: UnitOfWork, account: Account, slug: str, adopting: Adopting | None) -> None:
    """A slug keeps to one origin, also of a set that was withdrawn: the account itself, or one offer. Raises Refused."""
    last = uow.rule_sets.find_version(account.id, slug)
    if last is None:
        return
    if adopting is None and last.adoption is not None:
        raise Refused("adopted_set", ADOPTED_SET, set=slug)
    if adopting is not None and (last.adoption is None or last.adoption.offer_id != adopting.adoption.offer_id):
        raise Refused("taken_set", TAKEN_SET, set=slug, account=account.slug)


def _parse_others(account: Account, line: _Line) -> list[tuple[str, RuleSet]]:
    """The account's other sets by their slugs. Raises Refused for one that can no longer be read."""
    try:
        return parsed(line.others)
    except UnreadableVersion as refusal:
        raise unreadable_rules(account, refusal.version) from None


def _check(
    rule_set: RuleSet,
    problems: list[Problem],
    context: RuleContext,
    line: _Line,
    others: list[tuple[str, RuleSet]],
    adopting: Adopting | None,
) -> list[Problem]:
    """Everything there is to say about the set at its place. Raises RuleSetRefused and TestsFailed."""
    before = others[: line.index]
    of_rules = [
        problem for problem in check_rule_set(rule_set, context, before) if not problem.path.startswith(_off(rule_set, adopting))
    ]
    found = [*problems, *rule_id_clashes(rule_set, line.others, others), *of_rules]
    found.sort(key=lambda problem: problem.line)
    if any(problem.severity == "error" for problem in found):
        raise RuleSetRefused(found)
    results = run_saved_tests(rule_set, context, before=before)
    failed = [result for result in results if not result.passed]
    if failed:
        raise TestsFailed(failed)
    found += [
        Problem("warning", result.test.line, result.test.path, untested) for result in results for untested in result.untested
    ]
    return found


def _off(rule_set: RuleSet, adopting: Adopting | None) -> tuple[str, ...]:
    """How the places of rules begin that the account has switched off: they may name what it does not have."""
    if adopting is None:
        return ()
    off = adopting.adoption.switched_off
    return tuple(f"{rule.path}." for rule in rule_set.rules if written_id(rule.id, adopting.slug) in off)


def rule_id_clashes(rule_set: RuleSet, versions: list[RuleSetVersion], others: list[tuple[str, RuleSet]]) -> Iterator[Problem]:
    """An error for each rule whose id a rule of another set has."""
    taken = {rule.id: (rule, version) for version, (_slug, other) in zip(versions, others, strict=True) for rule in other.rules}
    for rule in rule_set.rules:
        if rule.id in taken:
            other, version = taken[rule.id]
            params = {"id": rule.id, "line": other.line, "set": version.set_slug, "number": version.number}
            yield Problem("error", rule.line, f"{rule.path}.id", Message("taken_id", TAKEN_ID, params))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A checked document and where it goes."""

    account: Account
    line: _Line
    rule_set: RuleSet
    document: str
    actor: str
    note: str
    adoption: Adoption | None = None

    def publish(self, uow: UnitOfWork, now: datetime) -> Publication:
        """Keep the document as a version that runs from now on; one that runs already only takes its place."""
        current = self.line.current
        if current is not None and (current.document, current.adoption) == (self.document, self.adoption):
            version, is_new = current, False
        else:
            version, is_new = self._version(uow, now), True
            uow.rule_sets.add_version(version)
        lined_up = self.line.with_version(version)
        if lined_up != self.line.published:
            uow.rule_sets.arrange(self.account.id, [one.id for one in lined_up])
            uow.audit.append([self._entry(version, now, is_new=is_new)])
        replaced = current if is_new else None
        return Publication(version, [], self.line.index + 1, len(lined_up), replaced, is_new, bool(self.rule_set.name))

    def _version(self, uow: UnitOfWork, now: datetime) -> RuleSetVersion:
        last = uow.rule_sets.find_version(self.account.id, self.rule_set.slug)
        number = 1 if last is None else last.number + 1
        name = self.rule_set.name or f"{self.account.name} {number}"
        return RuleSetVersion(
            new_id("rsv"),
            self.account.id,
            number,
            name,
            self.document,
            now,
            self.actor,
            self.rule_set.slug,
            self.note,
            len(self.rule_set.rules),
            self.adoption,
        )

    def _entry(self, version: RuleSetVersion, now: datetime, *, is_new: bool) -> AuditEntry:
        current = self.line.current
        if not is_new:
            return moved(self.account, version, self.actor, now, self.line.published, self.line.index + 1)
        before = None if current is None else current.number
        action = "rules.published" if self.adoption is None else "rules.adopted"
        return AuditEntry(self.account.id, now, self.actor, action, version.id, before, version.number)
