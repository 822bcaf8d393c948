"""`holds list` and `orders hold`: who keeps orders from being shipped, and why."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import by_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.hold import Hold
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.list_holds import list_holds
from rules.messages import Text

NONE = Text("Nothing is on hold.", "No hay nada retenido.")
HELD = Text("{order_id} is on hold: {reason}", "{order_id} está retenido: {reason}")


@click.group()
def holds() -> None:
    """Everything that is held, by whom and since when."""


@holds.command("list")
@account_option
@click.option("--by", metavar="EMAIL", help="The person on whose behalf you act.")
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what keeps an account's orders from being shipped."""
    runtime = runtime_of(context)
    with runtime.application.reading() as uow:
        account = find_account(uow, account_slug)
        if by is not None:
            find_memberships(uow, by, account_slug)
    listed = list_holds(runtime.application, account.id)
    said = [(one, one.reason(runtime.settings.language)) for one in listed]
    entries = [{**_entry(one.hold), "order_number": one.order_number, "reason": reason} for one, reason in said]
    lines = [f"{one.order_number}  {one.hold.owner.value}  {one.hold.since:%Y-%m-%d %H:%M}  {reason}" for one, reason in said]
    answer({"holds": entries}, as_json, *(lines or [NONE.format(runtime.settings.language)]))


@click.command("hold")
@click.argument("order_id")
@click.option("--account", "account_slug", metavar="SLUG", help="The order's account; only to make sure.")
@click.option("--reason", required=True, metavar="T", help="Why: everybody who sees the order reads it.")
@click.option("--until", metavar="D", help="A day or a time, at which the hold ends by itself.")
@click.option("--note", default="", metavar="T")
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
    by: str,
    as_json: bool,
) -> None:
    """Keep an order from being shipped."""
    runtime = runtime_of(context)
    account_id, actor = who_acts(runtime.application, account_slug, by, order_id)
    made = hold_order(runtime.application, account_id, order_id, reason, actor, until=until, note=note)
    data = _entry(made)
    answer(data, as_json, HELD.format(runtime.settings.language, **data))


def _entry(one: Hold) -> dict[str, Any]:
    return {
        "id": one.id,
        "order_id": one.order_id,
        "owner": one.owner.value,
        "reason": one.reason,
        "since": one.since.isoformat(),
        "until": None if one.until is None else one.until.isoformat(),
    }
