"""What people are told of orders that come although something on them cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from support.brightpearl_stub import StubBrightpearl, make_note, make_order

from adapters.stores.brightpearl.mapping import to_document
from adapters.stores.brightpearl.remarks import remarks_on
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.store import Ready
from rules.messages import Message


def remarks(note: dict[str, Any], order: dict[str, Any]) -> list[Message]:
    return list(remarks_on(to_document(note, order), note, order))


CASES = {
    "unreadable_delivery_date": (make_note(), make_order(delivery={"deliveryDate": "24/12/2026"})),
    "unreadable_release_date": (make_note(releaseDate="24/12/2026"), make_order()),
    "unreadable_weight": (make_note(shipping={"weight": "24/12/2026"}), make_order()),
    "unreadable_tax": (make_note(), make_order(totalValue={"total": "1", "taxAmount": "24/12/2026"})),
}
PATHS = ["(delivery.deliveryDate)", "(note.releaseDate)", "(note.shipping.weight)", "(totalValue.taxAmount)"]


@pytest.mark.parametrize(("code", "path"), [*zip(CASES, PATHS, strict=True)])
def test_a_field_that_cannot_be_read_is_told_with_its_value(code: str, path: str) -> None:
    [remark] = remarks(*CASES[code])

    assert remark.code == code
    assert all("24/12/2026" in remark.format(language) and path in remark.format(language) for language in ("en", "es"))
    assert remark.format("en") != remark.format("es")


@pytest.mark.parametrize("value", ["next week", "2,5", True, ["2"], "NaN"])
def test_a_value_of_any_kind_is_told(value: Any) -> None:
    note = make_note(releaseDate=value, shipping={"weight": value})
    found = remarks(note, make_order(delivery={"deliveryDate": value}))

    assert [remark.code for remark in found] == ["unreadable_delivery_date", "unreadable_release_date", "unreadable_weight"]


@pytest.mark.parametrize("value", [None, "", " "])
def test_what_is_blank_is_no_riddle(value: Any) -> None:
    order = make_order(delivery={"deliveryDate": value}, totalValue={"total": "1", "taxAmount": None})

    assert remarks(make_note(releaseDate=value, shipping={"weight": value}), order) == []
    assert remarks(make_note(shipping=None), make_order(delivery=None, totalValue=None)) == []
    readable = make_order(delivery={"deliveryDate": "2026-12-24T00:00:00.000Z"}, totalValue={"taxAmount": "1", "net": "1"})
    assert remarks(make_note(releaseDate="2026-12-24", shipping={"weight": "2.5"}), readable) == []


def test_several_remarks_come_with_the_order(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81] = make_note(shipping={"weight": "2,5"})
    stub.orders[7001] = make_order(delivery={"deliveryDate": "next week"})
    stub.orders[7001]["parties"]["delivery"] = {"addressFullName": "Ann"}

    [record] = session.read(["81"])

    assert isinstance(record, Ready)
    assert [remark.code for remark in record.remarks] == ["no_country", "unreadable_delivery_date", "unreadable_weight"]
    assert not {"deliver_by", "weight_g"} & record.document.keys()
