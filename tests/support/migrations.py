"""Databases of an earlier version, with rows as they were kept then."""

from __future__ import annotations

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from storage.database import Database
from storage.migrate import MIGRATIONS

AT = "2026-11-25T12:00:00.000000+00:00"


def upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def add(database: Database, table: str, **values: Any) -> None:
    with database.begin() as connection:
        names = ", ".join(values)
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values)
