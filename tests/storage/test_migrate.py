"""Preparing and upgrading databases."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from storage.database import Database, open_database
from storage.errors import DatabaseTooNew, DatabaseUnavailable
from storage.migrate import MIGRATIONS, head_revision, migrate
from storage.tables import Base

REPOSITORY = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_of_the_program(database: Database) -> None:
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_migration_is_found_by_its_file_name() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [head_revision()]


def test_an_empty_database_is_prepared_once(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        worked = list(pool.map(migrate, databases))
    assert sorted(worked) == [False, False, True]
    with databases[0].begin_reading() as connection:
        assert inspect(connection).has_table("orders")
    for database in databases:
        database.close()


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        migrate(database)


def test_a_prepared_database_costs_no_migration_tool(sqlite_url: str) -> None:
    program = (
        "import sys; from storage.database import open_database; from storage.migrate import migrate;"
        "print(migrate(open_database(sys.argv[1])), 'alembic' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, sqlite_url], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "False"]


def test_a_migration_that_fails_leaves_nothing(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(empty_database_url)
    with monkeypatch.context() as broken:
        broken.setattr("alembic.operations.Operations.create_index", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate(database)
    with database.begin_reading() as connection:
        assert inspect(connection).get_table_names() == []
    assert migrate(database)
    database.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="may write to it"):
        migrate(open_database(f"sqlite:///{tmp_path}/file/relevo.db"))
