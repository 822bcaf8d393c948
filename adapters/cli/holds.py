"""`holds list` and `orders hold`: who keeps orders from being shipped, and why."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, by_option, looking_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.hold import Hold
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.list_holds import list_holds
from rules.messages import Text
from rules.visible import harmless_line

NONE = Text("Nothing is on hold.", "No hay nada retenido.")
HELD = Text("{order_id} is on hold: {reason}", "{order_id} está retenido: {reason}")


@click.group()
def holds() -> None:
    """Everything that is held, by whom and since when."""


@holds.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what keeps an account's orders from being shipped."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    listed = list_holds(runtime.application, account.id)
    said = [(one, one.reason(runtime.settings.language)) for one in listed]
    entries = [{**_entry(one.hold), "order_number": one.order_number, "reason": reason} for one, reason in said]
    lines = [f"{one.order_number}  {one.hold.owner.value}  {one.hold.since:%Y-%m-%d %H:%M}  {reason}" for one, reason in said]
    answer({"holds": entries}, as_json, *(map(harmless_line, lines) if lines else [NONE.format(runtime.settings.language)]))


@click.command("hold")
@click.argument("order_id")
@order_account_option
@click.option("--reason", required=True, metavar="T", help="Why: everybody who sees the order reads it.")
@click.option("--until", metavar="D", help="A day or a time, at which the hold ends by itself.")
@click.option("--note", default="", metavar="T")
@click.option("--key", default="", metavar="K", help="What you call it; an order has one hold of a key of yours.")
@by_option
@json_option
@click.pass_context
def hold(
    context: click.Context,
    order_id: str,
    account_slug: str | None,
    reason: str,
    until: str | None,
    note: str,
    key: str,
    by: str,
    as_json: bool,
) -> None:
    """Keep an order from being shipped."""
    runtime = runtime_of(context)
    account_id, actor = who_acts(runtime.application, account_slug, by, order_id)
    made = hold_order(runtime.application, account_id, order_id, reason, actor, until=until, note=note, key=key)
    with runtime.application.reading() as uow:
        number = uow.orders.get(account_id, order_id).order_number
    data = {**_entry(made), "order_number": number}
    answer(data, as_json, HELD.format(runtime.settings.language, **data))


def _entry(one: Hold) -> dict[str, Any]:
    return {
        "id": one.id,
        "order_id": one.order_id,
        "owner": one.owner.value,
        "reason": one.reason,
        "since": one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
        "key": one.key,
    }
