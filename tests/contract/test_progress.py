"""Contract of leases by name and of consents that are under way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from support.examples import NOON, an_account

from engine.model.authorisation import PendingAuthorisation
from storage.database import Database, open_database
from storage.secret_box import SecretBox

SECOND = timedelta(seconds=1)
SECRET = "client-secret-9c1"


@pytest.fixture
def account_id(database: Database) -> str:
    account = an_account()
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.commit()
    return account.id


def test_a_lease_is_one_owners_until_it_runs_out_or_is_given_back(database: Database, account_id: str) -> None:
    with database.unit_of_work() as unit:
        leases = unit.leases
        assert leases.take(account_id, "credentials:1", "a", NOON, NOON + 60 * SECOND)
        assert not leases.take(account_id, "credentials:1", "b", NOON + 59 * SECOND, NOON + 120 * SECOND)
        assert leases.take(account_id, "credentials:2", "b", NOON, NOON + 60 * SECOND)
        assert leases.take(account_id, "credentials:1", "a", NOON + SECOND, NOON + 70 * SECOND)
        assert not leases.take(account_id, "credentials:1", "b", NOON + 69 * SECOND, NOON + 120 * SECOND)
        assert leases.take(account_id, "credentials:1", "b", NOON + 70 * SECOND, NOON + 120 * SECOND)
        leases.release(account_id, "credentials:1", "a")
        assert not leases.take(account_id, "credentials:1", "c", NOON + 71 * SECOND, NOON + 120 * SECOND)
        assert leases.owner(account_id, "credentials:1") == "b"
        leases.release(account_id, "credentials:1", "b")
        assert leases.owner(account_id, "credentials:1") == ""
        assert leases.take(account_id, "credentials:1", "c", NOON + 71 * SECOND, NOON + 120 * SECOND)


def a_consent(account_id: str, digest: str = "d1", user: str = "usr_1", minutes: int = 0) -> PendingAuthorisation:
    began_at = NOON + timedelta(minutes=minutes)
    request = {"form": {"credentials": {"client_secret": SECRET}, "refresh_minutes": 15}, "redirect_uri": "https://r"}
    return PendingAuthorisation(digest, account_id, user, began_at, began_at + timedelta(minutes=15), request)


def test_a_consent_is_taken_up_once_and_by_who_began_it(database: Database, account_id: str) -> None:
    consent = a_consent(account_id)
    with database.unit_of_work() as unit:
        unit.authorisations.add(consent)
        unit.commit()
    with database.unit_of_work() as unit:
        assert unit.authorisations.take("d1", account_id, "usr_2") is None
        assert unit.authorisations.take("d1", "acc_other", "usr_1") is None
        assert unit.authorisations.take("d2", account_id, "usr_1") is None
        assert unit.authorisations.take("d1", account_id, "usr_1") == consent
        assert unit.authorisations.take("d1", account_id, "usr_1") is None
        unit.commit()


def test_consents_that_ended_are_forgotten_with_the_next(database: Database, account_id: str) -> None:
    with database.unit_of_work() as unit:
        unit.authorisations.add(a_consent(account_id, "old"))
        unit.authorisations.add(a_consent(account_id, "young", minutes=14))
        unit.authorisations.add(a_consent(account_id, "new", minutes=15))
        assert unit.authorisations.take("old", account_id, "usr_1") is None
        assert unit.authorisations.take("young", account_id, "usr_1") is not None
        assert unit.authorisations.take("new", account_id, "usr_1") is not None


def test_a_consents_secret_lies_encrypted(database: Database, account_id: str) -> None:
    with database.unit_of_work() as unit:
        unit.authorisations.add(a_consent(account_id))
        kept = unit.connection.execute(text("SELECT sealed_request FROM authorisations")).scalar_one()

    assert SECRET not in kept
    assert SECRET not in repr(a_consent(account_id))


def test_a_consent_outlives_a_new_key(database: Database, database_url: str, account_id: str) -> None:
    with database.unit_of_work() as unit:
        unit.authorisations.add(a_consent(account_id))
        unit.commit()
    rotated = open_database(database_url, SecretBox([b"n" * 32, b"0123456789abcdef0123456789abcdef"]))
    with rotated.unit_of_work() as unit:
        assert unit.authorisations.take("d1", account_id, "usr_1") == a_consent(account_id)
    rotated.close()


def test_only_what_ended_is_forgotten(database: Database, account_id: str) -> None:
    with database.unit_of_work() as unit:
        unit.authorisations.add(a_consent(account_id))
        unit.authorisations.forget_ended(NOON + timedelta(minutes=14))
        assert unit.authorisations.take("d1", account_id, "usr_1") is not None
        unit.authorisations.add(a_consent(account_id))
        unit.authorisations.forget_ended(NOON + timedelta(minutes=15))
        assert unit.authorisations.take("d1", account_id, "usr_1") is None
        assert unit.leases.take(account_id, "held", "a", NOON, NOON + 60 * SECOND)
        unit.leases.forget_ended(NOON + 60 * SECOND)
        assert not unit.leases.take(account_id, "held", "b", NOON, NOON + 60 * SECOND)
        unit.leases.forget_ended(NOON + 61 * SECOND)
        assert unit.leases.take(account_id, "held", "b", NOON, NOON + 60 * SECOND)
