"""What several repositories need: inserts that give way to rows already there, and reading and writing plain rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ARRAY, ColumnElement, Connection, String, any_, bindparam, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute

from engine.ports import NotFound
from rules.messages import Message, Text
from rules.order_document import dumps
from storage.tables import Base

_NOT_FOUND = Text("There is no {kind} {id} here.", "Aquí no hay {kind} {id}.")
_IDS_A_QUERY = 500

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Upsert = sqlite.Insert | postgresql.Insert


def upsert(connection: Connection, row: type[Base]) -> Upsert:
    """An insert that can be told what to do when the row is there already."""
    return upsert_for(connection.dialect.name, row)


def upsert_for(dialect: str, row: type[Base]) -> Upsert:
    """The same for a kind of database by its name."""
    if dialect != "postgresql":
        return sqlite.insert(row)
    from sqlalchemy.dialects import postgresql  # takes long to load, and the embedded mode never needs it

    return postgresql.insert(row)


def not_found(kind: Text, identifier: str) -> NotFound:
    """The exception for something that is not there, or not there for this account; its argument is a Message."""
    return NotFound(Message("not_found", _NOT_FOUND, {"kind": kind, "id": identifier}))


def in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in parts that fit one query."""
    for start in range(0, len(ids), _IDS_A_QUERY):
        yield ids[start : start + _IDS_A_QUERY]


def is_among(connection: Connection, column: InstrumentedAttribute[str], ids: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of any number of ids, which are one parameter.

    `IN` has one for each, and writing its statement anew takes longer than answering it: for what asks again and again.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(select(func.json_each(dumps(ids).decode()).table_valued("value").c.value))
    return column == any_(bindparam(None, ids, ARRAY(String)))


def values_of(instance: Any) -> dict[str, Any]:
    """A dataclass as column values: fields by name, enumerations as their codes."""
    values = {name: getattr(instance, name) for name in _names(instance.__class__)}
    return {name: value.value if isinstance(value, Enum) else value for name, value in values.items()}


@lru_cache(maxsize=32)
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
