"""The page of mails: what each person wants and got, and for admins what the account has written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.clock import FixedClock
from support.mails import BUYER, SeenMails, entries_of, kept, post, sending_by, to_person, user_of, wants
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop, open_shop

from adapters.web.application import create_web
from engine.model.mail import MailContent, MailKind, MailLink, MailMode, MailState, Recipient
from engine.ports import MailRefused
from engine.services.accounts.people import add_person
from engine.services.mail.preferences import list_modes
from rules.messages import Message, Text
from storage.database import Database
from storage.queries import Queries

PAGE = "/settings/mail"
MEMBER = "bo@casa-verde.example"
SECRET = MailContent("Come in", ("Only you <b>see</b> this.",), MailLink("Enter", "/enter/1"))
NO_USER = MailRefused(Message("x", Text("No such <user>", "No existe ese <usuario>")))
LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock, mails: SeenMails) -> Shop:
    shop = sending_by(open_shop(sqlite_database, clock, rules=None), mails)
    add_person(shop.app, shop.merchant.slug, email=MEMBER, role="member", password=PASSWORD, language="es")
    return shop


def test_an_admin_sees_what_was_written_and_how_it_went(shop: Shop, mails: SeenMails, log_in: LogIn) -> None:
    post(shop, to=Recipient(BUYER, None, "es"))
    mails.failure = NO_USER
    shop.work_off()
    mails.failure = None
    post(shop, MailKind.REQUEST_REJECTED, to_person(user_of(shop, MEMBER)))
    shop.work_off()
    post(shop, MailKind.RULE_EMAIL, Recipient("third@elsewhere.example", None, "en"))
    client = log_in(OWNER)

    words = words_of(client.get(PAGE))

    written = words.partition("Mails of your account")[2]
    order = [
        written.index(one) for one in ("third@elsewhere.example E-mail of a rule To be sent", f"{MEMBER} Rejected request Sent")
    ]
    assert order == sorted(order)
    assert f"{BUYER} Notice about a store Failed No such <user>" in written
    spanish = words_of(press(client, PAGE, "/language", language="es", back=PAGE))
    assert f"{BUYER} Notificación sobre una tienda Falló No existe ese <usuario>" in spanish
    assert spanish.count("Volver a enviar") == 2, "the third has not been sent yet"


def test_only_who_is_written_to_reads_it(shop: Shop, log_in: LogIn) -> None:
    post(shop, MailKind.CONNECTION_INVITED, to_person(user_of(shop, MEMBER)), content=SECRET)
    stranger = user_of(shop, STRANGER)
    post(shop, MailKind.CONNECTION_INVITED, to_person(stranger, stranger.account_id), content=SECRET)

    for email, reads in ((MEMBER, True), (STRANGER, True), (OWNER, False), (PROVIDER, False)):
        answer = log_in(email).get(PAGE)
        assert ("Only you <b>see</b> this." in words_of(answer)) == reads, email
        assert ("http://localhost/enter/1" in words_of(answer)) == reads
        assert "<b>see</b>" not in answer.text
        assert (BUYER in answer.text, MEMBER in words_of(answer).partition("Mails of your account")[2]) == (False, email == OWNER)


def test_who_writes_does_not_learn_whether_and_how_somebody_is_known_here(shop: Shop, log_in: LogIn) -> None:
    stranger = user_of(shop, STRANGER)
    wants(shop, MailMode.DAILY, email=STRANGER)
    known = post(shop, to=Recipient(STRANGER, stranger.id, "es", stranger.account_id), content=SECRET)
    rows = {}
    rows["known"] = row_of(log_in(OWNER), STRANGER)
    with shop.database.unit_of_work() as unit:
        unit.mails.drop_for_digest(stranger.account_id, stranger.id)
        unit.commit()
    assert known is not None
    post(shop, to=Recipient(STRANGER, None, "en"), content=SECRET)
    rows["unknown"] = row_of(log_in(OWNER), STRANGER)

    assert rows["known"] == rows["unknown"]


def row_of(client: FlaskClient, address: str) -> str:
    page = client.get(PAGE).text
    [row] = [part.partition("</tr")[0] for part in page.split("<tr") if address in part]
    return row


def test_a_member_sees_nothing_of_what_the_account_writes(shop: Shop, log_in: LogIn) -> None:
    mail = post(shop, to=Recipient(BUYER, None, "en"))
    shop.work_off()
    client = log_in(MEMBER)

    words = words_of(client.get(PAGE))
    assert BUYER not in words
    assert "Correos de tu cuenta" not in words
    token = token_of(client.get(PAGE))
    assert client.post(f"{PAGE}/{mail.id}/send-again", data={"csrf_token": token}).status_code == 403


def test_a_mail_is_sent_again(shop: Shop, mails: SeenMails, log_in: LogIn) -> None:
    mail = post(shop)
    mails.failure = NO_USER
    shop.work_off()
    mails.failure = None
    client = log_in(OWNER)

    said = words_of(press(client, PAGE, f"{PAGE}/{mail.id}/send-again"))
    assert "The mail is sent again in a moment." in said
    assert "has not been sent yet" in words_of(press(client, PAGE, f"{PAGE}/{mail.id}/send-again"))
    shop.work_off()

    assert (kept(shop, mail).state, len(mails.sent)) == (MailState.SENT, 1)
    assert client.post(f"{PAGE}/{mail.id}/send-again").status_code == 400, "without the token of the form"


def test_what_let_somebody_in_is_not_kept_and_not_sent_again(shop: Shop, log_in: LogIn) -> None:
    mail = post(shop, MailKind.PASSWORD_RESET, content=SECRET)
    shop.work_off()
    client = log_in(OWNER)

    words = words_of(client.get(PAGE))
    assert "Send again" not in words
    assert "What it said is no longer kept" in words
    assert "it held a link that lets somebody in" in words_of(press(client, PAGE, f"{PAGE}/{mail.id}/send-again"))


def test_everybody_chooses_for_themselves(shop: Shop, log_in: LogIn) -> None:
    client = log_in(MEMBER)

    page = press(client, PAGE, f"{PAGE}/preferences", store_notice="daily", rule_email="off", password_reset="off", x="y")

    assert "Guardado" in words_of(page)
    modes = list_modes(shop.app, user_of(shop, MEMBER))
    assert {kind: mode for kind, mode in modes.items() if mode is not MailMode.AT_ONCE} == {
        MailKind.STORE_NOTICE: MailMode.DAILY,
        MailKind.RULE_EMAIL: MailMode.OFF,
        MailKind.INBOX_LIST: MailMode.OFF,
    }
    assert page.text.count("<option") == sum(len(kind.modes) for kind in modes)
    assert [part.partition(" selected")[0] for part in page.text.split('<option value="')[1:] if "selected" in part] == [
        f'{mode.value}"' for mode in modes.values()
    ]
    assert {kind for kind, mode in list_modes(shop.app, user_of(shop)).items() if mode is not MailMode.AT_ONCE} == {
        MailKind.INBOX_LIST
    }
    wrong = client.post(f"{PAGE}/preferences", data={"csrf_token": token_of(page), "store_notice": "never"})
    assert wrong.status_code == 400


def test_without_a_mail_server_the_page_says_where_mails_are(shop: Shop, mails: SeenMails, log_in: LogIn) -> None:
    assert "mail/" not in words_of(log_in(OWNER).get(PAGE))
    mails.writes_files = True
    post(shop, content=SECRET)

    web = create_web(shop.app, Queries(shop.database), secret=b"k" * 32)
    client = web.test_client()
    send_log_in(client, OWNER)
    page = client.get(PAGE)

    assert "each mail is a file in mail/ , in the data folder" in words_of(page)
    assert '<details class="mail" open>' in page.text


def test_older_mails_are_on_further_pages(shop: Shop, web: Flask, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.mail.views.MAILS_ON_A_PAGE", 2)
    for number in range(5):
        post(shop, to=Recipient(f"to{number}@elsewhere.example", None, "en"))
        shop.app.clock.sleep(1)
    client, seen, address = log_in(OWNER), [], PAGE
    while address:
        page = client.get(address).text
        seen.append([number for number in range(5) if f"to{number}@" in page])
        _, found, rest = page.partition('<a class="btn btn-sm btn-main" href="')
        address = rest.partition('"')[0] if found else ""
    assert seen == [[3, 4], [1, 2], [0]]
    assert len(entries_of(shop)) == 5


def test_the_page_is_for_who_has_logged_in(anonymous: FlaskClient) -> None:
    assert anonymous.get(PAGE).status_code == 302
    assert anonymous.get(PAGE).location.startswith("/log-in")
