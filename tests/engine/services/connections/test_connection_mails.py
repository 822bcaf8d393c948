"""Mails about connections and rejected requests: to whom, in which language, with which link."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.mails import SeenMails
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER
from support.two_sides import TwoSides, open_two_sides

from engine.model.mail import MailKind, MailState
from engine.model.reason_line import ReasonLine
from engine.model.request import RequestAction
from engine.services.accounts.accounts import add_location
from engine.services.accounts.people import add_person
from engine.services.connections.answer_invitation import approve, decline
from engine.services.connections.invite_client import invite_client
from engine.services.connections.remove_connection import remove_connection
from engine.services.mail.account_mails import list_mails
from storage.database import Database


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, mails: SeenMails) -> TwoSides:
    sides = open_two_sides(sqlite_database, clock)
    sides.shop.app = replace(sides.app, mail=mails)
    return sides


def invite(sides: TwoSides, email: str = STRANGER, by: str = PROVIDER) -> str:
    names = {"client_name": "Secret nickname", "company_name": "Acme Logistics"}
    return invite_client(sides.app, sides.user(by), **names, email=email).id


def speaks_spanish(sides: TwoSides, email: str) -> None:
    with sides.app.unit_of_work() as unit:
        user = unit.users.list_by_email(email)[0]
        unit.users.set_profile(user.account_id, user.id, language="es", time_zone=None)
        unit.commit()


def test_the_invitation_says_who_asks_and_has_one_link_to_the_review(sides: TwoSides, mails: SeenMails) -> None:
    speaks_spanish(sides, STRANGER)

    connection_id = invite(sides)
    sides.shop.work_off()

    ((mail, _),) = mails.sent
    assert (mail.to_address, mail.kind, mail.language) == (STRANGER, MailKind.CONNECTION_INVITED, "es")
    assert mail.content is not None
    assert mail.content.subject == "Acme Logistics quiere preparar tus pedidos"
    assert mail.content.link is not None
    assert (mail.content.link.label, mail.content.link.path) == ("Conectar", f"/connections/{connection_id}")
    assert "Secret nickname" not in str(mail.content)
    assert "La invitación caduca el 20 de diciembre de 2026" in str(mail.content)


def test_somebody_unknown_is_invited_in_the_language_of_the_one_who_asks(sides: TwoSides, mails: SeenMails) -> None:
    invite(sides, "new@nowhere.example")
    sides.shop.work_off()

    ((mail, _),) = mails.sent
    assert (mail.to_address, mail.language, mail.user_id) == ("new@nowhere.example", "en", None)
    colleague = "pilar@acme.example"
    add_person(sides.app, sides.shop.provider.slug, email=colleague, role="admin", password=PASSWORD, language="es")
    invite(sides, "second@nowhere.example", by=colleague)
    sides.shop.work_off()
    assert mails.sent[-1][0].language == "es", "she was not the first of the account"


def test_the_provider_hears_of_the_answer(sides: TwoSides, mails: SeenMails) -> None:
    add_location(sides.app, "elsewhere", code="a", country="ES")
    stranger = sides.user(STRANGER)
    decline(sides.app, stranger, invite(sides))
    approve(sides.app, stranger, invite(sides), accepts_terms=True)
    sides.shop.work_off()

    answers = [mail for mail, _ in mails.sent if mail.kind is MailKind.CONNECTION_ANSWERED]
    told = [(mail.to_address, mail.content.subject) for mail in answers if mail.content is not None]
    assert told == [
        (PROVIDER, "Secret nickname has declined the connection"),
        (PROVIDER, "Secret nickname has approved the connection"),
    ]


def test_the_other_side_hears_of_a_removal(sides: TwoSides, mails: SeenMails) -> None:
    remove_connection(sides.app, sides.owner, sides.connection().id)
    sides.shop.work_off()

    assert [(mail.to_address, mail.kind) for mail, _ in mails.sent] == [(PROVIDER, MailKind.CONNECTION_REMOVED)]


def test_nobody_is_told_of_an_invitation_that_was_taken_back(sides: TwoSides, mails: SeenMails) -> None:
    connection_id = invite(sides)
    sides.shop.work_off()
    mails.sent.clear()

    remove_connection(sides.app, sides.clerk, connection_id)
    sides.shop.work_off()

    assert mails.sent == []


def test_the_merchant_gets_a_mail_with_the_reason_of_a_rejection(sides: TwoSides, mails: SeenMails) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.REJECT, code="too_large", text="No van fits.")
    sides.shop.work_off()

    ((mail, _),) = [sent for sent in mails.sent if sent[0].kind is MailKind.REQUEST_REJECTED]
    assert mail.to_address == OWNER
    assert mail.content is not None
    assert mail.content.paragraphs == ("Acme 3PL does not ship order 1: Too large or too heavy. No van fits.",)
    assert mail.content.link is not None
    assert mail.content.link.path == f"/orders/{sides.order().id}"


@pytest.mark.parametrize(
    ("action", "kind"),
    [(RequestAction.REJECT, MailKind.REQUEST_REJECTED), (RequestAction.CLOSE, MailKind.REQUEST_CLOSED)],
)
def test_the_merchant_gets_the_lines_that_a_provider_names(
    sides: TwoSides, mails: SeenMails, action: RequestAction, kind: MailKind
) -> None:
    request = sides.taken()
    sides.answer(request, action, code="out_of_stock", lines=(ReasonLine("1", code="other", text="It broke."),))
    sides.shop.work_off()

    ((mail, _),) = [sent for sent in mails.sent if sent[0].kind is kind]
    assert mail.to_address == OWNER
    assert mail.content is not None
    assert mail.content.paragraphs[1:] == ("Lines: 2 × ACM-MUG Mug, blue: Other, It broke.",)


@pytest.mark.parametrize("end", ["withdrawn", "declined", "approved", "expired"])
def test_an_invitation_that_is_not_pending_any_more_is_not_mailed(
    sides: TwoSides, mails: SeenMails, clock: FixedClock, end: str
) -> None:
    add_location(sides.app, "elsewhere", code="a", country="ES")
    connection_id, stranger = invite(sides), sides.user(STRANGER)
    if end == "withdrawn":
        remove_connection(sides.app, sides.clerk, connection_id)
    elif end == "declined":
        decline(sides.app, stranger, connection_id)
    elif end == "approved":
        approve(sides.app, stranger, connection_id, accepts_terms=True)
    else:
        clock.sleep(31 * 24 * 3600)
    sides.shop.work_off()

    assert MailKind.CONNECTION_INVITED not in [mail.kind for mail, _ in mails.sent]
    [entry] = [one for one in list_mails(sides.app, sides.provider) if one.kind is MailKind.CONNECTION_INVITED]
    assert (entry.state, str(entry.last_error)) == (MailState.FAILED, "Not sent: what it leads to has ended.")
