"""What an order gets of product defaults and shipping methods, and what stays as the store says it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.model.order_defaults import AccountDefaults, Layer, default_keys, fill
from engine.model.product_default import DefaultOf, MethodService, ProductDefault
from rules.order_document import Document

MUG = ProductDefault(
    "acc",
    DefaultOf.SKU,
    "ACM-MUG",
    weight_g=Decimal("412.5"),
    length_mm=120,
    width_mm=100,
    height_mm=90,
    package="box-s",
    warehouse_location="A-01",
    hs_code="6912.00",
    origin_country="PT",
    customs_description="Ceramic mug",
)
PLATE = ProductDefault("acc", DefaultOf.SKU, "PLATE", weight_g=Decimal(600))
FRAGILE = ProductDefault("acc", DefaultOf.TAG, "Fragile", package="padded", warehouse_location="Z-99", weight_g=Decimal(1))
NEXT_DAY = MethodService("mth", "acc", None, "Next day", "", "dhl", "express", "envelope")


def known(*products: ProductDefault, methods: tuple[MethodService, ...] = ()) -> AccountDefaults:
    return AccountDefaults(methods, {one.key: one for one in products}, weighs=bool(products))


def order(*items: dict[str, Any], **fields: Any) -> Document:
    return {"items": list(items), **fields}


def filled(defaults: AccountDefaults, document: Document, store: str = "sto") -> Document:
    """The document with its layer; what the store said stays untouched."""
    merged, before = dict(document), repr(document)
    fill(merged, defaults.layer(document, store))
    assert repr(document) == before
    return merged


def test_a_line_gets_what_is_known_of_its_product_whatever_the_case_of_its_sku() -> None:
    document = filled(known(MUG), order({"sku": " acm-mug", "quantity": 2}))
    assert document["items"] == [
        {
            "sku": " acm-mug",
            "quantity": 2,
            "weight_g": Decimal("412.5"),
            "warehouse_location": "A-01",
            "hs_code": "6912.00",
            "origin_country": "PT",
            "customs_description": "Ceramic mug",
        }
    ]


def test_what_the_store_says_of_a_line_stays_also_where_it_says_nought() -> None:
    (item,) = filled(
        known(MUG), order({"sku": "ACM-MUG", "quantity": 1, "weight_g": 0, "hs_code": "9999.99", "origin_country": " "})
    )["items"]
    assert (item["weight_g"], item["hs_code"], item["origin_country"]) == (0, "9999.99", "PT")


def test_the_sku_counts_before_the_products_tag_and_that_before_the_orders() -> None:
    table = known(PLATE, FRAGILE, ProductDefault("acc", DefaultOf.TAG, "gift", warehouse_location="G-1", hs_code="4911.99"))
    lines = {"sku": "PLATE", "quantity": 1, "tags": ["fragile"]}, {"sku": "OTHER", "quantity": 1}
    plate, other = filled(table, order(*lines, tags=["Gift"]))["items"]
    assert (plate["weight_g"], plate["warehouse_location"], plate["hs_code"]) == (600, "Z-99", "4911.99")
    assert (other.get("weight_g"), other["warehouse_location"]) == (None, "G-1")


def test_an_order_without_weight_weighs_what_its_lines_weigh_together() -> None:
    document = order({"sku": "ACM-MUG", "quantity": "2"}, {"sku": "OTHER", "quantity": 3, "weight_g": 100})
    assert filled(known(MUG), document)["weight_g"] == 1125
    assert filled(known(MUG), {**document, "weight_g": 7})["weight_g"] == 7


def test_a_weight_to_which_no_default_has_added_comes_from_the_lines() -> None:
    own = order({"sku": "OTHER", "quantity": 2, "weight_g": 400})
    assert known(MUG).layer(own, None) == {"lines": {"weight_g": 800}}
    mixed = known(MUG).layer(order({"sku": "ACM-MUG", "quantity": 1}, {"sku": "OTHER", "quantity": 2, "weight_g": 400}), None)
    assert ("weight_g" in mixed["products"], "lines" in mixed) == (True, False)
    with_code = known(MUG).layer(order({"sku": "ACM-MUG", "quantity": 2, "weight_g": 400}), None)
    assert ("weight_g" in with_code["products"], with_code["lines"]) == (False, {"weight_g": 800})


def test_an_order_with_a_line_of_unknown_weight_or_quantity_gets_no_weight() -> None:
    for odd in ({"sku": "NO", "quantity": 1}, {"sku": "PLATE"}, {"sku": "PLATE", "quantity": "many"}, "no item"):
        assert "weight_g" not in filled(known(MUG, PLATE), {"items": [{"sku": "ACM-MUG", "quantity": 1}, odd]})


def test_package_and_size_are_the_products_only_where_one_unit_is_sent_alone() -> None:
    one = filled(known(MUG), order({"sku": "ACM-MUG", "quantity": 1}))
    assert (one["package"], one["length_mm"], one["width_mm"], one["height_mm"]) == ("box-s", 120, 100, 90)
    assert "package" not in filled(known(MUG), order({"sku": "ACM-MUG", "quantity": 2}))
    assert "length_mm" not in filled(known(MUG), order({"sku": "ACM-MUG", "quantity": 1}, {"sku": "PLATE", "quantity": 1}))


def test_the_package_of_a_tag_of_the_order_holds_for_many_units_too() -> None:
    table = known(MUG, FRAGILE)
    assert filled(table, order({"sku": "ACM-MUG", "quantity": 5}, tags=["FRAGILE"]))["package"] == "padded"
    assert filled(table, order({"sku": "ACM-MUG", "quantity": 1}, tags=["FRAGILE"]))["package"] == "box-s"


def test_where_the_store_names_a_package_or_a_side_no_size_is_filled_in() -> None:
    assert "length_mm" not in filled(known(MUG), order({"sku": "ACM-MUG", "quantity": 1}, package="tube"))
    sized = filled(known(MUG), order({"sku": "ACM-MUG", "quantity": 1}, height_mm=5))
    assert (sized["height_mm"], sized["package"], "length_mm" in sized) == (5, "box-s", False)


def test_a_requested_service_becomes_carrier_and_service_where_both_are_blank() -> None:
    document = order(requested_service="NEXT DAY ")
    table = known(methods=(NEXT_DAY,))
    got = filled(table, document)
    assert (got["carrier"], got["service"], got["package"]) == ("dhl", "express", "envelope")
    assert filled(table, {**document, "service": "economy"}) == {**document, "service": "economy"}
    assert filled(table, {**document, "carrier": "seur"}) == {**document, "carrier": "seur"}
    assert filled(table, {**document, "carrier": "DHL", "package": "tube"}) == {
        **document,
        "carrier": "DHL",
        "service": "express",
        "package": "tube",
    }


def test_another_method_gets_nothing() -> None:
    assert filled(known(methods=(NEXT_DAY,)), order(requested_service="Next week")) == order(requested_service="Next week")
    assert filled(known(methods=(NEXT_DAY,)), order(requested_service="")) == order(requested_service="")


def test_the_code_of_the_orders_store_counts_before_its_name_and_that_before_all_stores() -> None:
    by_name = MethodService("a", "acc", "sto", "Next day", "", "seur", "24h")
    by_code = MethodService("b", "acc", "sto", "Formerly", "12", "gls", "fast")
    table = known(methods=(by_name, by_code, NEXT_DAY))
    document = order(requested_service="Next day", requested_service_code="12")
    assert filled(table, document)["carrier"] == "gls"
    assert filled(table, order(requested_service="Next day", requested_service_code="13"))["carrier"] == "seur"
    assert filled(table, document, "another store")["carrier"] == "dhl"
    assert filled(table, order(requested_service_code="12"))["service"] == "fast"


def test_the_products_package_counts_before_the_methods() -> None:
    document = order({"sku": "ACM-MUG", "quantity": 1}, requested_service="Next day")
    assert filled(known(MUG, methods=(NEXT_DAY,)), document)["package"] == "box-s"


def test_documents_that_are_no_orders_get_nothing_and_break_nothing() -> None:
    odd: Document = {"items": "none", "tags": 7, "requested_service": ["x"], "requested_service_code": True}
    layer: Layer = known(MUG, methods=(NEXT_DAY,)).layer(odd, "sto")
    assert layer == {}
    assert default_keys([odd, {"items": [None, {"sku": 5, "tags": [None, "a"]}]}]) == {(DefaultOf.SKU, "5"), (DefaultOf.TAG, "a")}
    shorter: Document = {"items": "gone"}
    fill(shorter, {"products": {"items": [{"weight_g": 1}]}})
    assert shorter == {"items": "gone"}
