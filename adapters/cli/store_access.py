"""`stores connect|authorise|authorise-finish|choices|reconnect`: how a store is reached, and what it has to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from adapters.cli.accounts import account_option
from adapters.cli.output import WrongInput, answer, json_option, read_password, read_secret
from adapters.cli.runtime import runtime_of
from engine.model.store import Choice, Store
from engine.ports import NotFound
from engine.services.accounts.accounts import get_account
from engine.services.refusals import NO_STORE, Refused
from engine.services.stores.authorise_store import (
    Authorisation,
    begin_authorisation,
    begin_reconnection,
    finish_authorisation,
    read_return,
)
from engine.services.stores.connect_store import StoreForm, choices_of, connect_store, replace_credentials
from rules.messages import Language, Text

KIND = "brightpearl"
OPERATOR = "operator"
TOKENS = ("account_token", "staff_token", "signed_token")

CONNECTED = Text('The store "{name}" is connected: {id}', 'La tienda "{name}" está conectada: {id}')
RECONNECTED = Text('The store "{name}" is connected again: {id}', 'La tienda "{name}" vuelve a estar conectada: {id}')
OPEN_THIS = Text(
    "Open this address, agree, and give the address that the browser comes back to within 15 minutes to "
    "`stores authorise-finish --account {account} --redirected ADDRESS`:",
    "Abre esta dirección, acepta, y da en 15 minutos la dirección a la que vuelve el navegador a "
    "`stores authorise-finish --account {account} --redirected DIRECCIÓN`:",
)
BY_CONSENT = Text(
    "This store is connected by consent: `stores authorise brightpearl --account {account} --store {store} --redirect-uri URL` "
    "begins anew.",
    "Esta tienda se conecta con un permiso: `stores authorise brightpearl --account {account} --store {store} "
    "--redirect-uri URL` empieza de nuevo.",
)
NEEDED = Text("--auth {auth} also needs {option}.", "--auth {auth} también necesita {option}.")
NOT_NEEDED = Text("--auth {auth} has no use for {option}: leave it out.", "--auth {auth} no usa {option}: quítalo.")
TOKEN = Text("token", "token")
DEVELOPER_SECRET = Text("developer secret", "secreto de desarrollador")
CLIENT_SECRET = Text("client secret", "secreto de cliente")
LISTS = {
    "channels": Text("Channels", "Canales"),
    "warehouses": Text("Warehouses", "Almacenes"),
    "shipping_methods": Text("Shipping methods", "Métodos de envío"),
    "order_statuses": Text("Order statuses", "Estados de pedido"),
}

F = TypeVar("F", bound=Callable[..., Any])


def _wish_options(*, required: bool) -> Callable[[F], F]:
    """What is imported, what is written back, and how often. What is not required can be chosen once the store is reached."""
    options = (
        click.option(
            "--daily-refresh-at", default="03:00", show_default=True, metavar="HH:MM", help="In the account's time zone."
        ),
        click.option("--refresh-minutes", type=int, default=15, show_default=True),
        click.option("--name", help="What people call the store."),
        click.option("--order-note-public", is_flag=True, help="Let customers see that note."),
        click.option(
            "--order-note",
            default="",
            metavar="TEXT",
            help="A note for the shipped order; it may hold {tracking}, {carrier}, {service} and {order_number}.",
        ),
        click.option(
            "--status-when",
            type=click.Choice(["all_shipped", "always"]),
            default="all_shipped",
            show_default=True,
            help="Set it when all goods-out notes of the order have shipped, or with each.",
        ),
        click.option("--shipped-status-id", type=int, help="The status of shipped orders, for --on-ship order_status and both."),
        click.option("--event-owner-id", type=int, help="The contact id of who marks notes as shipped."),
        click.option(
            "--on-ship",
            type=click.Choice(["none", "mark_shipped", "order_status", "both"]),
            required=required,
            default=None if required else "none",
            help="What to do in Brightpearl when an order ships.",
        ),
        click.option("--warehouse-id", "warehouse_ids", type=int, multiple=True, help="Only these warehouses; all when absent."),
        click.option(
            "--channel-id",
            "channel_ids",
            type=int,
            multiple=True,
            required=required,
            help="Give it once for each channel; 0 stands for orders without one.",
        ),
    )

    def add(command: F) -> F:
        for option in options:
            command = option(command)
        return command

    return add


@click.group()
def connect() -> None:
    """Connect a store; its credentials are checked first."""


@connect.command(KIND)
@account_option
@click.option("--integration-url", metavar="URL", help="Scheme and host of every call, instead of the data centre's.")
@click.option("--account-code", required=True, help="The code of the Brightpearl account.")
@click.option("--datacenter", required=True, help="eu1, use1, …")
@click.option(
    "--auth",
    type=click.Choice(["login", *TOKENS]),
    default="login",
    show_default=True,
    help="User name and password; the account's or a staff member's token of a private app; or a signed token.",
)
@click.option("--username", help="Of a Brightpearl user with API access (--auth login).")
@click.option("--password-stdin", is_flag=True, help="Read the password as one line from the standard input (--auth login).")
@click.option("--app-ref", help="The reference of the app (all but --auth login).")
@click.option("--dev-ref", help="The developer's reference (--auth signed_token).")
@click.option(
    "--token-stdin",
    is_flag=True,
    help="Read the token as one line from the standard input; for --auth signed_token two lines: first the developer secret, "
    "then the unsigned token.",
)
@_wish_options(required=True)
@json_option
@click.pass_context
def connect_brightpearl(context: click.Context, account_slug: str, as_json: bool, **given: Any) -> None:
    """Connect a Brightpearl account."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    auth = given.pop("auth")
    identity = {name: given.pop(name) for name in ("username", "password_stdin", "app_ref", "dev_ref", "token_stdin")}
    _check_identity(context, auth, identity, language)
    form = _form(given, auth, identity, _read_credentials(auth, identity["username"], language))
    store = connect_store(runtime.application, account_slug, form)
    _tell_connected(store, account_slug, as_json, CONNECTED, language)


@click.group()
def authorise() -> None:
    """Begin to connect a store by consent (OAuth): prints the address to open."""


@authorise.command(KIND)
@account_option
@click.option("--store", "store_id", help="Connect this store again; it keeps its settings.")
@click.option("--integration-url", metavar="URL", help="Scheme and host of every call, instead of what OAuth says.")
@click.option("--account-code", help="The code of the Brightpearl account.")
@click.option("--datacenter", help="eu1, use1, …; OAuth says it as well.")
@click.option("--oauth-url", metavar="URL", help="Scheme and host of OAuth, instead of Brightpearl's.")
@click.option("--redirect-uri", required=True, metavar="URL", help="Where the browser comes back to, as registered with the app.")
@click.option("--app-ref", help="The reference of the app, also its client id.")
@click.option("--dev-ref", help="The developer's reference.")
@click.option("--client-secret-stdin", is_flag=True, help="Read the client secret as one line from the standard input.")
@_wish_options(required=False)
@json_option
@click.pass_context
def authorise_brightpearl(
    context: click.Context, account_slug: str, store_id: str | None, redirect_uri: str, as_json: bool, **given: Any
) -> None:
    """Begin to connect a Brightpearl account by OAuth. The consent is good for 15 minutes."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    app = runtime.application
    with app.reading() as uow:
        account = get_account(uow, account_slug)
    begun: Authorisation
    if store_id is not None:
        begun = begin_reconnection(app, account, store_id, user=OPERATOR, redirect_uri=redirect_uri)
    else:
        identity = {name: given.pop(name) for name in ("app_ref", "dev_ref", "oauth_url")}
        secret = {"client_secret": read_secret(CLIENT_SECRET, language)} if given.pop("client_secret_stdin") else {}
        form = _form(given, "oauth", identity, secret)
        begun = begin_authorisation(app, account, form, user=OPERATOR, redirect_uri=redirect_uri)
    data = {"address": begun.address, "state": begun.state}
    answer(data, as_json, OPEN_THIS.format(language, account=account_slug), begun.address)


@click.command("authorise-finish")
@account_option
@click.option("--redirected", required=True, metavar="ADDRESS", help="The whole address that the browser came back to.")
@json_option
@click.pass_context
def authorise_finish(context: click.Context, account_slug: str, redirected: str, as_json: bool) -> None:
    """Finish to connect a store by consent."""
    runtime = runtime_of(context)
    app = runtime.application
    with app.reading() as uow:
        account = get_account(uow, account_slug)
    came = read_return(redirected)
    store = finish_authorisation(app, account, OPERATOR, came.state, came.code)
    _tell_connected(store, account_slug, as_json, CONNECTED, runtime.settings.language)


@click.command("choices")
@click.argument("store_id")
@json_option
@click.pass_context
def choices(context: click.Context, store_id: str, as_json: bool) -> None:
    """List the channels, warehouses, shipping methods and order statuses that a store's settings can name."""
    runtime = runtime_of(context)
    store = _get_store(context, store_id)
    found = choices_of(runtime.application, store.account_id, store.id)
    lists: dict[str, tuple[Choice, ...]] = {name: getattr(found, name) for name in LISTS}
    lines = []
    for name, entries in lists.items():
        lines += [LISTS[name].format(runtime.settings.language), *(f"  {one.id}  {one.name}" for one in entries)]
    data = {name: [{"id": _as_number(one.id), "name": one.name} for one in entries] for name, entries in lists.items()}
    answer(data, as_json, *lines)


def _as_number(identifier: str) -> int | str:
    """An id as JSON has it: a number where the store's ids are numbers."""
    return int(identifier) if identifier.isdecimal() else identifier


@click.command("reconnect")
@click.argument("store_id")
@click.option("--username", help="Of another Brightpearl user; that of before when absent.")
@click.option("--password-stdin", is_flag=True, help="Read the new password as one line from the standard input.")
@click.option(
    "--token-stdin",
    is_flag=True,
    help="Read the new token as one line from the standard input; for a signed token two lines: first the developer secret, "
    "then the unsigned token.",
)
@json_option
@click.pass_context
def reconnect(
    context: click.Context, store_id: str, username: str | None, password_stdin: bool, token_stdin: bool, as_json: bool
) -> None:
    """Give a store new credentials; they are checked first."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    store = _get_store(context, store_id)
    with runtime.application.reading() as uow:
        slug = uow.accounts.get(store.account_id).slug
    auth = store.settings.get("auth") or "login"
    if auth == "oauth":
        raise WrongInput(BY_CONSENT.format(language, account=slug, store=store.id))
    name = username or store.credentials.get("username")
    identity = {"username": name if auth == "login" else username, "password_stdin": password_stdin, "token_stdin": token_stdin}
    _check_identity(context, auth, identity, language)
    credentials = _read_credentials(auth, name, language)
    kept = replace_credentials(runtime.application, store.account_id, store.id, credentials, OPERATOR)
    _tell_connected(kept, slug, as_json, RECONNECTED, language)


_NEEDS = {
    "login": ("username", "password_stdin"),
    "account_token": ("app_ref", "token_stdin"),
    "staff_token": ("app_ref", "token_stdin"),
    "signed_token": ("app_ref", "dev_ref", "token_stdin"),
}


def _check_identity(context: click.Context, auth: str, identity: dict[str, Any], language: Language) -> None:
    """That each way to log in gets the options it needs, and no other."""
    for name, value in identity.items():
        option = f"--{name.replace('_', '-')}"
        if name in _NEEDS[auth] and not value:
            if auth == "login":
                raise click.MissingParameter(ctx=context, param=next(one for one in context.command.params if one.name == name))
            raise WrongInput(NEEDED.format(language, auth=auth, option=option))
        if name not in _NEEDS[auth] and value:
            raise WrongInput(NOT_NEEDED.format(language, auth=auth, option=option))


def _read_credentials(auth: str, username: str | None, language: Language) -> dict[str, str]:
    if auth == "login":
        return {"username": username or "", "password": read_password(language)}
    if auth == "signed_token":
        return {"developer_secret": read_secret(DEVELOPER_SECRET, language), "token": read_secret(TOKEN, language)}
    return {"token": read_secret(TOKEN, language)}


def _form(given: dict[str, Any], auth: str, identity: dict[str, Any], credentials: dict[str, str]) -> StoreForm:
    """The form of what was given; settings that were not are left out."""
    wishes = ("event_owner_id", "shipped_status_id", "order_note", "order_note_public")
    settings = {
        **{name: given[name] for name in ("integration_url", "account_code", "datacenter")},
        "channel_ids": list(given["channel_ids"]),
        "warehouse_ids": list(given["warehouse_ids"]),
        "on_ship": given["on_ship"],
        "status_when": given["status_when"],
        **{name: given[name] for name in wishes if given[name]},
        "auth": auth,
        **{name: identity[name] for name in ("app_ref", "dev_ref", "oauth_url") if identity.get(name)},
    }
    return StoreForm(
        kind=KIND,
        name=given["name"] or f"Brightpearl {given['account_code']}",
        settings=settings,
        credentials=credentials,
        refresh_minutes=given["refresh_minutes"],
        daily_refresh_at=given["daily_refresh_at"],
    )


def _get_store(context: click.Context, store_id: str) -> Store:
    with runtime_of(context).application.reading() as uow:
        try:
            return uow.stores.get(store_id)
        except NotFound:
            raise Refused("no_store", NO_STORE, store=store_id) from None


def _tell_connected(store: Store, slug: str, as_json: bool, text: Text, language: Language) -> None:
    data = {"id": store.id, "status": store.state.value, "kind": store.kind, "name": store.name, "account": slug}
    answer(data, as_json, text.format(language, name=store.name, id=store.id))
