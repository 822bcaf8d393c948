"""Every field of Brightpearl's documents is used, left alone for a reason, or counted as unknown."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.sandboxes.brightpearl import generate
from adapters.stores.brightpearl.known_fields import (
    IGNORED_NOTE_FIELDS,
    IGNORED_ORDER_FIELDS,
    USED_NOTE_FIELDS,
    USED_ORDER_FIELDS,
    unknown_fields,
)
from adapters.stores.brightpearl.mapping import MappingProblem, to_document
from adapters.stores.brightpearl.records import source_version
from adapters.stores.brightpearl.selection import judge_age, judge_note, judge_order
from adapters.stores.brightpearl.settings import parse_settings

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
CREDENTIALS = {"username": "u", "password": "p"}
SETTINGS = parse_settings(
    {"account_code": "a", "datacenter": "eu1", "channel_ids": [2], "custom_field_2": "PCF_ZONE"}, CREDENTIALS
)


def party(**more: Any) -> dict[str, Any]:
    return {
        "addressFullName": "Ben Example",
        "companyName": "Example Ltd",
        "addressLine1": "2 Low Road",
        "addressLine2": "Floor 1",
        "addressLine3": "York",
        "addressLine4": "N Yorks",
        "postalCode": "YO1 1AA",
        "country": "France",
        "telephone": "01904 000000",
        "mobileTelephone": "07700 000000",
        "fax": "01904 000001",
        "email": "ben@example.com",
        "countryId": 73,
        "countryIsoCode": "GB",
        "countryIsoCode3": "ESP",
        **more,
    }


def row(**changes: Any) -> dict[str, Any]:
    return {
        "orderRowSequence": "10",
        "productId": 640,
        "productName": "Red cup",
        "productSku": "CUP-R",
        "quantity": {"magnitude": "2.0000"},
        "itemCost": {"currencyCode": "GBP", "value": "3.0000"},
        "productPrice": {"currencyCode": "EUR", "value": "12.5000"},
        "discountPercentage": "0.00",
        "rowValue": {
            "taxRate": "20.0000",
            "taxCode": "T20",
            "taxCalculator": "brightpearl",
            "rowNet": {"currencyCode": "EUR", "value": "25.0000"},
            "rowTax": {"currencyCode": "EUR", "value": "5.00"},
            "taxClassId": 7,
        },
        "productOptions": {"Colour": "Red"},
        "nominalCode": "4000",
        "composition": {"bundleParent": False, "bundleChild": False, "parentOrderRowId": 0},
        "clonedFromId": 0,
        **changes,
    }


def bundled(parent: int) -> dict[str, Any]:
    return {"bundleParent": not parent, "bundleChild": bool(parent), "parentOrderRowId": parent}


ORDER: dict[str, Any] = {
    "id": 8001,
    "parentOrderId": 0,
    "orderTypeCode": "SO",
    "reference": "SHOP-77",
    "version": 4,
    "state": {"tax": "READY"},
    "orderStatus": {"orderStatusId": 22, "name": "Ready"},
    "tax": {"errors": []},
    "orderPaymentStatus": "PAID",
    "stockStatusCode": "SON",
    "allocationStatusCode": "AAA",
    "shippingStatusCode": "SNS",
    "placedOn": "2026-02-02T08:00:00.000Z",
    "createdOn": "2026-02-02T08:00:05.000Z",
    "updatedOn": "2026-02-03T10:00:00.000Z",
    "createdById": 12,
    "priceListId": 2,
    "priceModeCode": "EXC",
    "delivery": {"deliveryDate": "2026-02-06T00:00:00.000Z", "shippingMethodId": 6},
    "invoices": [{"invoiceReference": "SI-1", "taxDate": "2026-02-02T00:00:00.000Z", "dueDate": "2026-03-02T00:00:00.000Z"}],
    "currency": {"accountingCurrencyCode": "GBP", "orderCurrencyCode": "EUR", "exchangeRate": "1.15", "fixedExchangeRate": True},
    "totalValue": {
        "net": "50.00",
        "taxAmount": "10.00",
        "baseNet": "43.48",
        "baseTaxAmount": "8.70",
        "baseTotal": "52.17",
        "total": "60.00",
    },
    "assignment": {
        "current": {"staffOwnerContactId": 0, "projectId": 0, "channelId": 2, "leadSourceId": 0, "teamId": 0},
    },
    "parties": {"customer": party(contactId=310), "delivery": party(), "billing": party(contactId=310)},
    "orderRows": {
        "1": row(),
        "2": row(orderRowSequence="20", composition=bundled(0)),
        "3": row(orderRowSequence="30", composition=bundled(2)),
        "4": row(orderRowSequence="40", composition=bundled(2), productPrice={"value": "1.00"}),
    },
    "warehouseId": 3,
    "customFields": {"PCF_GIFT": "Wrap it", "PCF_ZONE": {"id": 6, "value": "North"}},
    "nullCustomFields": ["PCF_OTHER"],
    "acknowledged": 0,
    "costPriceListId": 1,
    "historicalOrder": False,
    "isDropship": False,
    "orderWeighting": 100,
}
NOTE: dict[str, Any] = {
    "orderId": 8001,
    "warehouseId": 3,
    "transfer": False,
    "priority": False,
    "status": {
        "shipped": False,
        "packed": False,
        "picked": False,
        "printed": True,
        "printedOn": "2026-02-03T11:05:00.000Z",
        "printedById": 12,
    },
    "shipping": {"reference": "", "shippingMethodId": 5, "boxes": 1, "weight": "2.50"},
    "releaseDate": "2026-02-03T00:00:00.000Z",
    "createdOn": "2026-02-03T10:00:00.000Z",
    "createdBy": 12,
    "orderRows": {
        "1": [{"productId": 640, "quantity": 2, "locationId": 14}],
        "3": [{"productId": 640, "quantity": 1, "locationId": 14}],
        "4": [{"productId": 640, "quantity": 1, "locationId": 15}],
    },
    "sequence": 1,
    "events": [{"occured": "2026-02-03T10:00:00.000Z", "eventOwnerId": 12, "eventCode": "PLA"}],
    "labelUri": "https://labels.example.com/1.pdf",
    "lastEventVersion": 551203,
}


def result(note: dict[str, Any], order: dict[str, Any]) -> Any:
    """All that an import makes of a note and its order."""
    try:
        message = judge_note(81, note) or judge_order(81, note, order, SETTINGS) or judge_age(81, note, SINCE)
        document = to_document(note, order, SETTINGS.custom_fields)
    except MappingProblem as problem:
        return str(problem)
    except KeyError:
        return "without an id"
    return str(message), document, source_version(order)


def places(part: Any, path: list[str]) -> Iterator[tuple[Any, Any]]:
    """The containers and keys that a path names."""
    key, *rest = path
    keys = (list(part) if isinstance(part, dict) else list(range(len(part)))) if key == "*" else [key]
    for one in keys:
        if isinstance(part, dict) and one not in part:
            continue
        if rest:
            yield from places(part[one], rest)
        else:
            yield part, one


OTHER_VALUES = (None, "2020-01-01T00:00:00Z", "7", 9, True, False, "X9", 0, "PO", "de", "1.00", {"value": "other"})


def shows(what: str, path: str) -> bool:
    """Whether another value at the path changes what an import makes of the documents, or of some that say less."""
    for note, order in variants():
        before = result(note, order)
        for container, key in places({"order": order, "note": note}[what], path.split(".")):
            kept = container[key]
            for value in OTHER_VALUES:
                container[key] = value
                if result(note, order) != before:
                    return True
            container[key] = kept
    return False


def variants() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """The documents, and others in which the first choice of everything that has a second one is missing."""
    yield deepcopy(NOTE), deepcopy(ORDER)
    note, order = deepcopy(NOTE), deepcopy(ORDER)
    del order["totalValue"]["total"], note["shipping"]["shippingMethodId"], note["warehouseId"]
    for name in ("telephone", "mobileTelephone", "email", "countryIsoCode"):
        del order["parties"]["delivery"][name]
    del order["parties"]["billing"]["countryIsoCode"], order["parties"]["billing"]["telephone"]
    yield deepcopy(note), deepcopy(order)
    for name in ("telephone", "mobileTelephone", "email"):
        del order["parties"]["customer"][name]
    for name in ("delivery", "billing"):
        del order["parties"][name]["country"]
    yield deepcopy(note), deepcopy(order)
    order = deepcopy(ORDER)
    for name in ("delivery", "customer"):
        del order["parties"][name]["telephone"]
    yield deepcopy(NOTE), deepcopy(order)
    del order["parties"]["delivery"]["mobileTelephone"]
    yield deepcopy(NOTE), order


@pytest.mark.parametrize("path", sorted(USED_ORDER_FIELDS))
def test_what_is_said_to_be_used_of_an_order_is_used(path: str) -> None:
    assert shows("order", path)


@pytest.mark.parametrize("path", sorted(USED_NOTE_FIELDS))
def test_what_is_said_to_be_used_of_a_note_is_used(path: str) -> None:
    assert shows("note", path)


@pytest.mark.parametrize(
    ("what", "path"),
    [*(("order", path) for path in IGNORED_ORDER_FIELDS), *(("note", path) for path in IGNORED_NOTE_FIELDS)],
)
def test_what_is_said_to_be_ignored_is_ignored(what: str, path: str) -> None:
    assert not shows(what, path)


def test_no_field_is_used_and_ignored() -> None:
    assert USED_ORDER_FIELDS.isdisjoint(IGNORED_ORDER_FIELDS)
    assert USED_NOTE_FIELDS.isdisjoint(IGNORED_NOTE_FIELDS)
    assert all(reason.strip() for reason in (*IGNORED_ORDER_FIELDS.values(), *IGNORED_NOTE_FIELDS.values()))


def test_all_fields_of_a_full_order_are_known() -> None:
    assert unknown_fields(NOTE, ORDER) == ()


def test_all_fields_of_the_sandbox_are_known() -> None:
    data = generate(80, seed=5, now=NOW)

    for note_id in data.notes:
        note = data.note(note_id)
        if note["orderId"]:
            order = data.order(note["orderId"])
            assert unknown_fields(note, {**order, "customFields": data.custom_fields(order["id"])}) == ()


def test_new_fields_are_named_once() -> None:
    order, note = deepcopy(ORDER), deepcopy(NOTE)
    order["foo"] = 1
    order["parties"]["delivery"]["what3words"] = "a.b.c"
    for each in order["orderRows"].values():
        each["rowValue"]["rowGross"] = {"value": "1"}
    note["shipping"]["carrier"] = {"id": 1}
    note["orderRows"]["1"][0]["lot"] = "L1"
    order["customFields"]["PCF_NEW"] = "any code is known"
    order["orderRows"]["1"]["productOptions"]["Size"] = "so is any option"

    assert sorted(unknown_fields(note, order)) == [
        "note.orderRows.*.*.lot",
        "note.shipping.carrier",
        "order.foo",
        "order.orderRows.*.rowValue.rowGross",
        "order.parties.delivery.what3words",
    ]


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_what_says_nothing_is_not_new(nothing: Any) -> None:
    assert unknown_fields({**NOTE, "bar": nothing}, {**ORDER, "foo": nothing}) == ()


@pytest.mark.parametrize("odd", [None, 7, "text", [1], [[1]], [{"a": 1}]])
def test_odd_shapes_are_no_accident(odd: Any) -> None:
    for what in ("orderRows", "parties", "assignment", "status", "shipping"):
        unknown_fields({**NOTE, what: odd}, {**ORDER, what: odd})
