"""What the database and the settings may have wrong, seen from the command line."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from support.command_line import Call

SOME_COMMAND = ("accounts", "list", "--json")


def test_an_empty_directory_is_prepared_by_the_first_command(
    relevo: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fresh" / "deeper"
    monkeypatch.setenv("RELEVO_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)

    assert relevo(*SOME_COMMAND).json == {"accounts": []}

    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secret_key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"data", "fresh"}


def test_a_database_of_a_newer_version_is_left_alone(relevo: Call, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "data" / "relevo.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    answer = relevo(*SOME_COMMAND)

    assert answer.code == 1
    assert "version 9999" in answer.sentence


def test_a_file_that_is_no_database_is_named(relevo: Call, tmp_path: Path) -> None:
    (tmp_path / "data" / "relevo.db").write_bytes(b"not a database at all, but long enough to be read as one" * 40)

    assert relevo(*SOME_COMMAND).sentence


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("RELEVO_DATA_DIR", "/dev/null/x", "cannot be made"),
        ("RELEVO_DATA_DIR", "~nobody-of-that-name/x", "RELEVO_DATA_DIR cannot be '~nobody-of-that-name/x'"),
        ("RELEVO_DATABASE_URL", "mysql://u:secret-pw@h/d", "RELEVO_DATABASE_URL cannot be used"),
        ("RELEVO_DATABASE_URL", "postgresql://u:secret-pw@127.0.0.1:1/d", "options in RELEVO_DATABASE_URL"),
        ("RELEVO_DATABASE_URL", "postgresql://u:secret-pw@127.0.0.1:abc/d", "RELEVO_DATABASE_URL cannot be used"),
        ("RELEVO_DATABASE_URL", "postgresql://u:secret-pw@127.0.0.1:1/d?foo=bar", "RELEVO_DATABASE_URL cannot be used"),
        ("RELEVO_SECRET_KEY", "short-secret-pw", "RELEVO_SECRET_KEY cannot be used"),
        ("RELEVO_SECRET_KEY_FILE", "/nowhere/key", "/nowhere/key"),
        ("RELEVO_PORT", "70000", "RELEVO_PORT cannot be '70000'"),
        ("RELEVO_ALLOW_NETWORKS", "169.254.0.0/16", "link-local"),
        ("RELEVO_LANGUAGE", "de", "write one of en, es"),
        ("RELEVO_WORKERS", "0", "from 1 to 64"),
    ],
)
def test_wrong_settings_stop_with_a_sentence(
    relevo: Call, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)

    answer = relevo(*SOME_COMMAND)

    assert answer.code == 1
    assert says in answer.sentence
    assert "secret-pw" not in answer.err


def test_all_wrong_settings_are_told_at_once(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_PORT", "x")
    monkeypatch.setenv("RELEVO_WORKERS", "x")

    answer = relevo(*SOME_COMMAND)

    assert answer.code == 1
    assert [line.split()[0] for line in answer.err.splitlines()] == ["RELEVO_PORT", "RELEVO_WORKERS"]


def test_another_secret_key_is_told(relevo: Call, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_SECRET_KEY", "A" * 43)

    answer = relevo("stores", "import", store, "--json")

    assert answer.code == 1
    assert "another RELEVO_SECRET_KEY" in answer.sentence


def test_a_misspelt_setting_is_only_a_warning(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_LOG_LEVEL", "warning")
    monkeypatch.setenv("RELEVO_DATADIR", "/x")

    answer = relevo(*SOME_COMMAND)

    assert answer.code == 0
    assert answer.json == {"accounts": []}
    assert "did you mean RELEVO_DATA_DIR" in answer.err


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database's file without the right to write, for whoever runs the tests."""
    connect = sqlite3.Connection.__init__

    def open_read_only(self: sqlite3.Connection, path: str, **options: object) -> None:
        connect(self, f"file:{path}?mode=ro", uri=True, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("storage.fair_lock.FairLockConnection.__init__", open_read_only, raising=False)


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize(
    "command",
    [
        ("serve",),
        ("worker",),
        ("worker", "--drain"),
        ("accounts", "create", "--name", "A", "--kind", "merchant", "--email", "a@a.es", "--password-stdin", "--country", "ES"),
    ],
)
def test_a_read_only_database_stops_what_writes_with_a_sentence(relevo: Call, command: tuple[str, ...]) -> None:
    assert relevo(*SOME_COMMAND).json == {"accounts": []}, "it can be read"

    answer = relevo(*command, stdin="a relay needs two\n")

    assert answer.code == 1
    assert "can be read but not written to" in answer.sentence


def test_a_locked_database_is_a_sentence(relevo: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database._BUSY_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "data" / "relevo.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    answer = relevo("serve")
    other.close()

    assert answer.code == 1
    assert "locked by another program" in answer.sentence
