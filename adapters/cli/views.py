"""`views list`, `show`, `save` and `remove`: the saved views of a person's orders grid."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import click

from adapters.cli.accounts import account_option
from adapters.cli.acting import by_option
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.model.account import Account, User
from engine.model.order_view import OrderView
from engine.services.accounts.acting import find_account, find_memberships
from engine.services.grid.order_views import (
    GridChoices,
    check_view,
    delete_view,
    find_view,
    grid_choices,
    replace_view,
    save_view,
)
from rules.messages import Text
from rules.visible import harmless_line

NONE = Text("There are no saved views.", "No hay vistas guardadas.")
SAVED = Text('The view "{name}" is saved: {id}', "La vista «{name}» está guardada: {id}")
REMOVED = Text('The view "{name}" is deleted.', "La vista «{name}» se ha eliminado.")
SHARED = Text("all of the account", "toda la cuenta")
PRIVATE = Text("only you", "solo tú")
OPENS = Text("your orders open with it", "tus pedidos se abren con ella")
EVERYTHING = Text("all orders", "todos los pedidos")
SHARED_IS_NEW_ONLY = Text(
    "--shared is for a new view: whether all of the account see one that there is is changed on the grid.",
    "--shared es para una vista nueva: quién ve una que ya existe se cambia en la lista de pedidos.",
)

view_argument = click.argument("view", metavar="VIEW")


@click.group()
def views() -> None:
    """The saved views of a person's orders: filters, columns and sorting under a name."""


@views.command("list")
@account_option
@by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str, as_json: bool) -> None:
    """List a person's own views and those that are shared with the account, by name."""
    runtime = runtime_of(context)
    _, user, choices = _seen(runtime, account_slug, by)
    owners = _owners(runtime, user)
    lines = [_line(runtime, view, choices) for view in choices.views]
    data = {"views": [_entry(view, choices, owners) for view in choices.views]}
    answer(data, as_json, *(map(harmless_line, lines) if lines else [NONE.format(runtime.settings.language)]))


@views.command("show")
@view_argument
@account_option
@by_option
@json_option
@click.pass_context
def show_command(context: click.Context, view: str, account_slug: str, by: str, as_json: bool) -> None:
    """Show what a view, named by its name or its id, asks for."""
    runtime = runtime_of(context)
    _, user, choices = _seen(runtime, account_slug, by)
    found = find_view(choices, view)
    asked = [f"  {name}={value}" for name, value in parse_qsl(found.query)] or [
        f"  {EVERYTHING.format(runtime.settings.language)}"
    ]
    lines = [_line(runtime, found, choices), *asked, *([f"  {found.columns}"] if found.columns else [])]
    answer(_entry(found, choices, _owners(runtime, user)), as_json, *map(harmless_line, lines))


@views.command("save")
@click.argument("name")
@account_option
@by_option
@click.option("--query", default="", metavar="Q", help="Filters and sorting, as the grid's address has them behind its `?`.")
@click.option("--columns", default="", metavar="C", help="Such as `order,total:s,status`; without any, those of whoever looks.")
@click.option("--shared", is_flag=True, help="All of the account see it.")
@click.option("--replace", is_flag=True, help="Put this in the place of what the view of that name has.")
@json_option
@click.pass_context
def save_command(
    context: click.Context,
    name: str,
    account_slug: str,
    by: str,
    query: str,
    columns: str,
    shared: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Save a view, or replace what one shows."""
    runtime = runtime_of(context)
    app = runtime.application
    if shared and replace:
        raise click.UsageError(SHARED_IS_NEW_ONLY.format(runtime.settings.language), context)
    account, user, choices = _seen(runtime, account_slug, by)
    query, columns = check_view(app, account, query, columns)
    if replace:
        saved = replace_view(app, user, find_view(choices, name).id, query=query, columns=columns)
    else:
        saved = save_view(app, user, name=name, query=query, columns=columns, is_shared=shared)
    said = SAVED.format(runtime.settings.language, name=saved.name, id=saved.id)
    answer(_entry(saved, choices, _owners(runtime, user)), as_json, harmless_line(said))


@views.command("remove")
@view_argument
@account_option
@by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, view: str, account_slug: str, by: str, as_json: bool) -> None:
    """Delete a view, named by its name or its id: it opens nobody's orders any more."""
    runtime = runtime_of(context)
    _, user, choices = _seen(runtime, account_slug, by)
    gone = delete_view(runtime.application, user, find_view(choices, view).id)
    said = REMOVED.format(runtime.settings.language, name=gone.name)
    answer({"id": gone.id, "name": gone.name, "removed": True}, as_json, harmless_line(said))


def _seen(runtime: Runtime, account_slug: str, by: str) -> tuple[Account, User, GridChoices]:
    """The account, the person, and what of views they see. Raises Refused."""
    with runtime.application.reading() as uow:
        account, user = find_account(uow, account_slug), find_memberships(uow, by, account_slug)[0]
    return account, user, grid_choices(runtime.application, account.id, user.id)


def _owners(runtime: Runtime, user: User) -> dict[str, str]:
    with runtime.application.reading() as uow:
        return {one.id: one.email for one in uow.users.list_for(user.account_id)}


def _line(runtime: Runtime, view: OrderView, choices: GridChoices) -> str:
    language = runtime.settings.language
    seen = (SHARED if view.is_shared else PRIVATE).format(language)
    opens = f"  ({OPENS.format(language)})" if choices.settings.view_id == view.id else ""
    return f"{view.id}  {view.name}  {seen}{opens}"


def _entry(view: OrderView, choices: GridChoices, owners: dict[str, str]) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "query": view.query,
        "columns": view.columns or None,
        "shared": view.is_shared,
        "owner": owners.get(view.owner_id),
        "opens": choices.settings.view_id == view.id,
        "changed_at": view.changed_at.isoformat(),
    }
