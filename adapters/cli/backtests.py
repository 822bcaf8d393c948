"""`rules backtest`: what a draft would have made otherwise of the orders of the past."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click

from adapters.cli.differences import difference_line
from adapters.cli.output import NOT_WRITTEN, WRITTEN, WrongInput, answer, json_option, progress_line
from adapters.cli.rule_files import complain, file_argument, read_file
from adapters.cli.rule_sets import account_option
from adapters.cli.rule_trials import account_of, read_date, set_option
from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text
from rules.problems import RuleSetRefused
from rules.visible import harmless_line

if TYPE_CHECKING:
    from engine.decide.backtest import Changed
    from engine.services.deciding.backtest_rules import Backtest

MOST_LINES = 50
Command = Callable[..., Any]
NOTHING: Mapping[str, Any] = {}
Found = TypeVar("Found")

COMPARED = Text(
    "Orders: {orders}; changed: {changed}; unchanged: {unchanged}; with errors: {errors}.",
    "Pedidos: {orders}; con cambios: {changed}; sin cambios: {unchanged}; con errores: {errors}.",
)
INTERRUPTED = Text(
    "Stopped before the end: this is what was known by then.", "Detenido antes del final: esto es lo que se sabía hasta entonces."
)
ERASED = Text(
    "Left out, since what was known of a person was erased: {count}.",
    "Omitidos, porque lo que se sabía de una persona se borró: {count}.",
)
BY_FIELD = Text("Another value of {field}: {count}", "Otro valor de {field}: {count}")
BY_RULE = Text("Rule {rule}: +{gained} -{lost}", "Regla {rule}: +{gained} -{lost}")
COST = Text("Cost in {currency}: {before} → {after}", "Coste en {currency}: {before} → {after}")
MORE = Text("And {count} more: --csv FILE has all of them.", "Y {count} más: --csv FILE los tiene todos.")
COMPARING = Text("Comparing", "Comparando")
SO_FAR = Text("{seen:,} of {total:,} orders, {changed:,} changed", "{seen:,} de {total:,} pedidos, {changed:,} con cambios")


_OVER_WHICH_ORDERS: tuple[Callable[[Command], Command], ...] = (
    click.option("--since", metavar="DATE", help="Only decisions from this day on."),
    click.option("--until", metavar="DATE", help="Only decisions up to this day."),
    click.option("--sample", type=click.IntRange(min=1), metavar="N", help="So many orders, drawn from all of them."),
    click.option("--csv", "csv_file", type=click.Path(path_type=Path), metavar="FILE", help="Write all differences there."),
    click.option(
        "--processes", type=click.IntRange(0, 64), default=0, metavar="N", help="Decide in so many processes of their own."
    ),
)


def order_options(command: Command) -> Command:
    """Over which orders a comparison goes, and how."""
    for option in reversed(_OVER_WHICH_ORDERS):
        command = option(command)
    return command


@click.command("backtest")
@file_argument
@account_option
@click.option("--against", default="current", show_default=True, metavar="current|N|decided", help="What it is compared with.")
@order_options
@set_option
@json_option
@click.pass_context
def backtest(
    context: click.Context,
    file: Path,
    account_slug: str,
    against: str,
    since: str | None,
    until: str | None,
    sample: int | None,
    csv_file: Path | None,
    processes: int,
    set_slug: str | None,
    as_json: bool,
) -> int:
    """Decide about the orders of the past by a draft, and say what would be otherwise. Nothing is written or sent.

    Trigger, time and facts are those of each order's last decision that built it anew. Ctrl-C ends with what is known.
    """
    from engine.services.deciding.backtest_rules import BacktestWish, backtest_rules
    from engine.services.deciding.past_decisions import Period

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_of(app, account_slug)
    period = Period(read_date(since, account, language), read_date(until, account, language, day_after=True))
    wish = BacktestWish(read_file(file, language), against, period, sample, set_slug, processes)
    try:
        found = watched(lambda report, listen: backtest_rules(app, account.id, wish, report, listen), csv_file, language)
    except RuleSetRefused as refusal:
        complain(file, refusal.problems, language)
        return 1
    tell(found, csv_file, as_json, language)
    return 0


def watched(
    compare: Callable[[Callable[[Backtest], bool], Callable[[list[Changed]], None]], Found],
    csv_file: Path | None,
    language: Language,
) -> Found:
    """A comparison whose progress is shown, which ends at Ctrl-C, and whose differences are written to a file."""
    with (
        _listed(csv_file, language) as listen,
        _until_interrupted() as goes_on,
        progress_line(COMPARING.format(language)) as show,
    ):

        def report(so_far: Backtest) -> bool:
            numbers = {"seen": so_far.seen, "total": so_far.total, "changed": so_far.tally.changed}
            show(SO_FAR.format(language, **numbers))
            return goes_on()

        return compare(report, listen)


def tell(found: Backtest, csv_file: Path | None, as_json: bool, language: Language, more: Mapping[str, Any] = NOTHING) -> None:
    """Answer with what came of it; with `more` as JSON alone."""
    data: dict[str, Any] = {**more, **found.tally.to_data()}
    if found.interrupted:
        data["interrupted"] = True
    lines = _lines(data, language)
    if csv_file is not None:
        lines.append(WRITTEN.format(language, file=csv_file))
    answer(data, as_json, *lines)


@contextmanager
def _listed(file: Path | None, language: Language) -> Iterator[Callable[[list[Changed]], None]]:
    """Takes differences and writes them to a file as they come. Raises WrongInput where it cannot be written."""
    from engine.services.deciding.backtest_csv import csv_header, csv_lines

    if file is None:
        yield lambda _changed: None
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as out:
            out.write(csv_header())
            yield lambda changed: _write(out, csv_lines(changed))
    except OSError as error:
        raise WrongInput(NOT_WRITTEN.format(language, file=str(file), why=error.strerror or str(error))) from None


def _write(out: TextIO, lines: str) -> None:
    out.write(lines)


@contextmanager
def _until_interrupted() -> Iterator[Callable[[], bool]]:
    """Says whether nobody has pressed Ctrl-C yet. The first time it is heard here, the second time it ends the program."""
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield lambda: not heard
    finally:
        signal.signal(signal.SIGINT, before)


def _lines(data: dict[str, Any], language: Language) -> list[str]:
    lines = [INTERRUPTED.format(language)] if data.get("interrupted") else []
    lines.append(COMPARED.format(language, **{name: data[name] for name in ("orders", "changed", "unchanged", "errors")}))
    if "erased" in data:
        lines.append(ERASED.format(language, count=data["erased"]))
    lines += [BY_FIELD.format(language, field=field, count=count) for field, count in data["by_field"].items()]
    lines += [BY_RULE.format(language, rule=rule, **counts) for rule, counts in data["by_rule"].items()]
    for currency, (before, after) in data.get("cost", {}).items():
        lines.append(COST.format(language, currency=currency, before=before, after=after))
    shown = data["differences"][:MOST_LINES]
    lines += [difference_line(one["order_number"], one["matched"], one["fields"]) for one in shown]
    if data["changed"] > len(shown):
        lines.append(MORE.format(language, count=data["changed"] - len(shown)))
    return [harmless_line(line) for line in lines]
