"""Adding carrier accounts, and looking at them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_in, words_of
from support.paid_carrier import PaidCarrier
from support.partners import MEMBER, add_member
from support.shop import OWNER, PROVIDER, Shop

from adapters.carriers.house.settings import SETTINGS
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, CarrierKind, CredentialField
from engine.model.sentence import Sentence
from engine.ports import CarrierRefused
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    add_carrier_account,
    change_carrier_account,
)
from engine.services.deciding.publish_rules import publish_rules
from engine.services.refusals import Refused
from rules.messages import Text

LogIn = Callable[[str], FlaskClient]
CARRIERS = "/settings/shipping/carriers"
NEW = f"{CARRIERS}/new/sheet"
SHEET = CarrierKind(
    "sheet",
    "Own vans",
    frozenset({CarrierCapability.RATE_SHEET, CarrierCapability.NUMBERED_HERE, CarrierCapability.VOID}),
    settings=SETTINGS,
)


@dataclass
class SheetCarrier(PaidCarrier):
    """A carrier with rate sheets, which refuses what a test says."""

    describes: CarrierKind = field(default_factory=lambda: SHEET)
    refuses: Sentence | None = None

    def check_settings(self, account: CarrierAccount) -> None:
        if self.refuses is not None:
            raise CarrierRefused(self.refuses)


KEYS = tuple(CredentialField(name, Text(name, name)) for name in ("api_key", "other"))


@dataclass
class KeyedCarrier(PaidCarrier):
    """A carrier that is logged in to with two keys."""

    describes: CarrierKind = field(default_factory=lambda: CarrierKind("keyed", "Keyed", credentials=KEYS))


@pytest.fixture
def carrier() -> SheetCarrier:
    return SheetCarrier()


@pytest.fixture
def shop(shop: Shop, carrier: SheetCarrier) -> Shop:
    shop.app = replace(shop.app, carriers={"sheet": carrier, "paid": PaidCarrier()})
    return shop


def accounts(shop: Shop) -> list[CarrierAccount]:
    with shop.app.reading() as unit:
        return unit.carrier_accounts.list_for(shop.merchant.id)


def test_an_account_is_added_and_can_be_looked_at(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = client.get(CARRIERS)
    assert f'<a href="{NEW}">Own vans</a>' in page.text
    form = words_of(client.get(NEW))
    assert (
        "What it can do tracking numbers from your own range prices from a rate sheet taking labels back What it cannot do"
        in form
    )

    entered = {"nickname": "Vans", "services": " standard\r\n\r\nnight \r\nnight", "number_prefix": "VAN", "is_default": "y"}
    added = press(client, NEW, NEW, **entered, rate_sheet="currency: EUR\r\nzones: {}\r\n")
    assert "The carrier account Vans is added." in words_of(added)
    assert "Carrier Own vans sheet Services standard, night Taken first yes Tracking numbers begin with VAN" in words_of(added)
    assert ">currency: EUR\nzones: {}</pre>" in added.text
    account = accounts(shop)[-1]
    assert (account.carrier, account.nickname, account.services, account.is_default) == (
        "sheet",
        "Vans",
        ("standard", "night"),
        True,
    )
    assert account.settings == {"rate_sheet": "currency: EUR\nzones: {}", "number_prefix": "VAN"}
    assert f'href="{CARRIERS}/{account.id}">Vans</a>' in client.get(CARRIERS).text
    spanish = words_of(press(client, CARRIERS, "/language", language="es", back=NEW))
    assert "Lo que puede hacer números de seguimiento de un rango propio" in spanish


def test_only_what_the_carrier_has_use_for_is_asked(shop: Shop, log_in: LogIn) -> None:
    client, address = log_in(OWNER), f"{CARRIERS}/new/paid"
    assert 'name="rate_sheet"' not in client.get(address).text
    press(client, address, address, services="standard", rate_sheet="x", number_prefix="y")
    assert accounts(shop)[-1].settings == {}
    assert client.get(f"{CARRIERS}/new/unknown").status_code == 404


def test_problems_of_a_rate_sheet_stand_with_their_lines(shop: Shop, carrier: SheetCarrier, log_in: LogIn) -> None:
    lines = (
        "The sheet cannot be used.\nLine 2: zones.x: unknown\nLine 9: not there",
        "No sirve.\nLínea 2: zones.x: mal\nLínea 9: falta",
    )
    carrier.refuses = Sentence(*lines)
    client = log_in(OWNER)
    page = press(client, NEW, NEW, services="standard", rate_sheet="zones:\n  x: <1>", nickname="Vans")
    assert page.status_code == 422
    assert "Nothing was added yet: look at the marked fields." in words_of(page)
    found = re.search(r'<ul class="errors" id="rate_sheet-problems">(.*?)</ul>', page.text, re.DOTALL)
    assert found is not None
    assert words_in(found[1]) == ("The sheet cannot be used. Line 2: zones.x: unknown 2 x: <1> Line 9: not there")
    assert 'value="Vans"' in page.text
    assert "x: &lt;1&gt;</textarea>" in page.text
    press(client, NEW, "/language", language="es", back=NEW)
    assert "Línea 2: zones.x: mal 2 x:" in words_of(press(client, NEW, NEW, services="a", rate_sheet="zones:\n  x: 1"))


def test_other_refusals_stand_above_or_at_their_field(shop: Shop, carrier: SheetCarrier, log_in: LogIn) -> None:
    client = log_in(OWNER)
    page = press(client, NEW, NEW, services=" ")
    assert "at least one service" in page.text.partition('id="services-error">')[2][:80]
    carrier.refuses = Sentence.of("The prefix cannot be used.")
    page = press(client, NEW, NEW, services="standard", number_prefix="???")
    assert '<p class="notice notice-warning" role="alert">The prefix cannot be used.</p>' in page.text
    assert 'value="???"' in page.text
    assert len(accounts(shop)) == 2


def test_members_look_and_admins_add(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    member, account = log_in(MEMBER), accounts(shop)[0]
    assert "Add a carrier account" not in member.get(CARRIERS).text
    assert member.get(NEW).status_code == press(member, "/orders", NEW, services="x").status_code == 403
    page = words_of(member.get(f"{CARRIERS}/{account.id}"))
    assert "Carrier correos Services paq-premium, paq-estandar" in page
    assert "Its labels come from elsewhere" in page
    assert log_in(PROVIDER).get(f"{CARRIERS}/{account.id}").status_code == 404


def test_how_to_log_in_to_a_carrier_is_not_shown(shop: Shop, log_in: LogIn) -> None:
    secret = CarrierAccount(
        "car_s", shop.merchant.id, "paid", ("x",), settings={"token": "s3cret"}, credentials={"key": "s3cret"}
    )
    with shop.app.unit_of_work() as unit:
        unit.carrier_accounts.add(secret)
        unit.commit()
    assert "s3cret" not in log_in(OWNER).get(f"{CARRIERS}/car_s").text


def test_an_account_is_changed_with_what_it_was_set_to(shop: Shop, carrier: SheetCarrier, log_in: LogIn) -> None:
    client = log_in(OWNER)
    press(client, NEW, NEW, services="standard\nnight", nickname="Vans", number_prefix="VAN", number_last="500")
    account = accounts(shop)[-1]
    address = f"{CARRIERS}/{account.id}/change"
    assert f'href="{address}"' in client.get(f"{CARRIERS}/{account.id}").text
    form = client.get(address)
    assert 'value="VAN"' in form.text
    assert 'value="500"' in form.text
    assert "standard\nnight</textarea>" in form.text.replace("\r", "")
    entered = {"services": "day", "nickname": "Big vans", "number_prefix": "BIG", "is_default": "y"}
    said = words_of(press(client, address, address, **entered, number_last="", rate_sheet="currency: EUR"))
    assert "The carrier account Big vans is changed." in said
    changed = accounts(shop)[-1]
    assert (changed.id, changed.services, changed.nickname, changed.is_default) == (account.id, ("day",), "Big vans", True)
    assert changed.settings == {"number_prefix": "BIG", "rate_sheet": "currency: EUR"}

    carrier.refuses = Sentence("Not like this.", "Así no.")
    refused = press(client, address, address, services="night", nickname="Typed")
    assert refused.status_code == 422
    assert "Not like this." in words_of(refused)
    assert 'value="Typed"' in refused.text
    assert "A carrier account needs a carrier and at least one service." in words_of(press(client, address, address, services=""))
    assert accounts(shop)[-1] == changed


def test_a_change_keeps_what_it_does_not_name_and_the_carriers_keys(shop: Shop) -> None:
    wanted = CarrierAccountForm("keyed", ("standard",), credentials={"api_key": "one", "other": "two"}, settings={"a": "b"})
    shop.app = replace(shop.app, carriers={"keyed": KeyedCarrier()})
    added = add_carrier_account(shop.app, shop.merchant.slug, wanted)
    change_carrier_account(
        shop.app, shop.merchant.id, added.id, CarrierAccountChange(nickname="Ours", credentials={"api_key": "new"})
    )
    with shop.app.reading() as unit:
        kept = unit.carrier_accounts.get(shop.merchant.id, added.id)
    assert (kept.nickname, kept.services, kept.settings) == ("Ours", ("standard",), {"a": "b"})
    assert kept.credentials == {"api_key": "new", "other": "two"}
    with pytest.raises(Refused, match="There is no carrier account"):
        change_carrier_account(shop.app, shop.provider.id, added.id, CarrierAccountChange(nickname="Theirs"))


def test_an_account_with_a_carrier_that_is_shipped_with_by_hand_is_changed_as_well(shop: Shop, log_in: LogIn) -> None:
    account = next(one for one in accounts(shop) if one.carrier not in shop.app.carriers)
    client, address = log_in(OWNER), f"{CARRIERS}/{account.id}/change"
    assert f'href="{address}"' in client.get(f"{CARRIERS}/{account.id}").text
    press(client, address, address, services="24h\n48h")
    changed = next(one for one in accounts(shop) if one.id == account.id)
    assert changed.services == ("24h", "48h")


def test_who_takes_a_service_away_is_told_which_rules_name_it(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    press(client, NEW, NEW, services="day\nnight", rate_sheet="currency: EUR")
    account = accounts(shop)[-1]
    rule = "{id: fast, name: By night, when: always, then: [{do: set_service, carrier: sheet, service: night}]}"
    publish_rules(shop.app, shop.merchant.slug, f"set: own\nrules: [{rule}]".encode())
    address = f"{CARRIERS}/{account.id}/change"

    assert "These rules name it" not in words_of(press(client, address, address, services="night"))
    assert "These rules name it: By night." in words_of(press(client, address, address, services="day"))
