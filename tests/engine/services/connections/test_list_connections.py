"""What each side is told about a connection, and nobody else."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.partners import COMPANY, IRIS, MEMBER, NICKNAME, invited_by_iris, user_of
from support.shop import OWNER, STRANGER, Shop, open_shop
from support.statements import statements

from engine.model.connection import ConnectionState
from engine.model.transitions import Side
from engine.ports import NotFound
from engine.services.connections.answer_invitation import approve
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.invite_client import invite_client
from engine.services.connections.list_connections import describe_connection, list_connections
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


def test_each_side_reads_its_own_name_of_the_other(shop: Shop) -> None:
    invited = invited_by_iris(shop)
    ours = describe_connection(shop.app, user_of(shop, OWNER), invited.id)
    theirs = describe_connection(shop.app, user_of(shop, IRIS), invited.id)

    assert (ours.seen.side, ours.seen.name, ours.seen.other) == (Side.MERCHANT, COMPANY, None)
    assert (theirs.seen.side, theirs.seen.name, theirs.seen.other) == (Side.PROVIDER, NICKNAME, None)
    assert (ours.seen.is_to_answer, ours.seen.may_be_removed) == (True, False)
    assert (theirs.seen.is_to_answer, theirs.seen.may_be_removed) == (False, True)
    assert (ours.admins, theirs.admins) == ((OWNER,), (IRIS,))
    with pytest.raises(NotFound):
        describe_connection(shop.app, user_of(shop, STRANGER), invited.id)


def test_who_accepted_the_terms_is_told_to_colleagues_alone(shop: Shop) -> None:
    invited = invited_by_iris(shop)
    approve(shop.app, user_of(shop, OWNER), invited.id, accepts_terms=True)

    assert describe_connection(shop.app, user_of(shop, MEMBER), invited.id).accepted_by == OWNER
    assert describe_connection(shop.app, user_of(shop, IRIS), invited.id).accepted_by is None


def test_what_stands_in_the_way_is_told_to_the_invited_side_alone(shop: Shop) -> None:
    iris_invites = invited_by_iris(shop)
    invited = invite_client(shop.app, user_of(shop, IRIS), client_name="x", company_name="y", email=STRANGER)
    obstacle = describe_connection(shop.app, user_of(shop, STRANGER), invited.id).obstacle

    assert obstacle is not None
    assert obstacle.code == "no_location"
    assert describe_connection(shop.app, user_of(shop, IRIS), invited.id).obstacle is None
    assert describe_connection(shop.app, user_of(shop, OWNER), iris_invites.id).obstacle is None


def test_one_that_nobody_answered_has_expired_before_it_is_marked(shop: Shop, clock: FixedClock) -> None:
    invited = invited_by_iris(shop)
    clock.sleep(31 * 24 * 3600)
    ours = describe_connection(shop.app, user_of(shop, OWNER), invited.id)
    theirs = describe_connection(shop.app, user_of(shop, IRIS), invited.id)

    assert ours.seen.connection.state is ConnectionState.EXPIRED
    assert ours.seen.since == invited.expires_at
    assert str(ours.happened) == f"The invitation has expired: ask {COMPANY} for a new one."
    assert str(theirs.happened) == "The invitation has expired without an answer: you can send another."


def test_a_list_asks_as_often_whatever_its_length(shop: Shop) -> None:
    with statements(shop.database) as few:
        assert len(list_connections(shop.app, shop.provider.id)) == 1
    invited_by_iris(shop)
    for slug in ("iris", "elsewhere"):
        connect_accounts(shop.app, provider_slug="acme-3pl", client_slug=slug)
    with statements(shop.database) as many:
        found = list_connections(shop.app, shop.provider.id)

    assert {seen.other for seen in found} == {"casa-verde", "iris", "elsewhere"}
    assert len(many) == len(few)
