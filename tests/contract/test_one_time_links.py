"""Contract of the repositories of people in several accounts, and of the links that they are sent."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, an_account

from engine.model.account import SERVICE_ACCOUNT, User
from engine.model.one_time_link import LinkEnd, LinkPurpose, OneTimeLink
from storage.database import Database
from storage.errors import ConflictingWrite

JOIN, RESET = LinkPurpose.JOIN, LinkPurpose.RESET_PASSWORD
FIRST, SECOND = an_account("casa-verde"), an_account("casa-azul")
ANA = User("usr_ana", FIRST.id, "ana@casa-verde.example", "$argon2id$…", "admin", "es", NOON)


@pytest.fixture
def accounts(database: Database) -> Database:
    with database.unit_of_work() as unit:
        unit.accounts.add(FIRST)
        unit.accounts.add(SECOND)
        unit.commit()
    return database


def a_link(name: str = "one", purpose: LinkPurpose = JOIN, email: str = "bo@example.com", **changes: object) -> OneTimeLink:
    link = OneTimeLink(f"lnk_{name}", name, purpose, email, FIRST.id, {"role": "member"}, NOON, NOON + timedelta(days=7))
    return replace(link, **changes)  # type: ignore[arg-type]


def test_a_link_comes_back_as_it_was_kept(accounts: Database) -> None:
    nobodys = a_link("two", LinkPurpose.SIGN_UP, account_id=None, details={"name": "Casa Verde", "n": 1})
    with accounts.unit_of_work() as unit:
        unit.one_time_links.add(a_link())
        unit.one_time_links.add(nobodys)
        unit.commit()
    with accounts.reading_unit_of_work() as unit:
        assert unit.one_time_links.find(JOIN, "one") == a_link()
        assert unit.one_time_links.find(LinkPurpose.SIGN_UP, "two") == nobodys
        assert unit.one_time_links.find(RESET, "one") is None, "a token does one thing"
        assert unit.one_time_links.list_for(FIRST.id, JOIN) == [a_link()]
        assert unit.one_time_links.list_for(SECOND.id, JOIN) == []


def test_a_link_that_was_taken_says_so_and_keeps_no_details(accounts: Database) -> None:
    with accounts.unit_of_work() as unit:
        unit.one_time_links.add(a_link())
        assert unit.one_time_links.take(RESET, "one") is None
        assert unit.one_time_links.take(JOIN, "one") == a_link()
        assert unit.one_time_links.take(JOIN, "one") is None
        assert unit.one_time_links.find(JOIN, "one") == a_link(ended=LinkEnd.USED, details={})
        assert unit.one_time_links.list_for(FIRST.id, JOIN) == []
        assert not unit.one_time_links.withdraw(FIRST.id, "lnk_one", LinkEnd.WITHDRAWN)


def test_of_two_who_follow_a_link_at_once_one_gets_it(accounts: Database) -> None:
    with accounts.unit_of_work() as unit:
        unit.one_time_links.add(a_link())
        unit.commit()
    start = threading.Barrier(2)

    def follow(_number: int) -> bool:
        start.wait()
        with accounts.unit_of_work() as unit:
            taken = unit.one_time_links.take(JOIN, "one")
            unit.commit()
            return taken is not None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(follow, range(2))) == [False, True]


def test_links_are_withdrawn_one_by_one_or_all_of_an_address(accounts: Database) -> None:
    names = {
        name: a_link(name, RESET, email) for name, email in (("a", "Bo@example.com"), ("b", "bo@example.com"), ("c", "c@x.com"))
    }
    with accounts.unit_of_work() as unit:
        for link in (*names.values(), a_link("d")):
            unit.one_time_links.add(link)
        assert not unit.one_time_links.withdraw(SECOND.id, "lnk_d", LinkEnd.WITHDRAWN), "another account's"
        assert unit.one_time_links.withdraw(FIRST.id, "lnk_d", LinkEnd.WITHDRAWN)
        unit.one_time_links.withdraw_all(RESET, "BO@example.com ")

        found = {name: unit.one_time_links.find(RESET, name) for name in names}
        assert {name: link and link.ended for name, link in found.items()} == {
            "a": LinkEnd.REPLACED,
            "b": LinkEnd.REPLACED,
            "c": None,
        }
        withdrawn = unit.one_time_links.find(JOIN, "d")
        assert withdrawn is not None
        assert withdrawn.ended is LinkEnd.WITHDRAWN


def test_links_are_forgotten_when_their_time_was_over_long_enough(accounts: Database) -> None:
    with accounts.unit_of_work() as unit:
        unit.one_time_links.add(a_link())
        unit.one_time_links.add(a_link("later", ends_at=NOON + timedelta(days=8)))
        unit.one_time_links.forget_ended(NOON + timedelta(days=7))
        assert [link.token_digest for link in unit.one_time_links.list_for(FIRST.id, JOIN)] == ["later"]


def test_a_person_belongs_to_several_accounts_with_one_password(accounts: Database) -> None:
    with accounts.unit_of_work() as unit:
        unit.users.add(ANA)
        there = replace(ANA, account_id=SECOND.id, role="member", created_at=NOON + timedelta(days=1))
        unit.users.add(there)
        assert unit.users.list_by_email("Ana@casa-verde.example") == [ANA, there]
        unit.users.set_password(SECOND.id, ANA.id, "another")
        unit.users.set_profile(FIRST.id, ANA.id, language="en", time_zone="Asia/Tokyo")
        unit.users.set_theme(SECOND.id, ANA.id, "dark")
        unit.users.set_role(SECOND.id, ANA.id, "admin")
        changed = {"password_hash": "another", "language": "en", "time_zone": "Asia/Tokyo", "theme": "dark"}
        assert unit.users.find(FIRST.id, ANA.id) == replace(ANA, **changed)
        assert unit.users.find(SECOND.id, ANA.id) == replace(there, **changed, role="admin")
        with pytest.raises(ConflictingWrite):
            unit.users.add(there)


def test_who_leaves_one_account_stays_in_the_others(accounts: Database) -> None:
    with accounts.unit_of_work() as unit:
        unit.users.add(ANA)
        unit.users.add(replace(ANA, account_id=SECOND.id))
        unit.users.remove(FIRST.id, ANA.id)
        assert [user.account_id for user in unit.users.list_by_email(ANA.email)] == [SECOND.id]
        unit.users.remove(SECOND.id, ANA.id)
        assert unit.users.list_by_email(ANA.email) == []
        unit.users.add(replace(ANA, id="usr_new"))  # the address is free again


def test_the_services_own_account_is_no_tenant(database: Database) -> None:
    with database.reading_unit_of_work() as unit:
        own = unit.accounts.get(SERVICE_ACCOUNT)
        assert own.closed_at is not None
        assert unit.accounts.is_empty()
        assert unit.accounts.list_all() == []
        assert unit.accounts.find_by_slug(own.slug) is None
