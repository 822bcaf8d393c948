"""`rules preview|dry-run|replay`: what a draft would make of the account's orders, and whether past decisions come out again."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.cli.output import answer, json_option
from adapters.cli.rule_files import complain, file_argument, read_file
from adapters.cli.rule_sets import account_option
from adapters.cli.runtime import runtime_of
from engine.services.accounts.acting import find_account
from rules.messages import Text
from rules.problems import RuleSetRefused
from rules.visible import harmless_line

PREVIEWED = Text("Orders looked at: {orders}; matched: {matched}.", "Pedidos examinados: {orders}; con coincidencia: {matched}.")
EXAMPLES = Text("Matched, the newest first: {numbers}", "Con coincidencia, los más recientes primero: {numbers}")
CHANGED_FIELD = Text("Another value of {field}: {count}", "Otro valor de {field}: {count}")


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
    with app.reading() as uow:
        account = find_account(uow, account_slug)
    try:
        seen = preview_rules(app, account.id, content, rule_id=rule_id, last=last)
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
