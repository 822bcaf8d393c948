"""`stations add|list|remove`: the workplaces of an account, and how each prints what."""

from __future__ import annotations

import re
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option, operator_or_admin
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from engine.model.print_station import PrintSetting, PrintStation
from engine.services.labels.print_stations import StationForm, add_station, list_stations, remove_station
from rules.messages import Language, Text

BAD_DOCUMENT = Text(
    '"{given}" does not say how a document is printed: write KIND=FORMAT:SIZE or KIND=FORMAT:SIZE@PRINTER, such as '
    "label=zpl:4x6@10.0.0.5:9100. Kinds are {kinds}; formats {formats}; sizes {sizes}.",
    '"{given}" no dice cómo se imprime un documento: escribe TIPO=FORMATO:TAMAÑO o TIPO=FORMATO:TAMAÑO@IMPRESORA, como '
    "label=zpl:4x6@10.0.0.5:9100. Los tipos son {kinds}; los formatos, {formats}; los tamaños, {sizes}.",
)
NONE_YET = Text("There are no print stations yet.", "Aún no hay estaciones de impresión.")
IN_BROWSER = Text("in the browser", "en el navegador")
_DOCUMENT = re.compile(r"(\w+)=(\w+):(\w+)(?:@(\S+))?", re.ASCII)


@click.group()
def stations() -> None:
    """Workplaces, and how each prints what."""


@stations.command("add")
@account_option
@click.option("--name", required=True, help="What people call it, such as 'Packing table 1'.")
@click.option("--location", default="", metavar="CODE", help="The ship-from location where it stands.")
@click.option(
    "--document",
    "documents",
    multiple=True,
    metavar="KIND=FORMAT:SIZE[@PRINTER]",
    help="How it prints a kind of document; again for each. Without a printer it opens in the browser.",
)
@maybe_by_option
@json_option
@click.pass_context
def add_station_command(
    context: click.Context,
    account_slug: str,
    name: str,
    location: str,
    documents: tuple[str, ...],
    by: str | None,
    as_json: bool,
) -> None:
    """Add a print station."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    settings = dict(_parse_document(one, runtime.settings.language) for one in documents)
    form = StationForm(name, location, settings)
    station = add_station(runtime.application, account, form, operator_or_admin(runtime.application, account_slug, by))
    answer(_entry(station), as_json, f"{station.name} ({station.id})")


@stations.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_stations_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List the print stations of an account."""
    runtime = runtime_of(context)
    found = list_stations(runtime.application, account_looked_at(runtime.application, account_slug, by).id)
    lines = [_line(station, runtime.settings.language) for station in found]
    answer({"stations": [_entry(one) for one in found]}, as_json, *(lines or [NONE_YET.format(runtime.settings.language)]))


@stations.command("remove")
@account_option
@click.argument("name")
@maybe_by_option
@json_option
@click.pass_context
def remove_station_command(context: click.Context, account_slug: str, name: str, by: str | None, as_json: bool) -> None:
    """Remove a print station, by its name or id."""
    app = runtime_of(context).application
    account = account_looked_at(app, account_slug, by)
    removed = remove_station(app, account.id, name, operator_or_admin(app, account_slug, by))
    answer({"id": removed.id, "name": removed.name}, as_json, f"{removed.name} ({removed.id})")


def _parse_document(given: str, language: Language) -> tuple[DocumentKind, PrintSetting]:
    match = _DOCUMENT.fullmatch(given.strip())
    parts = ("", "", "", "") if match is None else match.groups(default="")
    try:
        return DocumentKind(parts[0]), PrintSetting(DocumentFormat(parts[1]), PaperSize(parts[2]), parts[3])
    except ValueError:
        known = {"kinds": DocumentKind, "formats": DocumentFormat, "sizes": PaperSize}
        named = {name: ", ".join(one.value for one in codes) for name, codes in known.items()}
        raise WrongInput(BAD_DOCUMENT.format(language, given=given, **named)) from None


def _entry(station: PrintStation) -> dict[str, Any]:
    documents = {kind.value: station.setting(kind).to_data() for kind in DocumentKind}
    return {"id": station.id, "name": station.name, "location_id": station.location_id, "documents": documents}


def _line(station: PrintStation, language: Language) -> str:
    where = IN_BROWSER.format(language)
    settings = ((kind, station.setting(kind)) for kind in DocumentKind)
    said = (f"{kind.value} {one.format.value} {one.size.value} {one.printer or where}" for kind, one in settings)
    return f"{station.name}  {', '.join(said)}"
