"""Stores that people change while an import of them runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.sandbox_shop import SandboxShop

from adapters.stores.brightpearl import scan
from engine.model.store import Store, StoreState
from engine.model.store_preferences import ProductDetails
from engine.ports import CredentialsRefused
from engine.services.stores.change_store import StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import replace_credentials

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Do something while the next import is reading."""

    def arrange(work: Callable[[], object]) -> None:
        records = scan.Scan.records

        def interrupted(self: scan.Scan) -> Iterator[list[Any]]:
            monkeypatch.setattr(scan.Scan, "records", records)
            yield from records(self)
            work()

        monkeypatch.setattr(scan.Scan, "records", interrupted)

    return arrange


def kept(shop: SandboxShop) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.store.account_id, shop.store.id)


def change(shop: SandboxShop, **changes: Any) -> None:
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(**changes), "operator")


@pytest.mark.parametrize(
    "changes",
    [
        {"settings": {"channel_ids": [1, 2]}},
        {"product_details": ProductDetails.ALWAYS},
        {"settings": {"custom_field_2": "PCF_ZONE"}},
    ],
)
def test_what_is_to_be_read_otherwise_is_read_by_the_next_import(
    shop: SandboxShop, meanwhile: Meanwhile, changes: dict[str, Any]
) -> None:
    meanwhile(lambda: change(shop, **changes))
    shop.run_import()
    assert kept(shop).scanned_until is None

    shop.run_import()
    assert kept(shop).scanned_until is not None
    change(shop, name="Another name")
    assert kept(shop).scanned_until is not None


def test_a_store_disconnected_meanwhile_stays_closed(shop: SandboxShop, meanwhile: Meanwhile) -> None:
    shop.server.set_password("changed")
    with pytest.raises(CredentialsRefused):
        shop.run_import()
    shop.server.set_password("store-secret-5f1c9")
    meanwhile(lambda: disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator"))

    shop.run_import()

    assert kept(shop).state is StoreState.CLOSED


def test_a_refusal_of_credentials_that_were_replaced_meanwhile_does_not_count(
    sqlite_shop: SandboxShop, meanwhile: Meanwhile
) -> None:
    shop = sqlite_shop
    shop.run_import()

    def replace() -> None:
        shop.server.set_password("the new one")
        credentials = {"username": "u@example.com", "password": "the new one"}
        replace_credentials(shop.app, shop.merchant.id, shop.store.id, credentials, "operator")
        shop.server.expire_tokens()
        raise CredentialsRefused("the old one")

    meanwhile(replace)
    with pytest.raises(CredentialsRefused):
        shop.run_import()

    assert (kept(shop).state, kept(shop).failures, kept(shop).retry_at) == (StoreState.CONNECTED, 0, None)
