"""A mail is written with what it is about, and leaves at least once: later when it has to, never when it was taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.mail_server import mail_server
from support.mails import BUYER, CONTENT, SeenMails, entries_of, kept, post, sending_by, to_person, user_of, wants
from support.rule_runs import alerts_of
from support.shop import OWNER, STRANGER, Shop

from adapters.mail.smtp import SmtpMailSender
from engine.jobs.kinds.email import MOST_ATTEMPTS
from engine.jobs.worker import drain
from engine.model.job import JobState
from engine.model.mail import MailKind, MailMode, MailState, Recipient
from engine.ports import MailRefused, MailUnavailable
from engine.services.accounts.invitations import invite_colleague, withdraw_invitation
from engine.services.accounts.invitations import send_again as send_invitation_again
from engine.services.accounts.own_password import ask_for_reset
from engine.services.accounts.sign_up import SignUp, ask_to_sign_up
from engine.services.mail.account_mails import list_all_mails, list_own_mails, send_again
from engine.services.mail.post_mail import post_mail
from engine.services.refusals import Refused
from rules.messages import Message, Text

NO_USER = MailRefused(Message("x", Text("No such user", "No existe ese usuario")))
DOWN = MailUnavailable(Message("x", Text("Down", "Caído")))
DAY = 24 * 60 * 60


def test_a_mail_leaves_with_the_transaction_that_wants_it(shop: Shop, mails: SeenMails) -> None:
    with shop.database.unit_of_work() as unit:
        post_mail(
            shop.app,
            unit,
            account_id=shop.merchant.id,
            to=Recipient(BUYER, None, "es"),
            kind=MailKind.RULE_EMAIL,
            content=CONTENT,
        )
    shop.work_off()
    assert (mails.sent, entries_of(shop)) == ([], []), "it was not committed"

    mail = post(shop, to=Recipient(f" {BUYER} ", None, "es"))
    shop.work_off()
    shop.work_off()

    assert mails.to == [BUYER]
    after = kept(shop, mail)
    assert (after.state, after.sent_at, after.attempts, after.content) == (MailState.SENT, shop.app.clock.now(), 1, CONTENT)


def test_links_begin_where_this_service_is(shop: Shop, mails: SeenMails) -> None:
    for public, local in ((None, None), (None, "http://127.0.0.1:8080"), ("https://relevo.example", "http://127.0.0.1:8080")):
        shop.app = replace(shop.app, public_url=public, local_url=local)
        post(shop)
        shop.work_off()
    assert [base for _, base in mails.sent] == ["http://localhost", "http://127.0.0.1:8080", "https://relevo.example"]


def test_what_fails_for_now_is_tried_again_with_pauses(shop: Shop, mails: SeenMails, clock: FixedClock) -> None:
    mail = post(shop)
    mails.failure = DOWN
    shop.work_off()
    shop.work_off()
    waiting = kept(shop, mail)
    assert (waiting.state, waiting.attempts, waiting.last_error.es) == (MailState.WAITING, 1, "Caído")

    mails.failure = None
    clock.sleep(60)
    shop.work_off()

    after = kept(shop, mail)
    assert (after.state, after.attempts, after.last_error, len(mails.sent)) == (MailState.SENT, 2, None, 1)


def test_it_is_given_up_in_the_end_and_said(shop: Shop, mails: SeenMails, clock: FixedClock) -> None:
    mail = post(shop)
    mails.failure = DOWN
    for _ in range(MOST_ATTEMPTS + 1):
        shop.work_off()
        clock.sleep(5000)

    after = kept(shop, mail)
    assert (after.state, after.attempts, after.last_error.en) == (MailState.FAILED, MOST_ATTEMPTS, "Down")
    assert alerts_of(shop) == ["An e-mail was given up: Down"]


def test_a_refusal_ends_it_at_once(shop: Shop, mails: SeenMails) -> None:
    mail = post(shop)
    mails.failure = NO_USER
    shop.work_off()

    [entry] = entries_of(shop)
    assert (entry.state, entry.last_error.en, entry.may_be_sent_again) == (MailState.FAILED, "No such user", True)
    assert kept(shop, mail).sent_at is None


def test_what_died_after_sending_is_sent_again_as_the_same_mail(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = post(shop)
    with mail_server() as server:
        sending_by(shop, SmtpMailSender(server.address, "relevo@example.com"))

        def die(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr("storage.work.outbox.Outbox.finish", die)
            with pytest.raises(KeyboardInterrupt):
                shop.work_off()
        assert len(server.received) == 1
        assert kept(shop, mail).state is MailState.WAITING
        shop.app.clock.sleep(60)  # until the lease of the dead worker ends
        shop.work_off()

    first, second = server.received
    assert first.message["Message-ID"] == second.message["Message-ID"] == f"<{mail.id}@example.com>"
    assert kept(shop, mail).state is MailState.SENT


@pytest.mark.parametrize("kind", list(MailKind))
def test_what_lets_somebody_in_is_dropped_once_it_is_sent(shop: Shop, mails: SeenMails, kind: MailKind) -> None:
    mail = post(shop, kind)
    mails.failure = NO_USER
    shop.work_off()
    assert kept(shop, mail).content == CONTENT, "it was not sent"
    mails.failure = None
    send_again(shop.app, shop.merchant.id, mail.id, "operator")
    shop.work_off()

    assert (kept(shop, mail).content is None) == kind.has_one_time_link
    assert len(mails.sent) == 1


def test_a_mail_with_an_id_of_its_own_is_written_once(shop: Shop, mails: SeenMails) -> None:
    for _ in range(2):
        post(shop, mail_id="mai_of_a_job")
        shop.work_off()
    assert len(mails.sent) == len(entries_of(shop)) == 1


def test_a_mail_is_sent_again_when_somebody_wants_that(shop: Shop, mails: SeenMails) -> None:
    mail = post(shop)
    with pytest.raises(Refused, match="has not been sent yet"):
        send_again(shop.app, shop.merchant.id, mail.id, "operator")
    shop.work_off()

    send_again(shop.app, shop.merchant.id, mail.id, user_of(shop).id)
    assert kept(shop, mail).state is MailState.WAITING
    shop.work_off()

    assert [sent.id for sent, _ in mails.sent] == [mail.id] * 2
    assert kept(shop, mail).state is MailState.SENT
    with shop.database.reading_unit_of_work() as unit:
        [entry] = unit.audit.list_for(shop.merchant.id, mail.id)
    assert (entry.action, entry.actor) == ("mail.sent_again", user_of(shop).id)


def test_what_is_not_kept_or_not_the_accounts_cannot_be_sent_again(shop: Shop, mails: SeenMails) -> None:
    mail = post(shop, MailKind.PASSWORD_RESET)
    shop.work_off()
    for account_id, mail_id, code in (
        (shop.merchant.id, mail.id, "not_kept"),
        (shop.provider.id, mail.id, "no_mail"),
        (shop.merchant.id, "mai_x", "no_mail"),
    ):
        with pytest.raises(Refused) as caught:
            send_again(shop.app, account_id, mail_id, "operator")
        assert caught.value.message.code == code
    assert len(mails.sent) == 1


def test_a_mail_that_is_no_longer_kept_ends_quietly(shop: Shop, mails: SeenMails) -> None:
    mail = post(shop)
    with shop.database.unit_of_work() as unit:
        unit.mails.update(replace(mail, state=MailState.FAILED))
        unit.mails.forget(shop.app.clock.now().replace(year=2027))
        unit.commit()

    reports: list[Any] = []
    drain(shop.app, "w", reports.append)

    assert [(report.state, report.note) for report in reports] == [(JobState.DONE, "nothing to send")]
    assert mails.sent == []


def test_who_wants_none_of_a_kind_gets_none(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.OFF)
    assert post(shop) is None
    assert post(shop, MailKind.PASSWORD_RESET) is not None
    wants(shop, MailMode.OFF, MailKind.PASSWORD_RESET)
    assert post(shop, MailKind.PASSWORD_RESET) is not None, "this kind cannot be switched off"
    assert post(shop, to=Recipient(OWNER, None, "en")) is not None, "nobody here is meant"
    wants(shop, MailMode.AT_ONCE)
    assert post(shop) is not None
    shop.work_off()
    assert len(mails.sent) == 4


def test_what_a_person_of_another_account_wants_counts_for_who_writes_to_them(shop: Shop) -> None:
    stranger = user_of(shop, STRANGER)
    wants(shop, MailMode.OFF, email=STRANGER)

    assert post(shop, to=to_person(stranger, stranger.account_id)) is None
    mail = post(shop, MailKind.CONNECTION_INVITED, to_person(stranger, stranger.account_id))

    assert [one.id for one in list_own_mails(shop.app, stranger, limit=9)] == [mail.id]
    assert [entry.id for entry in entries_of(shop)] == [mail.id]
    assert list_own_mails(shop.app, user_of(shop), limit=9) == []


def test_all_mails_of_an_account_are_listed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.mail.account_mails.list_mails.__kwdefaults__", {"after": None, "limit": 2})
    written = [post(shop).id for _ in range(5)]

    assert sorted(entry.id for entry in list_all_mails(shop.app, shop.merchant.id)) == sorted(written)


def test_a_link_that_works_no_more_is_not_mailed(shop: Shop, mails: SeenMails) -> None:
    owner, colleague = user_of(shop), "new@nowhere.example"
    first = invite_colleague(shop.app, owner.account_id, by=owner, email=colleague, role="member")
    send_invitation_again(shop.app, owner, first.id)
    withdrawn = invite_colleague(shop.app, owner.account_id, by=owner, email="gone@nowhere.example", role="member")
    withdraw_invitation(shop.app, owner, withdrawn.id)
    ask_for_reset(shop.app, OWNER)
    ask_for_reset(shop.app, OWNER)
    ask_to_sign_up(shop.app, SignUp("Nueva S.L.", "ES", None, "nueva@nowhere.example", "three small green boats", "es"))
    shop.work_off()

    assert sorted(mails.to) == sorted([colleague, OWNER, "nueva@nowhere.example"]), "of each the newest one"
    states = [(entry.to_address, entry.state) for entry in entries_of(shop) if entry.kind is MailKind.COLLEAGUE_INVITED]
    assert sorted(states, key=str) == sorted(
        [(colleague, MailState.FAILED), (colleague, MailState.SENT), ("gone@nowhere.example", MailState.FAILED)], key=str
    )


def test_a_link_whose_time_is_over_is_not_mailed(shop: Shop, mails: SeenMails, clock: FixedClock) -> None:
    ask_for_reset(shop.app, OWNER)
    clock.sleep(2 * 60 * 60)
    shop.work_off()

    assert mails.sent == []
