"""When a 404 says that there is none of what was asked for, and when it says nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.brightpearl_stub import Answer, StubBrightpearl, answer, errors, make_note, make_order

from adapters.stores.brightpearl.session import BrightpearlSession
from engine.ports import StoreUnavailable
from rules.messages import LANGUAGES

SINCE = datetime(2025, 12, 2, tzinfo=UTC)
NONE: tuple[Any, ...] = ({}, {"response": []}, {"response": {}})
FOREIGN = {
    "404 HTML": Answer(404, b"<!DOCTYPE html><html><body>No such site</body></html>"),
    "404 empty": Answer(404, b""),
    "404 with a sentence": answer({"response": "Not found"}, 404),
    "404 of a gateway": answer({"error": "no route", "status": 404}, 404),
    "404 with a gateway's errors": answer({"errors": [{"code": 404, "message": "no route"}]}, 404),
    "404 with a list": answer([], 404),
}


@pytest.fixture(autouse=True)
def one_note(stub: StubBrightpearl) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()


@pytest.mark.parametrize(
    "none", [errors(404, "CMNC-404"), errors(404, "ORDC-003"), *(answer(body, status) for body in NONE for status in (200, 404))]
)
def test_none_has_many_spellings(stub: StubBrightpearl, session: BrightpearlSession, none: Answer) -> None:
    stub.script = [None, none]

    [record] = session.read(["81"])

    assert record.message.code == "note_gone"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/goods-out/81", "/order/7001", "-note-search"])
@pytest.mark.parametrize("fault", FOREIGN.values(), ids=FOREIGN)
def test_a_404_that_is_not_brightpearls_says_nothing_of_notes_and_orders(
    stub: StubBrightpearl, session: BrightpearlSession, fault: Answer, path: str
) -> None:
    own = stub.reply
    stub.reply = lambda seen: fault if seen.path.endswith(path) else own(seen)

    with pytest.raises(StoreUnavailable, match="HTTP 404 and something that is not Brightpearl's"):
        session.read(["81"])


@pytest.mark.parametrize("log_ins", [0, 1], ids=["log-in", "search"])
@pytest.mark.parametrize("fault", FOREIGN.values(), ids=FOREIGN)
def test_where_no_brightpearl_answers_the_sentence_says_what_to_check(
    stub: StubBrightpearl, session: BrightpearlSession, fault: Answer, log_ins: int
) -> None:
    stub.script = [*[None] * log_ins, *[fault] * 50]

    with pytest.raises(StoreUnavailable, match="account code, the data centre and the integration URL") as caught:
        list(session.scan(SINCE))

    sentences = " | ".join(caught.value.args[0].format(language) for language in LANGUAGES)
    assert stub.url in sentences
    assert "código de cuenta" in sentences
