"""What was stored when each person belonged to one account: they log in as before, and stay logged in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from support.clock import FixedClock

from adapters.passwords import Argon2PasswordHasher
from engine.application import Application
from engine.model.account import SERVICE_ACCOUNT
from engine.services.accounts.log_in import log_in
from engine.services.accounts.own_password import ask_for_reset
from engine.services.accounts.people import add_person
from engine.services.accounts.web_sessions import digest_of_token, find_session
from storage.database import Database, open_database
from storage.migrate import MIGRATIONS, migrate
from storage.schema_check import schema_problems
from storage.secret_box import SecretBox

AT = "2026-03-01T12:00:00.000000+00:00"
LATER = "2026-03-02T12:00:00.000000+00:00"
PASSWORD, TOKEN = "a relay needs two", "token-of-ana"
PEOPLE = (("usr_ana", "acc_1", "Ana@casa-verde.example", "admin"), ("usr_bo", "acc_2", "bo@acme.example", "member"))


@pytest.fixture
def migrated(empty_database_url: str, secrets: SecretBox) -> Iterator[Database]:
    """A database as version 0011 left it, with two accounts, a person and a session each, brought up to date."""
    database = open_database(empty_database_url, secrets)
    if database.path is not None:
        database.path.parent.mkdir(exist_ok=True)
    password_hash = Argon2PasswordHasher().hash(PASSWORD)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0011")
        for account in ("acc_1", "acc_2"):
            connection.execute(
                text(
                    "INSERT INTO accounts (id, slug, name, kind, country, time_zone, created_at) "
                    "VALUES (:id, :id, :id, 'merchant', 'ES', 'Europe/Madrid', :at)"
                ),
                {"id": account, "at": AT},
            )
        for user, account, email, role in PEOPLE:
            connection.execute(
                text(
                    "INSERT INTO users (id, account_id, email, email_key, password_hash, role, language, created_at) "
                    "VALUES (:id, :account, :email, :key, :hash, :role, 'es', :at)"
                ),
                {
                    "id": user,
                    "account": account,
                    "email": email,
                    "key": email.lower(),
                    "hash": password_hash,
                    "role": role,
                    "at": AT,
                },
            )
        connection.execute(
            text(
                "INSERT INTO web_sessions (token_digest, account_id, user_id, created_at, last_seen_at, ends_at) "
                "VALUES (:digest, 'acc_1', 'usr_ana', :at, :at, :later)"
            ),
            {"digest": digest_of_token(TOKEN), "at": AT, "later": LATER},
        )
    assert migrate(database)
    yield database
    database.close()


def test_people_log_in_as_before_and_stay_logged_in(migrated: Database, clock: FixedClock) -> None:
    app = Application(migrated.unit_of_work, migrated.reading_unit_of_work, clock, {}, Argon2PasswordHasher())

    [ana], [bo] = (log_in(app, email, PASSWORD) for _, _, email, _ in PEOPLE)
    assert (ana.id, ana.account_id, ana.role, ana.language, ana.time_zone) == ("usr_ana", "acc_1", "admin", "es", None)
    assert (bo.id, bo.account_id, bo.role) == ("usr_bo", "acc_2", "member")
    assert log_in(app, "ana@casa-verde.example", "not that one") == []
    found = find_session(app, TOKEN)
    assert found is not None
    assert (found.user, found.account.slug) == (ana, "acc_1")
    assert schema_problems(migrated) == []


def test_a_migrated_person_joins_another_account_and_gets_mails_of_the_service(migrated: Database, clock: FixedClock) -> None:
    app = Application(migrated.unit_of_work, migrated.reading_unit_of_work, clock, {}, Argon2PasswordHasher())

    add_person(app, "acc_2", email=PEOPLE[0][2], role="member", password="", language="en")
    assert len(log_in(app, PEOPLE[0][2], PASSWORD)) == 2
    ask_for_reset(app, PEOPLE[0][2])
    with app.reading() as uow:
        assert len(uow.mails.list_entries(SERVICE_ACCOUNT, after=None, limit=9)) == 1
