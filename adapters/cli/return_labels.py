"""`orders return-label`: a label for the way back of what has left."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import parse_lines, who_acts
from adapters.cli.labels import NO_DOCUMENT, parcels_option, parse_parcels, write_document
from adapters.cli.output import answer, json_option, money_entry, say
from adapters.cli.runtime import Runtime, runtime_of
from adapters.label_files import LABELS
from engine.jobs.make_label import LabelDocuments, make_return_label
from engine.model.ids import new_id
from engine.model.label import Label
from engine.model.sentence import sentence_of
from engine.ports import CarrierError
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_return import ReturnWish


@click.command("return-label")
@order_account_option
@click.argument("order_id")
@click.option("--carrier", help="Else the one that was chosen for the order.")
@click.option("--service", help="The carrier's service; else the one that was chosen for the order.")
@click.option("--carrier-account", metavar="ID", help="Which carrier account pays, where several can.")
@click.option(
    "--line", "lines", multiple=True, metavar="KEY=QTY", help="Units of a line; again for each. Else all that has left."
)
@parcels_option
@click.option("--to", "location", metavar="CODE", help="The location that it comes back to; else the one that it left from.")
@maybe_by_option
@json_option
@click.pass_context
def return_label(
    context: click.Context,
    account_slug: str | None,
    order_id: str,
    carrier: str | None,
    service: str | None,
    carrier_account: str | None,
    lines: tuple[str, ...],
    parcels: tuple[str, ...],
    location: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Buy a label from the customer back to where an order left. Asked again, it answers with the label that there is."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, actor = who_acts(app, account_slug, by, order_id)
    wish = ReturnWish(
        ServiceWish(carrier, service, carrier_account),
        ParcelWish(location, parse_parcels(parcels, language)),
        parse_lines(lines, language) if lines else None,
    )
    label = make_return_label(app, account_id, order_id, wish, actor, new_id("cli"))
    entry = _entry(runtime, label)
    said = ", ".join(f"{one['tracking_number']} {one['label'] or ''}".strip() for one in entry["parcels"])
    answer(entry, as_json, f"{order_id}: {label.carrier} {label.service} {said} ({label.shipment_id})")


def _entry(runtime: Runtime, label: Label) -> dict[str, Any]:
    files = _files(runtime, label)
    return {
        "order_id": label.order_id,
        "return_id": label.shipment_id,
        "carrier": label.carrier,
        "service": label.service,
        "carrier_account": label.carrier_account_id,
        "parcels": [
            {"tracking_number": number, "label": files.get(position)} for position, number in enumerate(label.tracking_numbers)
        ],
        "cost": money_entry(label.cost),
    }


def _files(runtime: Runtime, label: Label) -> dict[int, str]:
    """The absolute paths of the files, by the parcel; none where the carrier does not give them now, which is said."""
    language = runtime.settings.language
    files: dict[int, str] = {}
    try:
        documents = LabelDocuments(runtime.application).of_label(label, label.tracking_numbers)
    except CarrierError as error:
        problem = sentence_of(error).format(language)
        say(NO_DOCUMENT.format(language, problem=problem, shipment=label.shipment_id), err=True)
        return files
    for document in documents:
        file = (
            runtime.settings.data_dir / LABELS / f"{label.shipment_id}-{document.parcel + 1}.{document.format.value}"
        ).absolute()
        write_document(file, document.content, language)
        files[document.parcel] = str(file)
    return files
