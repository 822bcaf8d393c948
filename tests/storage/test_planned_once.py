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
