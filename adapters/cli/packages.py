"""`packages`: boxes that an account keeps under a name."""

from __future__ import annotations

import re
from typing import Any

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import account_looked_at, acting, looking_by_option, maybe_by_option
from adapters.cli.output import WrongInput, answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.saved_package import SavedPackage
from engine.services.accounts.acting import require_admin
from engine.services.accounts.people import OPERATOR
from engine.services.accounts.saved_packages import add_package, list_packages, remove_package
from rules.messages import Text

BAD_SIZE = Text(
    '"{size}" is not a size: write LxWxH in millimetres, such as 300x200x150.',
    '"{size}" no es un tamaño: escribe LxAxA en milímetros, como 300x200x150.',
)
NONE_YET = Text("The account has no packages yet.", "La cuenta aún no tiene embalajes.")
REMOVED = Text("The package {name} is removed.", "El embalaje {name} se ha eliminado.")
_SIZE = re.compile(r"(\d{1,6})[x×](\d{1,6})[x×](\d{1,6})")


@click.group()
def packages() -> None:
    """Boxes that an account keeps under a name."""


@packages.command("add")
@account_option
@click.option("--name", required=True, help="As rules and orders call it.")
@click.option("--size", metavar="LxWxH", help="Millimetres.")
@click.option(
    "--tare", "tare_g", type=int, default=0, show_default=True, metavar="GRAMS", help="What it weighs when it is empty."
)
@click.option("--default", "is_default", is_flag=True, help="Take it where an order names no package.")
@maybe_by_option
@json_option
@click.pass_context
def add_command(
    context: click.Context,
    account_slug: str,
    name: str,
    size: str | None,
    tare_g: int,
    is_default: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Keep a package."""
    runtime = runtime_of(context)
    account_id, actor = _account(runtime, account_slug, by)
    sides = _sides(runtime, size)
    added = add_package(runtime.application, SavedPackage("", account_id, name, *sides, tare_g, is_default), actor)
    answer(_entry(added), as_json, _line(added))


@packages.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's packages."""
    runtime = runtime_of(context)
    found = list_packages(runtime.application, account_looked_at(runtime.application, account_slug, by).id)
    none_yet = NONE_YET.format(runtime.settings.language)
    answer({"packages": [_entry(one) for one in found]}, as_json, *([_line(one) for one in found] or [none_yet]))


@packages.command("remove")
@click.argument("package_id", metavar="ID")
@account_option
@maybe_by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, package_id: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Forget a package; orders that name it keep the name."""
    runtime = runtime_of(context)
    account_id, actor = _account(runtime, account_slug, by)
    removed = remove_package(runtime.application, account_id, package_id, actor)
    answer({"id": package_id, "state": "removed"}, as_json, REMOVED.format(runtime.settings.language, name=removed.name))


def _account(runtime: Runtime, account_slug: str, by: str | None) -> tuple[str, str]:
    """The account, and who acts: one of its admins, or the operator."""
    if by is None:
        return account_looked_at(runtime.application, account_slug, None).id, OPERATOR
    user = acting(runtime.application, by, account_slug, lambda _uow, _account_id: None)
    require_admin(user)
    return user.account_id, user.id


def _sides(runtime: Runtime, size: str | None) -> tuple[int | None, int | None, int | None]:
    if size is None:
        return None, None, None
    match = _SIZE.fullmatch(size.strip())
    if match is None:
        raise WrongInput(BAD_SIZE.format(runtime.settings.language, size=size))
    return int(match[1]), int(match[2]), int(match[3])


def _entry(package: SavedPackage) -> dict[str, Any]:
    return {
        "id": package.id,
        "name": package.name,
        "length_mm": package.length_mm,
        "width_mm": package.width_mm,
        "height_mm": package.height_mm,
        "tare_g": package.tare_g,
        "default": package.is_default,
    }


def _line(package: SavedPackage) -> str:
    size = "×".join(str(side) for side in package.sides if side is not None)
    return "  ".join(filter(None, (package.name, size and f"{size} mm", f"{package.tare_g} g", package.id)))
