"""`stores set|disconnect`: what people decide about a store that is connected, and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.store import Store
from engine.model.store_preferences import NoticeTopic, ProductDetails, WeightUnit
from engine.services.stores.change_store import StoreChanges, disconnect_store, update_store
from rules.messages import Text

OPERATOR = "operator"

CHANGED = Text('The store "{name}" is changed: {id}', 'La tienda "{name}" se ha cambiado: {id}')
DISCONNECTED = Text(
    'The store "{name}" is disconnected; its orders stay as they are: {id}',
    'La tienda "{name}" está desconectada; sus pedidos quedan como están: {id}',
)
NOTHING_TO_SET = Text("Say what to set: `stores set --help` lists it all.", "Di qué cambiar: `stores set --help` lo enumera.")
ALL_OR_NONE = Text("Give --notice or --no-notices, not both.", "Usa --notice o --no-notices, no las dos.")
_SETTINGS = (
    *("channel_ids", "warehouse_ids", "on_ship", "shipped_status_id"),
    *("status_when", "event_owner_id", "order_note", "order_note_public", "custom_field_2", "custom_field_3"),
    *("buyer_note_field", "gift_message_field"),
)


@click.command("set")
@click.argument("store_id")
@click.option("--name", help="What people call the store.")
@click.option("--refresh-minutes", type=int, help="Import every so many minutes, 1 to 1440.")
@click.option("--daily-refresh-at", metavar="HH:MM", help="Look at everything daily, in the account's time zone.")
@click.option("--product-details", type=click.Choice([one.value for one in ProductDetails]), help="Weights and barcodes.")
@click.option("--weight-unit", type=click.Choice([one.value for one in WeightUnit]), help="Of the product records.")
@click.option("--keep-raw-days", type=int, help="Keep what the store answered for so many days, 1 to 365.")
@click.option("--packing-slip-name", help="Empty: the account's name.")
@click.option(
    "--notice", "notices", type=click.Choice([one.value for one in NoticeTopic]), multiple=True, help="Tell of these alone."
)
@click.option("--no-notices", is_flag=True, help="Tell of nothing.")
@click.option("--channel-id", "channel_ids", type=int, multiple=True, help="These channels instead; 0 for orders without one.")
@click.option("--warehouse-id", "warehouse_ids", type=int, multiple=True, help="These warehouses instead.")
@click.option("--all-warehouses", is_flag=True)
@click.option("--on-ship", type=click.Choice(["none", "mark_shipped", "order_status", "both"]), help="When an order ships.")
@click.option("--shipped-status-id", type=int, help="The status of shipped orders.")
@click.option("--status-when", type=click.Choice(["all_shipped", "always"]), help="When to set it.")
@click.option("--event-owner-id", type=int, help="The contact id of who marks notes as shipped.")
@click.option(
    "--order-note", metavar="TEXT", help="It may hold {tracking}, {carrier}, {service} and {order_number}; empty: none."
)
@click.option("--order-note-public/--order-note-private", default=None, help="Whether customers see that note.")
@click.option(
    "--custom-field-2", metavar="CODE", help="Brightpearl's custom field for the rules' field of that name; empty: none."
)
@click.option("--custom-field-3", metavar="CODE", help="Likewise.")
@click.option("--buyer-note-field", metavar="CODE", help="Brightpearl's custom field that holds the buyer's note; empty: none.")
@click.option("--gift-message-field", metavar="CODE", help="Likewise for the gift message.")
@json_option
@click.pass_context
def set_store(context: click.Context, store_id: str, as_json: bool, **given: Any) -> None:
    """Change settings of a connected store; what is not named stays."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    if given["notices"] and given["no_notices"]:
        raise WrongInput(ALL_OR_NONE.format(language))
    changes = _changes(given)
    if changes == StoreChanges():
        raise WrongInput(NOTHING_TO_SET.format(language))
    store = update_store(runtime.application, _account_of(runtime, store_id), store_id, changes, OPERATOR)
    answer(_told(store), as_json, CHANGED.format(language, name=store.name, id=store.id))


@click.command()
@click.argument("store_id")
@json_option
@click.pass_context
def disconnect(context: click.Context, store_id: str, as_json: bool) -> None:
    """Stop importing a store, take its webhooks back and forget its credentials. Its orders stay."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    ended = disconnect_store(runtime.application, _account_of(runtime, store_id), store_id, OPERATOR)
    warning = None if ended.warning is None else ended.warning.format(language)
    data = {"id": ended.store.id, "status": ended.store.state.value, "warning": warning}
    answer(
        data, as_json, DISCONNECTED.format(language, name=ended.store.name, id=ended.store.id), *([warning] if warning else [])
    )


def _account_of(runtime: Runtime, store_id: str) -> str:
    """The operator names only the store."""
    with runtime.application.reading() as uow:
        return uow.owners.account_of_store(store_id)


def _changes(given: Mapping[str, Any]) -> StoreChanges:
    settings = {name: _listed(given[name]) for name in _SETTINGS if given[name] not in (None, ())}
    if given["all_warehouses"]:
        settings["warehouse_ids"] = []
    notices = [NoticeTopic(topic) for topic in given["notices"]]
    details, unit = given["product_details"], given["weight_unit"]
    return StoreChanges(
        name=given["name"],
        settings=settings,
        packing_slip_name=given["packing_slip_name"],
        notices=notices if notices or given["no_notices"] else None,
        product_details=None if details is None else ProductDetails(details),
        weight_unit=None if unit is None else WeightUnit(unit),
        keep_raw_days=given["keep_raw_days"],
        refresh_minutes=given["refresh_minutes"],
        daily_refresh_at=given["daily_refresh_at"],
    )


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _told(store: Store) -> dict[str, Any]:
    plan = {"refresh_minutes": store.refresh_minutes, "daily_refresh_at": store.daily_refresh_at}
    preferences = store.preferences.to_data()
    return {"id": store.id, "name": store.name, **plan, **preferences, "settings": dict(store.settings)}
