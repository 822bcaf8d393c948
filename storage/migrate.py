"""Bringing a database to the schema of this program."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.database import Database
from storage.errors import DatabaseTooNew, DatabaseUnavailable
from storage.private_files import make_private, open_for_the_owner

MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 7_203_511_948  # any number, as long as nothing else in the database locks it


def migrate(database: Database) -> bool:
    """Prepare an empty database or upgrade an older one; whether there was anything to do.

    Several processes may call it at once: one works and the others wait. All or nothing: a process killed in the middle
    leaves the database as it was. Raises DatabaseTooNew and DatabaseUnavailable.
    """
    if database.path is not None:
        _make_folder(database.path.parent)
        make_private(database.path)
    if is_current(database):
        return False
    with _lock(database):
        if is_current(database):
            return False
        _upgrade(database)
    return True


def head_revision() -> str:
    """The newest schema version this program knows. Versions are numbered, and their files start with the number."""
    return max(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/[0-9]*_*.py"))


def find_revision(database: Database) -> str | None:
    """The version that a database says it has; None when it was never prepared."""
    with database.begin_reading() as connection:
        return _revision(connection)


def is_current(database: Database) -> bool:
    """Whether its schema is that of this program. Raises DatabaseTooNew and DatabaseUnavailable."""
    # Every command asks this at its start, so it must not cost the import of the migration tool.
    found = find_revision(database)
    head = head_revision()
    if found is not None and found > head:
        raise DatabaseTooNew(found=found, known=head)
    return found == head


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(database: Database) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if database.is_sqlite:
        _switch_to_wal(database)
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with database.unit_of_work() as unit:
        unit.refresh_statistics()
        unit.commit()


def _switch_to_wal(database: Database) -> None:
    # The mode stays with the file. It cannot be changed inside a transaction, nor while somebody else has the file open,
    # which the lock prevents.
    with database.outside_transaction() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(problem=f"{error.strerror}: {folder}") from error


def _lock(database: Database) -> AbstractContextManager[None]:
    return _file_lock(database.path) if database.path is not None else _advisory_lock(database)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    lock = str(path.with_name(path.name + ".migrate.lock"))
    try:
        file = os.fdopen(open_for_the_owner(lock, os.O_RDWR | os.O_CREAT), "w")
    except OSError as error:
        raise DatabaseUnavailable(problem=f"{error.strerror}: {path}") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    with database.outside_transaction() as connection:
        connection.execute(text("SET lock_timeout = 0"))  # a migration may take its time
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_LOCK})
            connection.execute(text("RESET lock_timeout"))
