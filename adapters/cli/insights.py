"""`insights`: orders and times by day, rules that decide most, costs by service, and how providers compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option
from adapters.cli.output import answer, json_option, write_file
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.model.account import Account
from engine.services.insights import tables
from engine.services.insights.compare_partners import Compared, compare_partners
from engine.services.insights.figures import (
    Wish,
    find_source,
    report_costs,
    report_orders,
    report_rules,
    report_times,
)
from engine.services.insights.periods import Period, parse_period
from engine.services.spreadsheets import write_rows
from rules.messages import Language, Text

NOTHING = Text("Nothing was handed over in this period.", "No se delegó nada en este periodo.")
NO_FIGURES = Text("There is nothing of this period.", "No hay nada de este periodo.")
LINE = Text(
    "{name}: {requests} requests, {accepted} accepted, {rejected} rejected, {recalled} recalled, {on_time} on time, "
    "{shipped_late} shipped late, {late_now} late now",
    "{name}: {requests} solicitudes, {accepted} aceptadas, {rejected} rechazadas, {recalled} retiradas, {on_time} a tiempo, "
    "{shipped_late} enviadas tarde, {late_now} con retraso ahora",
)
WRITTEN = Text("The table is written to {file}.", "La tabla está escrita en {file}.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the options of a command say."""

    app: Application
    language: Language
    account: Account
    period: Period
    store: str | None

    @property
    def wish(self) -> Wish:
        """Of the account's own days. Raises Refused for a store that it does not have."""
        if self.store is not None:
            find_source(self.app, self.account.id, self.store)
        return Wish(self.period, ZoneInfo(self.account.time_zone), self.store)


@click.group()
def insights() -> None:
    """Figures about what came in, what was asked, and what shipped."""


def figures_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Whose figures, of which days, and how they are written."""
    options = (
        account_option,
        click.option("--from", "first", metavar="D", help="The first day, such as 2026-12-01; 30 days ago without it."),
        click.option("--to", "last", metavar="D", help="The last day; today without it."),
        looking_by_option,
        json_option,
        click.option("--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the table there."),
        click.pass_context,
    )
    for option in reversed(options):
        command = option(command)
    return command


store_option = click.option(
    "--store", "store_id", metavar="STORE", help="Only orders of this store, or of this client, by its id."
)


@insights.command("orders")
@store_option
@figures_options
def orders_command(context: click.Context, **options: Any) -> None:
    """Count the orders that came in, by day, or by week where the period is long, and by the state that they have now."""
    chosen = _chosen(context, options)
    table = tables.orders_table(report_orders(chosen.app, chosen.account, chosen.wish))
    _write(chosen, table, {"orders": table.records()}, options)


@insights.command("times")
@store_option
@figures_options
def times_command(context: click.Context, **options: Any) -> None:
    """Say how long orders took to be decided about, handed over and shipped: half of them, and nine tenths."""
    chosen = _chosen(context, options)
    table = tables.times_table(report_times(chosen.app, chosen.account, chosen.wish))
    _write(chosen, table, {"times": table.records()}, options)


@insights.command("rules")
@figures_options
def rules_command(context: click.Context, **options: Any) -> None:
    """List the rules that matched, those that matched most first. Days are those of UTC."""
    chosen = _chosen(context, options)
    table = tables.rules_table(report_rules(chosen.app, chosen.account, chosen.period))
    _write(chosen, table, {"rules": table.records()}, options)


@insights.command("costs")
@store_option
@figures_options
def costs_command(context: click.Context, **options: Any) -> None:
    """Say what labels cost, by carrier, service and currency."""
    chosen = _chosen(context, options)
    table = tables.costs_table(report_costs(chosen.app, chosen.account, chosen.wish))
    _write(chosen, table, {"costs": table.records()}, options)


@insights.command("providers")
@figures_options
def providers_command(context: click.Context, **options: Any) -> None:
    """Compare an account's providers, and its clients where it ships for others, over a period."""
    chosen = _chosen(context, options)
    found = compare_partners(chosen.app, chosen.account, chosen.period)
    data = {
        "providers": [{"provider": one.slug, **tables.partner_figures(one)} for one in found.providers],
        "clients": [{"client": one.slug, **tables.partner_figures(one)} for one in found.clients],
    }
    listed = (*found.providers, *found.clients)
    lines = [LINE.format(chosen.language, name=one.name, **_counts(one)) for one in listed] or [NOTHING.format(chosen.language)]
    _write(chosen, tables.partners_table(found), data, options, lines)


def _chosen(context: click.Context, options: dict[str, Any]) -> Chosen:
    runtime = runtime_of(context)
    app = runtime.application
    account = account_looked_at(app, options["account_slug"], options["by"])
    period = parse_period(options["first"], options["last"], ZoneInfo(account.time_zone), app.clock.now())
    return Chosen(app, runtime.settings.language, account, period, options.get("store_id"))


def _write(
    chosen: Chosen, table: tables.Table, data: dict[str, Any], options: dict[str, Any], lines: Sequence[str] | None = None
) -> None:
    """As a file, as JSON, or as a line a row; cells of which nothing is known are `-`, or empty in the file."""
    period = {"from": chosen.period.first.isoformat(), "to": chosen.period.last.isoformat()}
    said = list(_lines(chosen, table) if lines is None else lines)
    file = options["csv_file"]
    if file is not None:
        rows = [["" if cell is None else cell for cell in row] for row in table.rows]
        write_file(file, write_rows(table.header, rows).encode(), chosen.language)
        said = [WRITTEN.format(chosen.language, file=file)]
    answer({**period, **data}, options["as_json"], *said)


def _lines(chosen: Chosen, table: tables.Table) -> list[str]:
    if not table.rows:
        return [NO_FIGURES.format(chosen.language)]
    rows = [list(table.header), *(["-" if cell is None else str(cell) for cell in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.header))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _counts(one: Compared) -> dict[str, int]:
    return {name: getattr(one.figures, name) for name in tables.COUNTS}
