"""`accounts`: tenants."""

from __future__ import annotations

import click

from adapters.cli.output import answer, json_option, password_option, read_password, say
from adapters.cli.runtime import runtime_of
from engine.model.account import AccountKind, DecideAnew, slug_from
from engine.services.accounts.accounts import (
    change_time_zone,
    create_account,
    parse_days_held,
    parse_price_limit,
    set_days_held,
    set_decide_anew,
    set_price_limit,
    set_ships_for_others,
)
from engine.services.accounts.acting import find_account
from engine.services.accounts.people import is_known
from rules.messages import Text

NOTHING_TO_CHANGE = Text(
    "Say what to change: --time-zone, --price-limit, --days-on-hold, --decide-anew or --ships-for-others.",
    "Indica qué cambiar: --time-zone, --price-limit, --days-on-hold, --decide-anew o --ships-for-others.",
)
KEEPS_PASSWORD = Text(
    "{email} belongs to another account already and keeps the password they have.",
    "{email} ya pertenece a otra cuenta y conserva su contraseña.",
)
SLUG_TAKEN = Text(
    "An account called {taken} is here already: this one is {slug}. To work apart from what is here, set RELEVO_DATA_DIR.",
    "Ya existe una cuenta llamada {taken}: esta es {slug}. Para trabajar aparte de lo que hay, define RELEVO_DATA_DIR.",
)

account_option = click.option("--account", "account_slug", metavar="SLUG", required=True, help="The account.")


@click.group()
def accounts() -> None:
    """Merchants and 3PLs."""


@accounts.command("create")
@click.option("--name", required=True, help="The account's name; its slug is made from it.")
@click.option("--kind", type=click.Choice([AccountKind.MERCHANT.value, AccountKind.PROVIDER.value]), required=True)
@click.option("--email", required=True, help="Of the first user, an admin.")
@password_option
@click.option("--country", required=True, metavar="CC", help="Two letters, ISO 3166.")
@click.option("--time-zone", metavar="TZ", help="IANA name such as Europe/Madrid; without it the country's, where it has one.")
@json_option
@click.pass_context
def create(
    context: click.Context,
    name: str,
    kind: str,
    email: str,
    country: str,
    time_zone: str | None,
    as_json: bool,
) -> None:
    """Create an account with its first user."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    password = read_password(language)
    known = is_known(runtime.application, email)
    account = create_account(
        runtime.application,
        name=name,
        kind=AccountKind(kind),
        email=email,
        password=password,
        country=country.upper(),
        time_zone=time_zone,
        language=language,
    )
    if known:
        say(KEEPS_PASSWORD.format(language, email=email), err=True)
    if account.slug != slug_from(name):
        say(SLUG_TAKEN.format(language, taken=slug_from(name), slug=account.slug), err=True)
    data = {
        "id": account.id,
        "slug": account.slug,
        "name": account.name,
        "kind": account.kind.value,
        "country": account.country,
        "time_zone": account.time_zone,
    }
    answer(data, as_json, f"{account.slug} ({account.id}), {account.time_zone}")


@accounts.command("set")
@account_option
@click.option("--time-zone", metavar="TZ", help="IANA name such as Europe/Madrid: where rules and pages read times.")
@click.option(
    "--decide-anew",
    type=click.Choice([one.value for one in DecideAnew]),
    help="When a store changes what the rules have read of an order: flag it, or run the rules again by themselves.",
)
@click.option("--price-limit", metavar="PERCENT|none", help="By how much a label may cost more than quoted; none: by any.")
@click.option("--days-on-hold", metavar="N", help="After how many days on hold an order needs a person; 1 to 365.")
@click.option("--ships-for-others", type=click.Choice(["yes", "no"]), help="Whether it is a 3PL besides its own orders.")
@json_option
@click.pass_context
def set_account(
    context: click.Context,
    account_slug: str,
    time_zone: str | None,
    decide_anew: str | None,
    price_limit: str | None,
    days_on_hold: str | None,
    ships_for_others: str | None,
    as_json: bool,
) -> None:
    """Change an account."""
    app = runtime_of(context).application
    if (time_zone, decide_anew, price_limit, days_on_hold, ships_for_others) == (None,) * 5:
        raise click.UsageError(NOTHING_TO_CHANGE.format(runtime_of(context).settings.language), context)
    if time_zone is not None:
        change_time_zone(app, account_slug, time_zone)
    if decide_anew is not None:
        set_decide_anew(app, account_slug, DecideAnew(decide_anew))
    if price_limit is not None:
        set_price_limit(app, account_slug, parse_price_limit("" if price_limit == "none" else price_limit))
    if days_on_hold is not None:
        set_days_held(app, account_slug, parse_days_held(days_on_hold))
    if ships_for_others is not None:
        set_ships_for_others(app, account_slug, ships=ships_for_others == "yes")
    with app.reading() as uow:
        account = find_account(uow, account_slug)
    data = {
        "id": account.id,
        "slug": account.slug,
        "kind": account.kind.value,
        "time_zone": account.time_zone,
        "decide_anew": account.decide_anew.value,
        "price_limit": account.price_limit_percent,
        "days_on_hold": account.held_too_long_days,
    }
    answer(data, as_json, f"{account.slug}: {account.kind.value}, {account.time_zone}, decide-anew {account.decide_anew.value}")


@accounts.command("list")
@json_option
@click.pass_context
def list_accounts(context: click.Context, as_json: bool) -> None:
    """List all accounts."""
    with runtime_of(context).application.reading() as uow:
        found = uow.accounts.list_all()
    entries = [
        {"id": one.id, "slug": one.slug, "name": one.name, "kind": one.kind.value, "time_zone": one.time_zone} for one in found
    ]
    answer(
        {"accounts": entries}, as_json, *(f"{one['slug']}  {one['kind']}  {one['time_zone']}  {one['name']}" for one in entries)
    )
