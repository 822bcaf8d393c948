"""An account's rule sets: which there are, in which order they run, which no longer do, and their documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text
from rules.parser import parse_rule_set

BAD_POSITION = Text(
    'The rule set "{set}" cannot take position {position}: give one from 1 to {last}.',
    'El conjunto de reglas "{set}" no puede ocupar la posición {position}: indica una del 1 al {last}.',
)
NO_SET = Text(
    'The account "{account}" has no published rule set "{set}"; it has: {known}.',
    'La cuenta "{account}" no tiene ningún conjunto de reglas publicado "{set}"; tiene: {known}.',
)
NO_SET_EVER = Text(
    'Nothing was ever published as rule set "{set}" of the account "{account}"; there are: {known}.',
    'Nunca se ha publicado nada como conjunto de reglas "{set}" de la cuenta "{account}"; hay: {known}.',
)
NO_VERSION = Text(
    'The rule set "{set}" has no version {number}; the newest is {newest}.',
    'El conjunto de reglas "{set}" no tiene versión {number}; la más reciente es la {newest}.',
)
WHICH_SET = Text(
    'The account "{account}" has several rule sets: say which one with --set: {known}.',
    'La cuenta "{account}" tiene varios conjuntos de reglas: indica cuál con --set: {known}.',
)
NO_SETS = Text('The account "{account}" has no rule sets yet.', 'La cuenta "{account}" aún no tiene conjuntos de reglas.')


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """One rule set of an account. `rules` is their number; None when the document can no longer be read."""

    version: RuleSetVersion
    position: int
    rules: int | None


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What runs, in its order, and the newest versions of the sets that were withdrawn."""

    published: tuple[PublishedSet, ...]
    withdrawn: tuple[RuleSetVersion, ...]


def list_rule_sets(app: Application, slug: str) -> AccountRules:
    """An account's rule sets. Raises Refused for an unknown account."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id)
        running = {version.set_slug for version in published}
        gone = [name for name in uow.rule_sets.list_slugs(account.id) if name not in running]
        newest = [uow.rule_sets.find_version(account.id, name) for name in gone]
    sets = [PublishedSet(version, position, count_rules(version)) for position, version in enumerate(published, 1)]
    return AccountRules(tuple(sets), tuple(version for version in newest if version is not None))


def count_rules(version: RuleSetVersion) -> int | None:
    """How many a version has; None when its document can no longer be read."""
    if version.rules is not None:
        return version.rules
    rule_set, _problems = parse_rule_set(version.document)
    return None if rule_set is None else len(rule_set.rules)


def move_rule_set(app: Application, slug: str, set_slug: str, position: int, actor: str = "operator") -> list[RuleSetVersion]:
    """Give a set another position among the account's; how they run from now on. Raises Refused."""
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id, for_change=True)
        version = _running(account, published, set_slug)
        if not 1 <= position <= len(published):
            raise Refused("bad_position", BAD_POSITION, set=set_slug, position=position, last=len(published))
        others = [one for one in published if one is not version]
        lined_up = [*others[: position - 1], version, *others[position - 1 :]]
        if lined_up != published:
            uow.rule_sets.arrange(account.id, [one.id for one in lined_up])
            uow.audit.append([moved(account, version, actor, app.clock.now(), published, position)])
            uow.commit()
    return lined_up


def moved(
    account: Account, version: RuleSetVersion, actor: str, now: datetime, published: list[RuleSetVersion], position: int
) -> AuditEntry:
    """The entry for a set that runs at another position than before."""
    return AuditEntry(account.id, now, actor, "rules.moved", version.id, published.index(version) + 1, position)


def withdraw_rule_set(app: Application, slug: str, set_slug: str, actor: str = "operator") -> RuleSetVersion:
    """Run a set no longer; its versions stay. The version that ran. Raises Refused."""
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id, for_change=True)
        version = _running(account, published, set_slug)
        uow.rule_sets.arrange(account.id, [one.id for one in published if one is not version])
        entry = AuditEntry(account.id, app.clock.now(), actor, "rules.withdrawn", version.id, version.number, None)
        uow.audit.append([entry])
        keep_standings(app, uow, [account.id], app.clock.now())
        uow.commit()
    return version


def _running(account: Account, published: list[RuleSetVersion], set_slug: str) -> RuleSetVersion:
    for version in published:
        if version.set_slug == set_slug:
            return version
    known = ", ".join(version.set_slug for version in published) or "-"
    raise Refused("no_set", NO_SET, account=account.slug, set=set_slug, known=known)


def export_rule_set(app: Application, slug: str, set_slug: str | None = None, number: int | None = None) -> RuleSetVersion:
    """A version of a set, withdrawn or not: the one that runs, else the newest, unless a number is given. Raises Refused.

    Without a slug the account's only set is meant.
    """
    with app.reading() as uow:
        account = find_account(uow, slug)
        published = uow.rule_sets.list_published(account.id)
        if set_slug is None:
            set_slug = only_set(uow, account, published)
        running = next((version for version in published if version.set_slug == set_slug), None)
        if running is not None and number in (None, running.number):
            return running
        newest = uow.rule_sets.find_version(account.id, set_slug)
        if newest is None:
            raise no_set_ever(uow, account, set_slug)
        found = newest if number is None else uow.rule_sets.find_version(account.id, set_slug, number)
    if found is None:
        raise Refused("no_version", NO_VERSION, set=set_slug, number=number, newest=newest.number)
    return found


def no_set_ever(uow: UnitOfWork, account: Account, set_slug: str) -> Refused:
    """The refusal of a set that was never published."""
    known = ", ".join(uow.rule_sets.list_slugs(account.id)) or "-"
    return Refused("no_set", NO_SET_EVER, account=account.slug, set=set_slug, known=known)


def only_set(uow: UnitOfWork, account: Account, published: list[RuleSetVersion]) -> str:
    """The slug of the account's one set: of those that run, else of those that did. Raises Refused."""
    slugs = [version.set_slug for version in published] or uow.rule_sets.list_slugs(account.id)
    if not slugs:
        raise Refused("no_sets", NO_SETS, account=account.slug)
    if len(slugs) > 1:
        raise Refused("which_set", WHICH_SET, account=account.slug, known=", ".join(slugs))
    return slugs[0]
