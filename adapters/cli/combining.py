"""`orders combine` and `orders separate`: orders of one recipient that leave in one parcel."""

from __future__ import annotations

from collections.abc import Sequence

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.order_entry import order_entry
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.order import Order
from engine.services.repair.combine import combine_orders, separate_orders


@click.command("combine")
@order_account_option
@click.argument("order_id")
@click.argument("others", nargs=-1, required=True, metavar="OTHER_ID...")
@maybe_by_option
@json_option
@click.pass_context
def combine(
    context: click.Context, account_slug: str | None, order_id: str, others: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    """Have orders of one recipient leave in one parcel, which is the one of the order that came first."""
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    _answer(*combine_orders(app, account_id, [order_id, *others], actor), as_json=as_json)


@click.command("separate")
@order_account_option
@click.argument("order_id")
@click.argument("others", nargs=-1, metavar="[OTHER_ID]...")
@maybe_by_option
@json_option
@click.pass_context
def separate(
    context: click.Context, account_slug: str | None, order_id: str, others: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    """Have orders leave by themselves again: those that are named, or all in the parcel of the first one."""
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    _answer(*separate_orders(app, account_id, order_id, others, actor), as_json=as_json)


def _answer(order: Order, others: Sequence[Order], *, as_json: bool) -> None:
    said = (f"{one.order_number}: {one.status()} ({one.id})" for one in (order, *others))
    answer({"order": order_entry(order), "others": [order_entry(one) for one in others]}, as_json, *said)
