"""`pickups`: drivers of carriers who are asked to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option
from adapters.cli.output import WrongInput, answer, json_option, money_entry
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.jobs.make_pickups import call_off, make_pickups
from engine.model.account import Account
from engine.model.ids import new_id
from engine.model.pickup import Pickup, PickupState
from engine.services.accounts.acting import find_account, find_acting
from engine.services.accounts.carriers_told_apart import told_apart
from engine.services.pickups.list_pickups import list_pickups
from engine.services.pickups.plan_pickup import PickupWish, usual_times
from rules.messages import Language, Text
from rules.visible import harmless_line

FAILED = 1
NONE_YET = Text("No pickups were asked for.", "No se ha pedido ninguna recogida.")
BAD_DAY = Text('"{day}" is not a day: write it as 2026-03-01.', '"{day}" no es un día: escríbelo como 2026-03-01.')
BAD_TIME = Text('"{time}" is not a time of day: write it as 14:00.', '"{time}" no es una hora: escríbela como 14:00.')


@click.group()
def pickups() -> None:
    """Drivers of carriers who are asked to come."""


@pickups.command("request")
@account_option
@click.option("--carrier-account", metavar="ID", help="Only for what was bought with this carrier account.")
@click.option("--location", metavar="CODE", help="Only for what leaves this location.")
@click.option("--day", metavar="YYYY-MM-DD", help="Else today, or tomorrow from two in the afternoon on.")
@click.option("--from", "starts", metavar="HH:MM", help="Not before, in the account's time zone; else 14:00.")
@click.option("--until", "ends", metavar="HH:MM", help="Not after; else 18:00.")
@click.option("--instructions", default="", metavar="TEXT", help="For the driver.")
@maybe_by_option
@json_option
@click.pass_context
def request_command(
    context: click.Context,
    account_slug: str,
    carrier_account: str | None,
    location: str | None,
    day: str | None,
    starts: str | None,
    ends: str | None,
    instructions: str,
    by: str | None,
    as_json: bool,
) -> int:
    """Ask carriers to fetch what is ready to be handed over; exit code 1 when they refused all of it."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account, actor = _who(app, account_slug, by)
    usual_day, usual_start, usual_end = usual_times(ZoneInfo(account.time_zone), app.clock.now())
    wish = PickupWish(
        _day(day, language) or usual_day,
        _time(starts, language) or usual_start,
        _time(ends, language) or usual_end,
        instructions,
        carrier_account,
        location,
    )
    made = make_pickups(app, account.id, actor, new_id("cli"), wish)
    answer({"pickups": [_entry(one, language) for one in made]}, as_json, *_lines(app, made, language))
    return FAILED if all(one.state is PickupState.REFUSED for one in made) else 0


@pickups.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's pickups, the newest first."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    found = list_pickups(runtime.application, account_looked_at(runtime.application, account_slug, by).id)
    lines = _lines(runtime.application, found, language) or [NONE_YET.format(language)]
    answer({"pickups": [_entry(one, language) for one in found]}, as_json, *lines)


@pickups.command("cancel")
@account_option
@click.argument("pickup_id", metavar="ID")
@maybe_by_option
@json_option
@click.pass_context
def cancel_command(context: click.Context, account_slug: str, pickup_id: str, by: str | None, as_json: bool) -> int:
    """Have a carrier call a pickup off; exit code 1 when it does not."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account, actor = _who(app, account_slug, by)
    pickup = call_off(app, account.id, pickup_id, actor, new_id("cli"))
    answer(_entry(pickup, language), as_json, *_lines(app, [pickup], language))
    return FAILED if pickup.state is PickupState.CANCEL_REFUSED else 0


def _who(app: Application, account_slug: str, by: str | None) -> tuple[Account, str]:
    with app.reading() as uow:
        account = find_account(uow, account_slug)
        return account, "operator" if by is None else find_acting(uow, by, account_slug, lambda _: None).id


def _day(text: str | None, language: Language) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, in the account's own zone
    except ValueError:
        raise WrongInput(BAD_DAY.format(language, day=text)) from None


def _time(text: str | None, language: Language) -> time | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, in the account's own zone
    except ValueError:
        raise WrongInput(BAD_TIME.format(language, time=text)) from None


def _entry(pickup: Pickup, language: Language) -> dict[str, Any]:
    request = pickup.request
    return {
        "id": pickup.id,
        "state": pickup.state.value,
        "carrier_account": pickup.carrier_account_id,
        "carrier": pickup.name,
        "ship_from": request.address.name or request.address.city,
        "from": request.starts_at.isoformat(),
        "until": request.ends_at.isoformat(),
        "parcels": request.parcels,
        "confirmation": pickup.confirmation or None,
        "cost": money_entry(pickup.cost),
        "problem": None if pickup.error is None else pickup.error.format(language),
    }


def _lines(app: Application, found: Sequence[Pickup], language: Language) -> list[str]:
    called = told_apart(app, found)
    costs = {one.id: None if one.cost is None else f"{one.cost.amount} {one.cost.currency}" for one in found}
    entries = [{**_entry(one, language), "carrier": called[one.id], "cost": costs[one.id]} for one in found]
    return [harmless_line("  ".join(str(value) for value in entry.values() if value not in (None, ""))) for entry in entries]
