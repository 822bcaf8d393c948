"""`orders split` and `orders join`: units of an order that leave by themselves."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import parse_lines, who_acts
from adapters.cli.order_entry import order_entry
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.repair.split import join_order, split_order


@click.command("split")
@order_account_option
@click.argument("order_id")
@click.option("--line", "lines", multiple=True, required=True, metavar="KEY=QTY", help="Units of a line; again for each.")
@maybe_by_option
@json_option
@click.pass_context
def split(
    context: click.Context, account_slug: str | None, order_id: str, lines: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    """Make units of an order a part of their own, which is decided about, delegated and shipped by itself."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    order, part = split_order(app, account_id, order_id, parse_lines(lines, language), actor)
    said = (f"{one.order_number}: {one.status()} ({one.id})" for one in (order, part))
    answer({"order": order_entry(order), "part": order_entry(part)}, as_json, *said)


@click.command("join")
@order_account_option
@click.argument("order_id")
@maybe_by_option
@json_option
@click.pass_context
def join(context: click.Context, account_slug: str | None, order_id: str, by: str | None, as_json: bool) -> None:
    """Give the units of a part back to its original, as long as nothing of either has left."""
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    original = join_order(app, account_id, order_id, actor)
    answer(order_entry(original), as_json, f"{original.order_number}: {original.status()} ({original.id})")
