"""A database that nothing more can be written to is found out before somebody needs it."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from storage.database import Database, open_database
from storage.doctor import look_at
from storage.errors import DatabaseUnavailable


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process can grow, as on a full disk."""
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)


def failing(database: Database) -> dict[str, str]:
    return {found.check: str(found.problems[0]) for found in look_at(database, []) if not found.is_good}


def test_a_full_disk_is_found_and_room_is_not_taken(sqlite_database: Database) -> None:
    with no_room(), pytest.raises(DatabaseUnavailable):
        sqlite_database.check_writable()
    with sqlite_database.begin_reading() as connection:  # the service, which has the files open
        connection.execute(text("SELECT count(*) FROM stores"))
        with no_room():
            assert "writing" in failing(sqlite_database)
    assert "writing" not in failing(sqlite_database)
    sqlite_database.check_writable()


def test_a_look_at_it_leaves_nothing(database: Database) -> None:
    database.check_writable()
    database.check_writable()
    with database.begin_reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM retention_marks")).scalar() == 0


def test_a_database_without_a_file_is_not_made_by_looking(tmp_path: object) -> None:
    database = open_database(f"sqlite:///{tmp_path}/none.db")
    assert list(failing(database)) == ["database"]
    database.close()
