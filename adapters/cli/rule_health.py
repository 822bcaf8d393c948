"""`rules health`: what an account's rules match, and which of them somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from adapters.cli.output import answer, json_option
from adapters.cli.rule_sets import account_option
from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text

if TYPE_CHECKING:
    from engine.services.deciding.rule_health import RuleReport

LINE = Text(
    "{position}. {id}  matches: {matches}  last: {last}  errors: {errors}",
    "{position}. {id}  coincidencias: {matches}  última: {last}  errores: {errors}",
)
UNHANDLED = Text("Open orders that no rule has handled: {count}", "Pedidos abiertos que ninguna regla ha tratado: {count}")
NO_RULES = Text("No rules are published.", "No hay reglas publicadas.")
OFF = Text("switched off", "desactivada")
NEVER = Text("never matched since {time}", "sin coincidencias desde {time}")
INVALID = Text("invalid since {time}: {problem}", "no válida desde {time}: {problem}")
INVALID_NOW = Text("invalid: {problem}", "no válida: {problem}")
OVERDUE = Text("review was due by {day}; owner: {owner}", "había que revisarla antes del {day}; responsable: {owner}")


@click.command("health")
@account_option
@click.option("--days", type=int, default=30, show_default=True, metavar="N", help="How many days to count, today included.")
@json_option
@click.pass_context
def health(context: click.Context, account_slug: str, days: int, as_json: bool) -> None:
    """Say how often each published rule matched, and what is wrong with it by now."""
    from engine.services.deciding.rule_health import report_health

    runtime = runtime_of(context)
    language = runtime.settings.language
    report = report_health(runtime.application, account_slug, days)
    entries = [_entry(one, language) for one in report.rules]
    lines = [line for one in report.rules for line in _lines(one, language)] or [NO_RULES.format(language)]
    lines.append(UNHANDLED.format(language, count=report.unhandled))
    data = {"rules": entries, "unhandled": report.unhandled, "days": report.days, "account": account_slug}
    answer(data, as_json, *lines)


def _entry(report: RuleReport, language: Language) -> dict[str, Any]:
    rule, others = report.rule, report.others
    return {
        "id": rule.id,
        "name": rule.name,
        "set": rule.origin,
        "position": report.position,
        "enabled": rule.enabled,
        "matches": report.matches,
        "last_match": _time(report.last_match),
        "errors": report.errors,
        "shadowed_by": list(others.shadowed_by),
        "repeats": list(others.repeats),
        "conflicts_with": list(others.conflicts_with),
        "never_matched_since": _time(report.never_matched_since),
        "group": rule.group,
        "why": rule.why,
        "owner": rule.owner,
        "review_by": None if rule.review_by is None else rule.review_by.isoformat(),
        "review_overdue": report.is_overdue,
        "invalid": report.is_invalid,
        "invalid_since": _time(report.invalid_since),
        "problems": [problem.message.format(language) for problem in report.broken],
        "remarks": [remark.format(language) for remark in others.remarks],
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _short(time: datetime | None) -> str:
    return "-" if time is None else f"{time:%Y-%m-%d %H:%M}"


def _lines(report: RuleReport, language: Language) -> Iterator[str]:
    rule = report.rule
    counted = {"matches": report.matches, "errors": report.errors, "last": _short(report.last_match)}
    yield LINE.format(language, position=report.position, id=rule.id, **counted)
    said = [] if rule.enabled else [OFF.format(language)]
    if report.never_matched_since is not None and rule.enabled:
        said.append(NEVER.format(language, time=_short(report.never_matched_since)))
    for problem in report.broken:
        text = INVALID_NOW if report.invalid_since is None else INVALID
        said.append(text.format(language, time=_short(report.invalid_since), problem=problem.message))
    if report.is_overdue:
        said.append(OVERDUE.format(language, day=str(rule.review_by), owner=rule.owner or "-"))
    said += [remark.format(language) for remark in report.others.remarks]
    yield from (f"    {sentence}" for sentence in said)
