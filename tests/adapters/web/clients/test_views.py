"""A 3PL's clients: who sees them, and how one is invited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, words_of
from support.clock import FixedClock
from support.partners import add_member, invite_stranger, user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop

from engine.services.connections.remove_connection import remove_connection

LogIn = Callable[[str], FlaskClient]
COLLEAGUE = "clara@acme.example"
NEW = {"client_name": "  Green   ones ", "company_name": "Acme Logistics", "email": "Eve@Elsewhere.example"}


def test_only_accounts_that_ship_for_others_have_clients(web: Flask, log_in: LogIn) -> None:
    for page in ("/clients", "/clients/new"):
        assert log_in(OWNER).get(page).status_code == 404
        assert web.test_client().get(page).headers["Location"] == f"/log-in?next={page}"
    assert press(log_in(OWNER), "/orders", "/clients/new", **NEW).status_code == 404


def test_a_client_is_invited_by_the_form(shop: Shop, log_in: LogIn) -> None:
    client = log_in(PROVIDER)
    form = words_of(client.get("/clients/new"))
    assert "Client name A nickname that only your own people see." in form
    assert "Client-facing company name What the client sees of you" in form
    assert "Email It must belong to a user of the client's account." in form

    page = words_of(press(client, "/clients/new", "/clients/new", **NEW))

    assert "Green ones is invited: the client can approve the connection until 1 Apr 2026." in page
    assert "Green ones Acme Logistics eve@elsewhere.example Pending 2 Mar 2026 1 Apr 2026 More actions" in page


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("client_name", " ", "Write a client name of 1 to 100 characters"),
        ("company_name", "x" * 101, "Write a client-facing company name of 1 to 100 characters"),
        ("email", "eve", '"eve" is not an e-mail address.'),
        ("email", PROVIDER, "An account cannot be its own client."),
        ("email", STRANGER, f"You have invited {STRANGER} already"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_rest_stays(
    shop: Shop, log_in: LogIn, field: str, value: str, says: str
) -> None:
    invite_stranger(shop)
    client = log_in(PROVIDER)

    page = press(client, "/clients/new", "/clients/new", **{**NEW, "email": "new@new.example", field: value})

    assert page.status_code == 422
    assert f'id="{field}-error">{says}'.replace('"eve"', "&#34;eve&#34;") in page.text
    assert f'aria-describedby="{field}-hint {field}-error"' in page.text
    assert page.text.count('class="field-error"') == 1
    assert ('value="Acme Logistics"' in page.text) is (field != "company_name")


def test_nobody_learns_by_an_invitation_whose_an_address_is(log_in: LogIn) -> None:
    client = log_in(PROVIDER)
    known, unknown = (
        words_of(press(client, "/clients/new", "/clients/new", **{**NEW, "email": email}))
        for email in (STRANGER, "nobody@nowhere.example")
    )

    assert known.count("Pending") == 1
    assert unknown.count("Pending") == 2
    assert "Elsewhere" not in known.replace("elsewhere.example", "")


def test_a_colleague_without_the_role_looks_and_is_told_who_may(shop: Shop, web: Flask) -> None:
    add_member(shop, shop.provider.slug, COLLEAGUE)
    invited = invite_stranger(shop)
    client = web.test_client()
    send_log_in(client, COLLEAGUE)
    page = client.get("/clients")

    assert "Elsewhere, Seville" in page.text
    assert "Add new client" not in page.text
    assert f"/connections/{invited.id}/remove" not in page.text
    assert "An admin can remove it." in page.text
    assert client.get("/clients/new").status_code == 403
    assert press(client, "/clients", "/clients/new", **NEW).status_code == 403


def test_what_has_ended_is_folded_below(shop: Shop, clock: FixedClock, log_in: LogIn) -> None:
    removed = invite_stranger(shop)
    remove_connection(shop.app, user_of(shop, PROVIDER), removed.id)
    invite_stranger(shop)
    clock.sleep(31 * 24 * 3600)
    open_ones, _, ended = log_in(PROVIDER).get("/clients").text.partition("<details")

    assert "Casa Verde" in open_ones
    assert "Elsewhere, Seville" not in open_ones
    assert "Ended connections</caption>" in ended
    assert ended.index("Expired") < ended.index("Removed")
    assert "More actions" not in ended
