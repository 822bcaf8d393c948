"""`orders service-points`: where an order's parcel could be fetched."""

from __future__ import annotations

import click

from adapters.cli.acting import maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.service_points import list_service_points


@click.command("service-points")
@order_account_option
@click.argument("order_id")
@click.option("--carrier", help="Else the one that was chosen for the order.")
@click.option("--service", help="The carrier's service; else the one that was chosen for the order.")
@click.option("--carrier-account", metavar="ID", help="Which carrier account is asked, where several can.")
@click.option("--near", metavar="POSTAL-CODE", default="", help="Where to look; else near the address that the order goes to.")
@maybe_by_option
@json_option
@click.pass_context
def service_points(
    context: click.Context,
    account_slug: str | None,
    order_id: str,
    carrier: str | None,
    service: str | None,
    carrier_account: str | None,
    near: str,
    by: str | None,
    as_json: bool,
) -> None:
    """List the service points where an order's parcel can be fetched, the nearest first."""
    app = runtime_of(context).application
    account_id, _ = who_acts(app, account_slug, by, order_id)
    found = list_service_points(app, account_id, order_id, ServiceWish(carrier, service, carrier_account), near)
    entries = [
        {"id": one.id, "name": one.name, "address": one.place, "carrier": one.carrier, "distance_m": one.distance_m}
        for one in found
    ]
    lines = [f"{one.id}  {one.name}, {one.place}" + ("" if one.distance_m is None else f"  {one.distance_m} m") for one in found]
    answer({"service_points": entries}, as_json, *lines)
