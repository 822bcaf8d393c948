"""`orders release`: ending an order's holds, and what that sets off."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.order_entry import order_entry
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.repair.release import release_and_tell
from rules.messages import Text
from rules.visible import harmless_line

WAITS = Text("still waits: {what}", "sigue en espera: {what}")


@click.command("release")
@order_account_option
@click.argument("order_id")
@click.option("--hold", "hold_id", metavar="ID", help="Only this hold, by its id or its key; else all that your side may end.")
@maybe_by_option
@json_option
@click.pass_context
def release(
    context: click.Context, account_slug: str | None, order_id: str, hold_id: str | None, by: str | None, as_json: bool
) -> None:
    """End an order's holds, clear needs_attention, let go what waited for it, and say what left and what still waits."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    released = release_and_tell(app, account_id, order_id, actor, hold_id)
    left, waits = ([one.format(language) for one in said] for said in (released.left, released.waits))
    data = {**order_entry(released.order), "left": left, "waits": waits}
    lines = [*left, *(WAITS.format(language, what=one) for one in waits)]
    answer(data, as_json, f"{released.order.order_number}: {released.order.status()}", *map(harmless_line, lines))
