"""Preparing and upgrading databases."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from storage.database import Database, open_database
from storage.errors import ConflictingWrite, DatabaseTooNew, DatabaseUnavailable
from storage.migrate import MIGRATIONS, head_revision, migrate
from storage.schema_check import schema_problems
from storage.tables import Base

REPOSITORY = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_of_the_program(database: Database) -> None:
    with database.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_have_references_checked_when_the_program_expects_it(database: Database) -> None:
    with database.begin_reading() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.sorted_tables:
            kept = {
                tuple(key["constrained_columns"]): (key["options"].get("deferrable", False), key["options"].get("initially"))
                for key in inspector.get_foreign_keys(table.name)
            }
            expected = {tuple(key.column_keys): (bool(key.deferrable), key.initially) for key in table.foreign_key_constraints}
            assert kept == expected, table.name


def test_the_newest_migration_is_found_by_its_file_name() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [head_revision()]


def test_an_empty_database_is_prepared_once(empty_database_url: str) -> None:
    databases = [open_database(empty_database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        worked = list(pool.map(migrate, databases))
    assert sorted(worked) == [False, False, True]
    with databases[0].begin_reading() as connection:
        assert inspect(connection).has_table("orders")
    for database in databases:
        database.close()


def test_a_database_of_a_later_version_is_refused(database: Database) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="9999"):
        migrate(database)


def test_a_prepared_database_costs_no_migration_tool(sqlite_url: str) -> None:
    program = (
        "import sys; from storage.database import open_database; from storage.migrate import migrate;"
        "print(migrate(open_database(sys.argv[1])), 'alembic' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, sqlite_url], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "False"]


def test_a_migration_that_fails_leaves_nothing(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(empty_database_url)
    with monkeypatch.context() as broken:
        broken.setattr("alembic.operations.Operations.create_index", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            migrate(database)
    with database.begin_reading() as connection:
        assert inspect(connection).get_table_names() == []
    assert migrate(database)
    database.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match="may write to it"):
        migrate(open_database(f"sqlite:///{tmp_path}/file/relevo.db"))


def test_an_accounts_published_version_becomes_its_one_rule_set(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    if database.path is not None:
        database.path.parent.mkdir(exist_ok=True)
    with database.begin() as connection:
        _upgrade_to(connection, "0003")
        _fill_as_of_0003(connection)
    assert migrate(database)

    with database.reading_unit_of_work() as unit:
        [named] = unit.rule_sets.list_published("acc_1")
        assert (named.id, named.set_slug, named.number, named.note) == ("rsv_2", "envios-a-espana", 2, "")
        earlier = unit.rule_sets.find_version("acc_1", "envios-a-espana", 1)
        assert earlier is not None
        assert (earlier.id, earlier.document) == ("rsv_1", "rules: []  # rsv_1")
        [nameless] = unit.rule_sets.list_published("acc_2")
        assert (nameless.set_slug, nameless.number) == ("rules", 1)
        assert unit.rule_sets.list_published("acc_3") == []
        assert list(unit.decisions.get("acc_1", "dec_1").rule_set_version_ids) == ["rsv_1"]
        assert list(unit.decisions.get("acc_1", "dec_2").rule_set_version_ids) == []
        assert unit.decisions.get("acc_1", "dec_1").facts == {"order": {"order_number": "7"}}
    with database.begin() as connection:  # the table is as it was otherwise
        deferred = [
            key["options"] for key in inspect(connection).get_foreign_keys("decisions") if key["referred_table"] == "orders"
        ]
        assert [options.get("deferrable") for options in deferred] == [True]
        assert {index["name"] for index in inspect(connection).get_indexes("decisions")} >= {"ix_decisions_order_id_id"}
    database.close()


def _upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _fill_as_of_0003(connection: Connection) -> None:
    """Two accounts with published rules, one with a name and two versions, and decisions about an order."""
    at = "2026-03-01T12:00:00.000000+00:00"
    for number in (1, 2, 3):
        account = {"id": f"acc_{number}", "slug": f"a{number}", "name": f"Account {number}", "created_at": at}
        _insert(connection, "accounts", kind="merchant", country="ES", time_zone="UTC", **account)
    for id_, account, number, name in (
        ("rsv_1", "acc_1", 1, "Old name"),
        ("rsv_2", "acc_1", 2, "Envíos a España!"),
        ("rsv_3", "acc_2", 1, "Account 2 1"),
    ):
        values = {"id": id_, "account_id": account, "number": number, "name": name, "document": f"rules: []  # {id_}"}
        _insert(connection, "rule_set_versions", published_at=at, published_by="operator", **values)
    _insert(connection, "published_rule_sets", account_id="acc_1", version_id="rsv_2")
    _insert(connection, "published_rule_sets", account_id="acc_2", version_id="rsv_3")
    texts = dict.fromkeys(("external_id", "external_order_id", "order_number", "revision", "search_text"), "7")
    lists = dict.fromkeys(("tags", "flags", "matched", "applied_once", "held_by", "once_writes"), "[]")
    layers = dict.fromkeys(("rules", "person", "source"), "{}")
    order = {"id": "ord_1", "account_id": "acc_1", "imported_at": at, "updated_at": at, "state": "open", "status": "open"}
    _insert(connection, "orders", **order, **texts, **lists, **layers)
    _insert(connection, "decision_contexts", id="ctx_1", context="{}")
    for id_, version in (("dec_1", "rsv_1"), ("dec_2", None)):
        values = dict.fromkeys(("matched", "changes", "effects", "flags", "errors"), "[]")
        values |= {"id": id_, "account_id": "acc_1", "order_id": "ord_1", "trigger": "imported", "decided_at": at}
        facts = '{"order": {"order_number": "7"}}'
        _insert(connection, "decisions", rule_set_version_id=version, context_id="ctx_1", facts=facts, **values)


def _insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)


KEPT = """
INSERT INTO accounts (id, slug, name, kind, country, time_zone, created_at)
  VALUES ('a', 'a', 'A', 'merchant', 'ES', 'UTC', '2026-03-02T12:00:00.000000+00:00');
INSERT INTO stores (id, account_id, kind, name, settings, sealed_credentials, created_at, state, refresh_minutes,
    daily_refresh_at, time_zone, window_days)
  VALUES ('s', 'a', 'k', 'S', '{}', '', '2026-03-02T12:00:00.000000+00:00', 'connected', 5, '03:00', 'UTC', 9);
INSERT INTO orders (id, account_id, store_id, external_id, external_order_id, order_number, revision, imported_at, updated_at,
    state, status, search_text, tags, flags, matched, applied_once, held_by, once_writes, rules, person, source)
  SELECT id, 'a', 's', id, '', '', '', '2026-03-02T12:00:00.000000+00:00', '2026-03-02T12:00:00.000000+00:00',
    'open', 'x', '', '[]', flags, '[]', '[]', '[]', '[]', '{}', '{}', '{}'
  FROM (SELECT 'o1' AS id, '["needs_attention", "unhandled"]' AS flags UNION ALL SELECT 'o2', '[]'
    UNION ALL SELECT 'o3', '["unhandled", "unhandled"]') AS made;
INSERT INTO import_runs (id, account_id, store_id, started_at, summary)
  VALUES ('r', 'a', 's', '2026-03-02T12:00:00.000000+00:00',
    '{"imported": 2, "skipped": {"not_printed": 1}, "skipped_notes": [{"message": {"en": "a \\"b\\" ñ"}}]}');
INSERT INTO audit (account_id, at, actor, action, subject_id)
  VALUES ('a', '2026-03-02T12:00:00.000000+00:00', 'x', 'order.imported', 'o1')
"""


def test_what_earlier_versions_kept_comes_along(empty_database_url: str, tmp_path: Path) -> None:
    """Flags are found by index, and what imports kept of skipped notes is gone from their summaries."""
    (tmp_path / "new").mkdir(exist_ok=True)
    database = open_database(empty_database_url)
    with database.begin() as connection:
        _upgrade_to(connection, "0003")
        for statement in KEPT.split(";\n"):
            connection.exec_driver_sql(statement)

    assert migrate(database)

    with database.begin_reading() as connection:
        flags = connection.execute(text("SELECT order_id, flag FROM order_flags ORDER BY order_id, flag")).all()
        kept = json.loads(connection.execute(text("SELECT summary FROM import_runs")).scalar_one())
        assert connection.execute(text("SELECT count(*) FROM audit")).scalar_one() == 1
    assert [tuple(flag) for flag in flags] == [("o1", "needs_attention"), ("o1", "unhandled"), ("o3", "unhandled")]
    assert kept == {"imported": 2, "skipped": {"not_printed": 1}}
    assert schema_problems(database) == []
    with database.begin() as connection, pytest.raises(ConflictingWrite):
        connection.execute(text("UPDATE audit SET after = 'x'"))
    database.close()
