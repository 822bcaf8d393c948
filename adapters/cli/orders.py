"""`orders list|release|reprocess`: the orders of an account."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.order import Order
from engine.services.accounts import get_account
from engine.services.change_orders import release_order, reprocess_orders
from rules.messages import Text
from rules.order_document import dumps

REPROCESSED = Text("The rules ran again over {count} orders.", "Las reglas se volvieron a ejecutar sobre {count} pedidos.")


@click.group()
def orders() -> None:
    """The orders of an account."""


@orders.command("list")
@account_option
@click.option("--json-lines", is_flag=True, help="One JSON object a line, one line an order, all of them.")
@click.pass_context
def list_orders(context: click.Context, account_slug: str, json_lines: bool) -> None:
    """List all orders of an account in the order of their import."""
    with runtime_of(context).application.reading() as uow:
        account = get_account(uow, account_slug)
        for order in uow.orders.stream(account.id):
            if json_lines:
                sys.stdout.buffer.write(dumps(order_entry(order)) + b"\n")
            else:
                click.echo("  ".join(_columns(order)))
    sys.stdout.buffer.flush()


def order_entry(order: Order) -> dict[str, Any]:
    """An order as other tools read it: the document's fields and what the account knows about it."""
    return {
        **order.document(),
        "id": order.id,
        "external_id": order.external_id,
        "external_order_id": order.external_order_id,
        "order_number": order.order_number,
        "status": order.status(),
        "state_reason": order.state_reason,
        "flags": list(order.flags),
        "matched": list(order.matched),
        "store_id": order.store_id,
    }


def _columns(order: Order) -> Iterator[str]:
    document = order.document()
    ship_to = document.get("ship_to")
    yield order.id
    yield order.order_number
    yield order.status()
    yield str(ship_to.get("country") or "-") if isinstance(ship_to, dict) else "-"
    yield str(document.get("logistics_provider") or "-")
    yield ",".join(order.flags) or "-"


@orders.command("release")
@account_option
@click.argument("order_id")
@json_option
@click.pass_context
def release(context: click.Context, account_slug: str, order_id: str, as_json: bool) -> None:
    """End an order's hold, clear needs_attention, and let go what waited for it."""
    app = runtime_of(context).application
    with app.reading() as uow:
        account = get_account(uow, account_slug)
    order = release_order(app, account.id, order_id, "operator")
    answer(order_entry(order), as_json, f"{order.order_number}: {order.status()}")


@orders.command("reprocess")
@account_option
@click.argument("order_ids", nargs=-1)
@json_option
@click.pass_context
def reprocess(context: click.Context, account_slug: str, order_ids: tuple[str, ...], as_json: bool) -> None:
    """Run the rules again over these orders, or over all that have not shipped."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        account = get_account(uow, account_slug)
        ids = list(order_ids) or [order.id for order in uow.orders.stream(account.id)]
    count = reprocess_orders(app, account.id, ids, "operator")
    answer({"reprocessed": count}, as_json, REPROCESSED.format(runtime.settings.language, count=count))
