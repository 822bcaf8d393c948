"""Contract of mails and of their readers' preferences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from support.examples import NOON, an_account

from engine.model.account import User
from engine.model.mail import Mail, MailBrand, MailContent, MailKind, MailLink, MailMode, MailReader, MailState, OutsideLink
from engine.model.redaction import ERASED, Redaction
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database, open_database
from storage.errors import SecretKeyMissing

CONTENT = MailContent("Hola ñ", ("first", "second"), MailLink("Go", "/orders/1"))
PERSON = "usr_1"


@pytest.fixture
def account_id(database: Database) -> str:
    account = an_account()
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.users.add(User(PERSON, account.id, "ana@example.com", "$argon2id$…", "admin", "es", NOON))
        unit.commit()
    return account.id


def a_mail(account_id: str, number: int = 1, **changes: Any) -> Mail:
    what = {"to_address": "ana@example.com", "kind": MailKind.STORE_NOTICE, "language": "es", "content": CONTENT}
    whose = {"id": f"mai_{number}", "account_id": account_id, "user_id": PERSON, "reader_account_id": account_id}
    return Mail(**{**whose, **what, "created_at": NOON, **changes})


def keep(database: Database, *mails: Mail) -> None:
    with database.unit_of_work() as unit:
        for mail in mails:
            unit.mails.add(mail)
        unit.commit()


def test_a_mail_is_kept_once_and_as_it_was(database: Database, account_id: str) -> None:
    outsider = a_mail(account_id, 2, user_id=None, reader_account_id=None, content=None)
    failed = a_mail(account_id, 3, state=MailState.FAILED, attempts=2, last_error=Sentence("no", "que no"), sent_at=NOON)
    with database.unit_of_work() as unit:
        assert [unit.mails.add(mail) for mail in (a_mail(account_id), outsider, failed)] == [True, True, True]
        assert not unit.mails.add(a_mail(account_id, to_address="other@example.com"))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.mails.get(account_id, "mai_1") == a_mail(account_id)
        assert unit.mails.get(account_id, "mai_2") == outsider
        assert unit.mails.get(account_id, "mai_3") == failed
        with pytest.raises(NotFound):
            unit.mails.get(account_id, "mai_4")


def test_what_a_mail_says_cannot_be_read_in_the_database(database: Database, account_id: str) -> None:
    keep(database, a_mail(account_id))
    with database.begin_reading() as connection:
        rows = repr(connection.execute(text("SELECT * FROM mails")).all())
    assert "ana@example.com" in rows
    assert not [word for word in ("Hola", "second", "/orders/1") if word in rows]


def test_without_a_key_no_mail_is_kept(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    with database.unit_of_work() as unit, pytest.raises(SecretKeyMissing):
        unit.mails.add(a_mail("acc"))
    database.close()


def test_what_becomes_of_a_mail_leaves_what_it_says_or_drops_it(database: Database, account_id: str) -> None:
    keep(database, a_mail(account_id))
    sent = a_mail(account_id, state=MailState.SENT, sent_at=NOON, attempts=1)
    with database.unit_of_work() as unit:
        unit.mails.update(replace(sent, content=MailContent("never", ())))
        assert unit.mails.get(account_id, "mai_1") == sent
        unit.mails.update(replace(sent, content=None))
        assert unit.mails.get(account_id, "mai_1", for_change=True) == replace(sent, content=None)


def test_lists_begin_with_the_newest_and_go_on_after_one(database: Database, account_id: str) -> None:
    times = [NOON, NOON, NOON + timedelta(hours=1), NOON - timedelta(hours=1)]
    keep(database, *(a_mail(account_id, number, created_at=at) for number, at in enumerate(times)))
    keep(database, a_mail(account_id, 9, user_id="usr_other"))
    with database.reading_unit_of_work() as unit:
        order = ["mai_2", "mai_9", "mai_1", "mai_0", "mai_3"]
        assert [entry.id for entry in unit.mails.list_entries(account_id, after=None, limit=9)] == order
        assert [entry.id for entry in unit.mails.list_entries(account_id, after="mai_9", limit=2)] == ["mai_1", "mai_0"]
        assert [entry.id for entry in unit.mails.list_entries(account_id, after="gone", limit=1)] == ["mai_2"]
        own = [mail.id for mail in unit.mails.list_to(account_id, PERSON, after="mai_1", limit=9)]
        assert own == ["mai_0", "mai_3"]


def test_an_entry_tells_nothing_of_the_reader(database: Database, account_id: str) -> None:
    stranger = a_mail(account_id, 1, user_id=None, reader_account_id=None)
    waiting = a_mail(account_id, 2, for_digest=True)
    keep(database, stranger, waiting)
    with database.reading_unit_of_work() as unit:
        one, other = unit.mails.list_entries(account_id, after=None, limit=9)
    assert replace(one, id=other.id) == other
    assert not one.may_be_sent_again


@pytest.mark.parametrize(
    ("changes", "again"),
    [({"state": MailState.FAILED}, True), ({"state": MailState.SENT}, True), ({"state": MailState.SENT, "content": None}, False)],
)
def test_what_was_sent_can_be_sent_again_while_it_is_kept(
    database: Database, account_id: str, changes: dict[str, Any], again: bool
) -> None:
    mail = a_mail(account_id, **changes)
    keep(database, mail)
    with database.reading_unit_of_work() as unit:
        [entry] = unit.mails.list_entries(account_id, after=None, limit=9)
    assert entry.may_be_sent_again == mail.may_be_sent_again == again


def test_a_mail_is_called_off_until_it_was_sent(database: Database, account_id: str) -> None:
    keep(database, a_mail(account_id), a_mail(account_id, 2, state=MailState.FAILED), a_mail(account_id, 3, state=MailState.SENT))
    with database.unit_of_work() as unit:
        assert [unit.mails.call_off(account_id, f"mai_{number}") for number in (1, 2, 3, 4)] == [True, True, False, False]
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert [one.id for one in unit.mails.list_entries(account_id, after=None, limit=9)] == ["mai_3"]


def test_brand_and_addresses_elsewhere_are_kept(database: Database, account_id: str) -> None:
    content = MailContent("s", ("p",), None, (OutsideLink("Track", "https://x.example/1"),), MailBrand("Casa Verde", "sto_1"))
    keep(database, a_mail(account_id, content=content))
    with database.reading_unit_of_work() as unit:
        assert unit.mails.get(account_id, "mai_1").content == content


def test_what_waits_for_a_digest_is_found_taken_and_dropped(database: Database, account_id: str) -> None:
    later = NOON + timedelta(hours=1)
    waiting = [a_mail(account_id, number, for_digest=True, created_at=at) for number, at in enumerate((later, NOON))]
    rule = a_mail(account_id, 5, for_digest=True, kind=MailKind.RULE_EMAIL, created_at=later)
    keep(database, *waiting, rule, a_mail(account_id, 7))
    with database.unit_of_work() as unit:
        assert unit.mails.list_readers() == [MailReader(account_id, PERSON, NOON)]
        assert unit.mails.take_for_digest(account_id, PERSON, later) == [waiting[1]]
        assert [mail.id for mail in unit.mails.take_for_digest(account_id, PERSON, later + timedelta(seconds=1))] == [
            *("mai_1", "mai_0", "mai_5")
        ]
        assert unit.mails.drop_for_digest(account_id, PERSON, MailKind.RULE_EMAIL) == 1
        assert unit.mails.drop_for_digest(account_id, PERSON) == 2
        assert unit.mails.list_readers() == []
        assert unit.mails.get(account_id, "mai_7") == a_mail(account_id, 7)


def test_a_person_is_taken_out_of_mails(database: Database, account_id: str) -> None:
    about_her = a_mail(account_id, 2, to_address="team@example.com", content=MailContent("Benita called", ("Ask Benita",)))
    error = Sentence.of("no such benita@example.org")
    keep(database, a_mail(account_id, 1, to_address="Benita@example.org", last_error=error), about_her, a_mail(account_id, 3))
    with database.unit_of_work() as unit:
        redacted = unit.mails.redact(account_id, Redaction(["benita@example.org", "Benita"]))
        assert sorted(redacted) == ["mai_1", "mai_2"]
        hers, about, other = (unit.mails.get(account_id, f"mai_{number}") for number in (1, 2, 3))
    assert (hers.to_address, hers.state, str(hers.last_error)) == (ERASED, MailState.FAILED, f"no such {ERASED}")
    assert about.content == MailContent(f"{ERASED} called", (f"Ask {ERASED}",))
    assert (about.to_address, about.state) == ("team@example.com", MailState.WAITING)
    assert other == a_mail(account_id, 3)


def test_old_mails_are_forgotten(database: Database, account_id: str) -> None:
    later = NOON + timedelta(seconds=1)
    old, failed = a_mail(account_id, 1, state=MailState.SENT), a_mail(account_id, 2, state=MailState.FAILED)
    keep(database, old, failed, a_mail(account_id, 3, state=MailState.SENT, created_at=later))
    with database.unit_of_work() as unit:
        assert sorted(unit.mails.forget(later)) == ["mai_1", "mai_2"]
        assert [entry.id for entry in unit.mails.list_entries(account_id, after=None, limit=9)] == ["mai_3"]


def test_a_mail_that_still_waits_is_not_forgotten(database: Database, account_id: str) -> None:
    keep(database, a_mail(account_id, 1), a_mail(account_id, 2, for_digest=True))
    with database.unit_of_work() as unit:
        assert unit.mails.forget(NOON + timedelta(days=400)) == []
        assert [unit.mails.get(account_id, f"mai_{number}").state for number in (1, 2)] == [MailState.WAITING] * 2


def test_what_somebody_wants_goes_with_them(database: Database, account_id: str) -> None:
    with database.unit_of_work() as unit:
        assert unit.mail_preferences.modes_of(account_id, PERSON) == {}
        unit.mail_preferences.set_mode(account_id, PERSON, MailKind.RULE_EMAIL, MailMode.OFF)
        unit.mail_preferences.set_mode(account_id, PERSON, MailKind.RULE_EMAIL, MailMode.DAILY)
        unit.mail_preferences.set_mode(account_id, "usr_unknown", MailKind.RULE_EMAIL, MailMode.OFF)
        assert unit.mail_preferences.modes_of(account_id, PERSON) == {MailKind.RULE_EMAIL: MailMode.DAILY}
        unit.mails.add(a_mail(account_id))
        unit.users.remove(account_id, PERSON)
        assert unit.mail_preferences.modes_of(account_id, PERSON) == {}
        assert unit.mails.get(account_id, "mai_1") == a_mail(account_id), "what was written stays on record"
