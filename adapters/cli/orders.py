"""`orders list|raw|release|reprocess|run-rule|ship|unship`: the orders of an account, and what else is done with them."""

from __future__ import annotations

from collections.abc import Iterator, Set
from functools import partial
from itertools import islice
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option, order_account_option
from adapters.cli.cancelling import cancel, restore
from adapters.cli.combining import combine, separate
from adapters.cli.delegation import delegate, recall, who_acts
from adapters.cli.explained_orders import explain
from adapters.cli.holds import hold
from adapters.cli.labels import label, rates, track, void
from adapters.cli.making import create, duplicate
from adapters.cli.order_address import address
from adapters.cli.order_edits import edits, fields, set_fields, unset_fields
from adapters.cli.order_entry import order_entry
from adapters.cli.output import answer, json_option, money_entry, say, write_bytes, write_line
from adapters.cli.release import release
from adapters.cli.reprocess_preview import answer_preview
from adapters.cli.return_labels import return_label
from adapters.cli.runtime import runtime_of
from adapters.cli.service_points import service_points
from adapters.cli.splitting import join, split
from adapters.cli.telling import not_told, tell_again, tell_parts
from engine.jobs.worker import process_job_now
from engine.model.fulfillment import Shipment
from engine.model.ids import new_id
from engine.model.order import Order
from engine.model.order_words import STATUS_WORDS
from engine.model.statement import sum_costs
from engine.model.write_back import WriteBackProgress, WriteBackStatus
from engine.services.accounts.acting import find_account, find_acting
from engine.services.deciding.answer_rules import RuleRun, run_manual_rule
from engine.services.deciding.preview_reprocess import preview_reprocess
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.notify_store import progress_of
from engine.services.fulfillment.ship_order import Shipped, ship_order, unship_order
from engine.services.importing.raw_documents import read_raw
from rules.messages import Language, Text
from rules.order_document import loads
from rules.visible import harmless_line

NO_ORDERS = Text("No orders.", "No hay pedidos.")
REPROCESSED = Text("The rules ran again over {count} orders.", "Las reglas se volvieron a ejecutar sobre {count} pedidos.")
MATCHED = Text("The rule applied.", "La regla se aplicó.")
NOT_MATCHED = Text("The rule did not apply.", "La regla no se aplicó.")

TOLD = {
    "ship": {
        WriteBackStatus.NONE: Text("No store has to be told.", "No hay ninguna tienda a la que avisar."),
        WriteBackStatus.NOT_WANTED: Text("{error}", "{error}"),
        WriteBackStatus.ASKS: Text(
            "Somebody has to say whether the store hears of this part (`orders tell-parts`).",
            "Alguien tiene que decidir si se avisa a la tienda de esta parte (`orders tell-parts`).",
        ),
        WriteBackStatus.DONE: Text("The store was told.", "Se avisó a la tienda."),
        WriteBackStatus.DUE: Text("The store will be told{why}.", "Se avisará a la tienda{why}."),
        WriteBackStatus.DEAD: Text("The store could not be told{why}.", "No se pudo avisar a la tienda{why}."),
    },
    "unship": {
        WriteBackStatus.NONE: Text("The store had not been told.", "A la tienda no se le había avisado."),
        WriteBackStatus.NOT_WANTED: Text("{error}", "{error}"),
        WriteBackStatus.ASKS: Text(
            "Somebody has to say whether the store hears of this part (`orders tell-parts`).",
            "Alguien tiene que decidir si se avisa a la tienda de esta parte (`orders tell-parts`).",
        ),
        WriteBackStatus.DONE: Text("The store was told.", "Se avisó a la tienda."),
        WriteBackStatus.DUE: Text(
            "The store will be told that it was taken back{why}.", "Se avisará a la tienda de que se deshizo{why}."
        ),
        WriteBackStatus.DEAD: Text(
            "The store could not be told that it was taken back{why}.",
            "No se pudo avisar a la tienda de que se deshizo{why}.",
        ),
    },
}
ORDERS_A_BATCH = 500
WHY = Text("; so far: {error}", "; de momento: {error}")
_later = click.option("--later", is_flag=True, help="Leave telling the store to the worker.")


@click.group()
def orders() -> None:
    """The orders of an account."""


@orders.command("list")
@account_option
@looking_by_option
@click.option("--status", type=click.Choice(list(STATUS_WORDS)), help="Only those of this status.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only those with this tag; several: with all.")
@click.option("--json-lines", is_flag=True, help="One JSON object a line, one line an order, all of them.")
@click.pass_context
def list_orders(
    context: click.Context,
    account_slug: str,
    by: str | None,
    status: str | None,
    tags: tuple[str, ...],
    json_lines: bool,
) -> None:
    """List the orders of an account in the order of their import: all of them, or those that are asked for."""
    runtime = runtime_of(context)
    app = runtime.application
    account = account_looked_at(app, account_slug, by)
    nothing = True
    wanted = partial(_is_wanted, status, frozenset(map(str.casefold, tags)))
    with app.reading() as uow:
        for orders in _in_batches(filter(wanted, uow.orders.stream(account.id))):
            shipments = uow.fulfillment.shipments_by_order(account.id, [order.id for order in orders]) if json_lines else {}
            nothing = False
            for order in orders:
                if json_lines:
                    entry = {**order_entry(order), "shipments": [_shipment_entry(one) for one in shipments.get(order.id, ())]}
                    write_line(entry)
                else:
                    say(harmless_line("  ".join(_columns(order))))
    if nothing and not json_lines:
        say(NO_ORDERS.format(runtime.settings.language))
    write_bytes()


def _is_wanted(status: str | None, tags: Set[str], order: Order) -> bool:
    return status in (None, order.status()) and tags <= {str(tag).casefold() for tag in order.document().get("tags") or ()}


def _in_batches(orders: Iterator[Order]) -> Iterator[list[Order]]:
    while batch := list(islice(orders, ORDERS_A_BATCH)):
        yield batch


def _shipment_entry(shipment: Shipment) -> dict[str, Any]:
    costs = sum_costs(parcel.cost for parcel in shipment.parcels if parcel.cost is not None)
    return {
        "id": shipment.id,
        "state": shipment.state.value,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "parcels": [{"tracking_number": parcel.tracking_number} for parcel in shipment.parcels],
        "cost": next(map(money_entry, costs), None),
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


orders.add_command(delegate)
orders.add_command(recall)
for command in (hold, release, cancel, restore, create, duplicate, split, join, combine, separate):
    orders.add_command(command)
for command in (set_fields, unset_fields, edits, fields):
    orders.add_command(command)
for command in (explain, address, label, rates, service_points, return_label, void, track, not_told, tell_again, tell_parts):
    orders.add_command(command)


@orders.command("raw")
@order_account_option
@click.argument("order_id")
@json_option
@click.pass_context
def raw(context: click.Context, account_slug: str | None, order_id: str, as_json: bool) -> None:
    """Show what the store answered about an order: the latest document, or with --json all that are still kept."""
    runtime = runtime_of(context)
    app = runtime.application
    account_id, _ = who_acts(app, account_slug, None, order_id)
    documents = read_raw(app, account_id, order_id)
    if not as_json:
        write_bytes(documents[0].document + b"\n")
        return
    entries = [
        {"revision": one.revision, "fetched_at": one.fetched_at.isoformat(), "document": loads(one.document)} for one in documents
    ]
    answer({"documents": entries}, as_json)


@orders.command("reprocess")
@account_option
@click.argument("order_ids", nargs=-1)
@click.option("--preview", "only_preview", is_flag=True, help="Only say what would be otherwise; nothing is written.")
@json_option
@click.pass_context
def reprocess(context: click.Context, account_slug: str, order_ids: tuple[str, ...], only_preview: bool, as_json: bool) -> None:
    """Run the rules again over these orders, or over all that have not shipped."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        ids = list(order_ids) or [order.id for order in uow.orders.stream(account.id)]
    if only_preview:
        answer_preview(preview_reprocess(app, account.id, ids), as_json, runtime.settings.language)
        return
    count = reprocess_orders(app, account.id, ids, "operator")
    answer({"reprocessed": count}, as_json, REPROCESSED.format(runtime.settings.language, count=count))


@orders.command("run-rule")
@click.argument("rule_id")
@click.argument("order_ids", nargs=-1, required=True)
@account_option
@click.option("--by", metavar="EMAIL", help="The person of the account on whose behalf you act; without it, the operator.")
@json_option
@click.pass_context
def run_rule(
    context: click.Context, rule_id: str, order_ids: tuple[str, ...], account_slug: str, by: str | None, as_json: bool
) -> None:
    """Run one rule with the trigger `manual`, and no other, over these orders."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        actor = "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id
    runs = run_manual_rule(app, account.id, rule_id, order_ids, actor)
    answer({"results": [_run_entry(run, language) for run in runs]}, as_json, *(_run_line(run, language) for run in runs))


def _run_entry(run: RuleRun, language: Language) -> dict[str, Any]:
    if run.refused is not None:
        return {"order_id": run.order_id, "refused": run.refused.format(language)}
    return {"order_id": run.order_id, "matched": run.matched}


def _run_line(run: RuleRun, language: Language) -> str:
    said = (MATCHED if run.matched else NOT_MATCHED).format(language) if run.refused is None else run.refused.format(language)
    return harmless_line(f"{run.order_id}: {said}")


@orders.command("ship")
@order_account_option
@click.argument("order_id")
@click.option("--carrier", help="Who carries it; else the one that was chosen for the order.")
@click.option("--service", help="The carrier's service; else the one that was chosen for the order.")
@click.option(
    "--tracking", multiple=True, help="A parcel's tracking number; again for each. None for a letter, or what was collected."
)
@click.option("--boxes", type=int, help="How many boxes there are, when that is not the number of tracking numbers.")
@_later
@maybe_by_option
@json_option
@click.pass_context
def ship(
    context: click.Context,
    account_slug: str | None,
    order_id: str,
    carrier: str | None,
    service: str | None,
    tracking: tuple[str, ...],
    boxes: int | None,
    later: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Ship an order by hand and tell its store, now or, if the store cannot be reached, later.

    The same call again answers as the first time; it has the store told once more if that was given up.
    """
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    shipped = ship_order(app, account_id, order_id, Shipping(carrier, service, tracking, boxes), actor)
    _answer_shipped(context, shipped, "ship", later=later, as_json=as_json)


@orders.command("unship")
@order_account_option
@click.argument("order_id")
@_later
@maybe_by_option
@json_option
@click.pass_context
def unship(context: click.Context, account_slug: str | None, order_id: str, later: bool, by: str | None, as_json: bool) -> None:
    """Take back a shipment made by hand, as long as the store has not marked it as shipped."""
    app = runtime_of(context).application
    account_id, actor = who_acts(app, account_slug, by, order_id)
    shipped = unship_order(app, account_id, order_id, actor)
    _answer_shipped(context, shipped, "unship", later=later, as_json=as_json)


def _answer_shipped(context: click.Context, shipped: Shipped, command: str, *, later: bool, as_json: bool) -> None:
    """Try to tell the store, then say how everything stands."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    if shipped.job_id is not None and not later:
        process_job_now(app, new_id("cli"), shipped.job_id)
    with app.reading() as uow:
        order = uow.orders.get(shipped.order.account_id, shipped.order.id)
        shipment = uow.fulfillment.get_shipment(order.account_id, shipped.shipment.id)
        progress = progress_of(app, uow, shipment)
    data = {
        **order_entry(order),
        "shipment": {
            "id": shipment.id,
            "carrier": shipment.carrier,
            "service": shipment.service,
            "tracking": list(shipment.numbers),
            "boxes": len(shipment.parcels),
            "state": shipment.state.value,
        },
        "write_back": _progress_entry(progress, language),
    }
    error = "" if progress.error is None else progress.error.format(language)
    why = WHY.format(language, error=error.rstrip(".")) if error else ""
    told = TOLD[command][progress.state].format(language, why=why, error=error)
    answer(data, as_json, f"{order.order_number}: {order.status()}", told)


def _progress_entry(progress: WriteBackProgress, language: Language) -> dict[str, Any]:
    return {
        "state": progress.state.value,
        "steps": [{"step": done.step, "done_at": done.done_at.isoformat()} for done in progress.steps],
        "error": None if progress.error is None else progress.error.format(language),
    }
