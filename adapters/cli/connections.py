"""`connections`: merchants and 3PLs that invite, approve, decline and remove each other."""

from __future__ import annotations

from typing import Any, TextIO

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, acting, by_option, looking_by_option, maybe_by_option, of_account_option
from adapters.cli.naming_rules import naming_lines
from adapters.cli.output import answer, json_option, money_entry
from adapters.cli.runtime import Runtime, runtime_of
from adapters.cli.statements import prices_command
from adapters.documents.words import money_words
from engine.application import Application
from engine.model.account import User
from engine.model.connection import Answers, Connection
from engine.model.transitions import Side
from engine.services.accounts.accounts import get_provider
from engine.services.accounts.acting import find_memberships
from engine.services.connections import answer_invitation
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.invite_client import invite_client
from engine.services.connections.list_connections import SeenConnection, list_connections
from engine.services.connections.refusals import STATE_WORDS
from engine.services.connections.remove_connection import OpenOrders, Reminder, remove_connection
from engine.services.connections.set_connection import (
    TWO_GRACES,
    parse_skus,
    replace_skus,
    set_connection,
    stop_client,
    write_skus,
)
from engine.services.deciding.rules_naming import rules_naming_provider
from rules.messages import Text

INVITED = Text(
    "Invited {email}; the invitation expires on {day}. ({id})", "Invitación enviada a {email}; caduca el {day}. ({id})"
)
DECLINED = Text("The connection is declined.", "La conexión se ha rechazado.")
REMOVED = Text(
    "The connection is removed. Orders that were open: {count}.", "La conexión se ha dado de baja. Pedidos abiertos: {count}."
)
UNPAID = Text("Not paid yet: {amounts}.", "Sin pagar: {amounts}.")
NOTHING_TO_SET = Text(
    "Say what to change: --grace-minutes, --grace-cut-off, --answer, --share-costs or --keep-costs.",
    "Indica qué cambiar: --grace-minutes, --grace-cut-off, --answer, --share-costs o --keep-costs.",
)
NONE_YET = Text("The account has no connections.", "La cuenta no tiene conexiones.")
OPEN_ORDERS_OPTION = click.option(
    "--open-orders",
    type=click.Choice([one.value for one in OpenOrders]),
    help="What becomes of orders that are with the provider: they return to the merchant, or it finishes them.",
)


@click.group()
def connections() -> None:
    """Merchants and 3PLs that work together."""


connections.add_command(prices_command)


@connections.command("create")
@click.option("--provider", "provider_slug", metavar="SLUG", required=True, help="The 3PL.")
@click.option("--client", "client_slug", metavar="SLUG", required=True, help="The merchant.")
@maybe_by_option
@json_option
@click.pass_context
def create_connection(context: click.Context, provider_slug: str, client_slug: str, by: str | None, as_json: bool) -> None:
    """Connect a merchant with a 3PL; active at once."""
    app = runtime_of(context).application
    connection = connect_accounts(app, provider_slug=provider_slug, client_slug=client_slug, by=by)
    data = {"id": connection.id, "provider": provider_slug, "client": client_slug, "state": connection.state.value}
    answer(data, as_json, f"{client_slug} → {provider_slug}: {connection.state.value} ({connection.id})")


@connections.command("invite")
@click.option("--provider", "provider_slug", metavar="SLUG", required=True, help="The 3PL that invites.")
@click.option("--client-name", required=True, help="What your own people call the client.")
@click.option("--company-name", required=True, help="What the client sees of you.")
@click.option("--email", required=True, help="Of one of the client's people.")
@by_option
@json_option
@click.pass_context
def invite_command(
    context: click.Context, provider_slug: str, client_name: str, company_name: str, email: str, by: str, as_json: bool
) -> None:
    """Invite a merchant to connect with a 3PL."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        get_provider(uow, provider_slug)
        actor = find_memberships(uow, by, provider_slug)[0]
    invited = invite_client(app, actor, client_name=client_name, company_name=company_name, email=email)
    assert invited.expires_at is not None
    data = {"id": invited.id, "state": invited.state.value, "expires_at": invited.expires_at.isoformat()}
    said = INVITED.format(runtime.settings.language, email=invited.email, day=invited.expires_at.date(), id=invited.id)
    answer(data, as_json, said)


@connections.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's connections, as provider and as client."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    found = list_connections(runtime.application, account.id)
    lines = [_line(runtime, seen) for seen in found] or [NONE_YET.format(runtime.settings.language)]
    answer({"connections": [_data(seen) for seen in found]}, as_json, *lines)


@connections.command("approve")
@click.argument("connection_id", metavar="ID")
@click.option("--accept-terms", is_flag=True, help="The person has read and understood how the connection works.")
@by_option
@of_account_option
@json_option
@click.pass_context
def approve_command(
    context: click.Context, connection_id: str, accept_terms: bool, by: str, account_slug: str | None, as_json: bool
) -> None:
    """Approve an invitation: from then on orders can be delegated."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    approved = answer_invitation.approve(runtime.application, actor, connection_id, accepts_terms=accept_terms)
    message = answer_invitation.APPROVED.format(runtime.settings.language, provider=approved.company_name)
    answer({**_state(approved), "message": message}, as_json, message)


@connections.command("decline")
@click.argument("connection_id", metavar="ID")
@by_option
@of_account_option
@json_option
@click.pass_context
def decline_command(context: click.Context, connection_id: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """Decline an invitation; a new one may be sent."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    declined = answer_invitation.decline(runtime.application, actor, connection_id)
    answer(_state(declined), as_json, DECLINED.format(runtime.settings.language))


@connections.command("remove")
@click.argument("connection_id", metavar="ID")
@OPEN_ORDERS_OPTION
@by_option
@of_account_option
@json_option
@click.pass_context
def remove_command(
    context: click.Context, connection_id: str, open_orders: str | None, by: str, account_slug: str | None, as_json: bool
) -> None:
    """End a connection, or take an invitation back."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    chosen = None if open_orders is None else OpenOrders(open_orders)
    removed, reminder = remove_connection(runtime.application, actor, connection_id, open_orders=chosen)
    answer_removal(runtime, actor, removed, reminder, as_json)


def answer_removal(runtime: Runtime, actor: User, removed: Connection, reminder: Reminder, as_json: bool) -> None:
    """What has ended, what the two sides have still to settle, and which rules name what has gone."""
    unpaid = [money_entry(owed) for owed in reminder.unpaid]
    stock = [{"sku": count.sku, "on_hand": count.on_hand} for count in reminder.stock]
    naming = [rule.id for rule in rules_naming_provider(runtime.application, actor.account_id, removed)]
    left = {"open_orders": reminder.open_orders, "unpaid": unpaid, "stock": stock}
    data = {**_state(removed), "reminder": left, "rules": naming}
    language = runtime.settings.language
    said = [REMOVED.format(language, count=reminder.open_orders)]
    if reminder.unpaid:
        amounts = "; ".join(money_words(owed.amount, owed.currency, language) for owed in reminder.unpaid)
        said.append(UNPAID.format(language, amounts=amounts))
    answer(data, as_json, *said, *naming_lines(naming, language))


@connections.command("set")
@click.argument("connection_id", metavar="ID")
@click.option("--grace-minutes", type=int, metavar="N", help="How long after a delegation the provider gets it.")
@click.option("--grace-cut-off", is_flag=True, help="The provider gets what is delegated at its next cut-off.")
@click.option(
    "--answer",
    "answers",
    type=click.Choice([one.value for one in Answers]),
    help="How the provider accepts: by importing (auto), or one by one (each).",
)
@click.option("--share-costs/--keep-costs", default=None, help="Whether the client reads what the provider's labels cost.")
@by_option
@of_account_option
@json_option
@click.pass_context
def set_command(
    context: click.Context,
    connection_id: str,
    grace_minutes: int | None,
    grace_cut_off: bool,
    answers: str | None,
    share_costs: bool | None,
    by: str,
    account_slug: str | None,
    as_json: bool,
) -> None:
    """Change how the two sides of a connection work together."""
    runtime = runtime_of(context)
    if grace_minutes is None and answers is None and share_costs is None and not grace_cut_off:
        raise click.UsageError(NOTHING_TO_SET.format(runtime.settings.language), context)
    if grace_minutes is not None and grace_cut_off:
        raise click.UsageError(TWO_GRACES.format(runtime.settings.language), context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    chosen = None if answers is None else Answers(answers)
    changed = set_connection(
        runtime.application,
        actor,
        connection_id,
        grace_minutes=grace_minutes,
        grace_cut_off=grace_cut_off,
        answers=chosen,
        shares_costs=share_costs,
    )
    grace = "cut-off" if changed.grace_cut_off else f"{changed.grace_minutes} min"
    costs = "shared" if changed.shares_costs else "kept"
    said = f"{changed.id}: grace {grace}, answer {changed.answers.value}, costs {costs}"
    answer({**_state(changed), **_terms(changed)}, as_json, said)


@connections.command("stop")
@click.argument("connection_id", metavar="ID")
@click.option("--reason", default="", metavar="T", help="Why nothing is sent; without it and --until all goes on.")
@click.option("--until", metavar="D", help="You are closed until this day or time.")
@by_option
@of_account_option
@json_option
@click.pass_context
def stop_command(
    context: click.Context,
    connection_id: str,
    reason: str,
    until: str | None,
    by: str,
    account_slug: str | None,
    as_json: bool,
) -> None:
    """Send nothing for a client for a while, or go on; its orders come in all the same."""
    app = runtime_of(context).application
    actor = _acting(app, by, account_slug, connection_id)
    changed = stop_client(app, actor, connection_id, reason, until)
    end = None if changed.closed_until is None else changed.closed_until.isoformat()
    data = {**_state(changed), "stopped": changed.stopped(app.clock.now()), "reason": changed.stop_reason, "closed_until": end}
    answer(data, as_json, f"{changed.id}: {changed.stop_reason or end or '-'}")


@connections.command("skus")
@click.argument("connection_id", metavar="ID")
@click.option("--import", "file", type=click.File(encoding="utf-8"), metavar="FILE", help="Two columns of CSV replace the list.")
@by_option
@of_account_option
@json_option
@click.pass_context
def skus_command(
    context: click.Context, connection_id: str, file: TextIO | None, by: str, account_slug: str | None, as_json: bool
) -> None:
    """Print, or replace, what a provider calls a client's products."""
    app = runtime_of(context).application
    actor = _acting(app, by, account_slug, connection_id)
    if file is not None:
        replace_skus(app, actor, connection_id, parse_skus(file.read()))
    with app.reading() as uow:
        skus = uow.requests.skus(actor.account_id, connection_id)
    answer({"skus": dict(skus)}, as_json, *write_skus(skus).splitlines())


def _acting(app: Application, by: str, account_slug: str | None, connection_id: str) -> User:
    return acting(app, by, account_slug, lambda uow, account_id: uow.connections.get(account_id, connection_id))


def _state(connection: Connection) -> dict[str, str]:
    return {"id": connection.id, "state": connection.state.value}


def _terms(connection: Connection) -> dict[str, Any]:
    """How the two sides work together."""
    return {
        "grace_minutes": connection.grace_minutes,
        "grace_cut_off": connection.grace_cut_off,
        "answer": connection.answers.value,
        "shares_costs": connection.shares_costs,
    }


def _data(seen: SeenConnection) -> dict[str, Any]:
    connection = seen.connection
    is_provider = seen.side is Side.PROVIDER
    data: dict[str, Any] = {
        "id": connection.id,
        "role": "provider" if is_provider else "client",
        "state": connection.state.value,
        "company_name": connection.company_name,
        "account": seen.other,
        "created_at": connection.created_at.isoformat(),
        "ended_at": None if connection.ended_at is None else connection.ended_at.isoformat(),
        **_terms(connection),
    }
    if is_provider:
        data |= {"client_name": connection.client_name, "email": connection.email}
    return data


def _line(runtime: Runtime, seen: SeenConnection) -> str:
    connection = seen.connection
    state = STATE_WORDS[connection.state].format(runtime.settings.language)
    name = f"{connection.client_name} <{connection.email}>" if seen.side is Side.PROVIDER else connection.company_name
    return f"{connection.id}  {state}  {name}  {seen.other or ''}".rstrip()
