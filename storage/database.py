"""The engine of one database: SQLite in one file, or PostgreSQL. Nothing is opened when this is imported."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, OperationalError

from storage.errors import (
    ConflictingWrite,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseUnavailable,
    DatabaseUnreachable,
    DatabaseUrlInvalid,
)
from storage.fair_lock import FairLock, FairLockConnection
from storage.secret_box import SecretBox
from storage.unit_of_work import SharedReading, SqlUnitOfWork

_BUSY_SECONDS = 15
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "55P03"}  # codes of both databases
_READ_ONLY = {sqlite3.SQLITE_READONLY, "25006", "42501"}
_BEGIN = "relevo_begin"  # how a connection to SQLite begins its transactions
_ALWAYS: dict[str, Any] = {
    "hide_parameters": True,  # an error's text is logged, and the values are personal data
    # Rows are asked for values by name and by place alone. To answer by the column objects of a statement too, a tenth of the
    # time that a statement takes would go into looking up how those of its cached twin are called.
    "execution_options": {"_result_disable_adapt_to_context": True},
}
_shared: ContextVar[tuple[Engine, SharedReading] | None] = ContextVar("shared reading transaction", default=None)


@dataclass(frozen=True, slots=True)
class Database:
    """One database and its pool of connections; safe to share between threads."""

    url: URL
    secrets: SecretBox | None
    _writing: Engine
    _reading: Engine

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file, for SQLite."""
        return Path(str(self.url.database)) if self.is_sqlite else None

    def unit_of_work(self) -> SqlUnitOfWork:
        """A new unit of work that may write. On SQLite there is one writer at a time: keep it short."""
        return SqlUnitOfWork(self._writing, self.secrets)

    def reading_unit_of_work(self) -> SqlUnitOfWork:
        """A new unit of work that sees one unchanging state, holds up nobody, and may not write."""
        shared = self._shared_reading()
        return SqlUnitOfWork(self._reading, self.secrets) if shared is None else shared

    def begin(self) -> AbstractContextManager[Connection]:
        """A writing transaction that commits at the end of the block."""
        return self._writing.begin()

    def begin_reading(self) -> AbstractContextManager[Connection]:
        """A reading transaction: one unchanging state, no writes."""
        shared = self._shared_reading()
        return self._reading.begin() if shared is None else nullcontext(shared.connection)

    @contextmanager
    def one_reading(self) -> Iterator[None]:
        """What this thread reads within the block it reads from one unchanging state, in one transaction: a page of ten questions
        begins and ends one, not ten. What is written meanwhile, also by the block itself, it does not see.
        """
        with self._reading.begin() as connection:
            before = _shared.set((self._reading, SharedReading(self._reading, self.secrets, connection)))
            try:
                yield
            finally:
                _shared.reset(before)

    def _shared_reading(self) -> SharedReading | None:
        shared = _shared.get()
        return shared[1] if shared is not None and shared[0] is self._reading else None

    def answers(self) -> bool:
        """Whether a query can be answered. Raises StorageError when not."""
        with self.begin_reading() as connection:
            return connection.exec_driver_sql("SELECT 1").scalar() == 1

    def outside_transaction(self) -> Connection:
        """A connection whose statements take effect one by one, for what cannot run inside a transaction."""
        how = {_BEGIN: None} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        return self._writing.connect().execution_options(**how)

    def check_writable(self) -> None:
        """Raises DatabaseReadOnly, or DatabaseUnavailable when something else is in the way of writing, such as a full disk.

        A row comes and goes within one transaction that is committed: only then do its pages have to get to the disk.
        """
        with self.begin() as connection:
            connection.execute(text("INSERT INTO retention_marks (kind, reached) VALUES ('is writable', '')"))
            connection.execute(text("DELETE FROM retention_marks WHERE kind = 'is writable'"))

    def compact(self) -> None:
        """Write the database anew, so that nothing of what was deleted or replaced stays in its files.

        Raises DatabaseLocked while somebody else uses it.
        """
        with self.outside_transaction() as connection:
            if self.is_sqlite:
                driver: Any = connection.connection.driver_connection
                driver.let_write(True)  # a reader may have had the connection before
            connection.exec_driver_sql("VACUUM")
            if self.is_sqlite:
                busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").first()
                if busy is not None and busy[0]:
                    raise DatabaseLocked(problem="wal_checkpoint")

    def close(self) -> None:
        """Close the pool's idle connections. The database can be used again afterwards."""
        self._writing.dispose()


def open_database(url: str, secrets: SecretBox | None = None) -> Database:
    """A database by its URL: `sqlite:////path/to/file` or `postgresql://user:password@host/name`.

    Asks nothing yet. `secrets` is needed to keep or read store credentials. Raises DatabaseUrlInvalid.
    """
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        kind = type("_Connection", (FairLockConnection,), {"fair_lock": FairLock()})
        arguments = {"timeout": _BUSY_SECONDS, "check_same_thread": False, "factory": kind}
        engine = create_engine(parsed, connect_args=arguments, max_overflow=-1, **_ALWAYS)
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite_transaction)
        reading = engine.execution_options(**{_BEGIN: "BEGIN"})
    else:
        # Without jit: compiling takes longer than any question here does, however much the planner expects of it.
        arguments = {"options": f"-c timezone=UTC -c jit=off -c lock_timeout={_BUSY_SECONDS}s", "connect_timeout": 10}
        try:
            engine = create_engine(parsed, connect_args=arguments, max_overflow=20, pool_pre_ping=True, **_ALWAYS)
        except ArgumentError:  # hosts and ports among the options
            raise DatabaseUrlInvalid() from None
        reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    event.listen(engine, "handle_error", _name_the_error)
    return Database(parsed, secrets, engine, reading)


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is not a number
        raise DatabaseUrlInvalid() from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if not parsed.database or parsed.database == ":memory:" or parsed.query:
            raise DatabaseUrlInvalid()
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg") and parsed.database:
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseUrlInvalid()


def _prepare_sqlite_connection(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: it would begin them as readers, and a reader that starts to
    # write while somebody else has written is refused at once, whatever the busy timeout.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite_transaction(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE")
    if begin is None:
        return
    driver: Any = connection.connection.driver_connection
    driver.let_write(begin != "BEGIN")
    if begin != "BEGIN":
        driver.acquire_lock(_BUSY_SECONDS)
    connection.exec_driver_sql(begin)  # where that fails, SQLAlchemy rolls back, which ends the turn


def _name_the_error(context: ExceptionContext) -> None:
    error = context.sqlalchemy_exception
    if isinstance(error, IntegrityError):
        raise ConflictingWrite() from error
    original = context.original_exception
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorcode", 0) & 0xFF
    kind: type[DatabaseUnavailable] | None
    kind = DatabaseLocked if code in _LOCKED else DatabaseReadOnly if code in _READ_ONLY else None
    if kind is None and context.connection is None and context.dialect.name != "sqlite":
        kind = DatabaseUnreachable
    if kind is None and (isinstance(error, OperationalError) or type(error) is DatabaseError):
        kind = DatabaseUnavailable
    if kind is not None:
        raise kind(problem=str(original).splitlines()[0]) from error
