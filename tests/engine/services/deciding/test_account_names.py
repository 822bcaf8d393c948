"""Names for screens."""

from __future__ import annotations

from support.clock import FixedClock
from support.shop import OWNER, open_shop, ready

from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.client_notes import read_client_notes
from storage.database import Database


def test_codes_and_ids_get_names_and_what_is_unknown_stands_for_itself(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock)
    names = list_account_names(shop.app, shop.merchant.id)
    (user_id,) = names.people

    assert names.provider("acme-3pl") == names.provider(shop.provider.id) == "Acme 3PL"
    assert names.rule("to-acme") == "Iberian mugs go to Acme"
    assert names.person(user_id) == OWNER
    assert (names.provider("other"), names.rule("gone"), names.person("usr_0")) == ("other", "gone", "usr_0")


def test_an_account_without_rules_and_providers_has_no_names_for_them(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock)
    names = list_account_names(shop.app, shop.provider.id)

    assert (names.providers, names.rules) == ({}, {})


def test_a_provider_reads_the_notes_of_its_own_requests(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock)
    shop.import_all(ready("7001"))
    shop.work_off()
    asked = [(shop.merchant.id, shop.order_id("7001"))]

    assert list(read_client_notes(shop.app, shop.provider.id, asked).values()) == [tuple(shop.connector.notes)]
    assert read_client_notes(shop.app, shop.merchant.id, asked) == {}
    assert read_client_notes(shop.app, shop.provider.id, []) == {}
