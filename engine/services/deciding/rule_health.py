"""How an account's published rules do: what they match, which of them are in each other's way, and what is to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account
from engine.model.rule_health import COUNTS_ARE_KEPT, RuleCount, RuleStanding
from engine.model.rule_set import RuleSetVersion
from engine.services.accounts.acting import find_account
from engine.services.deciding.rule_context import GatheredContext, context_of_rules
from engine.services.deciding.run_rules import published_rules
from engine.services.refusals import Refused
from rules.analysis import Analysis
from rules.context import RuleContext
from rules.document import Rule, RuleSet
from rules.messages import Message, Text
from rules.problems import Problem
from rules.references import find_broken

USUAL_DAYS = 30
BAD_DAYS = Text("{days} days cannot be counted: ask for 1 to {most}.", "No se pueden contar {days} días: pide de 1 a {most}.")


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What the analysis of all rules as one list says of one of them: ids of other rules, and sentences."""

    shadowed_by: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    remarks: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleReport:
    """How one rule does.

    `never_matched_since` is None for one that has matched, as far back as is counted, and for one whose beginning is not known:
    it was published before anything was counted. So it is with `invalid_since`.
    """

    rule: Rule
    position: int  # among all of the account's, from 1
    matches: int
    errors: int
    last_match: datetime | None
    never_matched_since: datetime | None
    invalid_since: datetime | None
    broken: Sequence[Problem]  # what it names and is not there
    is_overdue: bool  # somebody should have looked at it by now
    others: InTheWay = field(default_factory=InTheWay)

    @property
    def is_invalid(self) -> bool:
        return bool(self.broken)


@dataclass(frozen=True, slots=True)
class HealthReport:
    """How all rules of an account do, in the order in which they run; `unhandled` open orders none of them has handled."""

    days: int
    rules: Sequence[RuleReport]
    unhandled: int


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What is kept of a rule: nothing that has to be worked out."""

    matches: int = 0
    last_match: datetime | None = None
    invalid_since: datetime | None = None


def list_figures(app: Application, account_id: str, days: int = USUAL_DAYS) -> Mapping[str, RuleFigures]:
    """Of an account's rules, by id, counted over so many days, today (UTC) included; one of which nothing is kept has none."""
    since = (app.clock.now() - timedelta(days=days - 1)).date()
    with app.reading() as uow:
        counts = uow.rule_health.list_counts(account_id, since)
        standings = uow.rule_health.list_standings(account_id)
    return {id_: _figures(counts.get(id_), standings.get(id_)) for id_ in counts.keys() | standings.keys()}


def _figures(count: RuleCount | None, standing: RuleStanding | None) -> RuleFigures:
    matches, last_match = (0, None) if count is None else (count.matches, count.last_match)
    return RuleFigures(matches, last_match, None if standing is None else standing.invalid_since)


def report_health(app: Application, slug: str, days: int = USUAL_DAYS) -> HealthReport:
    """Of all published rules, counted over so many days, today (UTC) included. Raises Refused."""
    now = app.clock.now()
    if not 1 <= days <= COUNTS_ARE_KEPT.days:
        raise Refused("bad_days", BAD_DAYS, days=days, most=COUNTS_ARE_KEPT.days)
    with app.reading() as uow:
        account = find_account(uow, slug)
        versions = uow.rule_sets.list_published(account.id)
        published = published_rules(app, uow, account)
        gathered = context_of_rules(app, uow, account, published.rules)
        counts = uow.rule_health.list_counts(account.id, (now - timedelta(days=days - 1)).date())
        standings = uow.rule_health.list_standings(account.id)
        unhandled = uow.rule_health.count_unhandled(account.id)
    broken = find_broken((rule for rule in published.rules if rule.enabled), gathered.context)
    others = _analysed(app, account, versions, published, gathered)
    today = now.astimezone(ZoneInfo(account.time_zone)).date()
    reports = [
        _report(
            rule,
            counts.get(rule.id),
            standings.get(rule.id),
            broken.get(rule.id, ()),
            others.get(rule.id, InTheWay()),
            today,
            now,
        )
        for rule in published.rules
    ]
    return HealthReport(days, reports, unhandled)


def _report(
    rule: Rule,
    count: RuleCount | None,
    standing: RuleStanding | None,
    broken: Sequence[Problem],
    others: InTheWay,
    today: date,
    now: datetime,
) -> RuleReport:
    last_match = None if count is None else count.last_match
    never = None if standing is None or last_match is not None else max(standing.since, now - COUNTS_ARE_KEPT)
    return RuleReport(
        rule=rule,
        position=rule.index + 1,
        matches=0 if count is None else count.matches,
        errors=0 if count is None else count.errors,
        last_match=last_match,
        never_matched_since=never,
        invalid_since=standing.invalid_since if broken and standing is not None else None,
        broken=broken,
        is_overdue=rule.review_by is not None and rule.review_by < today,
        others=others,
    )


def _analysed(
    app: Application, account: Account, versions: Sequence[RuleSetVersion], published: RuleSet, gathered: GatheredContext
) -> Mapping[str, InTheWay]:
    """By rule; remembered, since it takes long for many rules and changes only with them and with what they know."""
    key = ("rules in the way", account.id, tuple(version.id for version in versions), gathered.id)
    found: Mapping[str, InTheWay] | None = app.explanations.find(key)
    if found is None:
        found = _in_the_way(published, gathered.context)
        app.explanations.keep(key, found, len(published.rules) + 1)
    return found


def _in_the_way(published: RuleSet, context: RuleContext) -> Mapping[str, InTheWay]:
    ids = [rule.id for rule in published.rules]
    pairs: dict[str, defaultdict[str, dict[str, None]]] = {
        code: defaultdict(dict) for code in ("shadowed", "repeats", "conflict")
    }
    remarks: defaultdict[str, list[Message]] = defaultdict(list)
    for problem in Analysis(published, context, all_judged=True).findings():
        message, params = problem.message, problem.message.params
        code = message.code
        if code == "conflict":
            pairs[code][params["first"]][params["second"]] = pairs[code][params["second"]][params["first"]] = None
        elif code in pairs:
            pairs[code][params["rule"]][params["other"]] = None
        remarks[params["second"] if code == "conflict" else params["rule"]].append(message)
    return {
        id_: InTheWay(
            tuple(pairs["shadowed"][id_]), tuple(pairs["repeats"][id_]), tuple(pairs["conflict"][id_]), tuple(remarks[id_])
        )
        for id_ in ids
    }
