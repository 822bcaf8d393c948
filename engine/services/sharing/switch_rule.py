"""Switches one rule of an adopted set off, or on again: all that its account may change of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from msgspec import structs

from engine.application import Application
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.deciding.rule_context import context_of_rules
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from engine.services.sharing.adopt_rules import adopted_rules
from rules.adopted import SEPARATOR, written_id
from rules.document import Rule
from rules.messages import Text
from rules.problems import RuleSetRefused
from rules.references import check_references

NO_ADOPTED_RULE = Text(
    'The account "{account}" has no adopted rule "{rule}": its id is the set, a dot and the rule, such as "{example}". Rules of '
    "its own are switched in their file, by `enabled`.",
    'La cuenta "{account}" no tiene ninguna regla adoptada "{rule}": su id es el conjunto, un punto y la regla, como "{example}".'
    " Las reglas propias se activan en su archivo, con `enabled`.",
)
OFF_WHERE_WRITTEN = Text(
    'The rule "{rule}" is switched off by the account that offers it: it cannot be switched on here.',
    'La regla "{rule}" está desactivada por la cuenta que la ofrece: aquí no se puede activar.',
)


@dataclass(frozen=True, slots=True)
class Switched:
    """The rule as it is now, and the version it is of."""

    rule_id: str
    is_on: bool
    version: RuleSetVersion
    is_new: bool  # else the rule was that way already


def switch_adopted_rule(app: Application, account: Account, rule_id: str, on: bool, actor: str = "operator") -> Switched:
    """Have a rule of an adopted set run, or not, from now on: a new version of the set with the same document.

    Raises Refused, and RuleSetRefused where a rule that is to run names what the account does not have.
    """
    with app.unit_of_work() as uow:
        published = uow.rule_sets.list_published(account.id, for_change=True)
        version, adoption, rule = _find(account, published, rule_id)
        off = set(adoption.switched_off)
        written = str(written_id(rule_id, version.set_slug))
        if on is (written not in off):
            if on and not rule.enabled:
                raise Refused("off_where_written", OFF_WHERE_WRITTEN, rule=rule_id)
            return Switched(rule_id, on, version, False)
        if on:
            _check(app, uow, account, version, rule)
        off ^= {written}
        switched = _next(uow, version, replace(adoption, switched_off=tuple(sorted(off))), app.clock.now(), actor)
        uow.rule_sets.add_version(switched)
        uow.rule_sets.arrange(account.id, [(switched if one is version else one).id for one in published])
        action = "rules.switched_on" if on else "rules.switched_off"
        uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, action, switched.id, None, rule_id)])
        keep_standings(app, uow, [account.id], app.clock.now())
        uow.commit()
    return Switched(rule_id, on, switched, True)


def _find(account: Account, published: list[RuleSetVersion], rule_id: str) -> tuple[RuleSetVersion, Adoption, Rule]:
    for version in published:
        if version.adoption is not None and written_id(rule_id, version.set_slug) is not None:
            for rule in adopted_rules(version).rules:
                if rule.id == rule_id:
                    return version, version.adoption, rule
    example = SEPARATOR.join(("acme", "delegate-iberia"))
    raise Refused("no_adopted_rule", NO_ADOPTED_RULE, account=account.slug, rule=rule_id, example=example)


def _check(app: Application, uow: UnitOfWork, account: Account, version: RuleSetVersion, rule: Rule) -> None:
    """Raises RuleSetRefused with what the rule names and the account does not have."""
    rules = structs.replace(adopted_rules(version), rules=(structs.replace(rule, enabled=True),))
    problems = check_references(rules, context_of_rules(app, uow, account, rules.rules).context)
    if problems:
        raise RuleSetRefused(problems)


def _next(uow: UnitOfWork, version: RuleSetVersion, adoption: Adoption, now: datetime, actor: str) -> RuleSetVersion:
    last = uow.rule_sets.find_version(version.account_id, version.set_slug)
    number = 1 + (version if last is None else last).number
    return replace(version, id=new_id("rsv"), number=number, published_at=now, published_by=actor, note="", adoption=adoption)
