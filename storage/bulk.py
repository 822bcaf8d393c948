"""Inserting many rows at once. An import lives from this: it writes four rows for each order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite

from storage.statements import upsert
from storage.tables import Base

if TYPE_CHECKING:
    from storage.statements import Upsert

_Processor = Callable[[Any], Any] | None


def insert_many(connection: Connection, row: type[Base], rows: Sequence[Mapping[str, Any]], *, keep: bool = False) -> int:
    """Insert rows that all have the same columns; with `keep`, a row that is there already stays as it is.

    How many rows are new.
    """
    if not rows:
        return 0
    if connection.dialect.name == "sqlite":
        # The general way builds a dictionary of parameters for every row, which costs as much as the insert itself.
        sql, columns = _sqlite_insert(row, tuple(rows[0]), keep)
        cells = [
            [values[name] for values in rows] if process is None else [process(values[name]) for values in rows]
            for name, process in columns
        ]
        return connection.exec_driver_sql(sql, list(zip(*cells, strict=True))).rowcount
    return _insert_in_general(connection, row, rows, keep)


def insert_texts(connection: Connection, row: type[Base], rows: Sequence[tuple[str, ...]], *, keep: bool = False) -> int:
    """The same for rows that are nothing but texts, given in the order of the table's columns: the quickest way there is."""
    if not rows:
        return 0
    names = tuple(column.name for column in row.__table__.columns)
    if connection.dialect.name == "sqlite":
        sql, _ = _sqlite_insert(row, names, keep)
        return connection.exec_driver_sql(sql, rows).rowcount
    return _insert_in_general(connection, row, [dict(zip(names, values, strict=True)) for values in rows], keep)


def _insert_in_general(connection: Connection, row: type[Base], rows: Sequence[Mapping[str, Any]], keep: bool) -> int:
    if not keep:
        connection.execute(upsert(connection, row), rows)
        return len(rows)
    # PostgreSQL does not count what ON CONFLICT leaves out, but it returns the rows that are new.
    statement = _statement(upsert(connection, row), keep).returning(*row.__table__.primary_key)
    return len(connection.execute(statement, rows).all())


def _statement(statement: Upsert, keep: bool) -> Upsert:
    return statement.on_conflict_do_nothing() if keep else statement


@lru_cache(maxsize=32)
def _sqlite_insert(row: type[Base], names: tuple[str, ...], keep: bool) -> tuple[str, list[tuple[str, _Processor]]]:
    dialect = sqlite.dialect(paramstyle="qmark")
    compiled = _statement(sqlite.insert(row), keep).compile(dialect=dialect, column_keys=list(names))
    types = {column.name: column.type for column in row.__table__.columns}
    positions = compiled.positiontup or []
    return str(compiled), [(name, types[name].dialect_impl(dialect).bind_processor(dialect)) for name in positions]
