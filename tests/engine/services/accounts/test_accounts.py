"""Accounts and what belongs to them: who may make what, and what the trail says of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from support.clock import FixedClock
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop, open_shop

from engine.model.account import Account, AccountKind, DecideAnew
from engine.services.accounts.accounts import (
    add_location,
    change_time_zone,
    create_account,
    set_decide_anew,
)
from engine.services.accounts.acting import find_memberships
from engine.services.accounts.log_in import log_in, set_password
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.refusals import Refused
from storage.database import Database
from storage.tables import AccountRow


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def create(shop: Shop, **changes: Any) -> Account:
    wanted = {"name": "Nueva", "kind": AccountKind.MERCHANT, "email": "nu@nueva.example", "password": PASSWORD, "country": "PT"}
    return create_account(shop.app, **{**wanted, **changes})


def trail(shop: Shop, subject: str, account_id: str = "") -> list[tuple[str, object, object]]:
    with shop.app.reading() as uow:
        entries = uow.audit.list_for(account_id or shop.merchant.id, subject)
    return [(entry.action, entry.before, entry.after) for entry in entries]


def code_of(act: Any, *arguments: Any, **options: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*arguments, **options)
    return refused.value.message.code


def test_an_account_has_its_countrys_time_zone_unless_another_is_given(shop: Shop) -> None:
    account = create(shop)
    assert (account.slug, account.time_zone) == ("nueva", "Europe/Lisbon")
    assert trail(shop, account.id, account.id) == [("account.created", None, {"slug": "nueva"})]
    assert create(shop, email="a@a.example", time_zone="Atlantic/Azores").time_zone == "Atlantic/Azores"
    assert create(shop, email="u@u.example", country="US", time_zone="America/New_York").country == "US"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "  "}, "no_name"),
        ({"email": "nobody"}, "bad_email"),
        ({"country": "pt"}, "bad_country"),
        ({"country": "PRT"}, "bad_country"),
        ({"country": "US"}, "which_zone"),
        ({"country": "QQ"}, "unknown_zone"),
        ({"time_zone": "Lisbon"}, "bad_time_zone"),
        ({"time_zone": "../etc"}, "bad_time_zone"),
        ({"password": "short"}, "short_password"),
    ],
)
def test_an_account_that_cannot_be_is_not_created(shop: Shop, changes: dict[str, Any], code: str) -> None:
    assert code_of(create, shop, **changes) == code


def test_a_time_zone_is_changed_and_told(shop: Shop) -> None:
    assert change_time_zone(shop.app, shop.merchant.slug, "Atlantic/Canary").time_zone == "Atlantic/Canary"
    assert trail(shop, shop.merchant.id)[-1] == ("account.time_zone_set", "Europe/Madrid", "Atlantic/Canary")
    assert code_of(change_time_zone, shop.app, shop.merchant.slug, "Canarias") == "bad_time_zone"
    assert code_of(change_time_zone, shop.app, "nobody", "Europe/Madrid") == "no_account"


def test_a_location_has_a_code_of_its_own_in_its_account(shop: Shop) -> None:
    location = add_location(shop.app, shop.merchant.slug, code=" MAD ", country="ES", city="Madrid")
    assert (location.code, location.name, location.city) == ("MAD", "MAD", "Madrid")
    assert trail(shop, location.id) == [("location.added", None, {"code": "MAD"})]
    for code, country, wrong in (("mad", "ES", "location_taken"), (" ", "ES", "no_code"), ("BCN", "Spain", "bad_country")):
        assert code_of(add_location, shop.app, shop.merchant.slug, code=code, country=country) == wrong
    assert add_location(shop.app, shop.provider.slug, code="mad", country="ES", name="Nave 2").name == "Nave 2"


def test_a_merchant_is_connected_with_a_provider_once(shop: Shop) -> None:
    account = create(shop)
    connection = connect_accounts(shop.app, provider_slug=shop.provider.slug, client_slug=account.slug)
    assert trail(shop, connection.id, account.id) == [("connection.active", None, {"with": shop.provider.slug})]
    assert trail(shop, connection.id, shop.provider.id) == [("connection.active", None, {"with": account.slug})]
    for provider, client, wrong in (
        (shop.provider.slug, account.slug, "connected_already"),
        (shop.provider.slug, shop.provider.slug, "same_account"),
        (account.slug, shop.merchant.slug, "not_a_provider"),
        ("nobody", account.slug, "no_account"),
        (shop.provider.slug, "nobody", "no_account"),
    ):
        assert code_of(connect_accounts, shop.app, provider_slug=provider, client_slug=client) == wrong


def test_what_becomes_of_outdated_choices_is_told_when_it_changes(shop: Shop) -> None:
    before = trail(shop, shop.merchant.id)
    assert set_decide_anew(shop.app, shop.merchant.slug, DecideAnew.FLAG).decide_anew is DecideAnew.FLAG
    assert trail(shop, shop.merchant.id) == before
    assert set_decide_anew(shop.app, shop.merchant.slug, DecideAnew.AUTO).decide_anew is DecideAnew.AUTO
    assert trail(shop, shop.merchant.id)[len(before) :] == [("account.changed", {"decide_anew": "flag"}, {"decide_anew": "auto"})]


def test_who_knows_address_and_password_gets_in_and_nobody_else(shop: Shop) -> None:
    [user] = log_in(shop.app, f" {OWNER.upper()} ", PASSWORD)
    assert user.account_id == shop.merchant.id
    assert log_in(shop.app, OWNER, "another word or two") == []
    assert log_in(shop.app, "nobody@casa-verde.example", PASSWORD) == []
    assert log_in(shop.app, "nobody@casa-verde.example", "nobody") == [], "nobody's password opens nothing"


def test_a_new_password_takes_the_place_of_the_old_one(shop: Shop) -> None:
    set_password(shop.app, f" {OWNER.upper()} ", "quite another one")
    assert log_in(shop.app, OWNER, PASSWORD) == []
    [user] = log_in(shop.app, OWNER, "quite another one")
    assert trail(shop, user.id)[-1][0] == "user.password_set"
    assert len(log_in(shop.app, STRANGER, PASSWORD)) == 1
    assert code_of(set_password, shop.app, "nobody@casa-verde.example", "quite another one") == "no_user"
    assert code_of(set_password, shop.app, OWNER, "short") == "short_password"


def test_nobody_acts_for_a_closed_account(shop: Shop) -> None:
    with shop.database.begin() as connection:
        its = update(AccountRow).where(AccountRow.id == shop.merchant.id)
        connection.execute(its.values(closed_at=datetime(2026, 3, 1, tzinfo=UTC)))
    with shop.app.reading() as uow:
        assert code_of(find_memberships, uow, OWNER) == "account_closed"
        assert code_of(find_memberships, uow, OWNER, shop.merchant.slug) == "account_closed"
        assert [user.email for user in find_memberships(uow, PROVIDER)] == [PROVIDER]
