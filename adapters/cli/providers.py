"""`providers`: fulfillment providers with a system of their own, which an account connects by itself."""

from __future__ import annotations

from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import acting, by_option, of_account_option
from adapters.cli.connections import OPEN_ORDERS_OPTION, answer_removal
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.application import Application
from engine.model.account import User
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.connections.refusals import STATE_WORDS
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.providers.connect_provider import (
    SeenProvider,
    add_provider,
    events_url,
    list_integrated,
    rotate_secret,
    try_provider,
)
from rules.messages import Language, Text

ADDED = Text("{name} is connected; rules call it {slug}. ({id})", "{name} está conectado; las reglas lo llaman {slug}. ({id})")
GIVE = Text(
    "Give its system this address for its answers: {url}\nand this secret, which is not shown again: {secret}",
    "Da a su sistema esta dirección para sus respuestas: {url}\ny esta clave, que no se volverá a mostrar: {secret}",
)
OVERLAP = Text("The secret of before counts until {when} (UTC).", "La clave anterior vale hasta el {when} (UTC).")
ANSWERS = Text("{name} answers and knows the secret.", "{name} responde y conoce la clave.")
NONE_YET = Text("The account has no integrated providers.", "La cuenta no tiene proveedores integrados.")
NEVER = Text("has not answered yet", "aún no ha respondido")
ANSWERED = Text("answered {when} (UTC)", "respondió el {when} (UTC)")
FAILING = Text("failing since {when} (UTC): {error}", "falla desde el {when} (UTC): {error}")


@click.group()
def providers() -> None:
    """Fulfillment providers with a system of their own."""


@providers.command("add")
@account_option
@click.option("--name", required=True, help="What your account calls the provider.")
@click.option("--url", required=True, help="Where its system is called, such as https://wms.example.com/relevo.")
@by_option
@json_option
@click.pass_context
def add_command(context: click.Context, account_slug: str, name: str, url: str, by: str, as_json: bool) -> None:
    """Connect a provider's system; its secret is shown once."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        actor = find_memberships(uow, by, account_slug)[0]
    added = add_provider(app, actor, name=name, url=url)
    said = ADDED.format(runtime.settings.language, name=added.connection.company_name, slug=added.slug, id=added.connection.id)
    _answer_secret(runtime, added, as_json, said)


@providers.command("list")
@account_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, as_json: bool) -> None:
    """List an account's integrated providers, and how they do."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        account = find_account(uow, account_slug)
    found = list_integrated(app, account.id)
    language = runtime.settings.language
    lines = [_line(seen, language) for seen in found] or [NONE_YET.format(language)]
    answer({"providers": [_data(app, seen, language) for seen in found]}, as_json, *lines)


@providers.command("test")
@click.argument("connection_id", metavar="ID")
@by_option
@of_account_option
@json_option
@click.pass_context
def test_command(context: click.Context, connection_id: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """See whether a provider's system answers and knows the secret; what waits is sent then."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    problem = try_provider(runtime.application, actor, connection_id)
    if problem is not None:
        raise click.ClickException(problem.format(runtime.settings.language))
    [seen] = [one for one in list_integrated(runtime.application, actor.account_id) if one.connection.id == connection_id]
    said = ANSWERS.format(runtime.settings.language, name=seen.connection.company_name)
    answer(_data(runtime.application, seen, runtime.settings.language), as_json, said)


@providers.command("rotate-secret")
@click.argument("connection_id", metavar="ID")
@by_option
@of_account_option
@json_option
@click.pass_context
def rotate_command(context: click.Context, connection_id: str, by: str, account_slug: str | None, as_json: bool) -> None:
    """Give a connection another secret; the one of before counts for a day."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    rotated = rotate_secret(runtime.application, actor, connection_id)
    until = rotated.provider.secrets.previous_until
    said = OVERLAP.format(runtime.settings.language, when=f"{until:%Y-%m-%d %H:%M}")
    _answer_secret(runtime, rotated, as_json, said)


@providers.command("remove")
@click.argument("connection_id", metavar="ID")
@OPEN_ORDERS_OPTION
@by_option
@of_account_option
@json_option
@click.pass_context
def remove_command(
    context: click.Context, connection_id: str, open_orders: str | None, by: str, account_slug: str | None, as_json: bool
) -> None:
    """End the connection with a provider's system."""
    runtime = runtime_of(context)
    actor = _acting(runtime.application, by, account_slug, connection_id)
    chosen = None if open_orders is None else OpenOrders(open_orders)
    removed, reminder = remove_connection(runtime.application, actor, connection_id, open_orders=chosen)
    answer_removal(runtime, actor, removed, reminder, as_json)


def _acting(app: Application, by: str, account_slug: str | None, connection_id: str) -> User:
    return acting(app, by, account_slug, lambda uow, account_id: uow.integrated_providers.get(account_id, connection_id))


def _answer_secret(runtime: Runtime, seen: SeenProvider, as_json: bool, said: str) -> None:
    secret, language = seen.provider.secrets.current, runtime.settings.language
    data = {**_data(runtime.application, seen, language), "secret": secret}
    url = events_url(runtime.application, seen.provider)
    answer(data, as_json, said, *GIVE.format(language, url=url, secret=secret).splitlines())


def _data(app: Application, seen: SeenProvider, language: Language) -> dict[str, Any]:
    provider, connection = seen.provider, seen.connection
    until = provider.secrets.previous_until
    return {
        "id": connection.id,
        "provider": seen.slug,
        "name": connection.company_name,
        "state": connection.state.value,
        "url": provider.url,
        "events_url": events_url(app, provider),
        "answered_at": None if provider.answered_at is None else provider.answered_at.isoformat(),
        "failing_since": None if provider.failing_since is None else provider.failing_since.isoformat(),
        "error": None if provider.last_error is None else provider.last_error.format(language),
        "previous_secret_until": None if until is None or until <= app.clock.now() else until.isoformat(),
    }


def _line(seen: SeenProvider, language: Language) -> str:
    provider = seen.provider
    health = NEVER.format(language)
    if provider.failing_since is not None:
        health = FAILING.format(language, when=f"{provider.failing_since:%Y-%m-%d %H:%M}", error=provider.last_error)
    elif provider.answered_at is not None:
        health = ANSWERED.format(language, when=f"{provider.answered_at:%Y-%m-%d %H:%M}")
    state = STATE_WORDS[seen.connection.state].format(language)
    return f"{seen.connection.id}  {state}  {seen.connection.company_name}  {seen.slug}  {health}"
