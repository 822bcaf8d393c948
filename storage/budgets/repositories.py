"""Request budgets in the database, for all processes that use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from engine.model.request_budget import Allowance, Purpose, State, latest, report, take
from engine.ports import Clock, StoreUnavailable
from storage.database import Database
from storage.errors import StorageError
from storage.statements import upsert
from storage.tables import RequestBudgetRow

_KEPT_FOR_MS = 24 * 60 * 60 * 1000  # after which nothing in a state has mattered for long
_SELECT = select(RequestBudgetRow.state).where(RequestBudgetRow.key == bindparam("key"))
_SELECT_TO_CHANGE = _SELECT.with_for_update()  # SQLite, which has no such thing, locked everything when it began to write
_UPDATE = update(RequestBudgetRow).where(RequestBudgetRow.key == bindparam("of")).values(state=bindparam("to"))


class SqlRequestBudgets:
    """Implements `engine.ports.RequestBudgets`: a row for each key, in short transactions of its own.

    The clock is read while the row is locked, so that waiting for the lock makes no request older than it is.
    """

    def __init__(self, database: Database, clock: Clock, allowance: Allowance | None = None) -> None:
        self._database = database
        self._clock = clock
        self._allowance = allowance or Allowance()

    def take(self, key: str, taker: str, purpose: Purpose) -> float:
        with _named_for_stores(), self._database.begin() as connection:
            state = _lock(connection, key, self._clock.now())
            after, wait_s = take(state, taker, purpose, self._clock.now(), self._allowance)
            if after is not state:
                _keep(connection, key, after)
        return wait_s

    def report(self, key: str, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        def changed(state: State) -> State | None:
            return report(state, remaining, resets_in_s, sent_at, self._clock.now(), self._allowance, refused=refused)

        with _named_for_stores():
            with self._database.begin_reading() as connection:  # most replies have nothing to tell: they lock nothing
                seen = connection.execute(_SELECT, {"key": key}).scalar()
            if seen is not None and changed(seen) is None:
                return
            with self._database.begin() as connection:
                after = changed(_lock(connection, key, self._clock.now()))
                if after is not None:
                    _keep(connection, key, after)


@contextmanager
def _named_for_stores() -> Iterator[None]:
    """A database that cannot be used makes the store unavailable, for as long."""
    try:
        yield
    except StorageError as error:
        raise StoreUnavailable(error.message) from error


def _forget_idle(connection: Connection, at: datetime) -> None:
    """Whoever tries to connect leaves a budget behind, also for accounts that do not exist: a new one clears old ones away."""
    before = int(at.timestamp() * 1000) - _KEPT_FOR_MS
    row = RequestBudgetRow
    rows = connection.execute(select(row.key, row.state).order_by(row.key)).all()  # in one order, so that no two block each other
    for key, state in rows:
        if state and latest(state) < before:
            connection.execute(delete(row).where(row.key == key, row.state == state))


def _lock(connection: Connection, key: str, at: datetime) -> State:
    """A budget's state, which nobody else can read to change until the transaction ends. A new one is empty."""
    state = connection.execute(_SELECT_TO_CHANGE, {"key": key}).scalar()
    if state is None:
        _forget_idle(connection, at)
        connection.execute(upsert(connection, RequestBudgetRow).values(key=key, state={}).on_conflict_do_nothing())
        state = connection.execute(_SELECT_TO_CHANGE, {"key": key}).scalar_one()
    return state


def _keep(connection: Connection, key: str, state: State) -> None:
    connection.execute(_UPDATE, {"of": key, "to": state})
