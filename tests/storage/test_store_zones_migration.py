"""Stores that kept the time zone which their account had when they were connected get the one it has."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from storage.database import Database, open_database
from storage.migrate import MIGRATIONS, migrate

AT = "2026-11-20T09:00:00.000000+00:00"


def add(database: Database, table: str, **values: object) -> None:
    names = ", ".join(values)
    with database.begin() as connection:
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)


def test_each_store_gets_the_zone_of_its_account(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    if database.path is not None:
        database.path.parent.mkdir(exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(ScriptDirectory(str(MIGRATIONS)).get_revision("0064").down_revision))
    for name, zone in (("moved", "America/New_York"), ("stayed", "Europe/Madrid")):
        add(database, "accounts", id=name, slug=name, name=name, kind="merchant", country="ES", time_zone=zone, created_at=AT)
        plan = {"refresh_minutes": 15, "daily_refresh_at": "03:00", "time_zone": "Europe/Madrid", "window_days": 90}
        kept = {"settings": "{}", "sealed_credentials": "", "created_at": AT, "state": "connected", **plan}
        add(database, "stores", id=f"of {name}", account_id=name, kind="brightpearl", name=name, **kept)

    migrate(database)

    with database.begin_reading() as connection:
        zones = {row.id: row.time_zone for row in connection.execute(text("SELECT id, time_zone FROM stores"))}
    assert zones == {"of moved": "America/New_York", "of stayed": "Europe/Madrid"}
    database.close()
