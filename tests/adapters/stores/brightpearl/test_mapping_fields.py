"""What else an order says, to the fields that rules read: amounts, dates, codes, clean texts, custom fields."""

from __future__ import annotations

from typing import Any

import pytest
from support.brightpearl_stub import make_note, make_order

from adapters.stores.brightpearl.mapping import to_document
from engine.model.store_preferences import WeightUnit


@pytest.mark.parametrize(
    ("totals", "order_total"),
    [
        ({"net": "100.00", "taxAmount": "20.00", "baseNet": "86.00", "baseTaxAmount": "17.20", "baseTotal": "103.20"}, "120.00"),
        ({"total": None, "net": "0.10", "taxAmount": "0.20"}, "0.30"),
        ({"total": "", "net": 410, "taxAmount": 82}, "492.00"),
        ({"net": "9.99"}, "9.99"),
        ({"total": "60.00", "net": "1.00", "taxAmount": "1.00"}, "60.00"),
        ({"baseTotal": "103.20"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_an_order_without_a_total_costs_net_and_tax(totals: dict[str, Any] | None, order_total: str | None) -> None:
    assert to_document(make_note(), make_order(totalValue=totals)).get("order_total") == order_total


@pytest.mark.parametrize(
    ("status", "payment_status", "amount_paid"),
    [
        ("PAID", "paid", "60.00"),
        ("UNPAID", "unpaid", "0.00"),
        ("PARTIALLY_PAID", "partially_paid", None),
        ("NOT_APPLICABLE", "not_applicable", None),
        (None, None, None),
    ],
)
def test_what_is_paid(status: str | None, payment_status: str | None, amount_paid: str | None) -> None:
    document = to_document(make_note(), make_order(orderPaymentStatus=status, totalValue={"total": "60.00", "taxAmount": "10"}))

    assert (document.get("payment_status"), document.get("amount_paid")) == (payment_status, amount_paid)
    assert document["tax_paid"] == "10.00"


def test_the_subtotal_is_of_all_goods_without_shipping_and_vouchers() -> None:
    order = make_order()
    row = order["orderRows"]["9101"]
    charge = {**row, "productId": 1000, "productSku": None, "rowValue": {"rowNet": {"value": "4.95"}}}
    order["orderRows"] |= {"9102": {**row, "rowValue": {"rowNet": {"value": "10.00"}}}, "9103": charge}

    document = to_document(make_note(), order)

    assert (document["subtotal"], document["shipment_value"]) == ("35.00", "25.00")


@pytest.mark.parametrize(
    ("written", "total"),
    [(" 5.00 ", "5.00"), ("1E+2", "100.00"), ("1.5e1", "15.00"), ("+5", "5.00"), ("5e-1\n", "0.50"), ("0E+5", "0.00")],
)
def test_numbers_are_read_however_they_are_spelt(written: str, total: str) -> None:
    order = make_order(totalValue={"total": written, "taxAmount": written}, orderPaymentStatus=" paid ")
    order["currency"]["orderCurrencyCode"] = " eur "
    order["orderRows"]["9101"]["rowValue"]["rowNet"]["value"] = " 1E+2 "

    document = to_document(make_note(releaseDate=None, shipping={"weight": " 2.5 "}), order)

    assert (document["order_total"], document["tax_paid"], document["amount_paid"]) == (total, total, total)
    assert (document["shipment_value"], document["weight_g"]) == ("100.00", 2500)
    assert (document["currency"], document["payment_status"]) == ("EUR", "paid")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-02-06T00:00:00.000Z", "2025-02-06T00:00:00+00:00"),
        ("2025-02-06T00:00:00.000+01:00", "2025-02-06T00:00:00+01:00"),  # midnight in the account's zone
        ("2025-02-05T19:00:00.000-05:00", "2025-02-06T00:00:00-05:00"),  # entered as a date, shown shifted
        ("2025-07-06T01:00:00.000+01:00", "2025-07-06T00:00:00+01:00"),
        ("2025-02-06T14:30:00.000-05:00", "2025-02-06T14:30:00-05:00"),  # somebody meant this hour
        ("2025-02-06", "2025-02-06"),  # what has no zone is that day wherever the account is
        ("2025-02-06T00:00:00.000", "2025-02-06"),
        ("2025-02-06T14:30:00", "2025-02-06T14:30:00"),
        ("9999-12-31T23:00:00-05:00", "9999-12-31T23:00:00-05:00"),
        ("soon", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_dates_keep_the_day_that_was_meant(written: Any, read: str | None) -> None:
    order = make_order(delivery={"deliveryDate": written})
    document = to_document(make_note(releaseDate=written), order)

    assert (document.get("deliver_by"), document.get("ship_date")) == (read, read)


def test_what_the_note_says_of_itself() -> None:
    note = make_note(priority=True, shipping={"shippingMethodId": 5, "weight": "2.50"})

    assert to_document(note, make_order())["tags"] == ["priority"]
    assert to_document(note, make_order())["weight_g"] == 2500
    assert to_document(note, make_order(), weight_unit=WeightUnit.POUND)["weight_g"] == "1133.981"
    plain = to_document(make_note(priority=False, shipping={"weight": 0}), make_order())
    assert "tags" not in plain
    assert "weight_g" not in plain


@pytest.mark.parametrize(
    ("note_method", "order_method", "code"),
    [
        (5, 6, "5"),
        (0, 6, "6"),
        (None, 6, "6"),
        ("7", None, "7"),
        (0, 0, None),
        (None, None, None),
        ("0", None, None),
        ("0", 6, "6"),
        (5.0, None, "5"),
        ("5.0", 6, "5"),
    ],
)
def test_the_shipping_methods_number_waits_for_its_name(note_method: Any, order_method: Any, code: str | None) -> None:
    note = make_note(shipping={"shippingMethodId": note_method})
    document = to_document(note, make_order(delivery={"shippingMethodId": order_method}))

    assert document.get("requested_service_code") == code
    assert "requested_service" not in document


@pytest.mark.parametrize("written", [1000, "1000", 1000.0, "1000.0"])
def test_ids_are_the_same_as_numbers_and_as_texts(written: Any) -> None:
    order = make_order(warehouseId=written)
    order["parties"]["customer"]["contactId"] = written
    row = order["orderRows"]["9101"]
    bundle = {**row, "productId": 640, "composition": {"bundleParent": True}}
    order["orderRows"] = {
        "1000": bundle,
        "9101": {**row, "productId": 641, "rowValue": {"rowNet": {"value": "0"}}, "composition": {"parentOrderRowId": written}},
        "9103": {**row, "productId": written},
    }
    note = make_note(warehouseId=None)
    note["orderRows"]["9101"][0]["locationId"] = written

    document = to_document(note, order)

    assert (document["custom_field_1"], document["customer"]["id"]) == ("1000", "1000")
    assert [(item["unit_price"], item["warehouse_location"]) for item in document["items"]] == [("12.50", "1000")]
    assert document["subtotal"] == "25.00"  # without the row that is text only


@pytest.mark.parametrize(
    ("channel", "said"), [(2, "2"), ("2", "2"), (2.0, "2"), (0, None), ("0", None), (None, None), ("x", None)]
)
def test_the_channels_number_waits_for_its_name(channel: Any, said: str | None) -> None:
    document = to_document(make_note(), make_order(channel=channel))

    assert (document.get("channel_id"), document.get("marketplace")) == (said, None)
    assert document["source"] == "brightpearl"


def test_an_order_without_an_assignment_has_no_channel() -> None:
    assert "channel_id" not in to_document(make_note(), make_order(assignment=None))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Calle Mayor 1\r\nPiso 2", "Calle Mayor 1 Piso 2"),
        ("  a\tb \x0b\n c", "a b c"),
        ("Ann\x00\x1b[31m\x07", "Ann[31m"),
        ("l\u2028m\u200b\u202en\ufeff", "l mn"),
        ("\n\t \x85", None),
        ("nbsp\xa0stays, 👩‍🌾 too", "nbsp\xa0stays, 👩‍🌾 too"),
        ("  blanks stay ", "  blanks stay "),
    ],
)
def test_texts_are_one_line_without_control_characters(written: str, read: str | None) -> None:
    order = make_order(reference=written, customFields={"PCF_A": {"id": 1, "value": written}})
    for party in order["parties"].values():
        party.update(dict.fromkeys(("addressFullName", "companyName", "addressLine1", "email", "telephone"), written))
    order["orderRows"]["9101"].update(productName=written, productSku=written, productOptions={written: written})

    document = to_document(make_note(), order)

    item, address = document["items"][0], document["ship_to"]
    found = [item.get("name"), item.get("sku"), document.get("reference")]
    found += [address.get(name) for name in ("name", "company", "street1", "phone")]
    assert found == [read] * 7
    assert document["customer"].get("email") == (None if read is None else read.strip())
    assert item.get("options") == (None if read is None else {read: read})
    assert "\x1b" not in document.get("custom_fields", {}).get("PCF_A", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        ("2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"),
        (12, "12"),
        (0, "0"),
        (1.50, "1.5"),
        (1e-7, "0.0000001"),
        ({"id": 6, "value": "North"}, "North"),
        ({"id": 6}, "6"),
        ({"id": 6, "value": False}, "no"),
        ([{"id": 1, "value": "red"}, {"id": 2, "value": "blue"}], "red, blue"),
        (["a", " ", "b"], "a, b"),
        ("two\nlines", "two lines"),
        ("<p>Ring <b>twice</b></p><p>Tom &amp; co</p>", "Ring twice Tom & co"),
        ("Caf&eacute;<br/>2", "Café 2"),
        (["<i>a</i>", "<br>"], "a"),
        ({"id": 1, "value": "<STRONG class='x'>North</STRONG>"}, "North"),
        ("&nbsp;<br>", None),
        ("Ann <ann@x.example> & 2 < 3", "Ann <ann@x.example> & 2 < 3"),
        ("<b>Ann</b> <Ann@x.example>", "Ann <Ann@x.example>"),
        ("a<b and c>d", "a<b and c>d"),
        ("", None),
        (" ", None),
        (None, None),
        ({}, None),
        ([], None),
    ],
)
def test_custom_fields_of_every_type_are_text(value: Any, text: str | None) -> None:
    document = to_document(make_note(), make_order(customFields={"PCF_X": value}), [("custom_field_2", "PCF_X")])

    assert document.get("custom_field_2") == text


def test_custom_fields_can_hold_the_buyers_note_and_the_gift_message() -> None:
    order = make_order(customFields={"PCF_NOTE": "Ring twice\r\nor leave it", "PCF_GIFT": "For you"})
    wanted = [("notes.from_buyer", "PCF_NOTE"), ("gift_message", "PCF_GIFT")]

    document = to_document(make_note(), order, wanted)

    assert document["notes"] == {"from_buyer": "Ring twice\nor leave it"}
    assert document["gift_message"] == "For you"
