"""Connecting a store by its form: every way to log in, what is wrong beside its field, and no secret in any page."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.brightpearl_access import ACCESS, give_consent
from support.browsing import press, token_of, words_of
from support.sandbox_shop import STORE_PASSWORD, SandboxShop
from support.shop import PROVIDER
from werkzeug.test import TestResponse

from engine.model.store import Store, StoreState

FORM = "/stores/connect/brightpearl"
CHOOSE = f"{FORM}/choose"


def typed(shop: SandboxShop, auth: str = "login", **changes: str) -> dict[str, str]:
    settings, credentials = ACCESS[auth]
    account = {"account_code": "testacct", "datacenter": "eu1", "integration_url": shop.server.url, "on_ship": "mark_shipped"}
    if auth == "oauth":
        account["oauth_url"] = shop.server.url
    return {**account, **settings, **credentials, "channel_ids": "2", "name": "By form", **changes}


def send(client: FlaskClient, shop: SandboxShop, auth: str = "login", **changes: str) -> TestResponse:
    address = f"{FORM}?auth={auth}"
    return press(client, address, address, **typed(shop, auth, **changes))


def added(shop: SandboxShop) -> list[Store]:
    with shop.app.reading() as uow:
        return [store for store in uow.stores.list_for(shop.merchant.id) if store.id != shop.store.id]


def error_beside(page: TestResponse, field: str) -> str:
    """What stands beside a field as wrong."""
    found = re.findall(rf'id="{field}-error\d*">(.*?)</p>', page.text)
    return html.unescape(re.sub("<[^>]+>", "", " ".join(found)))


@pytest.fixture(autouse=True)
def alone(shop: SandboxShop) -> None:
    """No other store has the channel."""
    set_state(shop, StoreState.CLOSED)


def set_state(shop: SandboxShop, state: StoreState) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.account_id, shop.store.id, state)
        uow.commit()


@pytest.mark.parametrize("channels", ["2", "2, 3"])
def test_a_channel_that_another_store_has_is_refused(shop: SandboxShop, owner: FlaskClient, channels: str) -> None:
    set_state(shop, StoreState.CONNECTED)
    page = send(owner, shop, channel_ids=channels)
    assert page.status_code == 422
    assert 'The store "Casa Verde online" imports the same channels of this account already' in words_of(page)
    assert added(shop) == []

    chosen = send(owner, shop, channel_ids="")
    form = {**_hidden(chosen), "channel_ids": "2", "on_ship": "none"}
    page = owner.post(CHOOSE, data=form, follow_redirects=True)
    assert 'The store "Casa Verde online" imports the same channels of this account already' in words_of(page)
    assert added(shop) == []


def test_the_tile_names_what_is_needed(owner: FlaskClient) -> None:
    words = words_of(owner.get("/stores/connect"))

    assert "account code, channel ID and data-centre code" in words
    assert "Those with a goods-out note in status Printed." in words
    assert owner.get(f"{FORM}?auth=magic").status_code == 404


@pytest.mark.parametrize("auth", ["login", "account_token", "staff_token", "signed_token"])
def test_each_way_to_log_in_connects_and_leads_to_the_settings(shop: SandboxShop, owner: FlaskClient, auth: str) -> None:
    page = send(owner, shop, auth)
    (store,) = added(shop)

    assert page.request.path == f"/stores/{store.id}/settings"
    assert "The store is connected." in words_of(page)
    assert (store.name, store.settings["auth"], store.settings["channel_ids"]) == ("By form", auth, [2])
    assert dict(store.credentials) == ACCESS[auth][1]
    with shop.app.reading() as uow:
        (entry,) = uow.audit.list_for(shop.merchant.id, store.id)
    assert entry.actor.startswith("usr_")
    assert not any(secret in str(entry.after) for secret in ACCESS[auth][1].values() if secret != "u@example.com")


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"account_code": ""}, "account_code", "This is needed to connect."),
        ({"password": ""}, "password", "This is needed to connect."),
        ({"account_code": "a/b"}, "account_code", "The account code a/b is not one"),
        ({"datacenter": "mars"}, "datacenter", "The data centre mars is not known"),
        ({"integration_url": "ftp://x"}, "integration_url", "is not a web address"),
        ({"integration_url": "http://10.1.2.3"}, "integration_url", "RELEVO_ALLOW_NETWORKS"),
        ({"password": "quite-wrong-secret"}, "password", "password"),
        ({"account_code": "other"}, "account_code", "API access"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    shop: SandboxShop, owner: FlaskClient, changes: dict[str, str], field: str, says: str
) -> None:
    page = send(owner, shop, **changes)

    assert page.status_code == 422
    assert says in error_beside(page, field)
    assert 'value="By form"' in page.text
    assert 'value="u@example.com"' in page.text
    assert STORE_PASSWORD not in page.text
    assert "quite-wrong-secret" not in page.text
    assert added(shop) == []


def test_a_blank_channel_is_chosen_from_those_of_the_account(shop: SandboxShop, owner: FlaskClient) -> None:
    step = send(owner, shop, channel_ids="", on_ship="both")

    assert step.status_code == 200
    assert "The log-in to testacct works." in words_of(step)
    assert "Web shop 2" in words_of(step)
    assert "Getafe 3" in words_of(step)
    assert STORE_PASSWORD not in step.text
    assert added(shop) == []

    nothing = owner.post(CHOOSE, data={**_hidden(step), "on_ship": "both"})
    assert nothing.status_code == 422
    assert "Choose at least one channel" in error_beside(nothing, "channel_ids")

    no_status = owner.post(CHOOSE, data={**_hidden(nothing), "channel_ids": ["2", "3"], "warehouse_ids": "3", "on_ship": "both"})
    assert "choose the status of shipped orders" in error_beside(no_status, "shipped_status_id")
    assert re.search(r'name="channel_ids" value="3" checked', no_status.text)

    status = re.search(r'<option value="(\d+)">', no_status.text)
    assert status is not None
    chosen = {"channel_ids": ["2", "3"], "warehouse_ids": "3", "on_ship": "both", "shipped_status_id": status[1]}
    done = owner.post(CHOOSE, data={**_hidden(no_status), **chosen}, follow_redirects=True)
    (store,) = added(shop)
    assert done.request.path == f"/stores/{store.id}/settings"
    assert store.settings["channel_ids"] == [2, 3]
    assert (store.settings["warehouse_ids"], store.settings["shipped_status_id"]) == ([3], int(status[1]))
    assert store.credentials["password"] == STORE_PASSWORD

    spent = owner.post(CHOOSE, data={**_hidden(no_status), **chosen}, follow_redirects=True)
    assert "enter it again" in words_of(spent)
    assert len(added(shop)) == 1


@pytest.mark.parametrize(
    ("channel_ids", "says"), [("2, 99", "Channel 99 is not in this Brightpearl account"), ("2 web", "2, web is not that")]
)
def test_an_unknown_channel_leads_to_the_choices_too(shop: SandboxShop, owner: FlaskClient, channel_ids: str, says: str) -> None:
    step = send(owner, shop, channel_ids=channel_ids)

    assert says in error_beside(step, "channel_ids")
    assert re.search(r'name="channel_ids" value="2" checked', step.text)
    assert added(shop) == []


def test_what_was_entered_is_forgotten_after_a_quarter_of_an_hour_and_is_nobody_elses(
    shop: SandboxShop, owner: FlaskClient, log_in: Any
) -> None:
    step = send(owner, shop, channel_ids="")
    stranger = log_in(PROVIDER)
    theirs = {**_hidden(step), "csrf_token": token_of(stranger.get("/stores")), "channel_ids": "2"}
    assert "enter it again" in words_of(stranger.post(CHOOSE, data=theirs, follow_redirects=True))

    shop.clock.sleep(timedelta(minutes=15).total_seconds())
    late = owner.post(CHOOSE, data={**_hidden(step), "channel_ids": "2"}, follow_redirects=True)
    assert "enter it again" in words_of(late)
    assert added(shop) == []


def test_a_consent_connects_a_store(shop: SandboxShop, owner: FlaskClient) -> None:
    page = send(owner, shop, "oauth", channel_ids="")
    assert "sandbox-client-secret" not in page.text
    there = re.search(r'href="(http[^"]+authorize[^"]+)"', page.text)
    assert there is not None
    assert added(shop) == []

    back = give_consent(html.unescape(there[1]))
    assert back.startswith("http://localhost/stores/oauth/callback?")
    welcome = owner.get(back, follow_redirects=True)
    (store,) = added(shop)
    assert "Tick the channels whose orders are to come" in words_of(welcome)
    assert "Web shop 2" in words_of(welcome)
    assert store.credentials["access_token"] not in welcome.text

    used = owner.get(back, follow_redirects=True)
    assert "was used already" in words_of(used)
    assert len(added(shop)) == 1


def test_a_consent_that_is_not_given_says_so(shop: SandboxShop, owner: FlaskClient) -> None:
    page = send(owner, shop, "oauth")
    there = re.search(r'href="(http[^"]+authorize[^"]+)"', page.text)
    assert there is not None

    denied = owner.get(give_consent(html.unescape(there[1]), agree=False), follow_redirects=True)
    assert "No consent was given" in words_of(denied)
    assert added(shop) == []
    assert (denied.request.path, denied.request.args["auth"]) == ("/stores/connect/brightpearl", "oauth"), "to try again"


def test_a_consent_is_given_again_when_it_no_longer_counts(shop: SandboxShop, owner: FlaskClient) -> None:
    page = send(owner, shop, "oauth")
    there = re.search(r'href="(http[^"]+authorize[^"]+)"', page.text)
    assert there is not None
    owner.get(give_consent(html.unescape(there[1])))
    (store,) = added(shop)

    address = f"/stores/{store.id}/reconnect"
    again = re.search(r'href="(http[^"]+authorize[^"]+)"', press(owner, address, address).text)
    assert again is not None
    assert "The store is connected." in words_of(owner.get(give_consent(html.unescape(again[1])), follow_redirects=True))
    (renewed,) = added(shop)
    assert renewed.credentials["access_token"] != store.credentials["access_token"]


def _hidden(page: TestResponse) -> dict[str, str]:
    word = re.search(r'name="word"[^>]*value="([^"]+)"', page.text)
    assert word is not None
    return {"csrf_token": token_of(page), "word": word[1]}
