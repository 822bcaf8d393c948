"""What earlier versions stored about stores, brought to tables for names and for fields that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text

from storage.database import Database, open_database
from storage.migrate import MIGRATIONS, migrate

BEFORE = """
INSERT INTO accounts (id, kind, slug, name, country, time_zone, created_at)
VALUES ('acc_1', 'merchant', 'm', 'M', 'ES', 'UTC', '2026-11-01 00:00:00+00:00');
INSERT INTO stores (id, account_id, kind, name, settings, sealed_credentials, created_at, state, refresh_minutes,
                    daily_refresh_at, time_zone, window_days, scanned_until, failures)
VALUES ('sto_1', 'acc_1', 'brightpearl', 'S', '{}', '', '2026-11-01 00:00:00+00:00', 'connected', 15,
        '03:00', 'UTC', 90, '2026-11-20T09:00:00+00:00', 2)
"""


@pytest.fixture
def older(empty_database_url: str) -> Iterator[Database]:
    """A database of the version before."""
    database = open_database(empty_database_url)
    if database.path is not None:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
    yield database
    database.close()


def test_stores_are_read_anew_once(older: Database) -> None:
    with older.begin() as connection:
        assert not inspect(connection).has_table("store_names")
        for statement in BEFORE.split(";\n"):
            connection.execute(text(statement))

    assert migrate(older)

    with older.begin_reading() as connection:
        assert connection.execute(text("SELECT scanned_until, failures FROM stores")).one() == (None, 2)
        for table in ("store_names", "unknown_fields"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
