"""`stores connect KIND`, `stores authorise KIND`, `stores authorise-finish`: each kind of store says what it has to be given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from adapters.cli.accounts import account_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from adapters.cli.setting_options import (
    SettingOption,
    login_of,
    options_of,
    parameters_of,
    settings_to_connect,
)
from adapters.cli.store_logins import check_login, login_settings, read_credentials
from engine.model.store import Store
from engine.model.store_commands import StoreCommand
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme
from engine.services.accounts.acting import find_account
from engine.services.stores.authorise_store import (
    Authorisation,
    begin_authorisation,
    begin_reconnection,
    finish_authorisation,
    read_return,
)
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Language, Text

OPERATOR = "operator"

CONNECTED = Text('The store "{name}" is connected: {id}', 'La tienda "{name}" está conectada: {id}')
OPEN_THIS = Text(
    "Open this address, agree, and give the address that the browser comes back to within 15 minutes to "
    "`stores authorise-finish --account {account} --redirected ADDRESS`:",
    "Abre esta dirección, acepta, y da en 15 minutos la dirección a la que vuelve el navegador a "
    "`stores authorise-finish --account {account} --redirected DIRECCIÓN`:",
)

F = TypeVar("F", bound=Callable[..., Any])


class CommandsOfKinds(click.Group):
    """A command of its own for each kind of store that the installation has."""

    make: Callable[[StoreKind], click.Command | None]

    def list_commands(self, ctx: click.Context) -> list[str]:
        kinds = runtime_of(ctx).store_kinds.values()
        return sorted(kind.code for kind in kinds if self.make(kind) is not None)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        kind = runtime_of(ctx).store_kinds.get(cmd_name)
        return None if kind is None else self.make(kind)


def plan_options(command: F) -> F:
    """What people call a new store, and how often it is imported."""
    options = (
        click.option(
            "--daily-refresh-at", default="03:00", show_default=True, metavar="HH:MM", help="In the account's time zone."
        ),
        click.option("--refresh-minutes", type=int, default=15, show_default=True),
        click.option("--name", help="What people call the store."),
    )
    for option in options:
        command = option(command)
    return command


def _connect_command(kind: StoreKind) -> click.Command:
    @click.command(kind.code, help=kind.commands.about.get(StoreCommand.CONNECT))
    @account_option
    @plan_options
    @json_option
    @click.pass_context
    def connect_kind(context: click.Context, account_slug: str, as_json: bool, **given: Any) -> None:
        runtime = runtime_of(context)
        language = runtime.settings.language
        login, options = login_of(kind, given), options_of(kind, StoreCommand.CONNECT)
        check_login(context, kind, login, options, given, language)
        form = _form(kind, login, options, given, language)
        store = connect_store(runtime.application, account_slug, form)
        tell_connected(store, account_slug, as_json, CONNECTED, language)

    connect_kind.params[1:1] = parameters_of(kind, StoreCommand.CONNECT)
    return connect_kind


def _authorise_command(kind: StoreKind) -> click.Command | None:
    consent = kind.consent_login
    if consent is None:
        return None

    @click.command(kind.code, help=kind.commands.about.get(StoreCommand.AUTHORISE))
    @account_option
    @click.option("--store", "store_id", help="Connect this store again; it keeps its settings.")
    @click.option(
        "--redirect-uri", required=True, metavar="URL", help="Where the browser comes back to, as registered with the app."
    )
    @plan_options
    @json_option
    @click.pass_context
    def authorise_kind(
        context: click.Context, account_slug: str, store_id: str | None, redirect_uri: str, as_json: bool, **given: Any
    ) -> None:
        runtime = runtime_of(context)
        language = runtime.settings.language
        app = runtime.application
        with app.reading() as uow:
            account = find_account(uow, account_slug)
        begun: Authorisation
        if store_id is not None:
            begun = begin_reconnection(app, account, store_id, user=OPERATOR, redirect_uri=redirect_uri)
        else:
            form = _form(kind, consent, options_of(kind, StoreCommand.AUTHORISE), given, language)
            begun = begin_authorisation(app, account, form, user=OPERATOR, redirect_uri=redirect_uri)
        data = {"address": begun.address, "state": begun.state}
        answer(data, as_json, OPEN_THIS.format(language, account=account_slug), begun.address)

    authorise_kind.params[3:3] = parameters_of(kind, StoreCommand.AUTHORISE)
    return authorise_kind


class _Connect(CommandsOfKinds):
    make = staticmethod(_connect_command)


class _Authorise(CommandsOfKinds):
    make = staticmethod(_authorise_command)


@click.group(cls=_Connect)
def connect() -> None:
    """Connect a store; its credentials are checked first."""


@click.group(cls=_Authorise)
def authorise() -> None:
    """Begin to connect a store by consent (OAuth): prints the address to open."""


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
        account = find_account(uow, account_slug)
    came = read_return(redirected)
    store = finish_authorisation(app, account, OPERATOR, came.state, came.code)
    tell_connected(store, account_slug, as_json, CONNECTED, runtime.settings.language)


def tell_connected(store: Store, slug: str, as_json: bool, text: Text, language: Language) -> None:
    """The answer of a command that connected a store."""
    data = {"id": store.id, "status": store.state.value, "kind": store.kind, "name": store.name, "account": slug}
    answer(data, as_json, text.format(language, name=store.name, id=store.id))


def _form(
    kind: StoreKind, login: LoginScheme, options: list[SettingOption], given: Mapping[str, Any], language: Language
) -> StoreForm:
    """The form of what was given; the secrets among it are read."""
    settings = {
        **settings_to_connect(kind, options, given),
        **({LOGIN: login.code} if login.code else {}),
        **login_settings(login, options, given),
    }
    return StoreForm(
        kind=kind.code,
        name=given["name"] or kind.store_name(settings),
        settings=settings,
        credentials=read_credentials(login, options, given, language),
        refresh_minutes=given["refresh_minutes"],
        daily_refresh_at=given["daily_refresh_at"],
    )
