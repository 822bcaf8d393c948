"""What every page asks is planned once a connection: SQLite plans a statement anew each time where a parameter may decide whether
a partial index serves."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from support.inbox_questions import INBOX_QUESTIONS
from support.query_plans import sent_by

from storage.database import Database


def plans_when_asked_again(connection: sqlite3.Connection, statement: str, parameters: Any) -> int:
    """How much SQLite asks leave for, which it does while it plans."""
    asked: list[object] = []

    def allow(*what: object) -> int:
        asked.append(what)
        return sqlite3.SQLITE_OK

    connection.set_authorizer(allow)
    connection.execute(statement, parameters).fetchall()
    assert asked
    asked.clear()
    connection.execute(statement, parameters).fetchall()
    return len(asked)


@pytest.mark.parametrize("question", INBOX_QUESTIONS)
def test_what_needs_a_person_is_planned_once(sqlite_database: Database, question: str) -> None:
    ask, _ = INBOX_QUESTIONS[question]

    for statement, parameters in sent_by(sqlite_database, ask):
        with closing(sqlite3.connect(str(sqlite_database.path))) as connection:
            assert plans_when_asked_again(connection, statement, parameters) == 0, statement


def test_a_reader_that_asks_again_has_nothing_planned_anew(sqlite_database: Database) -> None:
    read: list[object] = []

    def note(action: int, *what: object) -> int:
        if action == sqlite3.SQLITE_READ:
            read.append(what)
        return sqlite3.SQLITE_OK

    def ask() -> sqlite3.Connection:
        with sqlite_database.begin_reading() as connection:
            connection.exec_driver_sql("SELECT status FROM orders WHERE account_id = ?", ("acc_1",)).all()
            driver: Any = connection.connection.driver_connection
            return driver

    ask().set_authorizer(note)
    ask()
    assert read
    read.clear()
    ask()
    assert read == []
