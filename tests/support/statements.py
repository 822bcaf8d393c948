"""Counts and keeps the SQL statements that something sends to a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

from storage.database import Database

Sent = list[tuple[str, Any]]


@contextmanager
def transactions(database: Database) -> Iterator[list[Connection]]:
    """The connections of the transactions that are begun, by readers and by writers."""
    begun: list[Connection] = []

    def keep(connection: Connection) -> None:
        begun.append(connection)

    event.listen(database._writing, "begin", keep)
    try:
        yield begun
    finally:
        event.remove(database._writing, "begin", keep)


@contextmanager
def statements(database: Database) -> Iterator[Sent]:
    """Statements with their parameters; one that is carried out for many rows at once counts once."""
    sent: Sent = []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append((statement, parameters))

    event.listen(database._writing, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        event.remove(database._writing, "before_cursor_execute", keep)
