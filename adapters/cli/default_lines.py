"""What commands about defaults share: who acts, and sentences about what cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from adapters.cli.acting import account_looked_at, acting
from adapters.cli.output import WRITTEN, WrongInput, answer, write_bytes, write_file
from adapters.cli.runtime import Runtime
from engine.application import Application
from engine.services.accounts.acting import require_admin
from engine.services.accounts.people import OPERATOR
from engine.services.defaults.lines import Imported, WrongCell
from engine.services.inventory.count_files import LONGEST_FILE_BYTES
from rules.messages import Text

IN_OPTION = Text("{option}: {problem}", "{option}: {problem}")
IMPORTED = Text(
    "Changed: {changed}. As before: {unchanged}. Removed: {removed}.",
    "Cambiados: {changed}. Sin cambios: {unchanged}. Quitados: {removed}.",
)

file_argument = click.argument("file", type=click.File("rb"))
replace_option = click.option("--replace", "replace_all", is_flag=True, help="Remove what the file does not name.")
out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to, instead of the output."
)


def account_and_actor(runtime: Runtime, account_slug: str, by: str | None) -> tuple[str, str]:
    """The account, and who acts: one of its admins, or the operator."""
    if by is None:
        return account_looked_at(runtime.application, account_slug, None).id, OPERATOR
    user = acting(runtime.application, by, account_slug, lambda _uow, _account_id: None)
    require_admin(user)
    return user.account_id, user.id


@contextmanager
def options_for(runtime: Runtime, called: dict[str, str]) -> Iterator[None]:
    """A value that cannot be used is wrong usage, said of its option; `called` has those that are not called as their columns."""
    try:
        yield
    except WrongCell as wrong:
        option = called.get(wrong.column, f"--{wrong.column.replace('_', '-')}")
        raise WrongInput(IN_OPTION.format(runtime.settings.language, option=option, problem=wrong.message)) from None


def take_file(
    runtime: Runtime,
    file: BinaryIO,
    account_slug: str,
    by: str | None,
    take: Callable[[str, bytes, str], Imported],
    as_json: bool,
) -> None:
    """Take a file of defaults, all of it or nothing, by what is called with the account, the file and who acts; say what came
    of it.
    """
    account_id, actor = account_and_actor(runtime, account_slug, by)
    imported = take(account_id, file.read(LONGEST_FILE_BYTES + 1), actor)
    data = {"changed": imported.changed, "unchanged": imported.unchanged, "removed": imported.removed}
    answer(data, as_json, IMPORTED.format(runtime.settings.language, **data))


def give_file(
    runtime: Runtime, account_slug: str, by: str | None, written: Callable[[Application, str], str], out: Path | None
) -> None:
    """Write an account's defaults as the file that `take_file` takes."""
    write_out(runtime, written(runtime.application, account_looked_at(runtime.application, account_slug, by).id), out)


def write_out(runtime: Runtime, content: str, out: Path | None) -> None:
    """Write a file of defaults to where it was asked for."""
    if out is None or str(out) == "-":
        write_bytes(content.encode())
        return
    write_file(out, content.encode(), runtime.settings.language)
    answer({}, False, WRITTEN.format(runtime.settings.language, file=str(out)))
