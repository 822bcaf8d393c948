"""What admins change about their account is kept, and put on record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.partners import MEMBER, add_member, user_of
from support.shop import OWNER, PROVIDER, Shop, open_shop

from engine.model.account import DecideAnew
from engine.model.country_zones import every_zone
from engine.services.accounts.change_account import AccountFacts, change_account
from engine.services.refusals import Refused
from storage.database import Database

FACTS = AccountFacts("Casa Verde", "ES", "Europe/Madrid", DecideAnew.FLAG, ships_for_others=False)


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


def test_what_changed_is_on_record_and_nothing_else(shop: Shop) -> None:
    owner = user_of(shop, OWNER)
    change_account(shop.app, owner, FACTS)
    changed = change_account(shop.app, owner, replace(FACTS, name=" Casa Azul ", ships_for_others=True))

    with shop.app.reading() as unit:
        assert unit.accounts.get(shop.merchant.id) == changed
        entries = [one for one in unit.audit.list_for(changed.id, changed.id) if one.action == "account.changed"]
    assert [(one.actor, one.before, one.after) for one in entries] == [
        (
            owner.id,
            {"name": "Casa Verde", "ships_for_others": False},
            {"name": "Casa Azul", "ships_for_others": True},
        )
    ]


@pytest.mark.parametrize(
    ("email", "change", "code"),
    [
        (MEMBER, {}, "admins_only"),
        (OWNER, {"name": " "}, "no_name"),
        (OWNER, {"country": "Spain"}, "bad_country"),
        (OWNER, {"time_zone": "Madrid"}, "bad_time_zone"),
        (PROVIDER, {"name": "Acme", "country": "PT"}, "has_clients"),
    ],
)
def test_what_cannot_be_is_refused_as_a_whole(shop: Shop, email: str, change: dict[str, str], code: str) -> None:
    add_member(shop)
    with pytest.raises(Refused) as refused:
        change_account(shop.app, user_of(shop, email), replace(FACTS, **change))

    assert refused.value.message.code == code
    with shop.app.reading() as unit:
        assert unit.accounts.get(shop.provider.id) == shop.provider
        assert unit.accounts.get(shop.merchant.id) == shop.merchant


def test_zones_to_choose_from_are_those_of_countries() -> None:
    zones = every_zone()

    assert "Europe/Madrid" in zones
    assert len(zones) == len(set(zones)) > 250
