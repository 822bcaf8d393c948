"""`labels print`: what a print station prints, sent to its printer at once."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.labels import labels, of_shipment
from adapters.cli.output import answer, json_option, say
from adapters.cli.runtime import runtime_of
from engine.jobs.worker import process_job_now
from engine.model.ids import new_id
from engine.model.job import JobState
from engine.model.label import DocumentKind
from engine.services.labels.print_at_station import print_on_network
from engine.services.labels.print_stations import find_station
from engine.services.refusals import Refused
from rules.messages import Text

FAILED = 1
IN_THE_BROWSER = Text(
    'The station "{station}" prints this in the browser: print it on the order\'s page, or write it into a file with '
    "`labels save {shipment}`.",
    'La estación "{station}" imprime esto en el navegador: imprímelo en la página del pedido o guárdalo en un archivo con '
    "`labels save {shipment}`.",
)
SENT = Text("Sent to {printer}.", "Enviado a {printer}.")
TAKEN_BY_WORKER = Text("The worker is printing it.", "Lo está imprimiendo el worker.")


@labels.command("print")
@order_account_option
@click.argument("shipment_id")
@click.option("--station", required=True, metavar="NAME", help="The print station, by its name or id.")
@click.option(
    "--document",
    type=click.Choice([one.value for one in DocumentKind]),
    default=DocumentKind.LABEL.value,
    show_default=True,
)
@maybe_by_option
@json_option
@click.pass_context
def print_command(
    context: click.Context,
    account_slug: str | None,
    shipment_id: str,
    station: str,
    document: str,
    by: str | None,
    as_json: bool,
) -> int:
    """Print a shipment's document on the network printer of a station; a label every time but the first as a copy."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, _ = of_shipment(app, account_slug, by, shipment_id)
    found, kind = find_station(app, account_id, station), DocumentKind(document)
    printer = found.setting(kind).printer
    if not printer:
        raise Refused("in_the_browser", IN_THE_BROWSER, station=found.name, shipment=shipment_id)
    job = print_on_network(app, found, shipment_id, kind)
    worked = process_job_now(app, new_id("cli"), job.id)
    if worked is not None and worked.error is not None:
        say(worked.error.format(language), err=True)
        return FAILED
    is_printed = worked is not None and worked.state is JobState.DONE
    said = SENT if is_printed else TAKEN_BY_WORKER
    data = {"shipment_id": shipment_id, "document": document, "station": found.name, "printer": printer, "sent": is_printed}
    answer(data, as_json, said.format(language, printer=printer))
    return 0
