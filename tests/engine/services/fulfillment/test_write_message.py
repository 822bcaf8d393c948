"""Messages of people in the thread of a request."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.model.reject_reasons import OTHER
from engine.model.request import RequestAction
from engine.model.request_message import MessageKind
from engine.model.transitions import Side
from engine.services.fulfillment.write_message import write_message
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_both_sides_write_whatever_became_of_the_request(sides: TwoSides) -> None:
    request = sides.delegate()
    write_message(sides.app, sides.merchant, request.id, "  Please hurry.\r\nThanks.  ", sides.owner.id)
    sides.answer(request, RequestAction.REJECT, code=OTHER, text="No.")
    write_message(sides.app, sides.provider, request.id, "x" * 2000, sides.clerk.id)

    with sides.app.reading() as unit:
        thread = unit.requests.list_messages(sides.merchant, request.id)
        audit = [entry.actor for entry in unit.audit.list_for(sides.merchant, request.id) if entry.action == "request.written"]
    written = [(one.side, one.actor, one.text) for one in thread if one.kind is MessageKind.WRITTEN]
    assert written == [
        (Side.MERCHANT, sides.owner.id, "Please hurry.\nThanks."),
        (Side.PROVIDER, sides.clerk.id, "x" * 2000),
    ]
    assert audit == [sides.owner.id]


@pytest.mark.parametrize(("text", "code"), [("", "no_text"), (" \n ", "no_text"), ("x" * 2001, "long_text")])
def test_a_message_has_1_to_2000_characters(sides: TwoSides, text: str, code: str) -> None:
    request = sides.delegate()
    with pytest.raises(Refused) as refused:
        write_message(sides.app, sides.merchant, request.id, text, sides.owner.id)
    assert refused.value.message.code == code


def test_nobody_else_writes(sides: TwoSides) -> None:
    request = sides.delegate()
    with pytest.raises(Refused) as refused:
        write_message(sides.app, "acc_other", request.id, "Hello", "usr_x")
    assert refused.value.message.code == "no_request"
