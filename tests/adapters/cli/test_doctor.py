"""`doctor` says what is wrong with an installation, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from support.command_line import Answer, Call, create

from storage.database import open_database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    database = tmp_path / "data" / "relevo.db"
    database.chmod(0o600)
    return database


def change(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def problems(answer: Answer) -> dict[str, list[str]]:
    """The sentences by check, of those that are not well."""
    assert answer.code == (0 if answer.json["healthy"] else 1)
    checks: list[dict[str, Any]] = answer.json["checks"]
    return {one["check"]: [problem["message"] for problem in one["problems"]] for one in checks if not one["ok"]}


def test_a_sound_installation_is_healthy(relevo: Call, path: Path) -> None:
    answer = relevo("doctor", "--json")
    assert (answer.code, problems(answer)) == (0, {})
    assert [one["check"] for one in answer.json["checks"]] == [
        *("secret_key", "files", "database", "version", "schema", "credentials", "writing")
    ]
    assert "Everything is as it should be." in relevo("doctor").out.decode()


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "No ship-from location yet"), ("es", "Aún sin ubicación de envío")],
)
def test_an_account_without_a_ship_from_location_is_named_until_it_has_one(
    relevo: Call, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", language)
    create(relevo, "Casa Verde", "merchant")

    assert says in relevo("doctor").out.decode()
    [hint] = relevo("doctor", "--json").json["hints"]
    assert "casa-verde" in hint
    relevo("locations", "add", "--account", "casa-verde", "--code", "main", "--country", "ES")
    assert relevo("doctor", "--json").json["hints"] == []


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DROP TABLE pending_changes", "no table pending_changes"),
        ("ALTER TABLE stores DROP COLUMN retry_at", "no column stores.retry_at"),
        ("DROP INDEX ix_decisions_order_id_id", "no index ix_decisions_order_id_id"),
        ("DROP TRIGGER audit_refuses_UPDATE", "no trigger audit_refuses_update"),
        ("ALTER TABLE stores ADD COLUMN colour TEXT", "unknown column stores.colour"),
    ],
)
def test_a_schema_that_differs_is_told_and_serves_nobody(relevo: Call, path: Path, statement: str, says: str) -> None:
    change(path, statement)

    found = problems(relevo("doctor", "--json"))
    assert found.keys() == {"schema"}
    assert any(says in sentence for sentence in found["schema"])
    assert "Bring back a backup" in found["schema"][0]
    for command in (("serve",), ("worker",)):
        refused = relevo(*command)
        assert refused.code == 1
        assert "doctor" in refused.sentence


def test_what_somebody_added_for_themselves_is_no_problem(relevo: Call, path: Path) -> None:
    change(path, "CREATE TABLE notes_of_mine (a)", "CREATE INDEX mine ON orders (reference)")
    assert problems(relevo("doctor", "--json")) == {}


@pytest.mark.postgresql
def test_it_works_on_postgresql(relevo: Call, path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_DATABASE_URL", postgresql_url)
    assert problems(relevo("doctor", "--json")) == {}
    database = open_database(postgresql_url)
    with database.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_refuses_changes ON audit"))
        connection.execute(text("DROP TABLE store_products"))
    database.close()
    found = problems(relevo("doctor", "--json"))
    assert ["store_products" in found["schema"][0], "audit_refuses_changes" in found["schema"][-1]] == [True, True]


def _open_to_all(path: Path) -> None:
    path.chmod(0o644)


def _older(path: Path) -> None:
    change(path, "UPDATE alembic_version SET version_num = '0001'")


def _newer(path: Path) -> None:
    change(path, "UPDATE alembic_version SET version_num = '9999'")


def _missing(path: Path) -> None:
    path.unlink()


def _no_database(path: Path) -> None:
    path.write_bytes(b"not a database at all, but long enough to be read as one" * 40)


def _damaged_key(path: Path) -> None:
    (path.parent / "secret_key").write_text("short")


@pytest.mark.parametrize(
    ("damage", "check", "says"),
    [
        (_open_to_all, "files", "chmod 600"),
        (_older, "version", "python app.py migrate"),
        (_newer, "version", "start the Relevo that prepared it"),
        (_missing, "database", "There is no database"),
        (_no_database, "database", "file is not a database"),
        (_damaged_key, "secret_key", "does not hold a key any more"),
    ],
)
def test_what_is_wrong_is_told_and_left_as_it_is(
    relevo: Call, path: Path, damage: Callable[[Path], None], check: str, says: str
) -> None:
    damage(path)
    before = path.stat().st_mode if path.exists() else None

    answer = relevo("doctor", "--json")

    assert says in problems(answer)[check][0]
    assert (path.stat().st_mode if path.exists() else None) == before
    assert not (path.parent / "relevo.db.migrate.lock").exists()
    spoken = relevo("doctor")
    assert (spoken.code, spoken.err) == (1, "")
    assert says in spoken.out.decode()


def test_another_key_than_the_stores_credentials_is_told(
    relevo: Call, path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(relevo("doctor", "--json")) == {}
    monkeypatch.setenv("RELEVO_SECRET_KEY", "A" * 43)
    assert "another RELEVO_SECRET_KEY" in problems(relevo("doctor", "--json"))["credentials"][0]
