"""`inventory`: what a 3PL has of its clients' products."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import by_option
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.inventory import StockCount
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.inventory.counts import BAD_COUNT, list_counts, set_count
from rules.messages import Text

NOTHING = Text("Nothing has been counted.", "No se ha contado nada.")


@click.group()
def inventory() -> None:
    """What 3PLs have of their clients' products."""


@inventory.command("set")
@account_option
@click.option("--client", "client_slug", metavar="SLUG", required=True, help="Whose product it is.")
@click.option("--sku", required=True, help="As the 3PL calls it.")
@click.option("--on-hand", required=True, metavar="N", help="How much there is.")
@click.option("--note", default="", metavar="T")
@by_option
@json_option
@click.pass_context
def set_command(
    context: click.Context, account_slug: str, client_slug: str, sku: str, on_hand: str, note: str, by: str, as_json: bool
) -> None:
    """Say how much there is of a client's product."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        actor = find_memberships(uow, by, account_slug)[0]
    try:
        units = Decimal(on_hand)
    except InvalidOperation:
        raise WrongInput(BAD_COUNT.format(runtime.settings.language, count=on_hand)) from None
    count = set_count(app, actor, client_slug, sku, units, note=note)
    data = _entry(count)
    answer(data, as_json, f"{count.sku}: {count.on_hand} − {count.reserved} = {count.available}")


@inventory.command("list")
@account_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, as_json: bool) -> None:
    """List counts: a 3PL's of all its clients, a client's own at each provider."""
    runtime = runtime_of(context)
    with runtime.application.reading() as uow:
        account = find_account(uow, account_slug)
    listed = list_counts(runtime.application, account)
    entries = [{"client" if is_client else "provider": slug, **_entry(count)} for count, slug, is_client in listed]
    lines = [f"{slug}  {count.sku}  {count.on_hand} − {count.reserved} = {count.available}" for count, slug, _ in listed]
    answer({"counts": entries}, as_json, *(lines or [NOTHING.format(runtime.settings.language)]))


def _entry(count: StockCount) -> dict[str, Any]:
    return {"sku": count.sku, "on_hand": count.on_hand, "reserved": count.reserved, "available": count.available}
