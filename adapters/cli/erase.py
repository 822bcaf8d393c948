"""`people erase`: takes one person's data out of an account."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from adapters.cli.accounts import account_option
from adapters.cli.labels import LABELS
from adapters.cli.output import answer, json_option
from adapters.cli.people import people
from adapters.cli.runtime import runtime_of
from engine.ports import StorageUnavailable
from engine.services.accounts.erase_person import erase_person
from rules.messages import Text

DONE = Text("Erased from {count} orders.", "Borrado de {count} pedidos.")
WOULD = Text(
    "Would be erased from {count} orders; nothing was changed.", "Se borraría de {count} pedidos; no se ha cambiado nada."
)
STILL_OPEN = Text(
    "Order {order} is still to ship and needs the address: ship or cancel it, then repeat this.",
    "El pedido {order} está por enviar y necesita la dirección: envíalo o cancélalo y repite la orden.",
)
NOT_COMPACTED = Text(
    "What was erased may still lie in unused parts of the database's files ({problem}): repeat this when nothing else runs.",
    "Lo borrado puede seguir en partes sin uso de los archivos de la base ({problem}): repítelo cuando no se ejecute nada más.",
)


@people.command("erase")
@account_option
@click.option("--email", default="", help="The person's e-mail address, as orders have it.")
@click.option("--name", default="", help="The person's whole name, as orders have it.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@json_option
@click.pass_context
def erase(context: click.Context, account_slug: str, email: str, name: str, dry_run: bool, as_json: bool) -> None:
    """Erase a buyer from all finished orders, their decisions, audit trail, alerts and documents, and from the account's lists.

    Orders that are still to ship stay as they are and are named.
    """
    runtime = runtime_of(context)
    language = runtime.settings.language
    erased = erase_person(runtime.application, account_slug, email=email, name=name, dry_run=dry_run)
    problem = None
    if not dry_run:
        _delete_labels(runtime.settings.data_dir / LABELS, erased.shipment_ids)
        try:
            runtime.compact()
        except StorageUnavailable as error:
            problem = NOT_COMPACTED.format(language, problem=error.message)
    data = {
        "dry_run": dry_run,
        "erased": erased.counts,
        "orders": [order.id for order in erased.orders],
        "still_open": [{"id": order.id, "order_number": order.order_number} for order in erased.still_open],
        "warning": problem,
    }
    lines = [(WOULD if dry_run else DONE).format(language, count=len(erased.orders))]
    lines += [f"  {kind}: {count}" for kind, count in erased.counts.items() if count]
    lines += [STILL_OPEN.format(language, order=order.order_number) for order in erased.still_open]
    answer(data, as_json, *lines, *([problem] if problem else []))


def _delete_labels(folder: Path, shipment_ids: Iterable[str]) -> None:
    """The files that `orders label` wrote."""
    for shipment_id in shipment_ids:
        for file in folder.glob(f"{shipment_id}-*"):
            file.unlink(missing_ok=True)
