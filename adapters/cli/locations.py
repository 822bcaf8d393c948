"""`locations add|set|list|remove`: the addresses that an account's orders ship from."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option, operator_or_admin
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.account import ADDRESS_FIELDS, Location
from engine.services.accounts.accounts import add_location
from engine.services.accounts.change_location import AddressForm, change_location, remove_location
from engine.services.accounts.location_hours import HoursForm
from rules.messages import Text

NONE_YET = Text("There are no ship-from locations yet.", "Aún no hay ubicaciones de envío.")
NEXT_IS_FIRST = Text(
    "It was the first one: from now on that is {code}, from which orders leave that name no location, and whose shipping hours "
    "count.",
    "Era la primera: desde ahora lo es {code}, de donde salen los pedidos sin ubicación, y cuyo horario de envío cuenta.",
)


@click.group()
def locations() -> None:
    """The addresses orders ship from."""


@locations.command("set")
@account_option
@click.option("--code", required=True, help="Which location; its code stays.")
@click.option("--country", metavar="CC", help="Two letters, ISO 3166. The shipping hours stay.")
@click.option("--name", help="What people call it; empty: the code.")
@click.option("--street1")
@click.option("--street2")
@click.option("--city")
@click.option("--state")
@click.option("--postal-code")
@click.option("--cut-off", metavar="HH:MM", help="What comes in by then leaves on the same working day.")
@click.option("--working-day", "working_days", multiple=True, metavar="mon|tue|…", help="Give it once for each.")
@click.option("--holiday", "holidays", multiple=True, metavar="YYYY-MM-DD", help="Give it once for each; replaces the list.")
@click.option("--time-zone", metavar="TZ", help="IANA name; else the account's.")
@maybe_by_option
@json_option
@click.pass_context
def set_location_command(
    context: click.Context,
    account_slug: str,
    code: str,
    country: str | None,
    cut_off: str | None,
    working_days: tuple[str, ...],
    holidays: tuple[str, ...],
    time_zone: str | None,
    by: str | None,
    as_json: bool,
    **address: str | None,
) -> None:
    """Change a location's address, or say when it ships; what is not named stays.

    Labels that were bought keep the address that they were bought with.
    """
    app = runtime_of(context).application
    form = AddressForm(country=None if country is None else country.upper(), **address)
    hours = HoursForm(cut_off, working_days or None, holidays or None, time_zone)
    says_hours = hours != HoursForm() or form == AddressForm()
    actor = operator_or_admin(app, account_slug, by)
    location = change_location(app, account_slug, code, form, actor, hours=hours if says_hours else None)
    line = f"{location.code}: {location.hours.cut_off}, {', '.join(location.hours.working_days)}"
    answer(_entry(location), as_json, *([] if form == AddressForm() else [_line(location)]), *([line] if says_hours else []))


@locations.command("add")
@account_option
@click.option("--code", required=True, help="What rules and orders call it; it stays.")
@click.option("--country", required=True, metavar="CC")
@click.option("--name", default="")
@click.option("--street1", default="")
@click.option("--street2", default="")
@click.option("--city", default="")
@click.option("--state", default="")
@click.option("--postal-code", default="")
@json_option
@click.pass_context
def add_location_command(
    context: click.Context, account_slug: str, code: str, country: str, name: str, as_json: bool, **address: str
) -> None:
    """Add a ship-from location."""
    location = add_location(
        runtime_of(context).application, account_slug, code=code, country=country.upper(), name=name, **address
    )
    answer({"id": location.id, "code": location.code}, as_json, f"{location.code} ({location.id})")


@locations.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_locations_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List the ship-from locations of an account; the first one is taken where nothing says otherwise."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    with runtime.application.reading() as uow:
        found = uow.locations.list_for(account.id)
    lines = [_line(location) for location in found] or [NONE_YET.format(runtime.settings.language)]
    answer({"locations": [_entry(location) for location in found]}, as_json, *lines)


@locations.command("remove")
@account_option
@click.option("--code", required=True, help="Which location.")
@maybe_by_option
@json_option
@click.pass_context
def remove_location_command(context: click.Context, account_slug: str, code: str, by: str | None, as_json: bool) -> None:
    """Remove a ship-from location that no rule, open order or print station names.

    What has left from there keeps its address.
    """
    runtime = runtime_of(context)
    removal = remove_location(runtime.application, account_slug, code, operator_or_admin(runtime.application, account_slug, by))
    location, successor = removal.location, removal.successor
    lines = [f"{location.code} ({location.id})"]
    if successor is not None:
        lines.append(NEXT_IS_FIRST.format(runtime.settings.language, code=successor.code))
    data = {"id": location.id, "code": location.code, "first": None if successor is None else successor.code}
    answer(data, as_json, *lines)


def _entry(location: Location) -> dict[str, Any]:
    address = {name: getattr(location, name) for name in ADDRESS_FIELDS}
    return {"id": location.id, "code": location.code, **address, **location.hours.to_data()}


def _line(location: Location) -> str:
    parts = (location.street1, location.street2, location.postal_code, location.city, location.state, location.country)
    return f"{location.code}  {location.name}  {', '.join(part for part in parts if part)}"
