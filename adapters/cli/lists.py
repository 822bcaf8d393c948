"""`lists`: named lists that an account's rules compare with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from adapters.cli.acting import account_looked_at, acting, looking_by_option, maybe_by_option
from adapters.cli.output import WRITTEN, answer, json_option, write_bytes, write_file
from adapters.cli.rule_sets import StoredText, account_option
from adapters.cli.runtime import Runtime, runtime_of
from engine.application import Application
from engine.model.account import Account
from engine.services.accounts.acting import require_admin
from engine.services.accounts.people import OPERATOR
from engine.services.lists.list_files import LONGEST_FILE_BYTES, parse_members, write_list
from engine.services.lists.named_lists import (
    ListChange,
    ListedList,
    add_members,
    drop_members,
    find_list,
    list_lists,
    remove_list,
    set_list,
)
from rules.messages import Language, Text

NONE_YET = Text("The account has no lists yet.", "La cuenta aún no tiene listas.")
CHANGED = Text(
    "{name}  members: {members} (added: {added}, removed: {removed})",
    "{name}  elementos: {members} (añadidos: {added}, quitados: {removed})",
)
LISTED = Text(
    "{name}  members: {members}  rules: {rules}  changed {at} by {who}",
    "{name}  elementos: {members}  reglas: {rules}  cambiada {at} por {who}",
)
REMOVED = Text("The list {name} is removed.", "La lista {name} se ha eliminado.")

_TEXT = StoredText()
_name = click.argument("name", type=_TEXT)
_members = click.argument("members", type=_TEXT, metavar="VALUE", nargs=-1, required=True)


@click.group()
def lists() -> None:
    """Named lists that an account's rules compare with: `value: {list: NAME}`."""


@lists.command("set")
@_name
@click.argument("file", type=click.File("rb"))
@account_option
@click.option("--column", type=_TEXT, metavar="NAME", help="The column of a CSV file; without it, `member` or whole lines.")
@maybe_by_option
@json_option
@click.pass_context
def set_command(
    context: click.Context, name: str, file: Any, account_slug: str, column: str | None, by: str | None, as_json: bool
) -> None:
    """Give a list the members of a file (- is the input) and no others: one a line, or a column of a CSV file.

    A list that is not there is made. All of the file is taken, or nothing.
    """
    runtime = runtime_of(context)
    account, actor = _acting(runtime, account_slug, by)
    members = parse_members(file.read(LONGEST_FILE_BYTES + 1), column)
    _answer(set_list(runtime.application, account, name, members, actor), as_json, runtime)


def _changes_members(verb: str, what: str, change: Callable[[Application, Account, str, Sequence[str], str], ListChange]) -> None:
    """The command that changes which members a list has."""

    @lists.command(verb, help=what)
    @_name
    @_members
    @account_option
    @maybe_by_option
    @json_option
    @click.pass_context
    def command(
        context: click.Context, name: str, members: tuple[str, ...], account_slug: str, by: str | None, as_json: bool
    ) -> None:
        runtime = runtime_of(context)
        account, actor = _acting(runtime, account_slug, by)
        _answer(change(runtime.application, account, name, members, actor), as_json, runtime)


_changes_members("add", "Add members to a list.", add_members)
_changes_members("drop", "Take members out of a list.", drop_members)


@lists.command("list")
@account_option
@looking_by_option
@json_option
@click.pass_context
def list_command(context: click.Context, account_slug: str, by: str | None, as_json: bool) -> None:
    """List an account's lists, and which of its rules name each."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    language = runtime.settings.language
    entries = [_entry(one) for one in list_lists(runtime.application, account)]
    answer({"lists": entries}, as_json, *([_line(one, language) for one in entries] or [NONE_YET.format(language)]))


@lists.command("show")
@_name
@account_option
@looking_by_option
@json_option
@click.pass_context
def show_command(context: click.Context, name: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Show a list with all its members."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    listed, members = find_list(runtime.application, account, name)
    entry = _entry(listed)
    data = {**entry, "count": entry["members"], "members": list(members)}
    answer(data, as_json, _line(entry, runtime.settings.language), *(f"  {member}" for member in members))


@lists.command("remove")
@_name
@account_option
@maybe_by_option
@json_option
@click.pass_context
def remove_command(context: click.Context, name: str, account_slug: str, by: str | None, as_json: bool) -> None:
    """Forget a list that no published rule names."""
    runtime = runtime_of(context)
    account, actor = _acting(runtime, account_slug, by)
    removed = remove_list(runtime.application, account, name, actor)
    said = REMOVED.format(runtime.settings.language, name=removed.name)
    answer({"name": removed.name, "state": "removed"}, as_json, said)


@lists.command("export")
@_name
@account_option
@looking_by_option
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to, instead of the output.")
@click.pass_context
def export_command(context: click.Context, name: str, account_slug: str, by: str | None, out: Path | None) -> None:
    """Write a list as CSV, which `lists set` reads again."""
    runtime = runtime_of(context)
    account = account_looked_at(runtime.application, account_slug, by)
    content = write_list(find_list(runtime.application, account, name)[1]).encode()
    if out is None or str(out) == "-":
        write_bytes(content)
    else:
        write_file(out, content, runtime.settings.language)
        answer({}, False, WRITTEN.format(runtime.settings.language, file=str(out)))


def _acting(runtime: Runtime, account_slug: str, by: str | None) -> tuple[Account, str]:
    """The account, and who acts: one of its admins, or the operator."""
    account = account_looked_at(runtime.application, account_slug, None)
    if by is None:
        return account, OPERATOR
    user = acting(runtime.application, by, account_slug, lambda _uow, _account_id: None)
    require_admin(user)
    return account, user.id


def _answer(change: ListChange, as_json: bool, runtime: Runtime) -> None:
    kept = change.kept
    data = {"name": kept.name, "members": kept.count, "added": change.added, "removed": change.removed}
    answer(data, as_json, CHANGED.format(runtime.settings.language, **data))


def _entry(listed: ListedList) -> dict[str, Any]:
    kept = listed.kept
    return {
        "name": kept.name,
        "members": kept.count,
        "rules": list(listed.rules),
        "changed_at": kept.changed_at.isoformat(),
        "changed_by": listed.who,
    }


def _line(entry: dict[str, Any], language: Language) -> str:
    rules = ", ".join(entry["rules"]) or "-"
    params = {"name": entry["name"], "members": entry["members"], "rules": rules}
    return LISTED.format(language, **params, at=entry["changed_at"], who=entry["changed_by"])
