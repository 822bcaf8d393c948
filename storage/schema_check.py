"""Whether a database has the tables that this program expects of its version, with their columns, indexes and triggers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from rules.messages import Message, Text
from storage.database import Database
from storage.tables import Base

_TRIGGERS = {
    "sqlite": ("SELECT name FROM sqlite_master WHERE type = 'trigger'", {"audit_refuses_update", "audit_refuses_delete"}),
    "postgresql": ("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal", {"audit_refuses_changes", "audit_refuses_update"}),
}

_MISSING = Text("it has no {kind} {name}", "no tiene {kind} {name}")
_UNEXPECTED = Text("it has the unknown {kind} {name}", "tiene un elemento desconocido: {kind} {name}")
_DIFFERENT = Text("its column {name} is different ({what})", "su columna {name} es distinta ({what})")
_KINDS = {
    "table": Text("table", "la tabla"),
    "column": Text("column", "la columna"),
    "index": Text("index", "el índice"),
    "constraint": Text("constraint", "la restricción"),
    "fk": Text("foreign key", "la clave foránea"),
    "trigger": Text("trigger", "el disparador"),
}


def schema_problems(database: Database) -> list[Message]:
    """What is missing or different, each as half a sentence; nothing when all is as it should be.

    What somebody added, a table or an index of their own, is not a problem; a column in one of ours is.
    """
    from alembic.autogenerate import compare_metadata  # takes long to load, and no other command needs it
    from alembic.migration import MigrationContext

    with database.begin_reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
        problems = [problem for difference in differences for problem in _problems_of(difference)]
        return problems + [_missing("trigger", name) for name in _missing_triggers(connection)]


def _problems_of(difference: Any) -> Iterator[Message]:
    if isinstance(difference, list):  # what differs of one column
        for what, _, table, column, *_ in difference:
            params = {"name": f"{table}.{column}", "what": what.removeprefix("modify_")}
            yield Message("schema_different", _DIFFERENT, params)
        return
    what, *subject = difference
    added, _, kind = what.partition("_")
    name = f"{subject[1]}.{subject[2].name}" if kind == "column" else str(subject[0].name)
    if added == "add":
        yield _missing(kind, name)
    elif kind == "column":
        yield Message("schema_unexpected", _UNEXPECTED, {"kind": _KINDS[kind], "name": name})


def _missing_triggers(connection: Connection) -> list[str]:
    query, wanted = _TRIGGERS[connection.dialect.name]
    return sorted(wanted - {name.lower() for name in connection.execute(text(query)).scalars()})


def _missing(kind: str, name: str) -> Message:
    return Message("schema_missing", _MISSING, {"kind": _KINDS.get(kind, kind), "name": name})
