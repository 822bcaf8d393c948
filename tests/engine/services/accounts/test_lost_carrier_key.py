"""A carrier account whose key was lost refuses with a sentence, until new credentials are entered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text
from support.clock import FixedClock
from support.paid_carrier import PaidCarrier
from support.shop import Shop, open_shop

from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH
from engine.ports import CarrierRefused
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    add_carrier_account,
    change_carrier_account,
)
from storage.database import Database
from storage.secret_box import SecretBox


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.app = replace(shop.app, carriers={"paid": PaidCarrier()})
    return shop


@pytest.fixture
def lost(shop: Shop) -> CarrierAccount:
    added = add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("paid", ("standard",)))
    with shop.database.begin() as connection:
        sealed = {"sealed": SecretBox([b"x" * 32]).seal(b"{}")}
        connection.execute(text("UPDATE carrier_accounts SET sealed_credentials = :sealed"), sealed)
    with shop.app.reading() as uow:
        return uow.carrier_accounts.get(shop.merchant.id, added.id)


def test_whoever_asks_the_carrier_is_refused_with_a_sentence(shop: Shop, lost: CarrierAccount) -> None:
    with pytest.raises(CarrierRefused, match="encrypted with another RELEVO_SECRET_KEY"):
        shop.app.carrier_session(lost)


def test_a_change_goes_on_without_the_old_credentials(shop: Shop, lost: CarrierAccount) -> None:
    change_carrier_account(shop.app, shop.merchant.id, lost.id, CarrierAccountChange(nickname="Mended"))
    with shop.app.reading() as uow:
        kept = uow.carrier_accounts.get(shop.merchant.id, lost.id)
    assert (kept.nickname, dict(kept.credentials), kept.credentials.get(CALLS_SIGNED_WITH)) == ("Mended", {}, None)
    shop.app.carrier_session(kept)
