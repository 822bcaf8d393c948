"""What was sealed with a key that was lost: it is in nobody else's way, is named, and is replaced by what is entered anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.clock import FixedClock
from support.examples import a_store, an_account
from support.sandbox_shop import cheap_hasher

from engine.application import Application
from engine.jobs.schedule import enqueue_due
from engine.model.account import CarrierAccount
from engine.model.authorisation import PendingAuthorisation
from engine.model.integrated_provider import ProviderSecrets
from engine.model.job import JobState
from engine.model.mail import Mail, MailContent, MailKind
from engine.model.redaction import Redaction
from engine.ports import SecretsUnreadable
from engine.services.kept_credentials import can_be_read
from storage.database import Database, open_database
from storage.doctor import look_at
from storage.errors import SecretKeyMissing
from storage.sealed_rows import has_sealed
from storage.secret_box import SecretBox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ACCOUNT, OTHER = an_account(), an_account(slug="other")
LOST = a_store(ACCOUNT.id, id="sto_lost", name="Lost & Co", created_at=LONG_AGO)
GOOD = a_store(OTHER.id, id="sto_good", created_at=LONG_AGO)


@contextmanager
def opened(url: str, *letters: bytes) -> Iterator[Database]:
    """A database with keys of these letters."""
    other = open_database(url, SecretBox([letter * 32 for letter in letters]) if letters else None)
    try:
        yield other
    finally:
        other.close()


@pytest.fixture
def damaged(database: Database, database_url: str) -> Database:
    """Where the first account's secrets were sealed with a key that is not there, and the other one's were not."""
    with opened(database_url, b"x") as before, before.unit_of_work() as unit:
        unit.accounts.add(ACCOUNT)
        unit.accounts.add(OTHER)
        unit.stores.add(LOST)
        unit.carrier_accounts.add(CarrierAccount("car_1", ACCOUNT.id, "dhl", ("express",), credentials={"api_key": "k"}))
        unit.mails.add(a_mail())
        unit.authorisations.add(
            PendingAuthorisation("digest", ACCOUNT.id, "operator", LONG_AGO, datetime.max.replace(tzinfo=UTC), {"a": "b"})
        )
        unit.commit()
    with database.unit_of_work() as unit:
        unit.stores.add(GOOD)
        unit.commit()
    return database


def a_mail() -> Mail:
    content = MailContent("Hola", ("Dear Ana Ruiz",))
    return Mail("mai_1", ACCOUNT.id, "bo@example.com", MailKind.STORE_NOTICE, "en", LONG_AGO, content)


def test_imports_of_all_others_and_its_own_are_planned(damaged: Database, clock: FixedClock) -> None:
    app = Application(damaged.unit_of_work, damaged.reading_unit_of_work, clock, {}, passwords=cheap_hasher())
    clock.sleep(3720)
    enqueue_due(app)
    with damaged.reading_unit_of_work() as unit:
        assert unit.jobs.count(JobState.DUE) == 4  # the refresh and the daily one of each


def test_lists_tell_which_cannot_be_read(damaged: Database) -> None:
    with damaged.reading_unit_of_work() as unit:
        stores = {store.id: can_be_read(store.credentials) for store in unit.stores.list_open()}
        carrier_account = unit.carrier_accounts.get(ACCOUNT.id, "car_1")
        with pytest.raises(SecretsUnreadable, match="another RELEVO_SECRET_KEY"):
            unit.stores.get(ACCOUNT.id, LOST.id).credentials["password"]
        assert dict(unit.stores.get(OTHER.id, GOOD.id).credentials) == GOOD.credentials
    assert stores == {LOST.id: False, GOOD.id: True}
    assert not can_be_read(carrier_account.credentials)


def test_new_credentials_take_the_place_of_lost_ones(damaged: Database) -> None:
    with damaged.unit_of_work() as unit:
        assert unit.stores.swap_credentials(ACCOUNT.id, LOST.id, LOST.credentials_version, {"password": "new"})
        assert dict(unit.stores.get(ACCOUNT.id, LOST.id).credentials) == {"password": "new"}


def test_a_consent_that_was_begun_before_has_to_be_begun_again(damaged: Database) -> None:
    with damaged.unit_of_work() as unit:
        assert unit.authorisations.take("digest", ACCOUNT.id, "operator") is None


def test_a_mail_is_shown_as_one_that_cannot_be_read_and_kept_until_the_key_is_back(damaged: Database, database_url: str) -> None:
    with damaged.unit_of_work() as unit:
        mail = unit.mails.get(ACCOUNT.id, "mai_1")
        assert (mail.content, mail.can_be_read) == (None, False)
        unit.mails.update(mail)
        unit.commit()
    with opened(database_url, b"n", b"x") as rotated, rotated.reading_unit_of_work() as unit:
        assert unit.mails.get(ACCOUNT.id, "mai_1").content == a_mail().content


def test_erasing_a_person_drops_what_mails_say_that_nobody_can_read(damaged: Database, database_url: str) -> None:
    with damaged.unit_of_work() as unit:
        assert unit.mails.redact(ACCOUNT.id, Redaction(["Ana Ruiz"])) == ["mai_1"]
        unit.commit()
    with opened(database_url, b"x") as before, before.reading_unit_of_work() as unit:
        assert unit.mails.get(ACCOUNT.id, "mai_1").content is None


def test_the_doctor_names_everything_that_the_key_does_not_open(damaged: Database) -> None:
    said = {found.check: [str(problem) for problem in found.problems] for found in look_at(damaged, [])}["credentials"]
    assert len(said) == 3
    store, carrier, mails = said
    assert "the store Lost & Co (sto_lost)" in store
    assert "stores reconnect sto_lost" in store
    assert "the carrier account dhl (car_1)" in carrier
    assert "Mails that cannot be read: 1." in mails


def test_the_doctor_without_a_key_says_to_bring_it_back(damaged: Database, database_url: str) -> None:
    with opened(database_url) as without:
        said = {found.check: found.problems for found in look_at(without, [])}["credentials"]
    assert [problem.text for problem in said] == [SecretKeyMissing.text]
    assert "bring the file secret_key back from a backup" in str(said[0])


def test_whether_there_is_anything_sealed(database: Database, database_url: str, empty_database_url: str, tmp_path: Path) -> None:
    assert not has_sealed(database)
    for url in (empty_database_url, f"sqlite:///{tmp_path}/none/relevo.db"):
        with opened(url) as other:
            assert not has_sealed(other)
    with database.unit_of_work() as unit:
        unit.accounts.add(ACCOUNT)
        unit.mails.add(a_mail())
        unit.commit()
    with opened(database_url) as other:
        assert has_sealed(other)


def test_a_provider_whose_secret_was_lost_is_believed_nothing_until_there_is_a_new_one(clock: FixedClock) -> None:
    now = clock.now()
    lost = ProviderSecrets()
    assert (lost.can_be_read, lost.valid(now), lost.rotate("new", now).valid(now)) == (False, (), ("new",))
