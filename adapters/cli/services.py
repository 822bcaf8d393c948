"""`services`: what an account, or one of its orders, may ship with, and what well-known carriers have."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import runtime_of
from adapters.cli.usage import not_blank
from engine.known_carriers import KnownCarrier, find_known_service, list_known_carriers
from engine.services.accounts.carrier_sharing import list_services
from rules.messages import Text

NOT_KNOWN = Text(
    'No carrier with the code "{code}" is on record: there are {known}.',
    'No consta ninguna empresa de transporte con el código "{code}": hay {known}.',
)


@click.group()
def services() -> None:
    """The services of all carrier accounts that an account may use."""


@services.command("list")
@account_option
@click.option(
    "--order", "order_id", metavar="ORDER_ID", callback=not_blank, help="Say of each service whether this order may use it."
)
@looking_by_option
@json_option
@click.pass_context
def services_command(context: click.Context, account_slug: str, order_id: str | None, by: str | None, as_json: bool) -> None:
    """List the services that an account may use, its clients' among them."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account = account_looked_at(app, account_slug, by)
    found = [
        (one, None if one.message is None else one.message.format(language)) for one in list_services(app, account, order_id)
    ]
    entries = [
        {
            "carrier": one.carrier,
            "service": one.service,
            "name": _name_of(one.carrier, one.service),
            "owners": list(one.owners),
            "valid": one.valid,
            "message": message,
        }
        for one, message in found
    ]
    lines = [f"{one.carrier}  {one.service}  {', '.join(one.owners)}  {message or ''}".rstrip() for one, message in found]
    answer({"services": entries}, as_json, *lines)


@services.command("known")
@click.option("--carrier", "code", help="Only this one, by its code.")
@json_option
@click.pass_context
def known_command(context: click.Context, code: str | None, as_json: bool) -> None:
    """List well-known carriers with their services and levels, whatever accounts there are."""
    language = runtime_of(context).settings.language
    found = [one for one in list_known_carriers() if code in (None, one.code)]
    if not found:
        known = ", ".join(one.code for one in list_known_carriers())
        raise WrongInput(NOT_KNOWN.format(language, code=code, known=known))
    lines = [
        "  ".join((one.code, service.code, service.level, service.name, *sum(service.written.values(), ())))
        for one in found
        for service in one.services
    ]
    answer({"carriers": [_known_entry(one) for one in found]}, as_json, *lines)


def _name_of(carrier: str, service: str) -> str:
    """What people call a service that is well known; else what the account calls it."""
    known = find_known_service(carrier, service)
    return service if known is None else f"{known[0].name} {known[1].name}"


def _known_entry(carrier: KnownCarrier) -> dict[str, Any]:
    services = [
        {
            "code": one.code,
            "name": one.name,
            "level": one.level.value,
            "international": one.is_international,
            "written": {kind: list(names) for kind, names in one.written.items()},
        }
        for one in carrier.services
    ]
    return {
        "code": carrier.code,
        "name": carrier.name,
        "country": carrier.country,
        "source": carrier.source,
        "services": services,
    }
