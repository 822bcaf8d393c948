"""Published rules that go bad: what they name is gone, and they are invalid from that moment until it is there again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, Shop, open_shop

from engine.model.account import ADMIN, AccountKind, User
from engine.model.inbox import InboxKind, InboxView
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    add_carrier_account,
    change_carrier_account,
)
from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account
from engine.services.accounts.people import add_person, remove_person
from engine.services.attention.inbox import list_whole_inbox
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import remove_connection
from engine.services.deciding.arrange_rules import withdraw_rule_set
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.rule_health import report_health
from engine.services.deciding.rules_naming import rules_naming_provider, rules_naming_user, rules_without_services
from rules.document import Rule
from rules.problems import RuleSetRefused
from storage.database import Database

COLLEAGUE = "luis@casa-verde.example"
PASSWORD = "unusual words make a long one"
SERVICE = "{id: service, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}"
PROVIDERS = "{id: provider, when: always, then: [{do: set_logistics_provider, provider: acme-3pl}]}"
FROM = "{id: from, when: always, then: [{do: set_ship_from, location: acme-3pl}]}"
USER = f"{{id: user, when: always, then: [{{do: assign_user, user: {COLLEAGUE}}}]}}"
OWNED = f"{{id: owned, when: always, then: [], owner: {COLLEAGUE.title()}}}"
FINE = "{id: fine, when: always, then: [{do: add_tag, tag: x}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    add_person(shop.app, shop.merchant.slug, email=COLLEAGUE, role=ADMIN, password=PASSWORD, language="en")
    publish(shop, SERVICE, PROVIDERS, FROM, USER, OWNED, FINE)
    clock.sleep(60)
    return shop


def invalid(shop: Shop, slug: str | None = None) -> dict[str, datetime | None]:
    return {one.rule.id: one.invalid_since for one in report_health(shop.app, slug or shop.merchant.slug).rules if one.is_invalid}


def entries(shop: Shop) -> list[str]:
    """What the inbox has of rules that are invalid."""
    return [entry.subject for entry in list_whole_inbox(shop.app, shop.merchant, InboxView(kind=InboxKind.INVALID_RULE))]


def ids_of(rules: list[Rule]) -> list[str]:
    return [rule.id for rule in rules]


def somebody(shop: Shop, account_id: str, email: str) -> User:
    with shop.app.reading() as uow:
        return next(user for user in uow.users.list_for(account_id) if user.email == email)


def set_services(shop: Shop, *services: str) -> None:
    with shop.app.reading() as uow:
        (account,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    change_carrier_account(shop.app, shop.merchant.id, account.id, CarrierAccountChange(services=services))


def end_connection(shop: Shop) -> None:
    with shop.app.reading() as uow:
        (connection,) = uow.connections.list_for_client(shop.merchant.id)
    remove_connection(shop.app, somebody(shop, shop.provider.id, PROVIDER), connection.id)


def connect_again(shop: Shop) -> None:
    connect_accounts(shop.app, provider_slug=shop.provider.slug, client_slug=shop.merchant.slug)


def add_colleague(shop: Shop) -> None:
    add_person(shop.app, shop.merchant.slug, email=COLLEAGUE, role=ADMIN, password=PASSWORD, language="en")


WAYS: dict[str, tuple[Callable[[Shop], object], Callable[[Shop], object], set[str]]] = {
    "a service": (
        lambda shop: set_services(shop, "paq-estandar"),
        lambda shop: set_services(shop, "paq-premium"),
        {"service"},
    ),
    "a service, offered by another account then": (
        lambda shop: set_services(shop, "paq-estandar"),
        lambda shop: add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("correos", ("paq-premium",))),
        {"service"},
    ),
    "a connection, and the location that came with it": (end_connection, connect_again, {"provider", "from"}),
    "a colleague": (
        lambda shop: remove_person(shop.app, shop.merchant.slug, COLLEAGUE),
        add_colleague,
        {"user", "owned"},
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_rule_is_invalid_from_the_moment_on_that_what_it_names_is_gone_until_it_is_there_again(
    shop: Shop, clock: FixedClock, way: str
) -> None:
    take_away, bring_back, bad = WAYS[way]
    assert invalid(shop) == {}
    gone = clock.now()
    take_away(shop)
    clock.sleep(3600)
    add_location(shop.app, shop.merchant.slug, code="other", country="ES")  # another change: it stays as it was

    assert invalid(shop) == dict.fromkeys(bad, gone)
    bring_back(shop)
    assert invalid(shop) == {}


def test_a_location_that_comes_cures_as_well(shop: Shop) -> None:
    end_connection(shop)
    assert "from" in invalid(shop)
    add_location(shop.app, shop.merchant.slug, code="acme-3pl", country="ES")
    assert set(invalid(shop)) == {"provider"}


def test_what_is_wrong_is_said_with_the_rule(shop: Shop) -> None:
    set_services(shop, "paq-estandar")
    (report,) = [one for one in report_health(shop.app, shop.merchant.slug).rules if one.is_invalid]

    assert [problem.message.format("en") for problem in report.broken] == [
        'no carrier account with "correos" offers the service "paq-premium"; offered: paq-estandar'
    ]


def test_a_provider_s_rules_go_bad_when_a_client_no_longer_shares_its_services(shop: Shop, clock: FixedClock) -> None:
    with shop.app.reading() as uow:
        merchant = uow.accounts.get(shop.merchant.id)
        (account,) = [one for one in uow.carrier_accounts.list_for(merchant.id) if one.carrier == "correos"]
    share_carrier_account(shop.app, merchant, account.id, Sharing(shop.provider.slug), "operator")
    document = f"rules:\n  - {SERVICE}\n".encode()
    publish_rules(shop.app, shop.provider.slug, document)
    assert invalid(shop, shop.provider.slug) == {}
    set_services(shop, "paq-estandar")
    assert invalid(shop, shop.provider.slug) == {"service": clock.now()}
    set_services(shop, "paq-premium")
    assert invalid(shop, shop.provider.slug) == {}
    share_carrier_account(shop.app, merchant, account.id, Sharing(shop.provider.slug, withdraw=True), "operator")
    assert set(invalid(shop, shop.provider.slug)) == {"service"}


def test_a_rule_that_is_switched_off_is_not_invalid_whatever_it_names(shop: Shop, clock: FixedClock) -> None:
    set_services(shop, "paq-estandar")
    assert invalid(shop) == {"service": clock.now()}
    publish(shop, SERVICE.replace("when:", "enabled: false, when:"), FINE)
    assert invalid(shop) == {}
    assert entries(shop) == []
    with pytest.raises(RuleSetRefused):
        publish(shop, SERVICE, FINE)
    clock.sleep(60)
    set_services(shop, "paq-premium")
    publish(shop, SERVICE, FINE)
    set_services(shop, "paq-estandar")
    assert invalid(shop) == {"service": clock.now()}
    assert entries(shop) == ["service"]


def test_publishing_without_the_rule_ends_it_and_with_it_later_begins_anew(shop: Shop, clock: FixedClock) -> None:
    set_services(shop, "paq-estandar")
    publish(shop, FINE)
    assert invalid(shop) == {}
    with shop.app.reading() as uow:
        assert list(uow.rule_health.list_standings(shop.merchant.id)) == ["fine"]
    withdraw_rule_set(shop.app, shop.merchant.slug, "r")
    with shop.app.reading() as uow:
        assert uow.rule_health.list_standings(shop.merchant.id) == {}


def test_other_accounts_are_left_alone(shop: Shop) -> None:
    create_account(
        shop.app, name="Third", kind=AccountKind.MERCHANT, email="t@third.example", password=PASSWORD, country="ES",
        time_zone="UTC",
    )  # fmt: skip
    set_services(shop, "paq-estandar")
    with shop.app.reading() as uow:
        third = uow.accounts.find_by_slug("third")
        assert third is not None
        assert uow.rule_health.list_standings(third.id) == {}


def test_who_takes_something_away_can_see_which_rules_name_it(shop: Shop) -> None:
    app, merchant_id = shop.app, shop.merchant.id
    with app.reading() as uow:
        (connection,) = uow.connections.list_for_client(merchant_id)

    assert ids_of(rules_naming_user(app, merchant_id, COLLEAGUE.upper())) == ["user", "owned"]
    assert ids_of(rules_naming_user(app, merchant_id, OWNER)) == []
    assert ids_of(rules_naming_provider(app, merchant_id, connection)) == ["provider", "from"]
    assert ids_of(rules_naming_provider(app, shop.provider.id, connection)) == []


def test_a_service_that_another_account_still_offers_is_not_lost(shop: Shop) -> None:
    with shop.app.reading() as uow:
        (before,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    after = replace(before, services=("paq-estandar",))
    set_services(shop, "paq-estandar")
    assert ids_of(rules_without_services(shop.app, shop.merchant.id, before, after)) == ["service"]
    assert ids_of(rules_without_services(shop.app, shop.merchant.id, after, before)) == []

    add_carrier_account(shop.app, shop.merchant.slug, CarrierAccountForm("correos", ("paq-premium",)))
    assert ids_of(rules_without_services(shop.app, shop.merchant.id, before, after)) == []


def test_the_time_is_that_of_the_first_thing_that_went(shop: Shop, clock: FixedClock) -> None:
    remove_person(shop.app, shop.merchant.slug, COLLEAGUE)
    first = clock.now()
    clock.sleep(timedelta(days=2).total_seconds())
    set_services(shop, "paq-estandar")

    assert invalid(shop) == {"user": first, "owned": first, "service": clock.now()}
