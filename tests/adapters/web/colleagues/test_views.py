"""The people of an account, as pages: for its admins to change, for its members to see, for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.clock import FixedClock
from support.mailbox import last_to, mails_to, path_in
from support.shop import OWNER, PASSWORD, STRANGER, Shop
from werkzeug.test import TestResponse

from engine.model.account import ADMIN, MEMBER
from engine.services.accounts.invitations import list_invitations
from engine.services.accounts.people import add_person, list_people

LogIn = Callable[[str], FlaskClient]
BO, NEW = "bo@casa-verde.example", "nia@nueva.example"
PEOPLE = "/settings/people"


@pytest.fixture
def bo_id(shop: Shop) -> str:
    return add_person(shop.app, "casa-verde", email=BO, role=MEMBER, password=PASSWORD, language="en").id


def id_of(shop: Shop, email: str) -> str:
    with shop.app.reading() as uow:
        return uow.users.list_by_email(email)[0].id


def roles(shop: Shop) -> dict[str, str]:
    return {one.email: one.role for one in list_people(shop.app, "casa-verde")}


def send(client: FlaskClient, page: str, **form: str) -> TestResponse:
    return client.post(page, data={"csrf_token": token_of(client.get(page)), **form})


def test_everybody_sees_who_belongs_to_the_account(log_in: LogIn, bo_id: str) -> None:
    for email in (OWNER, BO):
        page = words_of(log_in(email).get(PEOPLE))
        assert OWNER in page
        assert BO in page
    assert BO not in words_of(log_in(STRANGER).get(PEOPLE))


def test_an_admin_invites_sends_again_and_withdraws(shop: Shop, clock: FixedClock, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert send(client, f"{PEOPLE}/invite", email=NEW, role=ADMIN).location == PEOPLE
    shown = words_of(client.get(PEOPLE))
    assert f"{NEW} gets a mail with a link to join." in shown
    assert "Invited, not here yet" in shown
    [pending] = list_invitations(shop.app, shop.merchant.id)
    clock.sleep(timedelta(days=8).total_seconds())
    client = log_in(OWNER)
    assert "too old" in words_of(client.get(PEOPLE))

    press(client, PEOPLE, f"{PEOPLE}/invitations/{pending.id}/send-again")
    first, second = map(path_in, mails_to(shop.app, NEW))
    assert (client.get(first).status_code, first != second) == (410, True)
    [again] = list_invitations(shop.app, shop.merchant.id)
    withdrawn = words_of(press(client, PEOPLE, f"{PEOPLE}/invitations/{again.id}/withdraw"))

    assert f"The invitation of {NEW} is withdrawn" in withdrawn
    assert "has been withdrawn" in words_of(client.get(second))
    assert list_invitations(shop.app, shop.merchant.id) == []


def test_an_invitation_that_cannot_be_says_why(log_in: LogIn, bo_id: str) -> None:
    client = log_in(OWNER)

    assert "belongs to the account" in words_of(send(client, f"{PEOPLE}/invite", email=BO, role=MEMBER))
    assert "is not an e-mail address" in words_of(send(client, f"{PEOPLE}/invite", email="nobody", role=MEMBER))
    assert send(client, f"{PEOPLE}/invite", email=NEW, role="king").status_code == 422


def test_a_role_is_changed_and_the_sessions_end(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    client, theirs = log_in(OWNER), log_in(BO)
    assert send(client, f"{PEOPLE}/{bo_id}", role=ADMIN).location == PEOPLE

    assert roles(shop) == {OWNER: ADMIN, BO: ADMIN}
    assert theirs.get("/orders").status_code == 302
    assert log_in(BO).get(f"{PEOPLE}/invite").status_code == 200


def test_nobody_stops_being_an_admin_by_a_slip(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    client, own = log_in(OWNER), f"{PEOPLE}/{id_of(shop, OWNER)}"
    alone = send(client, own, role=MEMBER, sure="y")
    assert "is the last admin of the account" in words_of(alone)
    send(client, f"{PEOPLE}/{bo_id}", role=ADMIN)
    asked = send(client, own, role=MEMBER)
    assert (asked.status_code, "tick that you want it" in words_of(asked)) == (422, True)
    assert roles(shop)[OWNER] == ADMIN

    assert send(client, own, role=MEMBER, sure="y").location == PEOPLE

    assert roles(shop)[OWNER] == MEMBER
    assert client.get(PEOPLE).status_code == 200, "who changes their own role goes on"
    assert client.get(f"{PEOPLE}/invite").status_code == 403


def test_somebody_is_removed_after_a_question(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    client, theirs = log_in(OWNER), log_in(BO)
    assert f"Remove {BO}?" in words_of(client.get(f"{PEOPLE}/{bo_id}/remove"))
    assert BO in roles(shop)
    gone = words_of(press(client, f"{PEOPLE}/{bo_id}/remove", f"{PEOPLE}/{bo_id}/remove"))

    assert f"{BO} no longer belongs to Casa Verde." in gone
    assert roles(shop) == {OWNER: ADMIN}
    assert theirs.get("/orders").status_code == 302
    assert client.get(f"{PEOPLE}/{bo_id}").status_code == 404


def test_the_last_admin_stays_and_another_may_leave(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    client, own = log_in(OWNER), f"{PEOPLE}/{id_of(shop, OWNER)}/remove"
    assert "Leave Casa Verde yourself?" in words_of(client.get(own))
    assert "is the last admin of the account" in words_of(send(client, own))
    send(client, f"{PEOPLE}/{bo_id}", role=ADMIN)

    assert send(client, own).location == "/log-in"
    assert roles(shop) == {BO: ADMIN}
    assert client.get("/orders").status_code == 302
    assert send_log_in(client, OWNER).status_code == 401


def test_a_mail_for_a_new_password_is_sent_to_a_person(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    client = log_in(OWNER)
    said = words_of(press(client, f"{PEOPLE}/{bo_id}", f"{PEOPLE}/{bo_id}/reset-password"))

    assert f"{BO} gets a mail with a link to choose a new password." in said
    link = path_in(last_to(shop.app, BO))
    assert link not in said
    assert client.get(link).status_code == 200


def test_a_member_changes_nothing(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    send(log_in(OWNER), f"{PEOPLE}/invite", email=NEW, role=MEMBER)
    [pending] = list_invitations(shop.app, shop.merchant.id)
    client = log_in(BO)
    shown = client.get(PEOPLE)
    assert NEW not in shown.text
    assert "Invite a colleague" not in words_of(shown)
    for page in (f"{PEOPLE}/invite", f"{PEOPLE}/{bo_id}", f"{PEOPLE}/{bo_id}/remove"):
        assert client.get(page).status_code == 403
    form = {"csrf_token": token_of(shown), "role": ADMIN, "email": "x@y.example"}
    of_the_invitation = [f"{PEOPLE}/invitations/{pending.id}/{action}" for action in ("send-again", "withdraw")]
    of_the_person = [f"{PEOPLE}/{bo_id}", f"{PEOPLE}/{bo_id}/remove", f"{PEOPLE}/{bo_id}/reset-password"]
    for action in (f"{PEOPLE}/invite", *of_the_invitation, *of_the_person):
        assert client.post(action, data=form).status_code == 403
    assert roles(shop) == {OWNER: ADMIN, BO: MEMBER}
    assert list_invitations(shop.app, shop.merchant.id) == [pending]


def test_another_accounts_people_and_invitations_are_unknown(shop: Shop, log_in: LogIn, bo_id: str) -> None:
    send(log_in(OWNER), f"{PEOPLE}/invite", email=NEW, role=MEMBER)
    [pending] = list_invitations(shop.app, shop.merchant.id)
    client = log_in(STRANGER)
    form = {"csrf_token": token_of(client.get(PEOPLE)), "role": ADMIN}
    assert client.get(f"{PEOPLE}/{bo_id}").status_code == client.get(f"{PEOPLE}/{bo_id}/remove").status_code == 404
    for action in (f"{bo_id}", f"{bo_id}/remove", f"{bo_id}/reset-password"):
        assert client.post(f"{PEOPLE}/{action}", data=form).status_code == 404
    for action in ("send-again", "withdraw"):
        assert client.post(f"{PEOPLE}/invitations/{pending.id}/{action}", data=form).status_code == 404
    assert roles(shop) == {OWNER: ADMIN, BO: MEMBER}
    assert list_invitations(shop.app, shop.merchant.id) == [pending]
