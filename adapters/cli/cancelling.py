"""`orders cancel` and `orders restore`: what is to be shipped no more, and what is after all."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.order_entry import order_entry
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.repair.cancel import cancel_order, plan_cancel, restore_order
from rules.visible import harmless_line


@click.command("cancel")
@order_account_option
@click.argument("order_id")
@click.option("--reason", default="", metavar="T", help="Why: it stands in the order's history.")
@click.option("--preview", "only_preview", is_flag=True, help="Only say what it would do; nothing is written.")
@maybe_by_option
@json_option
@click.pass_context
def cancel(
    context: click.Context,
    account_slug: str | None,
    order_id: str,
    reason: str,
    only_preview: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Cancel an order, whatever its store says; providers that have it are asked for it."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    done = plan_cancel(app, account_id, order_id) if only_preview else cancel_order(app, account_id, order_id, reason, actor)
    says = [one.format(language) for one in done.says]
    first = f"{done.order.order_number}: {done.order.status()}"
    answer({**order_entry(done.order), "says": says}, as_json, first, *map(harmless_line, says))


@click.command("restore")
@order_account_option
@click.argument("order_id")
@maybe_by_option
@json_option
@click.pass_context
def restore(context: click.Context, account_slug: str | None, order_id: str, by: str | None, as_json: bool) -> None:
    """Have an order shipped after all that a person cancelled, or that a rule left out; the rules run over it again."""
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    order = restore_order(app, account_id, order_id, actor)
    answer(order_entry(order), as_json, f"{order.order_number}: {order.status()}")
