"""SQLite schemas compared with the tables once a process: commands that check a database took most of their time for it."""

from __future__ import annotations

from rules.messages import Message
from storage import doctor
from storage.database import Database
from storage.schema_check import schema_problems

_good: set[tuple[str, ...]] = set()


def share_checked_schemas() -> None:
    """Check anew only what was never found good: one statement that differs makes a schema another one."""
    doctor.schema_problems = _problems_of


def _problems_of(database: Database) -> list[Message]:
    if database.path is None:
        return schema_problems(database)
    with database.begin_reading() as connection:
        statements = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
        schema = tuple(statements.scalars())
    if schema in _good:
        return []
    problems = schema_problems(database)
    if not problems:
        _good.add(schema)
    return problems
