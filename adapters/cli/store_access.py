"""`stores reconnect|choices`: new credentials for a store, and what its settings can choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.owners import account_of_store
from adapters.cli.runtime import runtime_of
from adapters.cli.setting_options import SettingOption, is_given, options_of, parameters_of_all
from adapters.cli.store_connect import OPERATOR, tell_connected
from adapters.cli.store_logins import check_login, read_credentials
from engine.model.store import Choice, Store
from engine.model.store_commands import StoreCommand
from engine.model.store_kind import StoreKind
from engine.services.kept_credentials import readable
from engine.services.stores.connect_store import choices_of, connector_of, replace_credentials
from rules.messages import Text

RECONNECTED = Text('The store "{name}" is connected again: {id}', 'La tienda "{name}" vuelve a estar conectada: {id}')
BY_CONSENT = Text(
    "This store is connected by consent: `stores authorise {kind} --account {account} --store {store} --redirect-uri URL` "
    "begins anew.",
    "Esta tienda se conecta con un permiso: `stores authorise {kind} --account {account} --store {store} "
    "--redirect-uri URL` empieza de nuevo.",
)
NO_CREDENTIALS = Text(
    "Stores of the kind {kind} need no credentials, so there are none to replace.",
    "Las tiendas de tipo {kind} no necesitan credenciales, así que no hay ninguna que cambiar.",
)
NOT_OF_KIND = Text(
    "Stores of the kind {kind} have no use for {option}: leave it out.", "Las tiendas de tipo {kind} no usan {option}: quítalo."
)
LISTS = {
    "channels": Text("Channels", "Canales"),
    "warehouses": Text("Warehouses", "Almacenes"),
    "shipping_methods": Text("Shipping methods", "Métodos de envío"),
    "order_statuses": Text("Order statuses", "Estados de pedido"),
}


@click.command("choices")
@click.argument("store_id")
@json_option
@click.pass_context
def choices(context: click.Context, store_id: str, as_json: bool) -> None:
    """List the channels, warehouses, shipping methods and order statuses that a store's settings can name."""
    runtime = runtime_of(context)
    store = find_store(context, store_id)
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


def reconnect_command(kinds: Iterable[StoreKind]) -> click.Command:
    """`reconnect` with the options of all kinds of store."""

    @click.command("reconnect")
    @click.argument("store_id")
    @json_option
    @click.pass_context
    def reconnect(context: click.Context, store_id: str, as_json: bool, **given: Any) -> None:
        """Give a store new credentials; they are checked first."""
        runtime = runtime_of(context)
        language = runtime.settings.language
        store = find_store(context, store_id)
        kind = connector_of(runtime.application, store.kind).describes
        with runtime.application.reading() as uow:
            slug = uow.accounts.get(store.account_id).slug
        login = kind.login_of(store.settings)
        if not kind.logins:
            raise WrongInput(NO_CREDENTIALS.format(language, kind=kind.name))
        if login.by_consent:
            raise WrongInput(BY_CONSENT.format(language, kind=kind.code, account=slug, store=store.id))
        options = options_of(kind, StoreCommand.RECONNECT)
        refuse_foreign(context, kind, options)
        with_kept = _with_kept(store, (one for one in options if one.setting in login.credentials), given)
        check_login(context, kind, login, options, with_kept, language)
        credentials = read_credentials(login, options, with_kept, language)
        kept = replace_credentials(runtime.application, store.account_id, store.id, credentials, OPERATOR)
        tell_connected(kept, slug, as_json, RECONNECTED, language)

    reconnect.params[1:1] = parameters_of_all(kinds, StoreCommand.RECONNECT)
    return reconnect


def find_store(context: click.Context, store_id: str) -> Store:
    """A store by its id, whosever it is. Raises Refused."""
    app = runtime_of(context).application
    account_id = account_of_store(app, store_id)
    with app.reading() as uow:
        return uow.stores.get(account_id, store_id)


def refuse_foreign(context: click.Context, kind: StoreKind, options: Iterable[SettingOption]) -> None:
    """That no option of another kind of store was given. Raises what wrong usage raises."""
    runtime, own = runtime_of(context), {one.parameter.name for one in options}
    for other in runtime.store_kinds.values():
        for option in options_of(other, StoreCommand(str(context.command.name))):
            name = str(option.parameter.name)
            if name not in own and is_given(context, name):
                raise WrongInput(NOT_OF_KIND.format(runtime.settings.language, kind=kind.name, option=option.flag))


def _with_kept(store: Store, options: Iterable[SettingOption], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, and what the store has of what may be shown and was not given."""
    names = {str(one.parameter.name): one.setting.name for one in options if not one.setting.type.is_concealed}
    of_store = readable(store.credentials)
    kept = {name: of_store.get(setting) for name, setting in names.items() if not given[name]}
    return {**given, **kept}
