"""Who may answer an invitation, and what is on record of it, on both sides."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.partners import IRIS, invited_by_iris, user_of
from support.shop import OWNER, PASSWORD, Shop, open_shop

from engine.model.connection import Connection, ConnectionState
from engine.services.accounts.people import LONGEST_EMAIL, add_person
from engine.services.connections.answer_invitation import approve, decline
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.invite_client import invite_client
from engine.services.connections.list_connections import ConnectionDetails, describe_connection
from engine.services.connections.remove_connection import remove_connection
from engine.services.refusals import Refused
from storage.database import Database

MONTH_S = 31 * 24 * 3600.0


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock, rules=None)


def on_record(shop: Shop, account_id: str, connection: Connection) -> list[tuple[str, str]]:
    """What happened to a connection, and who did it, as one account has it on record."""
    with shop.app.reading() as uow:
        return [(entry.action, entry.actor) for entry in uow.audit.list_for(account_id, connection.id)]


def test_who_invites_does_not_answer(shop: Shop) -> None:
    invited, iris = invited_by_iris(shop), user_of(shop, IRIS)

    for answer in (lambda: approve(shop.app, iris, invited.id, accepts_terms=True), lambda: decline(shop.app, iris, invited.id)):
        with pytest.raises(Refused, match="Only the invited side can approve or decline it"):
            answer()
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    with pytest.raises(Refused, match="has approved the connection already"):
        approve(shop.app, iris, invited.id, accepts_terms=True)


def test_an_address_that_is_too_long_is_none(shop: Shop) -> None:
    invited_by_iris(shop)
    with pytest.raises(Refused, match="is not an e-mail address") as refused:
        invite_client(shop.app, user_of(shop, IRIS), client_name="A", company_name="B", email="a" * LONGEST_EMAIL + "@b.example")
    assert len(str(refused.value)) < 2 * LONGEST_EMAIL


def test_each_side_has_its_own_people_on_record_and_of_the_other_no_single_one(shop: Shop) -> None:
    invited, iris, owner = invited_by_iris(shop), user_of(shop, IRIS), user_of(shop, OWNER)
    approved = approve(shop.app, owner, invited.id, accepts_terms=True)
    remove_connection(shop.app, iris, invited.id)

    asked = ("connection.invited", iris.id)
    assert on_record(shop, iris.account_id, invited) == [
        asked,
        ("connection.approved", "client"),
        ("connection.removed", iris.id),
    ]
    assert on_record(shop, shop.merchant.id, invited) == [
        ("connection.approved", owner.id),
        ("connection.removed", "provider"),
    ]
    with shop.app.reading() as uow:
        opened, *_ = uow.audit.list_for(iris.account_id, str(approved.store_id))
    assert (opened.action, opened.actor) == ("store.connected", "client")


def test_an_invitation_that_somebody_finds_too_old_is_on_record_as_expired(shop: Shop, clock: FixedClock) -> None:
    invited, iris = invited_by_iris(shop), user_of(shop, IRIS)
    clock.sleep(MONTH_S)

    with pytest.raises(Refused, match="has expired: ask Iris Logistics for a new one"):
        approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)
    assert on_record(shop, iris.account_id, invited)[-1] == ("connection.expired", "worker")

    again = invite_client(shop.app, iris, client_name="A", company_name="B", email=OWNER)
    clock.sleep(MONTH_S)
    third = invite_client(shop.app, iris, client_name="A", company_name="B", email=OWNER)
    assert on_record(shop, iris.account_id, again)[-1] == ("connection.expired", "worker")
    assert third.state is ConnectionState.PENDING


def invited_twice(shop: Shop) -> tuple[Connection, Connection]:
    """Two people of the merchant's, each by an invitation of the same 3PL."""
    first = invited_by_iris(shop)
    add_person(shop.app, shop.merchant.slug, email="second@casa-verde.example", role="admin", password=PASSWORD, language="en")
    names = {"client_name": "Second", "company_name": first.company_name}
    return first, invite_client(shop.app, user_of(shop, IRIS), **names, email="second@casa-verde.example")


def seen_by(shop: Shop, email: str, connection: Connection) -> ConnectionDetails:
    return describe_connection(shop.app, user_of(shop, email), connection.id)


def test_an_approval_ends_the_other_invitations_of_the_same_two(shop: Shop) -> None:
    first, second = invited_twice(shop)

    approve(shop.app, user_of(shop, OWNER), first.id, accepts_terms=True)

    assert seen_by(shop, OWNER, first).seen.connection.is_active
    for email in (OWNER, IRIS):
        details = seen_by(shop, email, second)
        assert (details.seen.connection.state, details.seen.is_to_answer) == (ConnectionState.REMOVED, False)
        said = f"The invitation has ended: another one of {first.company_name} was approved."
        assert str(details.happened) == said
    for email in (OWNER, IRIS):
        assert on_record(shop, user_of(shop, email).account_id, second)[-1] == ("connection.superseded", "worker")
    with pytest.raises(Refused, match=r"another one of .* was approved"):
        approve(shop.app, user_of(shop, OWNER), second.id, accepts_terms=True)


def test_an_invitation_stays_for_the_other_accounts_of_its_person(shop: Shop) -> None:
    first, second = invited_twice(shop)
    add_person(shop.app, "elsewhere", email="second@casa-verde.example", role="admin", password=PASSWORD, language="en")

    approve(shop.app, user_of(shop, OWNER), first.id, accepts_terms=True)

    assert seen_by(shop, IRIS, second).seen.connection.state is ConnectionState.PENDING


def test_the_operator_s_shortcut_ends_invitations_too(shop: Shop) -> None:
    first, _ = invited_twice(shop)
    with shop.app.reading() as uow:
        iris = uow.accounts.get(first.provider_id)

    connect_accounts(shop.app, provider_slug=iris.slug, client_slug=shop.merchant.slug)

    assert seen_by(shop, IRIS, first).seen.connection.state is ConnectionState.REMOVED
