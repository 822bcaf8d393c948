"""`insights`: how providers compare."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import maybe_by_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.comparison import Times
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.insights.compare_partners import Compared, compare_partners, parse_period
from rules.messages import Text

NOTHING = Text("Nothing was handed over in this period.", "No se delegó nada en este periodo.")
LINE = Text(
    "{name}: {requests} requests, {accepted} accepted, {rejected} rejected, {recalled} recalled, {on_time} on time, "
    "{shipped_late} shipped late, {late_now} late now",
    "{name}: {requests} solicitudes, {accepted} aceptadas, {rejected} rechazadas, {recalled} retiradas, {on_time} a tiempo, "
    "{shipped_late} enviadas tarde, {late_now} con retraso ahora",
)
COUNTS = ("requests", "accepted", "rejected", "recalled", "on_time", "shipped_late", "late_now")


@click.group()
def insights() -> None:
    """Figures about what was asked and shipped."""


@insights.command("providers")
@account_option
@click.option("--from", "first", metavar="D", help="The first day, such as 2026-12-01; 30 days ago without it.")
@click.option("--to", "last", metavar="D", help="The last day; today without it.")
@maybe_by_option
@json_option
@click.pass_context
def providers_command(
    context: click.Context, account_slug: str, first: str | None, last: str | None, by: str | None, as_json: bool
) -> None:
    """Compare an account's providers, and its clients where it ships for others, over a period."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        if by is not None:
            find_memberships(uow, by, account_slug)
        account = find_account(uow, account_slug)
    period = parse_period(first, last, account, app.clock.now())
    found = compare_partners(app, account, period)
    data = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "providers": [{"provider": one.slug, **_figures(one)} for one in found.providers],
        "clients": [{"client": one.slug, **_figures(one)} for one in found.clients],
    }
    listed = (*found.providers, *found.clients)
    lines = [LINE.format(language, name=one.name, **_counts(one)) for one in listed] or [NOTHING.format(language)]
    answer(data, as_json, *lines)


def _counts(one: Compared) -> dict[str, int]:
    return {name: getattr(one.figures, name) for name in COUNTS}


def _figures(one: Compared) -> dict[str, Any]:
    its = one.figures
    measured = {"accept": its.to_accept, "ship": its.to_ship, "label": its.to_label, "first_scan": its.to_first_scan}
    times = {name: value for what, times in measured.items() for name, value in _times(what, times)}
    return {"name": one.name, **_counts(one), "reasons": dict(its.reasons), **times}


def _times(what: str, times: Times) -> tuple[tuple[str, float | None], ...]:
    """In seconds; null where nothing is known."""
    return (f"{what}_median_s", times.median_s), (f"{what}_p90_s", times.p90_s)
