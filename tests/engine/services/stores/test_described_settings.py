"""What a kind of store says of its settings decides what a change of them brings about."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.harbour import BERTHS, HARBOUR, KEY, HarbourConnector
from support.sandbox_shop import SandboxShop

from engine.application import Application
from engine.model.store import Store
from engine.services.stores.change_store import ChangesRefused, StoreChanges, update_store
from engine.services.stores.connect_store import StoreForm, connect_store, selects_orders

FORM = StoreForm("harbour", "Port", {"shop": "BIL", "tide": "low", "berth_ids": ["007"]}, {"api_key": KEY})


@pytest.fixture
def app(sqlite_shop: SandboxShop) -> Application:
    return replace(sqlite_shop.app, connectors={"harbour": HarbourConnector()})


@pytest.fixture
def store(app: Application, sqlite_shop: SandboxShop) -> Store:
    """One that has imported everything."""
    store = connect_store(app, sqlite_shop.merchant.slug, FORM)
    with app.unit_of_work() as uow:
        uow.stores.keep_progress(store.account_id, store.id, scanned_until="2026-03-01", failures=2, retry_at=None)
        uow.commit()
        return uow.stores.get(store.account_id, store.id)


@pytest.mark.parametrize(
    ("settings", "scanned_until"),
    [
        ({"motto": "Ahoy"}, "2026-03-01"),
        ({"fragile": True}, None),
        ({"berth_ids": ["north quay"]}, None),
    ],
)
def test_everything_is_read_again_where_orders_are_chosen_or_read_otherwise(
    app: Application, store: Store, settings: dict[str, object], scanned_until: str | None
) -> None:
    changed = update_store(app, store.account_id, store.id, StoreChanges(settings=settings), "operator")

    assert (changed.scanned_until, changed.failures) == (scanned_until, 2)


def test_what_only_the_store_knows_is_asked_for(app: Application, store: Store) -> None:
    with pytest.raises(ChangesRefused) as refused:
        update_store(app, store.account_id, store.id, StoreChanges(settings={"berth_ids": ["pier"]}), "operator")
    assert [problem.field for problem in refused.value.problems] == ["berth_ids"]


def test_a_setting_that_becomes_wrong_by_another_is_told(app: Application, store: Store) -> None:
    with app.unit_of_work() as uow:
        uow.stores.update(replace(store, settings={**store.settings, "berth_ids": ["pier"]}))
        uow.commit()
    changes = StoreChanges(settings={"tide": "high"})
    assert update_store(app, store.account_id, store.id, changes, "operator").settings["tide"] == "high"

    settings = tuple(replace(one, bears_on=("berth_ids",)) if one.name == "tide" else one for one in HARBOUR.settings)
    app = replace(app, connectors={"harbour": HarbourConnector(describes=replace(HARBOUR, settings=settings))})
    with pytest.raises(ChangesRefused) as refused:
        update_store(app, store.account_id, store.id, StoreChanges(settings={"tide": "low"}), "operator")
    assert [problem.field for problem in refused.value.problems] == ["berth_ids"]


def test_a_kind_that_leaves_no_choice_takes_all_orders(app: Application, store: Store) -> None:
    unchosen = replace(store, settings={})
    assert (selects_orders(app, store), selects_orders(app, unchosen)) == (True, False)

    settings = tuple(one for one in HARBOUR.settings if one is not BERTHS)
    app = replace(app, connectors={"harbour": HarbourConnector(describes=replace(HARBOUR, settings=settings))})
    assert selects_orders(app, unchosen)
