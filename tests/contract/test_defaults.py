"""Contract of the repositories of product defaults and of shipping methods."""

from __future__ import annotations

from decimal import Decimal

from support.examples import an_account_with_store, an_order

from engine.model.product_default import DefaultOf, MethodService, ProductDefault, SeenMethod
from storage.database import Database

SKU, TAG = DefaultOf.SKU, DefaultOf.TAG


def test_product_defaults_are_kept_replaced_found_and_removed_by_key(database: Database) -> None:
    with database.unit_of_work() as unit:
        own, other = (an_account_with_store(unit, slug=slug).account_id for slug in ("one", "two"))
        mug = ProductDefault(own, SKU, "Mug", Decimal("12.5"), 1, 2, 3, "box", "A-1", "6912.00", "ES", "Mugs")
        tag = ProductDefault(own, TAG, "mug", package="bag")
        assert not unit.product_defaults.any_for(own)
        unit.product_defaults.put_many(own, [mug, tag, ProductDefault(other, SKU, "theirs", hs_code="6912.00")])
        unit.product_defaults.put_many(other, [ProductDefault(other, SKU, "Mug", Decimal(1))])
        unit.product_defaults.put_many(own, [])
        unit.commit()
    with database.unit_of_work() as unit:
        repository = unit.product_defaults
        assert repository.any_for(own)
        assert repository.find_many(own, {(SKU, "mug"), (TAG, "none")}) == [mug]
        assert repository.page(own, limit=9) == [mug, tag]
        assert repository.page(own, after=mug.key, limit=9) == [tag]
        assert repository.page(own, search=" MU", limit=1) == [mug]
        assert repository.page(own, search="m%g", limit=9) == []
        assert [one.name for one in repository.page(other, limit=9)] == ["Mug"]
        again = ProductDefault(own, SKU, "MUG", Decimal(13))
        repository.put_many(own, [again])
        assert repository.find_many(own, [again.key]) == [again]
        assert repository.remove_many(own, [(TAG, "mug"), (SKU, "nothing")]) == 1
        assert (repository.count(own), repository.count(other)) == (1, 1)


def test_as_many_defaults_as_a_batch_asks_for_are_found(database: Database) -> None:
    with database.unit_of_work() as unit:
        own = an_account_with_store(unit).account_id
        unit.product_defaults.put_many(own, [ProductDefault(own, SKU, f"s{n}", Decimal(n + 1)) for n in range(1200)])
        found = unit.product_defaults.find_many(own, {(SKU, f"s{n}") for n in range(1201)})
        assert sorted(one.weight_g or 0 for one in found) == list(range(1, 1201))


def test_shipping_methods_are_listed_by_method_those_of_stores_first(database: Database) -> None:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        everywhere = MethodService("mth_1", store.account_id, None, "Air", "", "dhl", "express")
        here = MethodService("mth_2", store.account_id, store.id, "road", "7", "seur", "24h", "box")
        other = MethodService("mth_3", store.account_id, store.id, "Post", "", "correos", "paq")
        for one in (everywhere, here, other):
            unit.shipping_methods.add(one)
        unit.commit()
    with database.unit_of_work() as unit:
        assert unit.shipping_methods.list_for(store.account_id) == [other, here, everywhere]
        unit.shipping_methods.remove("somebody else", "mth_2")
        unit.shipping_methods.remove(store.account_id, "mth_3")
        assert unit.shipping_methods.list_for(store.account_id) == [here, everywhere]


def test_what_the_latest_orders_of_a_store_ask_for_is_counted(database: Database) -> None:
    asked = [("Air", "1"), ("Road", "2"), ("Road", "2"), ("", "3"), ("", ""), (None, ["4"])]
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        orders = [
            an_order(
                store.account_id,
                store.id,
                str(at),
                id=f"ord_{at}",
                source={"requested_service": name, "requested_service_code": code},
            )
            for at, (name, code) in enumerate(asked)
        ]
        unit.orders.add_many(orders, "run")
        unit.commit()
    with database.reading_unit_of_work() as unit:
        seen = unit.shipping_methods.seen(store.account_id, store.id, 100)
        assert seen[0] == SeenMethod("Road", "2", 2)
        assert set(seen[1:]) == {SeenMethod("Air", "1", 1), SeenMethod("", "3", 1)}
        assert unit.shipping_methods.seen(store.account_id, store.id, 4) == [SeenMethod("", "3", 1), SeenMethod("Road", "2", 1)]
        assert unit.shipping_methods.seen("somebody else", store.id, 100) == []


def test_an_order_keeps_what_was_filled_in(database: Database) -> None:
    layer = {"products": {"weight_g": Decimal("2.5"), "items": [{}, {"hs_code": "6912"}]}}
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id, defaults=layer)
        plain = an_order(store.account_id, store.id, "502")
        unit.orders.add_many([order, plain], "run")
        unit.commit()
    with database.unit_of_work() as unit:
        found = unit.orders.get(store.account_id, order.id)
        assert (found.defaults, unit.orders.get(store.account_id, plain.id).defaults) == (layer, {})
        assert found.document()["weight_g"] == Decimal("2.5")
        found.defaults = {}
        unit.orders.update_many([found])
        assert unit.orders.get(store.account_id, order.id).defaults == {}
