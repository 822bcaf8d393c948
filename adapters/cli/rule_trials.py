"""`rules preview|dry-run|replay`: what a draft would make of the account's orders, and whether past decisions come out again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import click

from adapters.cli.output import WrongInput, answer, json_option, progress_line, write_json
from adapters.cli.rule_files import UNREADABLE, complain, file_argument, read_file
from adapters.cli.rule_sets import account_option
from adapters.cli.runtime import runtime_of
from adapters.cli.usage import not_blank
from engine.decide.decision import Trigger
from rules.document import TRIGGERS
from rules.messages import Language, Text
from rules.order_document import Document, UnreadableDocument, loads
from rules.problems import RuleSetRefused
from rules.values import parse_time
from rules.visible import harmless_line

if TYPE_CHECKING:
    from engine.application import Application
    from engine.model.account import Account
    from engine.services.deciding.dry_run import DryRun

PREVIEWED = Text("Orders looked at: {orders}; matched: {matched}.", "Pedidos examinados: {orders}; con coincidencia: {matched}.")
EXAMPLES = Text("Matched, the newest first: {numbers}", "Con coincidencia, los más recientes primero: {numbers}")
CHANGED_FIELD = Text("Another value of {field}: {count}", "Otro valor de {field}: {count}")
NOTHING_TO_TRY = Text(
    "Name a rule file, or a version with --version.", "Indica un archivo de reglas o una versión con --version."
)
TOO_MUCH_TO_TRY = Text(
    "Name a rule file or a version with --version, not both.",
    "Indica un archivo de reglas o una versión con --version, no ambos.",
)
NO_ORDERS = Text(
    "Say which orders: --order with an id or a number, or a file with --orders.",
    "Indica qué pedidos: --order con un id o un número, o un archivo con --orders.",
)
UNREADABLE_LINE = Text("{file}, line {line} is not an order: {problem}", "{file}, la línea {line} no es un pedido: {problem}")
BAD_DATE = Text(
    '"{value}" is not a date: write it as 2026-03-01.',
    '"{value}" no es una fecha: escríbela como 2026-03-01.',
)
REPLAYED = Text(
    "Decisions taken again: {count}; otherwise: {different}.", "Decisiones repetidas: {count}; distintas: {different}."
)
LEFT_OUT_ERASED = Text(
    "Left out, since what they knew of a person was erased: {count}",
    "Omitidas, porque lo que sabían de una persona se borró: {count}",
)
LEFT_OUT_UNREADABLE = Text(
    "Left out, since their rules can no longer be read: {count}", "Omitidas, porque sus reglas ya no se pueden leer: {count}"
)
OTHERWISE = Text("{decision}, order {order}: {parts}", "{decision}, pedido {order}: {parts}")
REPLAYING = Text("Taking decisions again", "Repitiendo decisiones")
_A_DAY = timedelta(days=1)
_DATE_LENGTH = len("2026-03-01")
set_option = click.option("--set", "set_slug", metavar="SET", help="The rule set that the file stands for.")


def account_of(app: Application, slug: str) -> Account:
    """Raises Refused."""
    from engine.services.accounts.acting import find_account  # here, so that commands about files alone start without it

    with app.reading() as uow:
        return find_account(uow, slug)


def read_date(text: str | None, account: Account, language: Language, *, day_after: bool = False) -> datetime | None:
    """A date or time as an instant, in the account's time zone where it names none; of a bare date its begin, or with
    `day_after` its end. Raises WrongInput.
    """
    if text is None:
        return None
    time = parse_time(text)
    if time is None:
        raise WrongInput(BAD_DATE.format(language, value=text))
    until = time + _A_DAY if day_after and len(text.strip()) <= _DATE_LENGTH else time
    return until if until.tzinfo else until.replace(tzinfo=ZoneInfo(account.time_zone))


@click.command("preview")
@file_argument
@account_option
@click.option("--rule", "rule_id", metavar="ID", help="Only this rule of the draft.")
@click.option("--last", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="How many of the last orders.")
@json_option
@click.pass_context
def preview(context: click.Context, file: Path, account_slug: str, rule_id: str | None, last: int, as_json: bool) -> int:
    """Say how many of the last orders a draft matches, and what it would change. Nothing is written or sent."""
    from engine.services.deciding.preview_rules import preview_rules

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    content = read_file(file, language)
    try:
        seen = preview_rules(app, account_of(app, account_slug).id, content, rule_id=rule_id, last=last)
    except RuleSetRefused as refusal:
        complain(file, refusal.problems, language)
        return 1
    data = {"orders": seen.orders, "matched": seen.matched, "examples": seen.examples, "changes": dict(seen.changes)}
    lines = [PREVIEWED.format(language, orders=seen.orders, matched=seen.matched)]
    if seen.examples:
        lines.append(harmless_line(EXAMPLES.format(language, numbers=", ".join(seen.examples))))
    lines += [CHANGED_FIELD.format(language, field=field, count=count) for field, count in seen.changes.items()]
    answer(data, as_json, *lines)
    return 0


@click.command("dry-run")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@account_option
@click.option(
    "--order", "wanted", multiple=True, metavar="ID|NUMBER", callback=not_blank, help="An order of the account; again for each."
)
@click.option("--orders", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="Orders of a file, one JSON object a line.")
@click.option("--trigger", type=click.Choice(TRIGGERS), default="imported", show_default=True)
@click.option("--version", "number", type=click.IntRange(1, 1_000_000), metavar="N", help="A published version, no file.")
@set_option
@click.option("--json", is_flag=True, expose_value=False, help="Answer with JSON, one object a line, as it does anyway.")
@click.pass_context
def dry_run(
    context: click.Context,
    file: Path | None,
    account_slug: str,
    wanted: tuple[str, ...],
    orders: Path | None,
    trigger: str,
    number: int | None,
    set_slug: str | None,
) -> int:
    """Decide about orders by a draft or a version, and say of every rule why it fired or not. Nothing is written or sent."""
    from engine.services.deciding.dry_run import draft_of, dry_run_documents, dry_run_orders

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    if (file is None) == (number is None):
        raise WrongInput((NOTHING_TO_TRY if file is None else TOO_MUCH_TO_TRY).format(language))
    if not wanted and orders is None:
        raise WrongInput(NO_ORDERS.format(language))
    content = draft_of(app, account_slug, None if file is None else read_file(file, language), set_slug, number)
    account_id, when = account_of(app, account_slug).id, cast(Trigger, trigger)
    try:
        if wanted:
            for run in dry_run_orders(app, account_id, content, wanted, when, set_slug=set_slug):
                _write_run(run, language)
        if orders is not None:
            documents = _documents(orders, language)
            for run in dry_run_documents(app, account_id, content, documents, when, set_slug=set_slug):
                _write_run(run, language)
    except RuleSetRefused as refusal:
        complain(file or Path(f"--version {number}"), refusal.problems, language)
        return 1
    return 0


def _documents(file: Path, language: Language) -> Iterator[Document]:
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield loads(line)
                except UnreadableDocument as error:
                    raise WrongInput(UNREADABLE_LINE.format(language, file=file, line=number, problem=error.message)) from None
    except OSError as error:
        raise WrongInput(UNREADABLE.format(language, file=file, problem=error.strerror or error)) from error


def _write_run(run: DryRun, language: Language) -> None:
    from engine.decide.answer import answer_of
    from engine.decide.explain import explain

    result = answer_of(run.decision, run.case, language)
    result["trace"] = explain(run.rules, run.case, language)[1]
    write_json(result)


@click.command("replay")
@account_option
@click.option("--since", metavar="DATE", help="Only decisions taken since then.")
@json_option
@click.pass_context
def replay(context: click.Context, account_slug: str, since: str | None, as_json: bool) -> int:
    """Take the account's decisions again, by the versions and facts of then: each has to come out the same."""
    from engine.services.deciding.replay_decisions import replay_decisions

    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_of(app, account_slug)
    start = read_date(since, account, language)
    with progress_line(REPLAYING.format(language)) as show:
        again = replay_decisions(app, account.id, start, lambda so_far: show(f"{so_far.decisions + so_far.erased:,}"))
    data: dict[str, Any] = {
        "decisions": again.decisions,
        "different": [
            {"decision_id": one.decision_id, "order_number": one.order_number, "fields": _pairs(one.fields)}
            for one in again.different
        ],
        "erased": again.erased,
        "unreadable": again.unreadable,
    }
    lines = [REPLAYED.format(language, count=again.decisions, different=again.count)]
    lines += [LEFT_OUT_ERASED.format(language, count=again.erased)] if again.erased else []
    lines += [LEFT_OUT_UNREADABLE.format(language, count=again.unreadable)] if again.unreadable else []
    for one in again.different:
        said = OTHERWISE.format(language, decision=one.decision_id, order=one.order_number, parts=", ".join(one.fields))
        lines.append(harmless_line(said))
    answer(data, as_json, *lines)
    return 1 if again.count else 0


def _pairs(fields: dict[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    return {name: list(pair) for name, pair in fields.items()}
