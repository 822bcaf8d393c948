"""What becomes of published rules when what they name is gone: they are invalid from that moment on, until it is there again.

One that is switched off does nothing, and is not invalid: what it names is looked for when somebody switches it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.model.account import Account
from engine.model.rule_health import RuleStanding
from engine.ports import UnitOfWork
from engine.services.deciding.rule_context import context_of_rules
from rules.document import RuleSet
from rules.references import find_broken

NO_RULES = RuleSet("", "", ())


def keep_standings(app: Application, uow: UnitOfWork, account_ids: Sequence[str], now: datetime) -> None:
    """See anew what these accounts' published rules name. To be called before the commit of whatever changes what an account's
    rules may name, or which rules it has.
    """
    for account in uow.accounts.get_many(account_ids).values():
        published = read_published(app, uow, account)
        if published is not None:
            keep_standings_of(app, uow, account, published, now)


def keep_standings_of(app: Application, uow: UnitOfWork, account: Account, published: RuleSet, now: datetime) -> None:
    """The same for one account, of which these are all rules that run from now on."""
    known = uow.rule_health.list_standings(account.id)
    running = [rule for rule in published.rules if rule.enabled]
    broken = find_broken(running, context_of_rules(app, uow, account, running).context) if running else {}
    standings = [_standing(rule.id, known.get(rule.id), rule.id in broken, now) for rule in published.rules]
    uow.rule_health.put_standings(account.id, [one for one in standings if known.get(one.rule_id) != one])
    gone = sorted(known.keys() - {one.rule_id for one in standings})
    if gone:
        uow.rule_health.drop_standings(account.id, gone)


def read_published(app: Application, uow: UnitOfWork, account: Account) -> RuleSet | None:
    """All rules of an account as one list; None where a version can no longer be read, which whoever decides is told."""
    versions = uow.rule_sets.list_published(account.id)
    try:
        return app.compiled.get(versions, ZoneInfo(account.time_zone)).rule_set if versions else NO_RULES
    except UnreadableVersion:
        return None


def _standing(rule_id: str, known: RuleStanding | None, is_broken: bool, now: datetime) -> RuleStanding:
    before = None if known is None else known.invalid_since
    return RuleStanding(rule_id, now if known is None else known.since, (before or now) if is_broken else None)
