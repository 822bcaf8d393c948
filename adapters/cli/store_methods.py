"""`stores methods …`: which carrier and service a store's shipping methods are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, looking_by_option, maybe_by_option
from adapters.cli.default_lines import (
    account_and_actor,
    file_argument,
    give_file,
    options_for,
    out_option,
    replace_option,
    take_file,
)
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.product_default import MethodService
from engine.services.defaults.shipping_methods import (
    StoreMethod,
    import_methods,
    list_methods,
    map_method,
    methods_of_store,
    require_store,
    unmap_method,
    write_methods,
)
from rules.messages import Text

NONE_YET = Text("No shipping method is mapped yet.", "Aún no hay ningún método de envío asignado.")
UNMAPPED = Text("{method}: not mapped, {orders} orders", "{method}: sin asignar, {orders} pedidos")
MAPPED = Text("{method}: {carrier} {service}, {orders} orders", "{method}: {carrier} {service}, {orders} pedidos")
SET = Text(
    "{method} is sent with {carrier}, service {service}: {id}", "{method} se envía con {carrier}, servicio {service}: {id}"
)
REMOVED = Text("{method} is no longer mapped.", "{method} ya no está asignado.")


@click.group()
def methods() -> None:
    """Which carrier and service the shipping methods of stores are: before rules run."""


@methods.command("set")
@account_option
@click.option("--store", default="", metavar="STORE", help="Only of this store, by its id or name; else of all stores.")
@click.option("--method", required=True, help="As the store calls it, or its code there.")
@click.option("--code", default="", help="The store's code, where two methods have one name.")
@click.option("--carrier", required=True)
@click.option("--service", required=True)
@click.option("--package", default="", metavar="NAME")
@maybe_by_option
@json_option
@click.pass_context
def set_command(context: click.Context, account_slug: str, by: str | None, as_json: bool, **given: str) -> None:
    """Have orders that ask for a method sent with a service, in the place of what it was sent with."""
    runtime = runtime_of(context)
    account_id, actor = account_and_actor(runtime, account_slug, by)
    with options_for(runtime, {}):
        mapped = map_method(runtime.application, account_id, given, actor)
    answer(_entry(mapped), as_json, SET.format(runtime.settings.language, **_entry(mapped)))


@methods.command("list")
@click.argument("store_id", metavar="[STORE_ID]", default="")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, store_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """List what is mapped; of one store also what is not, with how many of its latest orders ask for it."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    if store_id:
        store = require_store(runtime.application, account.id, store_id)
        _list_store(runtime, methods_of_store(runtime.application, account.id, store.id), as_json)
        return
    found = list_methods(runtime.application, account.id)
    none_yet = NONE_YET.format(runtime.settings.language)
    answer({"methods": [_entry(one) for one in found]}, as_json, *([_line(one) for one in found] or [none_yet]))


@methods.command("remove")
@click.argument("method_id", metavar="ID")
@account_option
@maybe_by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, method_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Leave a method as its store names it."""
    runtime = runtime_of(context)
    account_id, actor = account_and_actor(runtime, account_slug, by)
    removed = unmap_method(runtime.application, account_id, method_id, actor)
    answer({"id": removed.id, "state": "removed"}, as_json, REMOVED.format(runtime.settings.language, method=removed.method))


@methods.command("import")
@file_argument
@account_option
@replace_option
@maybe_by_option
@json_option
@click.pass_context
def import_command(
    context: click.Context, file: Any, account_slug: str, replace_all: bool, by: str | None, as_json: bool
) -> None:
    """Take a CSV file with the columns of `stores methods export`; all of it, or nothing."""
    runtime = runtime_of(context)
    take = partial(import_methods, runtime.application, replace_all=replace_all)
    take_file(runtime, file, account_slug, by, take, as_json)


@methods.command("export")
@account_option
@out_option
@looking_by_option
@click.pass_context
def export_command(context: click.Context, account_slug: str, out: Path | None, by: str | None) -> None:
    """Write them as CSV, which `stores methods import` reads again."""
    give_file(runtime_of(context), account_slug, by, write_methods, out)


def _list_store(runtime: Runtime, found: Sequence[StoreMethod], as_json: bool) -> None:
    entries = [_seen(one) for one in found]
    lines = [(MAPPED if one["carrier"] else UNMAPPED).format(runtime.settings.language, **one) for one in entries]
    answer({"methods": entries}, as_json, *(lines or [NONE_YET.format(runtime.settings.language)]))


def _seen(one: StoreMethod) -> dict[str, Any]:
    mapped = one.mapped
    return {
        "method": one.seen.method or one.seen.code,
        "code": one.seen.code or None,
        "orders": one.seen.orders,
        "id": None if mapped is None else mapped.id,
        "carrier": None if mapped is None else mapped.carrier,
        "service": None if mapped is None else mapped.service,
        "package": None if mapped is None else mapped.package or None,
    }


def _entry(one: MethodService) -> dict[str, Any]:
    return {
        "id": one.id,
        "store_id": one.store_id,
        "method": one.method,
        "code": one.code or None,
        "carrier": one.carrier,
        "service": one.service,
        "package": one.package or None,
    }


def _line(one: MethodService) -> str:
    return "  ".join(filter(None, (one.id, one.store_id, f"{one.method}: {one.carrier} {one.service}", one.package)))
