"""Goods-out notes and orders to order documents: whole examples as golden files, single places as cases."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from support.brightpearl_stub import make_note, make_order

from adapters.stores.brightpearl.countries import find_country
from adapters.stores.brightpearl.mapping import to_document
from adapters.stores.brightpearl.raw_values import UNREADABLE_BYTES, MappingProblem
from rules.messages import LANGUAGES

GOLDEN = sorted((Path(__file__).parents[3] / "golden" / "brightpearl").glob("*.json"))
MISSING = object()


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    case = orjson.loads(path.read_bytes())
    before = deepcopy(case)

    document = to_document(case["note"], case["order"])

    assert orjson.loads(orjson.dumps(document)) == case["document"]
    assert case == before


def test_there_are_golden_cases() -> None:
    assert len(GOLDEN) >= 4


def set_at(target: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    for key in parents:
        target = target[int(key)] if isinstance(target, list) else target[key]
    if value is MISSING:
        del target[last]
    elif isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value


UNREADABLE_NUMBERS = ["many", "1e30", "1e-30", "NaN", "2 2", "1,5", "٣", True, [], {}, "1" * 60, 1e300]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        *(("totalValue.total", value) for value in UNREADABLE_NUMBERS),
        *(
            (path, value)
            for path in ("orderRows.9101.quantity.magnitude", "orderRows.9101.rowValue.rowNet.value")
            for value in (MISSING, None, "", *UNREADABLE_NUMBERS)
        ),
    ],
)
def test_an_unreadable_number_in_the_order(path: str, value: Any) -> None:
    order = make_order()
    set_at(order, path, value)

    with pytest.raises(MappingProblem) as caught:
        to_document(make_note(), order)

    assert caught.value.path == path
    assert all(caught.value.problem.format(language) for language in LANGUAGES)


@pytest.mark.parametrize("value", [MISSING, None, "", "two", True, "NaN", [2]])
def test_an_unreadable_quantity_in_the_note(value: Any) -> None:
    note = make_note()
    set_at(note, "orderRows.9101.0.quantity", value)

    with pytest.raises(MappingProblem) as caught:
        to_document(note, make_order())

    assert caught.value.path == "note.orderRows.9101.0.quantity"


@pytest.mark.parametrize(
    ("where", "path", "value", "problem_path"),
    [
        ("order", "parties", MISSING, "parties"),
        ("order", "parties", "Ann", "parties"),
        ("order", "parties.delivery", MISSING, "parties.delivery"),
        ("order", "parties.delivery.addressLine1", ["1 High St"], "parties.delivery.addressLine1"),
        ("order", "parties.billing", 7, "parties.billing"),
        ("order", "totalValue", "60.00", "totalValue"),
        ("order", "totalValue", {"net": "much"}, "totalValue.net"),
        ("order", "totalValue", {"net": "1", "taxAmount": "little"}, "totalValue.taxAmount"),
        ("order", "currency", MISSING, "currency"),
        ("order", "currency.orderCurrencyCode", "EURO", "currency.orderCurrencyCode"),
        ("order", "currency.orderCurrencyCode", None, "currency.orderCurrencyCode"),
        ("order", "placedOn", "yesterday", "placedOn"),
        ("order", "placedOn", 17, "placedOn"),
        ("order", "reference", {"a": 1}, "reference"),
        ("order", "orderRows", MISSING, "orderRows"),
        ("order", "orderRows", [], "orderRows"),
        ("order", "orderRows", {}, "orderRows.9101"),
        ("order", "orderRows.9101.quantity", MISSING, "orderRows.9101.quantity.magnitude"),
        ("order", "orderRows.9101.rowValue", MISSING, "orderRows.9101.rowValue.rowNet.value"),
        ("order", "orderRows.9101.productSku", ["MUG"], "orderRows.9101.productSku"),
        ("order", "orderRows.9101.productName", ["mug"], "orderRows.9101.productName"),
        ("note", "orderRows", MISSING, "note.orderRows"),
        ("note", "orderRows.9101", [], "note.orderRows.9101"),
        ("note", "orderRows.9101", 2, "note.orderRows.9101"),
        ("note", "orderRows.9101.0", 2, "note.orderRows.9101.0.quantity"),
        ("note", "orderRows.9101.0.quantity", -1, "note.orderRows.9101"),
    ],
)
def test_what_cannot_be_read_names_its_place(where: str, path: str, value: Any, problem_path: str) -> None:
    documents = {"note": make_note(), "order": make_order()}
    set_at(documents[where], path, value)

    with pytest.raises(MappingProblem) as caught:
        to_document(documents["note"], documents["order"])

    assert caught.value.path == problem_path
    assert caught.value.problem.format("en") != caught.value.problem.format("es")


@pytest.mark.parametrize(
    ("net", "ordered", "shipped", "unit_price", "value"),
    [
        ("25.0000", "2.0000", 2, "12.50", "25.00"),
        ("10.00", "3.0000", 1, "3.333333", "3.333333"),
        ("10.00", "3.0000", 3, "3.333333", "10.00"),
        ("10", "0.5000", 1, "20.00", "20.00"),
        ("0.0000", "2.0000", 2, "0.00", "0.00"),
        ("-5.00", "1.0000", 1, "-5.00", "-5.00"),
        ("1.23456", "1", 1, "1.23456", "1.23456"),
        (25.5, 2, 2, "12.75", "25.50"),
        (0.1, 1, 3, "0.10", "0.30"),
        ("99999999999999999999.00", "0.0000000001", 1, None, None),
    ],
)
def test_prices_are_exact(net: Any, ordered: Any, shipped: int, unit_price: str | None, value: str | None) -> None:
    order = make_order()
    order["orderRows"]["9101"].update(quantity={"magnitude": ordered}, rowValue={"rowNet": {"value": net}})

    document = to_document(make_note(rows={"9101": [{"quantity": shipped}]}), order)

    if unit_price is not None:
        assert document["items"][0]["unit_price"] == unit_price
        assert document["shipment_value"] == value
    assert "E" not in document["shipment_value"]


def test_an_order_row_of_quantity_zero_has_no_price() -> None:
    order = make_order()
    order["orderRows"]["9101"]["quantity"] = {"magnitude": "0.0000"}

    document = to_document(make_note(), order)

    assert "unit_price" not in document["items"][0]
    assert "shipment_value" not in document


@pytest.mark.parametrize(
    ("parts", "quantity"),
    [([1, 2], 3), ([1.0], 1), ([0.5, 0.5], 1), ([0.1, 0.2], "0.3"), (["2.0000"], 2), (["2.50", 1], "3.5"), ([0], 0)],
)
def test_quantities_are_added_up_over_locations(parts: list[Any], quantity: int | str) -> None:
    rows = {"9101": [{"quantity": part, "locationId": at} for at, part in enumerate(parts)]}

    shipped = to_document(make_note(rows=rows), make_order())["items"][0]["quantity"]

    assert (shipped, type(shipped)) == (quantity, type(quantity))


@pytest.mark.parametrize(
    ("party", "country"),
    [
        ({"countryIsoCode": "GB", "country": "Spain"}, "GB"),
        ({"countryIsoCode": "gb"}, "GB"),
        ({"countryIsoCode": "UK"}, "GB"),
        ({"country": "España"}, "ES"),
        ({"countryIsoCode": "", "country": "United States"}, "US"),
        ({"country": "DEUTSCHLAND "}, "DE"),
        ({"country": "Korea, Republic of"}, "KR"),
        ({"country": "the Netherlands"}, "NL"),
        ({"country": "Côte d’Ivoire"}, "CI"),
        ({"country": "Atlantis", "countryIsoCode3": "PRT"}, "PT"),
        ({"country": "Atlantis"}, None),
        ({"country": 44}, None),
        ({}, None),
    ],
)
def test_countries(party: dict[str, Any], country: str | None) -> None:
    order = make_order()
    order["parties"]["delivery"] = {"addressFullName": "Ann", **party}

    assert to_document(make_note(), order)["ship_to"].get("country") == country


@pytest.mark.parametrize("path", ["reference", "parties.delivery.addressFullName", "orderRows.9101.productName"])
def test_a_text_of_unreadable_bytes_parks_the_order(path: str) -> None:
    order = make_order()
    set_at(order, path, f"Jos{UNREADABLE_BYTES}")

    with pytest.raises(MappingProblem) as caught:
        to_document(make_note(), order)

    assert caught.value.path == path
    assert "Type this text again in Brightpearl" in caught.value.problem.format("en")


def test_every_country_is_found_by_its_english_name_and_its_code() -> None:
    for name, code in {"France": "FR", "Czechia": "CZ", "Türkiye": "TR", "Hong Kong": "HK", "Kosovo": "XK"}.items():
        assert find_country(name) == find_country(code) == find_country(code.lower()) == code
    assert [find_country(name) for name in ("EU", "world", "001", "ZZ", "")] == [None] * 5


@pytest.mark.parametrize(
    ("delivery", "customer", "phone", "email"),
    [
        ({"telephone": "1", "email": "d@x"}, {"telephone": "2", "email": "c@x"}, "1", "d@x"),
        ({"telephone": " ", "mobileTelephone": "3", "email": ""}, {"telephone": "2", "email": "c@x"}, "3", "c@x"),
        ({}, {"telephone": "", "mobileTelephone": "4"}, "4", None),
        ({"email": " \xa0"}, {"email": " c@x\xa0"}, None, "c@x"),
        ({"telephone": 34600111222}, {"telephone": "2"}, "34600111222", None),
        ({"telephone": 0, "mobileTelephone": 34600111222.0}, {"telephone": "2"}, "34600111222", None),
        ({"telephone": True, "mobileTelephone": ["3"]}, {"telephone": "2"}, "2", None),
        ({}, None, None, None),
    ],
)
def test_phone_and_email_are_the_deliverys_else_the_customers(
    delivery: dict[str, Any], customer: dict[str, Any] | None, phone: str | None, email: str | None
) -> None:
    order = make_order(parties={"delivery": delivery, "customer": customer})

    document = to_document(make_note(), order)

    assert document["ship_to"].get("phone") == phone
    assert document.get("customer", {}).get("email") == email
    assert "bill_to" not in document


def test_a_number_in_an_address_is_its_text() -> None:
    order = make_order()
    order["parties"]["delivery"] = {"addressFullName": "Ann", "addressLine1": 12, "postalCode": 28001.0}

    ship_to = to_document(make_note(), order)["ship_to"]

    assert (ship_to["street1"], ship_to["postal_code"]) == ("12", "28001")


def test_a_billing_party_has_the_last_phone_and_email() -> None:
    billing = {"mobileTelephone": "5", "email": "b@x"}
    order = make_order(parties={"delivery": {"telephone": ""}, "customer": {"telephone": None}, "billing": billing})

    document = to_document(make_note(), order)

    assert (document["ship_to"]["phone"], document["customer"]["email"]) == ("5", "b@x")


def test_lines_follow_the_orders_sequence() -> None:
    order = make_order()
    row = order["orderRows"]["9101"]
    sequences = ("100", "20", 30, None, "10")
    order["orderRows"] = {str(9101 + at): {**row, "orderRowSequence": text} for at, text in enumerate(sequences)}
    rows = {row_id: [{"quantity": 1}] for row_id in order["orderRows"]}

    items = to_document(make_note(rows=rows), order)["items"]

    assert [item["line_key"] for item in items] == ["9104", "9105", "9102", "9103", "9101"]


def test_a_bundles_parent_is_no_line_beside_its_children() -> None:
    order = make_order()
    row = order["orderRows"]["9101"]
    order["orderRows"] = {
        "1": {**row, "composition": {"bundleParent": True, "parentOrderRowId": 0}},
        "2": {**row, "composition": {"bundleChild": True, "parentOrderRowId": 1}},
        "3": {**row, "composition": {"bundleParent": True, "parentOrderRowId": 0}},
    }
    rows = {row_id: [{"quantity": 1}] for row_id in order["orderRows"]}

    assert [item["line_key"] for item in to_document(make_note(rows=rows), order)["items"]] == ["2", "3"]


@pytest.mark.parametrize(
    ("sequence", "number"),
    [(1, "7001"), (2, "7001/2"), (None, "7001"), ("x", "7001"), (0, "7001"), ("2", "7001/2"), (2.0, "7001/2")],
)
def test_order_number(sequence: Any, number: str) -> None:
    assert to_document(make_note(sequence=sequence), make_order())["order_number"] == number


def test_custom_fields_are_kept_by_code_and_fill_the_fields_that_rules_read() -> None:
    order = make_order(customFields={"PCF_GIFT": "Wrap please", "PCF_ZONE": {"id": 6, "value": "North"}, "PCF_EMPTY": " "})
    wanted = (("custom_field_2", "PCF_ZONE"), ("custom_field_3", "PCF_OTHER"))

    document = to_document(make_note(), order, wanted)

    assert document["custom_fields"] == {"PCF_GIFT": "Wrap please", "PCF_ZONE": "North"}
    assert document["custom_field_2"] == "North"
    assert "custom_field_3" not in document
    assert "custom_field_2" not in to_document(make_note(), order)
    assert "custom_fields" not in to_document(make_note(), make_order())
