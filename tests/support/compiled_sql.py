"""Statements compiled once a process: each database of a test is a new one, and all of them are asked the same."""

from __future__ import annotations

from sqlalchemy.util import LRUCache

from storage.database import Database

_MOST = 10_000
_first: dict[str, Database] = {}  # by kind


def share_compiled_sql(database: Database) -> Database:
    """The database, which uses what the others of its kind have compiled: half of a test's queries cost less than that."""
    known = _first.setdefault(database.url.get_backend_name(), database)
    if known is database:
        database._writing._compiled_cache = LRUCache(_MOST)
    for engine in (database._writing, database._reading):
        engine.dialect = known._writing.dialect  # what is compiled belongs to its dialect
        engine._compiled_cache = known._writing._compiled_cache
    return database
