"""Commands about a store of a kind that can no more than every store."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.clock import FixedClock
from support.corner_store import UNPAID, open_corner_shop
from support.shop import Shop, ready

from adapters.cli.stores import stores
from engine.model.store import Skipped
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture(autouse=True)
def _settings() -> None:
    """No settings of a process: the commands are called within this one, over the shop."""


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_corner_shop(sqlite_database, clock)
    shop.import_all(ready("1"), Skipped("n2", "2", UNPAID.message(order="2")))
    return shop


def call(shop: Shop, *args: str, language: str = "en") -> Result:
    runtime: Any = SimpleNamespace(application=shop.app, settings=SimpleNamespace(language=language))
    return CliRunner().invoke(stores, args, obj=runtime)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "This was so on 2026-03-02 09:30 (UTC)."), ("es", "Así estaba el 2026-03-02 09:30 (UTC).")]
)
def test_where_an_order_is_comes_from_the_record_and_says_of_when(shop: Shop, language: str, said: str) -> None:
    lines = call(shop, "explain", shop.store.id, "--order", "2", language=language).output.splitlines()
    assert lines[0] == UNPAID.message(order="2").format("es" if language == "es" else "en")
    assert lines[-1] == said


def test_the_help_names_no_things_of_one_kind(shop: Shop) -> None:
    said = " ".join(call(shop, "explain", "--help").output.split())
    assert "its id in the store" in said
    assert "goods-out" not in said


def test_a_store_that_never_calls_says_so(shop: Shop) -> None:
    refused = call(shop, "webhooks", shop.store.id, "status").exception
    assert isinstance(refused, Refused)
    assert refused.format("en") == "Corner does not tell of changes at once: they come with the next import."


def test_it_has_no_lists_to_choose_from(shop: Shop) -> None:
    assert call(shop, "choices", shop.store.id, "--json").output == (
        '{"channels":[],"warehouses":[],"shipping_methods":[],"order_statuses":[]}\n'
    )
