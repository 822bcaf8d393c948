"""Contract of the repository of people's sessions, and of what ends an account's people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, an_account

from engine.model.account import Account, User
from engine.model.web_session import WebSession
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def account(database: Database) -> Account:
    made = an_account("casa-verde")
    with database.unit_of_work() as unit:
        unit.accounts.add(made)
        for name in ("ana", "bo"):
            unit.users.add(User(name, made.id, f"{name}@casa-verde.example", "$argon2id$…", "admin", "es", NOON))
        unit.commit()
    return made


def a_session(account: Account, digest: str, user_id: str, hours: int = 0) -> WebSession:
    seen = NOON + timedelta(hours=hours)
    return WebSession(digest, account.id, user_id, NOON, seen, seen + timedelta(hours=12))


def test_a_session_is_found_with_its_person_and_account(database: Database, account: Account) -> None:
    first, second, other = a_session(account, "d1", "ana"), a_session(account, "d2", "ana", 1), a_session(account, "d3", "bo")
    with database.unit_of_work() as unit:
        for session in (first, second, other):
            unit.web_sessions.add(session)
        found = unit.web_sessions.find("d1")
        assert found is not None
        assert (found.session, found.user, found.account) == (first, unit.users.find(account.id, "ana"), account)
        assert unit.web_sessions.find("d4") is None
        assert unit.web_sessions.list_for(account.id, "ana") == [second, first]
        with pytest.raises(ConflictingWrite):
            unit.web_sessions.add(first)


def test_a_session_tells_to_how_many_open_accounts_its_person_belongs(database: Database, account: Account) -> None:
    closed = replace(an_account("closed"), closed_at=NOON)
    with database.unit_of_work() as unit:
        unit.web_sessions.add(a_session(account, "d1", "ana"))
        for other in (an_account("open"), closed):
            unit.accounts.add(other)
            ana = unit.users.find(account.id, "ana")
            assert ana is not None
            unit.users.add(replace(ana, account_id=other.id))
        found = unit.web_sessions.find("d1")
        assert found is not None
        assert found.accounts == 2


def test_sessions_are_ended_one_by_one_or_all_of_a_person(database: Database, account: Account) -> None:
    with database.unit_of_work() as unit:
        for number in range(3):
            unit.web_sessions.add(a_session(account, f"ana{number}", "ana", number))
        unit.web_sessions.add(a_session(account, "bo", "bo"))
        unit.web_sessions.end("ana1")
        assert [session.token_digest for session in unit.web_sessions.list_for(account.id, "ana")] == ["ana2", "ana0"]
        assert unit.web_sessions.end_all(account.id, "ana") == 2
        assert unit.web_sessions.end_all(account.id, "ana") == 0
        assert unit.web_sessions.find("bo") is not None


def test_a_session_in_use_lasts_and_others_are_forgotten(database: Database, account: Account) -> None:
    with database.unit_of_work() as unit:
        unit.web_sessions.add(a_session(account, "used", "ana"))
        unit.web_sessions.add(a_session(account, "idle", "ana"))
        unit.web_sessions.keep_seen("used", NOON + timedelta(hours=6), NOON + timedelta(hours=18))
        unit.web_sessions.forget_ended(NOON + timedelta(hours=12))
        [left] = unit.web_sessions.list_for(account.id, "ana")
        assert (left.token_digest, left.last_seen_at, left.ends_at) == (
            "used",
            NOON + timedelta(hours=6),
            NOON + timedelta(hours=18),
        )


def test_people_change_their_role_and_leave(database: Database, account: Account) -> None:
    with database.unit_of_work() as unit:
        unit.web_sessions.add(a_session(account, "d1", "bo"))
        assert [user.id for user in unit.users.lock_for(account.id)] == ["ana", "bo"]
        unit.users.set_role(account.id, "bo", "member")
        assert [user.role for user in unit.users.list_for(account.id)] == ["admin", "member"]
        unit.web_sessions.end_all(account.id, "bo")
        unit.users.remove(account.id, "bo")
        assert [user.id for user in unit.users.list_for(account.id)] == ["ana"]
        unit.accounts.set_time_zone(account.id, "Asia/Tokyo")
        assert unit.accounts.get(account.id).time_zone == "Asia/Tokyo"


def test_nobody_leaves_while_a_session_of_theirs_is_kept(database: Database, account: Account) -> None:
    with database.unit_of_work() as unit:
        unit.web_sessions.add(a_session(account, "d1", "bo"))
        with pytest.raises(ConflictingWrite):
            unit.users.remove(account.id, "bo")
