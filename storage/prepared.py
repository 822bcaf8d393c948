"""A statement that every page asks, compiled once for a kind of database and given to its driver as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Select

Given = Mapping[str, Any]


class _Compiled(NamedTuple):
    text: str
    constants: dict[str, Any]
    places: tuple[str, ...] | None  # the names of its parameters in their order, where the driver knows them by place
    to_driver: dict[str, Callable[[Any], Any]]  # by the name of what is given


class PreparedStatement:
    """A statement whose rows are taken as the driver has them: for codes and numbers, not for times, sentences or documents.

    SQLAlchemy keeps what it has compiled too, but works through all parameters each time that a statement is executed. One with
    two hundred, nearly all of them constants, takes several times longer so than the database needs to answer it.
    """

    def __init__(self, build: Callable[[], Select[Any]]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def execute(self, connection: Connection, given: Given) -> CursorResult[*tuple[Any, ...]]:
        """`given` has a value for each parameter without one, the same names each time."""
        dialect = connection.dialect.name
        compiled = self._compiled.get(dialect)
        if compiled is None:
            compiled = self._compiled[dialect] = _compile(self._build(), connection, given)
        values = compiled.constants | {name: convert(given[name]) for name, convert in compiled.to_driver.items()}
        if compiled.places is None:
            return connection.exec_driver_sql(compiled.text, values)
        return connection.exec_driver_sql(compiled.text, tuple([values[name] for name in compiled.places]))


def _compile(statement: Select[Any], connection: Connection, given: Given) -> _Compiled:
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect)
    expanded = compiled.construct_expanded_state(dict(given))  # a list of values has a parameter for each
    to_driver = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) or _unchanged for name, bind in compiled.binds.items()
    }
    constants = {name: to_driver.get(name, _unchanged)(value) for name, value in expanded.parameters.items() if name not in given}
    places = None if expanded.positiontup is None else tuple(expanded.positiontup)
    return _Compiled(expanded.statement, constants, places, {name: to_driver[name] for name in given})


def _unchanged(value: Any) -> Any:
    return value
