"""Transactions, their isolation and their errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.engine.cursor import CursorResultMetaData
from sqlalchemy.exc import InternalError
from support.examples import NOON, a_decision, an_account, an_account_with_store, an_order
from support.statements import transactions

from engine.model.audit import AuditEntry
from storage.database import Database, open_database
from storage.errors import ConflictingWrite, DatabaseUnavailable, DatabaseUrlInvalid
from storage.tables import AccountRow

REPOSITORY = Path(__file__).parents[2]

HALF_AN_IMPORT = """
import sys, time
sys.path.insert(0, "tests")
from support.examples import *
from engine.model.audit import AuditEntry
from storage.database import open_database
from storage.secret_box import SecretBox
with open_database(sys.argv[1], SecretBox([b"k" * 32])).unit_of_work() as unit:
    store = an_account_with_store(unit)
    order = an_order(store.account_id, store.id)
    unit.orders.add_many([order], "run_1")
    unit.audit.append([AuditEntry(store.account_id, NOON, "import", "order.imported", order.id)])
    print("half way", flush=True)
    time.sleep(60)
"""


def test_without_a_commit_nothing_is_kept(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account("left"))
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account("failed"))
        with pytest.raises(ConflictingWrite):
            unit.accounts.add(an_account("failed"))
    with database.reading_unit_of_work() as unit:
        assert unit.accounts.is_empty()


def test_a_commit_keeps_everything_and_later_work_is_a_transaction_of_its_own(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account("kept"))
        unit.commit()
        unit.accounts.add(an_account("left"))
    with database.reading_unit_of_work() as unit:
        assert [account.slug for account in unit.accounts.list_all()] == ["kept"]


def test_a_process_killed_in_the_middle_leaves_nothing(database: Database, database_url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HALF_AN_IMPORT, database_url], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "half way\n"
        os.kill(process.pid, signal.SIGKILL)
    with database.unit_of_work() as unit:
        assert unit.accounts.is_empty()
        unit.accounts.add(an_account())
        unit.commit()
    with database.begin_reading() as connection:
        for table in ("orders", "stores", "audit"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_two_writers_wait_for_each_other_whatever_they_have_read(database: Database) -> None:
    both_have_begun = threading.Barrier(2, timeout=60)

    def write(slug: str) -> None:
        both_have_begun.wait()
        for number in range(20):
            with database.unit_of_work() as unit:
                unit.accounts.list_all()
                unit.accounts.add(an_account(f"{slug}-{number}"))
                unit.commit()

    writers = [threading.Thread(target=write, args=(slug,)) for slug in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.reading_unit_of_work() as unit:
        assert len(unit.accounts.list_all()) == 40


def test_a_reader_sees_one_state_and_holds_up_nobody(database: Database) -> None:
    with database.reading_unit_of_work() as reader:
        assert reader.accounts.is_empty()
        with database.unit_of_work() as writer:
            writer.accounts.add(an_account())
            writer.commit()
        assert reader.accounts.is_empty()
    with database.reading_unit_of_work() as reader:
        assert not reader.accounts.is_empty()


def test_what_is_read_within_one_reading_is_one_state_by_one_transaction(database: Database) -> None:
    with transactions(database) as begun, database.one_reading():
        with database.reading_unit_of_work() as reader:
            assert reader.accounts.is_empty()
        with database.unit_of_work() as writer:
            writer.accounts.add(an_account())
            writer.commit()
        with database.reading_unit_of_work() as reader, database.begin_reading() as connection:
            assert reader.accounts.is_empty()
            assert connection is reader.connection
            assert connection.execute(select(AccountRow.id).where(AccountRow.id == an_account().id)).all() == []
    assert len(begun) == 2  # with that of the writer
    with database.reading_unit_of_work() as reader:
        assert not reader.accounts.is_empty()


def test_an_error_ends_one_reading_and_what_follows_reads_by_itself(database: Database) -> None:
    with pytest.raises(LookupError), database.one_reading():
        raise LookupError
    with database.begin_reading() as first, database.begin_reading() as second:
        assert first is not second


def test_one_reading_is_of_one_database_and_one_thread(database: Database, sqlite_database: Database) -> None:
    others: list[Connection] = []

    def read() -> None:
        with database.begin_reading() as connection:
            others.append(connection)

    with database.one_reading(), database.begin_reading() as shared:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        with closing(open_database(str(sqlite_database.url))) as elsewhere, elsewhere.begin_reading() as other:
            assert shared not in (*others, other)


def test_a_reader_may_not_write(database: Database) -> None:
    with database.reading_unit_of_work() as reader, pytest.raises((DatabaseUnavailable, InternalError)):
        reader.accounts.add(an_account())
    with database.unit_of_work() as unit:
        unit.accounts.add(an_account())
        unit.commit()


def test_a_reference_to_nothing_is_refused_at_once_or_at_the_commit(database: Database) -> None:
    with database.unit_of_work() as unit, pytest.raises(ConflictingWrite):
        unit.audit.append([AuditEntry("acc_none", NOON, "import", "order.imported", "ord_1")])
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id)
        unit.decisions.add_many([a_decision(order, context_id="ctx-none")])
        unit.orders.add_many([order], "run_1")
        with pytest.raises(ConflictingWrite):
            unit.commit()


def test_sqlite_is_set_up_for_several_processes(sqlite_database: Database) -> None:
    with sqlite_database.begin() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 15_000}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "relevo.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:////x.db?hush=1",
        "mysql://root:hush@host/db",
        "postgresql://hush@host",
        "postgresql://u:hush@host:abc/db",
        "postgresql://u:hush@/db?host=a&host=b&port=abc&port=5432",
    ],
)
def test_an_address_that_cannot_be_used_is_a_sentence_without_its_password(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid, match="RELEVO_DATABASE_URL cannot be used") as refused:
        open_database(url)
    assert "hush" not in str(refused.value)
    assert "RELEVO_DATABASE_URL no se puede usar" in refused.value.message.format("es")


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "relevo.db").write_bytes(b"this is not a database " * 100)
    database = open_database(f"sqlite:///{tmp_path}/relevo.db")
    with pytest.raises(DatabaseUnavailable, match="file is not a database"), database.unit_of_work() as unit:
        unit.accounts.list_all()
    database.close()


def test_a_server_that_does_not_answer_is_a_sentence(tmp_path: Path) -> None:
    database = open_database(f"postgresql://relevo:hush@/relevo?host={tmp_path}")
    with pytest.raises(DatabaseUnavailable, match="cannot be used right now") as refused, database.unit_of_work() as unit:
        unit.accounts.list_all()
    assert "hush" not in str(refused.value)
    assert "RELEVO_DATABASE_URL" in refused.value.message.format("es")


@pytest.mark.parametrize(("option", "says"), [("foo=bar", '"foo"'), ("sslmode=wrong", '"wrong"')])
def test_an_option_that_the_driver_refuses_is_a_sentence_with_the_name_of_the_setting(option: str, says: str) -> None:
    database = open_database(f"postgresql://relevo:hush@127.0.0.1:1/relevo?{option}")
    with pytest.raises(DatabaseUnavailable, match="RELEVO_DATABASE_URL") as refused, database.unit_of_work() as unit:
        unit.accounts.list_all()
    assert says in str(refused.value)
    assert "hush" not in str(refused.value)


def test_an_error_does_not_repeat_what_was_to_be_kept(database: Database) -> None:
    value = "Calle Mayor".replace(" ", "-")  # so that the lines of this test do not hold it
    with database.begin() as connection, pytest.raises(Exception, match="nowhere") as caught:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": value})

    assert value not in "".join(traceback.format_exception(caught.value))


def test_rows_of_a_statement_that_was_made_before_are_read_without_looking_up_its_columns(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    adapt = CursorResultMetaData._adapt_to_context
    monkeypatch.setattr(CursorResultMetaData, "_adapt_to_context", lambda self, to: looked_up.append(to) or adapt(self, to))
    with database.unit_of_work() as unit:
        account = an_account()
        unit.accounts.add(account)
        unit.commit()
    for reading in (database.begin_reading, database.begin):
        for _ in range(3):
            with reading() as connection:
                row = connection.execute(select(AccountRow.slug, AccountRow.name).where(AccountRow.id == account.id)).one()
            assert (row.slug, row[1], row._mapping["name"]) == (account.slug, account.name, account.name)
    assert not looked_up
