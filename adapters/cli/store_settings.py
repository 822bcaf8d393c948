"""`stores set|disconnect`: what people decide about a store that is connected, and its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.owners import account_of_store
from adapters.cli.runtime import runtime_of
from adapters.cli.setting_options import SettingOption, is_given, options_of, parameters_of_all, settings_to_change
from adapters.cli.store_access import find_store, refuse_foreign
from engine.model.buyer_mail import BuyerMail
from engine.model.store import Store
from engine.model.store_commands import StoreCommand
from engine.model.store_kind import StoreKind
from engine.model.store_preferences import NoticeTopic, ProductDetails, WeightUnit
from engine.services.stores.change_store import StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import connector_of
from rules.messages import Text

OPERATOR = "operator"

CHANGED = Text('The store "{name}" is changed: {id}', 'La tienda "{name}" se ha cambiado: {id}')
DISCONNECTED = Text(
    'The store "{name}" is disconnected; its orders stay as they are: {id}',
    'La tienda "{name}" está desconectada; sus pedidos quedan como están: {id}',
)
NOTHING_TO_SET = Text("Say what to set: `stores set --help` lists it all.", "Di qué cambiar: `stores set --help` lo enumera.")
MAILS_OR_NONE = Text("Give --buyer-mail or --no-buyer-mails, not both.", "Usa --buyer-mail o --no-buyer-mails, no las dos.")
ALL_OR_NONE = Text("Give --notice or --no-notices, not both.", "Usa --notice o --no-notices, no las dos.")

F = TypeVar("F", bound=Callable[..., Any])


def _preferences(command: F) -> F:
    """What is decided about a store of any kind."""
    options = (
        click.option("--name", help="What people call the store."),
        click.option("--refresh-minutes", type=int, help="Import every so many minutes, 1 to 1440."),
        click.option("--daily-refresh-at", metavar="HH:MM", help="Look at everything daily, in the account's time zone."),
        click.option("--product-details", type=click.Choice([one.value for one in ProductDetails]), help="Weights and barcodes."),
        click.option("--weight-unit", type=click.Choice([one.value for one in WeightUnit]), help="Of the product records."),
        click.option("--keep-raw-days", type=int, help="Keep what the store answered for so many days, 1 to 365."),
        click.option("--packing-slip-name", help="Empty: the account's name."),
        click.option(
            *("--notice", "notices"),
            type=click.Choice([one.value for one in NoticeTopic]),
            multiple=True,
            help="Tell of these alone.",
        ),
        click.option("--no-notices", is_flag=True, help="Tell of nothing."),
        click.option(
            *("--buyer-mail", "buyer_mails"),
            type=click.Choice([one.value for one in BuyerMail]),
            multiple=True,
            help="Write to buyers of these alone.",
        ),
        click.option("--no-buyer-mails", is_flag=True, help="Write nothing to buyers."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def set_command(kinds: Iterable[StoreKind]) -> click.Command:
    """`set` with the settings of all kinds of store."""

    @click.command("set")
    @click.argument("store_id")
    @_preferences
    @json_option
    @click.pass_context
    def set_store(context: click.Context, store_id: str, as_json: bool, **given: Any) -> None:
        """Change settings of a connected store; what is not named stays."""
        runtime = runtime_of(context)
        language = runtime.settings.language
        if given["notices"] and given["no_notices"]:
            raise WrongInput(ALL_OR_NONE.format(language))
        if given["buyer_mails"] and given["no_buyer_mails"]:
            raise WrongInput(MAILS_OR_NONE.format(language))
        if not any(is_given(context, name) for name in given):
            raise WrongInput(NOTHING_TO_SET.format(language))
        store = find_store(context, store_id)
        kind = connector_of(runtime.application, store.kind).describes
        options = options_of(kind, StoreCommand.SET)
        refuse_foreign(context, kind, options)
        changes = _changes(given, options)
        changed = update_store(runtime.application, store.account_id, store_id, changes, OPERATOR)
        answer(_told(changed), as_json, CHANGED.format(language, name=changed.name, id=changed.id))

    set_store.params[-1:-1] = parameters_of_all(kinds, StoreCommand.SET)
    return set_store


@click.command()
@click.argument("store_id")
@json_option
@click.pass_context
def disconnect(context: click.Context, store_id: str, as_json: bool) -> None:
    """Stop importing a store, take its webhooks back and forget its credentials. Its orders stay."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    ended = disconnect_store(runtime.application, account_of_store(runtime.application, store_id), store_id, OPERATOR)
    warning = None if ended.warning is None else ended.warning.format(language)
    data = {"id": ended.store.id, "status": ended.store.state.value, "warning": warning}
    answer(
        data, as_json, DISCONNECTED.format(language, name=ended.store.name, id=ended.store.id), *([warning] if warning else [])
    )


def _changes(given: Mapping[str, Any], options: Iterable[SettingOption]) -> StoreChanges:
    notices = [NoticeTopic(topic) for topic in given["notices"]]
    mails = [BuyerMail(mail) for mail in given["buyer_mails"]]
    details, unit = given["product_details"], given["weight_unit"]
    return StoreChanges(
        name=given["name"],
        settings=settings_to_change(options, given),
        packing_slip_name=given["packing_slip_name"],
        notices=notices if notices or given["no_notices"] else None,
        buyer_mails=mails if mails or given["no_buyer_mails"] else None,
        product_details=None if details is None else ProductDetails(details),
        weight_unit=None if unit is None else WeightUnit(unit),
        keep_raw_days=given["keep_raw_days"],
        refresh_minutes=given["refresh_minutes"],
        daily_refresh_at=given["daily_refresh_at"],
    )


def _told(store: Store) -> dict[str, Any]:
    plan = {"refresh_minutes": store.refresh_minutes, "daily_refresh_at": store.daily_refresh_at}
    preferences = store.preferences.to_data()
    return {"id": store.id, "name": store.name, **plan, **preferences, "settings": dict(store.settings)}
