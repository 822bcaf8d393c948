"""One connection as each side sees it: the review, the answer, how it stands, and its end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.clock import FixedClock
from support.partners import (
    COMPANY,
    IRIS,
    MEMBER,
    NICKNAME,
    connection_of,
    invite_stranger,
    invited_by_iris,
    operators_connection,
    user_of,
)
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready

from engine.model.connection import Connection, ConnectionState
from engine.model.connection_terms import TERMS, TERMS_VERSION, UNDERSTOOD
from engine.services.connections.answer_invitation import APPROVED, NO_LOCATION, approve, decline
from engine.services.connections.remove_connection import remove_connection

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def invited(shop: Shop) -> Connection:
    return invited_by_iris(shop)


def at(connection: Connection, below: str = "") -> str:
    return f"/connections/{connection.id}{below}"


def answer(client: FlaskClient, connection: Connection, chosen: str, **form: str) -> tuple[int, str, str]:
    """Press a button of the review; status, page and words of where it leads."""
    page = press(client, at(connection), at(connection), answer=chosen, **form)
    return page.status_code, page.request.path, words_of(page)


def test_the_mails_link_leads_to_the_review_after_the_log_in(web: Flask, shop: Shop, invited: Connection) -> None:
    client = web.test_client()
    asked = client.get(at(invited)).headers["Location"]
    assert asked == f"/log-in?next=/connections/{invited.id}"
    assert send_log_in(client, OWNER, address=asked).headers["Location"] == at(invited)

    page = client.get(at(invited))
    words = words_of(page)

    assert f"<h1>{COMPANY} asks to connect with your account</h1>" in page.text
    assert all(text.format("en", provider=COMPANY) in words for text in TERMS)
    assert UNDERSTOOD.format("en") in words
    assert "Approve connection Decline" in words
    assert NICKNAME not in page.text
    assert connection_of(shop, OWNER, invited.id).state is ConnectionState.PENDING


def test_it_is_there_for_its_two_sides_alone(web: Flask, shop: Shop, log_in: LogIn, invited: Connection) -> None:
    for email in (STRANGER, PROVIDER):
        client = log_in(email)
        token = token_of(client.get("/orders"))
        for address in (at(invited), at(invited, "/remove"), "/connections/con_unknown"):
            assert client.get(address).status_code == 404
            form = {"csrf_token": token, "answer": "approve", "understood": "y"}
            assert client.post(address, data=form).status_code == 404
    assert web.test_client().get(at(invited, "/remove")).status_code == 302


def test_an_admin_approves(shop: Shop, log_in: LogIn, invited: Connection) -> None:
    status, path, words = answer(log_in(OWNER), invited, "approve", understood="y")

    assert (status, path) == (200, "/settings/shipping/providers")
    assert APPROVED.format("en", provider=COMPANY) in words
    approved = connection_of(shop, OWNER, invited.id)
    assert (approved.state, approved.client_id) == (ConnectionState.ACTIVE, shop.merchant.id)


def test_an_admin_declines_without_the_box(shop: Shop, log_in: LogIn, invited: Connection) -> None:
    status, path, words = answer(log_in(OWNER), invited, "decline")

    assert (status, path) == (200, "/settings/shipping/providers")
    assert f"The connection with {COMPANY} is declined." in words
    assert connection_of(shop, OWNER, invited.id).state is ConnectionState.DECLINED


def test_without_the_tick_nothing_is_approved(shop: Shop, log_in: LogIn, invited: Connection) -> None:
    client = log_in(OWNER)
    page = press(client, at(invited), at(invited), answer="approve")

    assert page.status_code == 422
    assert 'id="understood-error">Confirm that you have read and understood' in page.text
    assert 'aria-describedby="understood-error"' in page.text
    assert connection_of(shop, OWNER, invited.id).state is ConnectionState.PENDING


def test_what_is_missing_is_said_alone_and_with_a_way_to_it(shop: Shop, log_in: LogIn) -> None:
    invited = invite_stranger(shop)
    client = log_in(STRANGER)
    way = f'<a href="/settings/shipping/locations?next=/connections/{invited.id}">Ship-from locations</a>'
    assert way in client.get(at(invited)).text

    unticked = press(client, at(invited), at(invited), answer="approve")
    assert "tick the box" in words_of(unticked)
    assert NO_LOCATION.format("en") not in words_of(unticked)
    ticked = press(client, at(invited), at(invited), answer="approve", understood="y")
    assert (ticked.status_code, NO_LOCATION.format("en") in words_of(ticked), way in ticked.text) == (422, True, True)

    here = f"/settings/shipping/locations?next={at(invited)}"
    back = press(client, here, here, code="SVQ", country="ES")
    assert back.request.path == at(invited)
    assert answer(client, invited, "approve", understood="y")[1] == "/settings/shipping/providers"


def test_a_member_is_told_who_can_answer(log_in: LogIn, invited: Connection) -> None:
    client = log_in(MEMBER)
    words = words_of(client.get(at(invited)))

    assert f"Only admins of your account can approve or decline: {OWNER}" in words
    assert "Approve connection" not in words
    assert press(client, at(invited), at(invited), answer="approve", understood="y").status_code == 403


def test_what_happened_meanwhile_is_said_to_each_side(shop: Shop, clock: FixedClock, log_in: LogIn, invited: Connection) -> None:
    client = log_in(OWNER)
    token = token_of(client.get(at(invited)))
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    late = client.post(at(invited), data={"csrf_token": token, "answer": "decline"}, follow_redirects=True)
    assert f"{OWNER} has approved the connection already." in words_of(late)

    remove_connection(shop.app, user_of(shop, IRIS), invited.id)
    words = words_of(client.get(at(invited)))
    assert f"{COMPANY} has removed the connection." in words
    assert "Remove</button>" not in client.get(at(invited)).text

    other = invite_stranger(shop)
    decline(shop.app, user_of(shop, STRANGER), other.id)
    told = words_of(log_in(PROVIDER).get(at(other)))
    assert "Elsewhere, Seville has declined the connection" in told

    last = invite_stranger(shop)
    clock.sleep(31 * 24 * 3600)
    assert "The invitation has expired: ask Acme Logistics" in words_of(log_in(STRANGER).get(at(last)))
    assert "expired without an answer: you can send another" in words_of(log_in(PROVIDER).get(at(last)))


def test_each_side_sees_what_it_may_of_an_active_one(shop: Shop, log_in: LogIn, invited: Connection) -> None:
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    ours, theirs = log_in(OWNER).get(at(invited)), log_in(IRIS).get(at(invited))

    accepted = f"Accepted terms version {TERMS_VERSION}, 2 Mar 2026, 10:30"
    assert f"State Active Since 2 Mar 2026, 10:30 In rules iris {accepted} , {OWNER}" in words_of(ours)
    assert NICKNAME not in ours.text
    assert f"Client name {NICKNAME} Company name shown {COMPANY} Email {OWNER} {accepted} " in words_of(theirs)
    assert "Remove</button>" in ours.text
    assert "Remove</button>" in theirs.text


def test_a_3pl_learns_nothing_of_whom_it_invited(shop: Shop, log_in: LogIn) -> None:
    invited = invite_stranger(shop)
    page = log_in(PROVIDER).get(at(invited))

    assert "Pending" in words_of(page)
    for word in ("Approve", "ship-from", "Elsewhere</", "elsewhere<"):
        assert word not in page.text
    tried = press(log_in(PROVIDER), at(invited), at(invited), answer="approve", understood="y")
    assert "Only the invited side can approve or decline it" in words_of(tried)
    assert connection_of(shop, PROVIDER, invited.id).state is ConnectionState.PENDING


@pytest.mark.parametrize(("email", "leads_to"), [(OWNER, "/settings/shipping/providers"), (PROVIDER, "/clients")])
@pytest.mark.parametrize(("chosen", "state"), [("return", "awaiting_shipment"), ("finish", "pending_fulfillment")])
def test_either_side_removes_it_and_chooses_for_open_orders(
    shop: Shop, log_in: LogIn, email: str, leads_to: str, chosen: str, state: str
) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()
    active, client = operators_connection(shop), log_in(email)
    words = words_of(client.get(at(active, "/remove")))
    assert "1 order is still open between the two of you." in words
    assert "Give open orders back Let the provider finish them This cannot be undone" in words
    assert words.index("cannot be undone") < words.rindex("Remove")

    for wrong in ({}, {"open_orders": "burn"}):
        refused = press(client, at(active, "/remove"), at(active, "/remove"), **wrong)
        assert (refused.status_code, "Choose what happens to them." in words_of(refused)) == (422, True)
    assert connection_of(shop, OWNER, active.id).is_active

    page = press(client, at(active, "/remove"), at(active, "/remove"), open_orders=chosen)
    assert page.request.path == leads_to
    assert "is removed." in words_of(page)
    assert connection_of(shop, OWNER, active.id).state is ConnectionState.REMOVED
    with shop.app.reading() as unit:
        assert unit.orders.get(shop.merchant.id, shop.order_id("7001")).status() == state
        [copy] = unit.orders.stream(shop.provider.id)
    if chosen == "return":
        shop.work_off()
        ours = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))
        theirs = words_of(log_in(PROVIDER).get(f"/orders/{copy.id}"))
        for page_words, own, other in ((ours, OWNER, "Acme 3PL"), (theirs, PROVIDER, "Casa Verde")):
            assert f"{own if own == email else other} ended it with the connection" in page_words
            assert "usr " not in page_words
        assert "the connection has ended" in theirs
        assert "Request ended with the connection" in theirs
        assert "taken it back" not in theirs


def test_nothing_is_asked_where_nothing_is_open(shop: Shop, log_in: LogIn) -> None:
    active = operators_connection(shop)
    page = log_in(OWNER).get(at(active, "/remove"))

    assert "No order is open between the two of you." in words_of(page)
    assert "radio" not in page.text
    assert press(log_in(OWNER), at(active, "/remove"), at(active, "/remove")).request.path == "/settings/shipping/providers"
    assert log_in(OWNER).get(at(active, "/remove")).headers["Location"] == at(active)


def test_an_invitation_is_taken_back_by_the_3pl_and_declined_by_the_other(shop: Shop, log_in: LogIn) -> None:
    invited = invite_stranger(shop)
    assert log_in(STRANGER).get(at(invited, "/remove")).headers["Location"] == at(invited)
    assert "The invitation is taken back" in words_of(log_in(PROVIDER).get(at(invited, "/remove")))

    press(log_in(PROVIDER), at(invited, "/remove"), at(invited, "/remove"))
    assert connection_of(shop, PROVIDER, invited.id).state is ConnectionState.REMOVED


def test_a_member_removes_nothing_and_is_told_who_can(shop: Shop, log_in: LogIn, invited: Connection) -> None:
    active, client = operators_connection(shop), log_in(MEMBER)
    page = client.get(at(active))

    assert f"Only admins of your account can remove the connection: {OWNER}" in words_of(page)
    assert "Remove</button>" not in page.text
    assert client.get(at(active, "/remove")).status_code == 403
    assert press(client, at(active), at(active, "/remove")).status_code == 403
