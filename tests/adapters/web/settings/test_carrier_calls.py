"""A carrier account's page says where its carrier is to call, and takes what it signs its calls with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.paid_carrier import PaidCarrier
from support.partners import MEMBER, add_member
from support.shop import OWNER, PROVIDER, Shop

from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH, CalledAbout, CarrierCapability, CarrierKind
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account

LogIn = Callable[[str], FlaskClient]
CARRIERS = "/settings/shipping/carriers"
CALLING = CarrierKind("calling", "Calling Post", frozenset({CarrierCapability.TRACKING, CarrierCapability.CALLS}))


@dataclass
class CallingPost(PaidCarrier):
    """One that calls."""

    describes: CarrierKind = field(default_factory=lambda: CALLING)

    def parse_call(self, account: CarrierAccount, headers: Mapping[str, str], body: bytes) -> CalledAbout:
        return CalledAbout()


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.app = replace(shop.app, carriers={"calling": CallingPost(), "paid": PaidCarrier()})
    return shop


def secret_of(shop: Shop, account: CarrierAccount) -> str | None:
    with shop.app.reading() as unit:
        return unit.carrier_accounts.get(shop.merchant.id, account.id).credentials.get(CALLS_SIGNED_WITH)


def test_an_admin_reads_the_address_and_keeps_the_secret(shop: Shop, log_in: LogIn) -> None:
    account = add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("calling", ("standard",)))
    client, path = log_in(OWNER), f"{CARRIERS}/{account.id}"
    words = words_of(client.get(path))
    assert f"/api/carriers/{account.id}/events No secret for its calls is kept." in words
    kept = press(client, path, f"{path}/calls", secret=" between us ")
    assert "The secret is kept: calls are proved by it from now on." in words_of(kept)
    assert "A secret for its calls is kept." in words_of(kept)
    assert "between us" not in kept.text
    assert secret_of(shop, account) == "between us"
    assert "No secret for its calls is kept any more." in words_of(press(client, path, f"{path}/calls", secret=""))
    assert secret_of(shop, account) is None


def test_others_do_not_set_it_and_one_that_does_not_call_has_none(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    account = add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("calling", ("standard",)))
    silent = add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("paid", ("standard",)))
    member = log_in(MEMBER)
    page = member.get(f"{CARRIERS}/{account.id}")
    assert ("When a parcel moves" in words_of(page), "Keep the secret" in words_of(page)) == (True, False)
    token = {"csrf_token": token_of(member.get("/orders")), "secret": "mine"}
    assert member.post(f"{CARRIERS}/{account.id}/calls", data=token).status_code == 403
    owner = log_in(OWNER)
    assert "When a parcel moves" not in words_of(owner.get(f"{CARRIERS}/{silent.id}"))
    told = press(owner, "/orders", f"{CARRIERS}/{silent.id}/calls", secret="x")
    assert "Paid Post does not call when a parcel moves" in words_of(told)
    stranger = log_in(PROVIDER)
    token = {"csrf_token": token_of(stranger.get("/orders")), "secret": "theirs"}
    assert stranger.post(f"{CARRIERS}/{account.id}/calls", data=token).status_code == 404
    assert secret_of(shop, account) is None
