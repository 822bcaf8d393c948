"""What is written on orders reaches their documents, for many orders in one request."""

from __future__ import annotations

from typing import Any

import pytest
from support.brightpearl_stub import StubBrightpearl, answer, errors, make_note, make_order

from adapters.stores.brightpearl.order_notes import to_fields
from adapters.stores.brightpearl.raw_values import UNREADABLE_BYTES
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.store import Ready
from engine.ports import StoreUnavailable
from rules.order_document import Document


def documents(session: BrightpearlSession, *note_ids: int) -> dict[str, Document]:
    records = session.read([str(note_id) for note_id in note_ids])
    return {record.external_id: record.document for record in records if isinstance(record, Ready)}


def searches(stub: StubBrightpearl) -> list[str]:
    return [seen.query["orderId"] for seen in stub.seen if seen.path.endswith("/order-note-search")]


def note(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "isPublic": False, **more}


def test_notes_come_with_their_orders_in_one_request(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    for at in range(300):
        stub.notes[1 + at], stub.orders[7001 + at] = make_note(7001 + at), make_order(7001 + at)
    stub.noted = [(7001, note("Ring twice", isPublic=True)), (7003, note("VIP")), (7003, note("<p>fragile</p>"))]

    read = documents(session, *range(1, 201))

    assert read["1"]["notes"] == {"from_buyer": "Ring twice"}
    assert "notes" not in read["2"]
    assert read["3"]["notes"] == {"internal": "VIP\nfragile"}
    assert searches(stub) == ["7001-7200"]


def test_the_buyers_note_of_a_custom_field_stands_before_them(stub: StubBrightpearl, open_session: Any) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order(customFields={"PCF_NOTE": "Leave it\nat the back"})
    stub.noted = [(7001, note("Ring twice", isPublic=True))]

    read = documents(open_session(buyer_note_field="PCF_NOTE"), 81)

    assert read["81"]["notes"] == {"from_buyer": "Leave it\nat the back\nRing twice"}


def test_nothing_is_asked_when_no_order_is_wanted(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order(channel=9)

    assert documents(session, 81) == {}
    assert searches(stub) == []


@pytest.mark.parametrize("refusal", [errors(404, "CMNC-404"), errors(403, "ORDC-001"), errors(500, "CMNC-018")])
def test_an_account_without_the_search_is_asked_once(stub: StubBrightpearl, session: BrightpearlSession, refusal: Any) -> None:
    stub.notes = {81: make_note(), 82: make_note(7002)}
    stub.orders = {7001: make_order(), 7002: make_order(7002)}
    stub.noted = [(7001, note("unseen"))]
    own = stub.own_reply
    stub.reply = lambda seen: refusal if seen.path.endswith("/order-note-search") else own(seen)

    assert ["notes" in document for document in (*documents(session, 81).values(), *documents(session, 82).values())] == [
        False
    ] * 2
    assert len(searches(stub)) == 1


def test_a_search_that_fails_stops_the_reading(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()
    own = stub.own_reply
    stub.reply = lambda seen: answer([], 500) if seen.path.endswith("/order-note-search") else own(seen)

    with pytest.raises(StoreUnavailable):
        session.read(["81"])


def test_notes_of_other_orders_are_left_out(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()
    stub.ignores_filters = True
    stub.noted = [(9000, note("of another")), (7001, note("its own"))]

    assert documents(session, 81)["81"]["notes"] == {"internal": "its own"}


@pytest.mark.parametrize(
    ("notes", "fields"),
    [
        ([note("a", isPublic=True), note("b")], {"from_buyer": "a", "internal": "b"}),
        ([note("typed by the customer", addedBy=310)], {"from_buyer": "typed by the customer"}),
        ([note("typed by the customer", addedBy="310")], {"from_buyer": "typed by the customer"}),
        ([note("typed by staff", addedBy=12)], {"internal": "typed by staff"}),
        ([note("<p> <br> </p>"), note(" ")], {}),
        ([note("2", addedOn="2026-02-02"), note("1", addedOn="2026-02-01")], {"internal": "1\n2"}),
        ([note("2", noteId="10"), note("1", noteId="9")], {"internal": "1\n2"}),
        ([note(f"Jos{UNREADABLE_BYTES}\x00\x1b")], {"internal": "Jos\ufffd"}),
        ([note("", isPublic=None), {"text": 7}, {}], {}),
    ],
)
def test_which_notes_are_the_buyers(notes: list[dict[str, Any]], fields: dict[str, str]) -> None:
    assert to_fields(notes, 310) == fields
    assert to_fields(notes, None).keys() <= {"from_buyer", "internal"}
