"""Nobody but the owner reads what a database holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.examples import an_account

from storage.database import Database, open_database
from storage.migrate import migrate
from storage.private_files import database_files, open_to_others, take_from_others


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def written(path: Path) -> Database:
    """A database with a transaction in its write-ahead log."""
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account(f"a{path.stat().st_ino}"))
        unit.commit()
    return database


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


def test_all_files_of_a_new_database_are_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    database = written(folder / "relevo.db")
    with database.begin_reading():
        found = modes(folder)
    database.close()
    assert {"relevo.db", "relevo.db-wal", "relevo.db-shm", "relevo.db.migrate.lock"} == found.keys()
    assert set(found.values()) == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_open_one_is_mended_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "relevo.db"
    database = written(path)
    for file in tmp_path.iterdir():
        file.chmod(0o644)
    (tmp_path / "others.txt").touch(mode=0o644)

    again = open_database(f"sqlite:///{path}")
    assert migrate(again) is False
    again.close()
    found = modes(tmp_path)
    database.close()
    assert found.pop("others.txt") == 0o644, "it is none of ours"
    assert set(found.values()) == {0o600}


def test_what_may_only_be_read_stays_so(tmp_path: Path) -> None:
    (tmp_path / "relevo.db").touch(mode=0o444)
    assert list(open_to_others(database_files(tmp_path / "relevo.db"))) == [(tmp_path / "relevo.db", 0o444)]
    take_from_others(database_files(tmp_path / "relevo.db"))
    assert modes(tmp_path) == {"relevo.db": 0o400}
