"""Looks at a database without changing it: can it be reached, read, written to, and is it the one this program expects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine.model.health import Finding
from rules.messages import Message, Text
from storage.database import Database
from storage.errors import DatabaseDiffers, StorageError
from storage.migrate import find_revision, head_revision
from storage.private_files import database_files, open_to_others
from storage.schema_check import schema_problems
from storage.sealed_rows import unreadable

_OPEN_FILE = Text(
    "{file} can be used by others of this machine (mode {mode}): `chmod 600 {file}`, as its owner.",
    "Otros usuarios de esta máquina pueden usar {file} (modo {mode}): `chmod 600 {file}`, como su propietario.",
)
_NO_DATABASE = Text(
    "There is no database in {file} yet: `python app.py migrate` makes one.",
    "Aún no hay base de datos en {file}: `python app.py migrate` la crea.",
)
_OLDER = Text(
    "The database is at version {found}, this program works with {wanted}: `python app.py migrate` brings it up to date.",
    "La base de datos está en la versión {found} y este programa usa la {wanted}: `python app.py migrate` la actualiza.",
)
_NEWER = Text(
    "The database is at version {found}, this program works with {wanted}: start the Relevo that prepared it.",
    "La base de datos está en la versión {found} y este programa usa la {wanted}: arranca el Relevo que la preparó.",
)
_OTHER_SCHEMA = Text(
    "The database says it is at version {version}, but {problem}: it comes from a version that was never released, or somebody "
    "changed it. Bring back a backup, or start with a new one in another RELEVO_DATA_DIR and import again.",
    "La base de datos dice estar en la versión {version}, pero {problem}: viene de una versión que nunca se publicó, o alguien "
    "la cambió. Recupera una copia, o empieza con otra nueva en otro RELEVO_DATA_DIR e importa de nuevo.",
)
_NEVER = Text("none", "ninguna")


def look_at(database: Database, private_files: Iterable[Path]) -> Iterator[Finding]:
    """Every check in turn; what cannot be looked at because an earlier one failed is left out."""
    files = [*private_files, *([] if database.path is None else database_files(database.path))]
    yield Finding("files", tuple(_open_file(file, mode) for file, mode in open_to_others(files)))
    if database.path is not None and not database.path.exists():
        yield Finding("database", (Message("no_database", _NO_DATABASE, {"file": database.path}),))
        return
    reached = _attempt("database", lambda: find_revision(database))
    yield reached
    if not reached.is_good:
        return
    version = Finding("version", tuple(_version_problems(find_revision(database))))
    yield version
    if version.is_good:
        yield Finding("schema", tuple(other_schema(database)))
        yield Finding("credentials", tuple(unreadable(database)))
    yield _attempt("writing", database.check_writable)


def other_schema(database: Database) -> list[Message]:
    """What makes a database of the right version another one than this program expects."""
    version = head_revision()
    found = schema_problems(database)
    return [Message("other_schema", _OTHER_SCHEMA, {"version": version, "problem": problem}) for problem in found]


def check(database: Database) -> None:
    """Raises DatabaseReadOnly, DatabaseDiffers, or DatabaseUnavailable for what else is in the way of working with it."""
    database.check_writable()
    for problem in other_schema(database):
        raise DatabaseDiffers(problem=problem)


def _open_file(file: Path, mode: int) -> Message:
    return Message("open_file", _OPEN_FILE, {"file": file, "mode": f"{mode:04o}"})


def _attempt(check: str, do: Callable[[], object]) -> Finding:
    try:
        do()
    except StorageError as error:
        return Finding(check, (error.message,))
    return Finding(check)


def _version_problems(found: str | None) -> Iterator[Message]:
    wanted = head_revision()
    if found != wanted:
        text = _NEWER if found is not None and found > wanted else _OLDER
        yield Message("other_version", text, {"found": found or _NEVER, "wanted": wanted})
