"""What may not lie in the database in plain."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from support.examples import a_store, an_account

from storage.database import Database, open_database
from storage.errors import SecretKeyInvalid, SecretKeyMissing, SecretUnreadable
from storage.secret_box import SecretBox

OLD, NEW = b"o" * 32, b"\xfb\xff" * 16


def as_text(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def test_what_was_sealed_comes_back_and_is_not_in_the_seal() -> None:
    box = SecretBox([OLD])
    sealed = box.seal("contraseña".encode())
    assert "contrase" not in sealed
    assert box.open(sealed) == "contraseña".encode()
    assert box.seal(b"x") != box.seal(b"x")


@pytest.mark.parametrize("padding", ["=", ""])
def test_a_key_is_read_with_or_without_padding(padding: str) -> None:
    box = SecretBox.from_text(as_text(NEW).rstrip("=") + padding)
    assert SecretBox([NEW]).open(box.seal(b"x")) == b"x"


def test_a_former_key_still_opens_while_the_first_one_seals() -> None:
    rotated = SecretBox.from_text(f"{as_text(NEW)}, {as_text(OLD)}")
    assert rotated.open(SecretBox([OLD]).seal(b"x")) == b"x"
    assert SecretBox([NEW]).open(rotated.seal(b"x")) == b"x"
    with pytest.raises(SecretUnreadable, match="another RELEVO_SECRET_KEY"):
        SecretBox([OLD]).open(rotated.seal(b"x"))


@pytest.mark.parametrize("key", ["", "short", as_text(b"x" * 31), as_text(b"x" * 33), "é" * 43, f"{as_text(OLD)},", "!" * 43])
def test_a_wrong_key_is_a_sentence_that_does_not_repeat_it(key: str) -> None:
    with pytest.raises(SecretKeyInvalid, match="32 random bytes") as refused:
        SecretBox.from_text(key)
    assert not key or key not in str(refused.value)


def test_credentials_are_in_no_file(sqlite_database: Database, tmp_path: Path) -> None:
    password = f"pass-{os.urandom(8).hex()}"
    account = an_account()
    store = a_store(account.id, credentials={"username": "u@example.com", "password": password})
    with sqlite_database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.stores.add(store)
        unit.commit()
    with sqlite_database.reading_unit_of_work() as unit:
        assert unit.stores.get(store.account_id, store.id).credentials["password"] == password
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert store.id.encode() in written
    assert password.encode() not in written
    assert b"u@example.com" not in written


def test_another_key_or_none_is_a_sentence(database: Database, database_url: str) -> None:
    account = an_account()
    store = a_store(account.id)
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.stores.add(store)
        unit.commit()
    for secrets, problem in ((SecretBox([OLD]), SecretUnreadable), (None, SecretKeyMissing)):
        other = open_database(database_url, secrets)
        with other.reading_unit_of_work() as unit, pytest.raises(problem, match="RELEVO_SECRET_KEY"):
            dict(unit.stores.get(store.account_id, store.id).credentials)
        other.close()


def test_no_column_holds_credentials_in_plain(database: Database) -> None:
    account = an_account()
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.stores.add(a_store(account.id))
        unit.commit()
    with database.begin_reading() as connection:
        assert "correct horse" not in repr(connection.execute(text("SELECT * FROM stores")).all())
