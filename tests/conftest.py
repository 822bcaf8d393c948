"""What tests of several parts share: databases, servers and a clock."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from adapters.compiled_modules import use_no_stale_modules

use_no_stale_modules()  # before any of them is loaded
sys.dont_write_bytecode = False  # many tests start programs: each would compile the modules anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from support.checked_schemas import share_checked_schemas
from support.clock import FixedClock
from support.compiled_sql import share_compiled_sql
from support.log import log_plainly
from support.parsed_rules import share_parsed_rules
from support.properties import load_profile
from support.servers import locked, memory_folder, postgresql_server, redis_server, stop_servers

from storage.database import Database, open_database
from storage.migrate import migrate
from storage.secret_box import SecretBox

pytest_plugins = ["support.skip_report"]
collect_ignore = ["karrio"]  # an extra: `make test-karrio` names the folder
load_profile()
log_plainly()
share_parsed_rules()
share_checked_schemas()
share_compiled_sql()
if (memory := memory_folder(for_programs=True)) is not None:  # closing a database on a disk waits for that
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell has what it starts in the background ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # pytest removes the folder that says what was started
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput"):
        stop_servers(session.config._tmp_path_factory.getbasetemp())


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        stop_servers(config._tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def _log_as_ever() -> Iterator[None]:
    """A command that a test calls in this process sets up the log; the next test starts without that."""
    yield
    log_plainly()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """One folder for all workers of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def secrets() -> SecretBox:
    return SecretBox([b"0123456789abcdef0123456789abcdef"])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a migrated SQLite database of this test's own."""
    path = tmp_path / "relevo.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql(shared_folder: Path) -> str:
    """The socket folder of a PostgreSQL server that has a migrated database to copy."""
    server = postgresql_server(shared_folder)
    with locked(shared_folder / "template.lock"), _maintenance(server) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'template_relevo'").fetchone() is None:
            connection.execute("CREATE DATABASE being_prepared")
            database = open_database(f"postgresql://postgres@/being_prepared?host={server}")
            migrate(database)
            database.close()
            connection.execute("ALTER DATABASE being_prepared RENAME TO template_relevo")
    return server


@pytest.fixture(scope="session")
def postgresql_maintenance(postgresql: str) -> Iterator[psycopg.Connection]:
    """A connection that makes databases and drops them; a new one each time would cost as much as either."""
    with _maintenance(postgresql) as connection:
        yield connection


@pytest.fixture
def postgresql_url(postgresql: str, postgresql_maintenance: psycopg.Connection) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database of this test's own."""
    yield from _postgresql_database(postgresql, postgresql_maintenance, "template_relevo")


@pytest.fixture
def empty_postgresql_url(postgresql: str, postgresql_maintenance: psycopg.Connection) -> Iterator[str]:
    """The URL of a PostgreSQL database that was never migrated."""
    yield from _postgresql_database(postgresql, postgresql_maintenance, "template1")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database of this test's own, once for each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that was never migrated, once for each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("empty_postgresql_url")
    return f"sqlite:///{tmp_path / 'new' / 'relevo.db'}"


@pytest.fixture
def database(database_url: str, secrets: SecretBox) -> Iterator[Database]:
    """A migrated database of this test's own, once for each kind."""
    yield from _opened(database_url, secrets)


@pytest.fixture
def postgresql_database(postgresql_url: str, secrets: SecretBox) -> Iterator[Database]:
    """A migrated PostgreSQL database of this test's own."""
    yield from _opened(postgresql_url, secrets)


@pytest.fixture
def sqlite_database(sqlite_url: str, secrets: SecretBox) -> Iterator[Database]:
    """A migrated SQLite database of this test's own."""
    yield from _opened(sqlite_url, secrets)


@pytest.fixture(scope="session")
def redis_url(shared_folder: Path) -> str:
    """The URL of a Redis server; all tests of the run share it."""
    return redis_server(shared_folder)


def _opened(url: str, secrets: SecretBox) -> Iterator[Database]:
    database = open_database(url, secrets)
    yield database
    database.close()


def _postgresql_database(server: str, maintenance: psycopg.Connection, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    strategy = "STRATEGY FILE_COPY" if maintenance.info.server_version >= 150_000 else ""  # the only one before, and the faster
    maintenance.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
    yield f"postgresql://postgres@/{name}?host={server}"
    maintenance.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _maintenance(server: str) -> psycopg.Connection:
    return psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True)
