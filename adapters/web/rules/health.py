"""How the account's rules do, and what somebody should look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.places import RESERVED
from adapters.web.rules.spreadsheet import csv_file
from engine.services.deciding.rule_health import USUAL_DAYS, HealthReport, RuleReport, report_health
from engine.services.refusals import Refused
from rules.document import Rule

PERIODS = (7, USUAL_DAYS, 90, 365)
RULES_A_PAGE = 100
TO_LOOK_AT = "look"


@dataclass(frozen=True, slots=True)
class ShownHealth:
    """Some of the rules, from a place on. `following` leads to the next page; None on the last one."""

    report: HealthReport | None  # None where it could not be made
    rules: Sequence[RuleReport]
    to_look_at: int  # of all rules
    only: bool  # those alone
    days: int
    first: int
    following: int | None


@pages.get("/health")
@login_required
def health() -> ResponseReturnValue:
    """Every rule with what it matched, and what is wrong with it by now."""
    days, only = _days(), request.args.get("show") == TO_LOOK_AT
    report = _report(days)
    rules = [] if report is None else [one for one in report.rules if not only or needs_a_look(one)]
    first = request.args.get("first", 0, type=int)
    first = first if 0 <= first < len(rules) else 0
    following = first + RULES_A_PAGE if first + RULES_A_PAGE < len(rules) else None
    looks = 0 if report is None else sum(map(needs_a_look, report.rules))
    shown = ShownHealth(report, rules[first : first + RULES_A_PAGE], looks, only, days, first, following)
    return render_template(
        "rules/health.html", shown=shown, periods=PERIODS, look=TO_LOOK_AT, needs_a_look=needs_a_look, form_of=form_of
    )


@pages.get("/health.csv")
@login_required
def download_health() -> ResponseReturnValue:
    """The same of all rules, for a spreadsheet."""
    report = _report(_days())
    header = (
        *("id", "name", "set", "enabled", "matches", "last_match", "errors", "shadowed_by", "conflicts_with"),
        *("never_matched_since", "invalid_since", "owner", "review_by", "why"),
    )
    return csv_file("health", header, () if report is None else map(_cells, report.rules))


def needs_a_look(report: RuleReport) -> bool:
    """Whether something is wrong with a rule, or may be."""
    others = report.others
    in_the_way = others.shadowed_by or others.repeats or others.conflicts_with
    return bool(report.is_invalid or report.errors or report.is_overdue or in_the_way)


def form_of(rule: Rule) -> str:
    """The address of a published rule's form."""
    if rule.id in RESERVED:
        return url_for("rules.find_rule", rule_id=rule.id)
    return url_for("rules.edit", set_slug=rule.origin, rule_name=rule.id)


def _cells(report: RuleReport) -> Sequence[object]:
    rule, others = report.rule, report.others
    times = (None if time is None else time.isoformat() for time in (report.never_matched_since, report.invalid_since))
    last = None if report.last_match is None else report.last_match.isoformat()
    return (
        *(rule.id, rule.name, rule.origin, rule.enabled, report.matches, last, report.errors),
        *(" ".join(others.shadowed_by), " ".join(others.conflicts_with), *times),
        *(rule.owner, rule.review_by, rule.why),
    )


def _days() -> int:
    days = request.args.get("days", USUAL_DAYS, type=int)
    return days if days in PERIODS else USUAL_DAYS


def _report(days: int) -> HealthReport | None:
    """None, and a sentence about it, where a version can no longer be read."""
    try:
        return report_health(parts().app, this_person().account.slug, days)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return None
