from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.brightpearl_stub import StubBrightpearl, make_note, make_order

from adapters.stores.brightpearl.session import BrightpearlSession
from adapters.stores.brightpearl.transport import ANSWERING_ATTEMPTS
from engine.ports import StoreUnavailable
from rules.messages import LANGUAGES

SINCE = datetime(2025, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def an_order_with_two_notes(stub: StubBrightpearl) -> None:
    stub.notes = {81: make_note(), 82: make_note(sequence=2, shipped=True), 95: make_note(7002)}
    stub.orders = {7001: make_order(), 7002: make_order(7002), 7003: make_order(7003)}


@pytest.mark.parametrize("number", ["7001", " 7001 ", "WEB-7001", "web-7001"])
def test_by_order_number_or_reference(stub: StubBrightpearl, session: BrightpearlSession, number: str) -> None:
    if number.islower():
        stub.orders[7001]["reference"] = number

    finding = session.explain(number, SINCE)

    assert finding.order_number == "7001"
    assert finding.message is None
    assert [(note.external_id, note.order_number, note.importable) for note in finding.notes] == [
        ("81", "7001", True),
        ("82", "7001/2", False),
    ]
    assert finding.notes[1].message is not None
    assert finding.notes[1].message.code == "already_shipped"
    assert {seen.method for seen in stub.seen[1:]} == {"GET"}


@pytest.mark.parametrize("number", ["7001/2", "GN#7001/02"])
def test_by_the_number_of_one_note(session: BrightpearlSession, number: str) -> None:
    assert [note.external_id for note in session.explain(number, SINCE).notes] == ["82"]


def test_by_note_id(session: BrightpearlSession) -> None:
    finding = session.explain("95", SINCE)

    assert finding.order_number == "7002"
    assert [(note.external_id, note.importable) for note in finding.notes] == [("95", True)]


@pytest.mark.parametrize("number", ["123456", "NOPE-1", "7009/1", "9" * 30, "", "é&x=1"])
def test_nothing_of_that_number(session: BrightpearlSession, number: str) -> None:
    finding = session.explain(number, SINCE)

    assert finding.notes == ()
    assert finding.message is not None
    assert finding.message.code == "order_not_found"


def test_a_search_that_ignores_its_filter_finds_no_strangers(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    own = stub.reply
    stub.reply = lambda seen: own(seen) if "customerRef" not in seen.query else own(_asking(seen, "WEB-7002"))

    assert session.explain("WEB-7001", SINCE).notes == ()
    assert session.explain("WEB-7002", SINCE).order_number == "7002"


def _asking(seen: Any, reference: str) -> Any:
    return type(seen)(seen.method, seen.path, {**seen.query, "customerRef": reference}, seen.headers, seen.body)


@pytest.mark.parametrize(
    ("changes", "drop_ship", "expected"),
    [
        ({}, {}, "no_goods_out_note"),
        ({"orderTypeCode": "PO"}, {}, "not_a_sales_order"),
        ({"isDropship": True}, {}, "drop_ship"),
        ({}, {"5": {"orderId": 7003}}, "drop_ship"),
        ({"orderTypeCode": None}, {}, "no_goods_out_note"),
    ],
)
def test_an_order_without_notes(
    stub: StubBrightpearl, session: BrightpearlSession, changes: dict[str, Any], drop_ship: dict[str, Any], expected: str
) -> None:
    stub.orders[7003] = make_order(7003, **changes)
    stub.drop_ship = drop_ship

    finding = session.explain("7003", SINCE)

    assert finding.message is not None
    assert finding.message.code == expected
    assert not any("{" in finding.message.format(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("note", "order", "expected"),
    [
        ({"printed": False}, {}, "not_printed"),
        ({"transfer": True, "orderId": 7002}, {}, "transfer_note"),
        ({}, {"orderTypeCode": "SC"}, "not_a_sales_order"),
        ({}, {"orderTypeCode": " sc"}, "not_a_sales_order"),
        ({}, {"orderTypeCode": "so "}, None),
        ({}, {"orderTypeCode": " "}, "unmappable"),
        ({}, {"assignment": {"current": {"channelId": 3}}}, "wrong_channel"),
        ({"warehouseId": 8}, {}, "wrong_warehouse"),
        ({"createdOn": "2025-11-30T23:00:00.000-05:00"}, {}, "outside_window"),
        ({"createdOn": "2025-11-30T23:00:00.000-05:00", "printed": False}, {}, "not_printed"),
        ({"createdOn": "2025-12-01T23:00:00.000-05:00"}, {}, None),
        ({"createdOn": None}, {}, None),
        ({}, {"parties": None}, "unmappable"),
        ({"status": None}, {}, "unmappable"),
    ],
)
def test_why_a_note_does_not_come(
    stub: StubBrightpearl,
    open_session: Callable[..., BrightpearlSession],
    note: dict[str, Any],
    order: dict[str, Any],
    expected: str | None,
) -> None:
    stub.notes[95] = make_note(7002, **note)
    stub.orders[7002] = make_order(7002, **order)

    [finding] = open_session(warehouse_ids=[3]).explain("7002", SINCE).notes

    assert finding.importable == (expected is None)
    assert (finding.message and finding.message.code) == expected
    if finding.message is not None:
        assert not any("{" in finding.message.format(language) for language in LANGUAGES)


def test_an_unreadable_order_names_the_place_in_both_languages(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    del stub.orders[7001]["orderRows"]["9101"]["quantity"]

    message = session.explain("7001", SINCE).notes[0].message

    assert message is not None
    assert "`orderRows.9101.quantity.magnitude`: it is missing" in message.format("en")
    assert "`orderRows.9101.quantity.magnitude`: falta" in message.format("es")


def test_a_note_whose_order_is_gone(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    del stub.orders[7002]

    [finding] = session.explain("95", SINCE).notes

    assert finding.message is not None
    assert finding.message.code == "order_not_found"


def test_a_person_is_not_kept_waiting_for_a_store_that_is_down(open_session: Callable[..., BrightpearlSession]) -> None:
    session = open_session(integration_url="http://127.0.0.1:9")  # nobody listens there

    with pytest.raises(StoreUnavailable):
        session.explain("7001", SINCE)
    with pytest.raises(StoreUnavailable):
        session.choices()

    assert session.requests == 2 * ANSWERING_ATTEMPTS
