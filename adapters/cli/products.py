"""`products defaults …`: what an account says once of its products, for orders that do not say it themselves."""

from __future__ import annotations

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
from adapters.cli.runtime import runtime_of
from engine.application import Application
from engine.model.order_defaults import SIDES
from engine.model.product_default import DefaultOf, ProductDefault
from engine.services.defaults.product_defaults import (
    import_defaults,
    page_defaults,
    remove_default,
    set_default,
    sku_or_tag,
    write_defaults,
)
from rules.messages import Text
from rules.order_document import plain

NONE_YET = Text("The account has no product defaults yet.", "La cuenta aún no tiene valores por producto.")
SET = Text("The default for {name} is kept.", "Los valores de {name} se han guardado.")
REMOVED = Text("The default for {name} is removed.", "Los valores de {name} se han eliminado.")
_CALLED = {"sku": "--sku", "weight_g": "--weight", "origin_country": "--origin", **dict.fromkeys(SIDES, "--size")}

_sku = click.option("--sku", default="", help="Of the product with this SKU.")
_tag = click.option("--tag", default="", help="Of all products, and orders, with this tag.")


@click.group()
def products() -> None:
    """What an account says of its products."""


@products.group("defaults")
def defaults() -> None:
    """What orders get of a product where their store says nothing: before rules run."""


@defaults.command("set")
@account_option
@_sku
@_tag
@click.option("--weight", default="", metavar="GRAMS", help="Of one unit.")
@click.option("--size", default="", metavar="LxWxH", help="Millimetres.")
@click.option("--package", default="", metavar="NAME")
@click.option("--warehouse-location", default="", metavar="T")
@click.option("--hs-code", default="", metavar="CODE", help="For customs.")
@click.option("--origin", default="", metavar="CC", help="The country it comes from, for customs.")
@click.option("--customs-description", default="", metavar="T")
@maybe_by_option
@json_option
@click.pass_context
def set_command(context: click.Context, account_slug: str, by: str | None, as_json: bool, **given: str) -> None:
    """Say what is known of a product or a tag, in the place of what was said of it."""
    runtime = runtime_of(context)
    account_id, actor = account_and_actor(runtime, account_slug, by)
    size = given.pop("size").replace("×", "x")
    named = {"weight_g": given.pop("weight"), "origin_country": given.pop("origin")}
    sides = dict(zip(SIDES, [*size.split("x", 2), "", ""] if size else ("", "", ""), strict=False))
    with options_for(runtime, _CALLED):
        kept = set_default(runtime.application, account_id, {**given, **named, **sides}, actor)
    answer(_entry(kept), as_json, SET.format(runtime.settings.language, name=kept.name))


@defaults.command("list")
@account_option
@click.option("--search", default="", metavar="T", help="Only those with this in the SKU or tag.")
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, search: str, by: str | None, as_json: bool) -> None:
    """List what is said of products and tags."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    found = _all(runtime.application, account.id, search)
    none_yet = NONE_YET.format(runtime.settings.language)
    answer({"defaults": [_entry(one) for one in found]}, as_json, *([_line(one) for one in found] or [none_yet]))


@defaults.command("remove")
@account_option
@_sku
@_tag
@maybe_by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, account_slug: str, sku: str, tag: str, by: str | None, as_json: bool) -> None:
    """Say nothing of a product or a tag any longer."""
    runtime = runtime_of(context)
    account_id, actor = account_and_actor(runtime, account_slug, by)
    with options_for(runtime, _CALLED):
        removed = remove_default(runtime.application, account_id, *sku_or_tag({"sku": sku, "tag": tag}), actor)
    data = {**_named(removed), "state": "removed"}
    answer(data, as_json, REMOVED.format(runtime.settings.language, name=removed.name))


@defaults.command("import")
@file_argument
@account_option
@replace_option
@maybe_by_option
@json_option
@click.pass_context
def import_command(
    context: click.Context, file: Any, account_slug: str, replace_all: bool, by: str | None, as_json: bool
) -> None:
    """Take a CSV file with the columns of `products defaults export`; all of it, or nothing."""
    runtime = runtime_of(context)
    take = partial(import_defaults, runtime.application, replace_all=replace_all)
    take_file(runtime, file, account_slug, by, take, as_json)


@defaults.command("export")
@account_option
@out_option
@looking_by_option
@click.pass_context
def export_command(context: click.Context, account_slug: str, out: Path | None, by: str | None) -> None:
    """Write them as CSV, which `products defaults import` reads again."""
    give_file(runtime_of(context), account_slug, by, write_defaults, out)


def _all(app: Application, account_id: str, search: str) -> list[ProductDefault]:
    found: list[ProductDefault] = []
    page = page_defaults(app, account_id, search=search)
    found += page.defaults
    while page.next_after is not None:
        page = page_defaults(app, account_id, search=search, after=page.next_after)
        found += page.defaults
    return found


def _named(one: ProductDefault) -> dict[str, str | None]:
    return {kind.value: one.name if kind is one.kind else None for kind in DefaultOf}


def _entry(one: ProductDefault) -> dict[str, Any]:
    return {
        **_named(one),
        "weight_g": one.weight_g,
        **{name: getattr(one, name) for name in SIDES},
        "package": one.package or None,
        "warehouse_location": one.warehouse_location or None,
        "hs_code": one.hs_code or None,
        "origin_country": one.origin_country or None,
        "customs_description": one.customs_description or None,
    }


def _line(one: ProductDefault) -> str:
    sides = "×".join(str(side) for side in (one.length_mm, one.width_mm, one.height_mm) if side is not None)
    weight = "" if one.weight_g is None else f"{plain(one.weight_g)} g"
    said = (weight, sides and f"{sides} mm", one.package, one.warehouse_location, one.hs_code, one.origin_country)
    return "  ".join(filter(None, (f"{one.kind.value} {one.name}", *said, one.customs_description)))
