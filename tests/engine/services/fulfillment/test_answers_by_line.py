"""A rejection names the lines that could not be done; a close has a reason a line. The merchant reads both everywhere."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.model.reason_line import ReasonLine
from engine.model.request import RequestAction, RequestState, Work
from engine.model.request_message import MessageKind
from engine.services.connections.set_connection import replace_skus
from engine.services.refusals import Refused
from storage.database import Database

ITEMS = [
    {"line_key": "1", "sku": "MUG", "name": "Mug, blue", "quantity": 2},
    {"line_key": "2", "sku": "POT", "name": "Pot", "quantity": 3},
]


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    replace_skus(sides.app, sides.owner, sides.connection().id, {"POT": "P-77"})
    sides.shop.import_all(ready("1", items=ITEMS))
    return sides


def test_a_rejection_names_lines_and_all_of_the_request_is_rejected(sides: TwoSides) -> None:
    request = sides.taken()

    lines = (ReasonLine("2", Decimal(1), text="One is left. "), ReasonLine("1", code="too_large"))
    rejected = sides.answer(request, RequestAction.REJECT, code="out_of_stock", lines=lines)

    named = (ReasonLine("2", Decimal(1), "out_of_stock", "One is left."), ReasonLine("1", Decimal(2), "too_large"))
    assert (rejected.state, sides.request(request.id).reason_lines) == (RequestState.REJECTED, named)
    assert {line.shipped for line in rejected.lines} == {0}
    with sides.app.reading() as uow:
        last = uow.requests.list_messages(sides.merchant, request.id)[-1]
    assert (last.kind, last.lines) == (MessageKind.REJECTED, named), "the answer's own row says it too"
    told = "Lines: 1 × POT Pot: Out of stock, One is left; 2 × MUG Mug, blue: Too large or too heavy."
    assert sides.alerts()[-1].endswith(told)


@pytest.mark.parametrize(
    ("action", "code", "text", "english", "spanish"),
    [
        (
            RequestAction.CLOSE,
            "other",
            "roto",
            "Acme 3PL ships no more of order 1: Other. roto. What has not shipped is yours again.",
            "Acme 3PL no envía más del pedido 1: Otro. roto. Lo que no se envió vuelve a ser tuyo.",
        ),
        (
            RequestAction.CLOSE,
            "out_of_stock",
            "",
            "Acme 3PL ships no more of order 1: Out of stock. What has not shipped is yours again.",
            "Acme 3PL no envía más del pedido 1: Sin existencias. Lo que no se envió vuelve a ser tuyo.",
        ),
        (
            RequestAction.REJECT,
            "out_of_stock",
            "",
            "Acme 3PL does not ship order 1: Out of stock.",
            "Acme 3PL no prepara el pedido 1: Sin existencias.",
        ),
    ],
)
def test_the_sentences_of_an_answer_stand_apart(
    sides: TwoSides, action: RequestAction, code: str, text: str, english: str, spanish: str
) -> None:
    lines = (ReasonLine("1", code="out_of_stock", text="Wait!"),)
    sides.answer(sides.taken(), action, code=code, text=text, lines=lines)

    with sides.app.reading() as uow:
        [alert] = uow.alerts.list_for(sides.merchant)
    assert alert.message.en == f"{english} Lines: 2 × MUG Mug, blue: Out of stock, Wait!"
    assert alert.message.es == f"{spanish} Líneas: 2 × MUG Mug, blue: Sin existencias, Wait!"


def test_each_language_writes_part_of_a_unit_with_its_own_decimal_sign(sides: TwoSides) -> None:
    request = sides.taken()

    with pytest.raises(Refused) as refusal:
        sides.answer(request, RequestAction.REJECT, code="out_of_stock", lines=(ReasonLine("1", Decimal("2.5")),))
    sides.answer(request, RequestAction.REJECT, code="out_of_stock", lines=(ReasonLine("2", Decimal("0.5")),))

    assert refusal.value.format("es") == "De la línea 1 puedes indicar de 1 a 2 unidades, no 2,5."
    with sides.app.reading() as uow:
        [alert] = uow.alerts.list_for(sides.merchant)
    assert "0.5 × POT Pot" in alert.message.en
    assert "0,5 × POT Pot" in alert.message.es


def test_a_close_has_a_reason_for_each_line_of_the_rest(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    with sides.app.unit_of_work() as uow:
        uow.requests.update(sides.request(request.id).ship({"1": Decimal(2), "2": Decimal(1)}, clock.now()))
        uow.commit()

    with pytest.raises(Refused, match="All of line 1 has shipped"):
        sides.answer(request, RequestAction.CLOSE, code="out_of_stock", lines=(ReasonLine("1"),))
    lines = (ReasonLine("2", code="other", text="It broke."),)
    closed = sides.answer(request, RequestAction.CLOSE, code="out_of_stock", lines=lines)

    assert closed.work(clock.now()) is Work.INCOMPLETE
    assert closed.reason_lines == (ReasonLine("2", Decimal(2), "other", "It broke."),)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (ReasonLine("9"), "The request has no line 9. It has 1, 2."),
        (ReasonLine("1", Decimal(3)), "Of line 1 you can name 1 to 2 units, not 3."),
        (ReasonLine("1", Decimal(0)), "Of line 1 you can name 1 to 2 units, not 0."),
        (ReasonLine("1", Decimal("NaN")), "Of line 1 you can name 1 to 2 units, not NaN."),
        (ReasonLine("1", code="lost"), 'Line 1: "lost" is not a reason: use one of incorrect_address'),
        (ReasonLine("1", code="other", text=" "), "Line 1: write a sentence that says why"),
        (ReasonLine("1", text="x" * 501), "Line 1: the text is longer than 500 characters"),
    ],
)
def test_a_line_that_cannot_be_named_so_is_refused(sides: TwoSides, line: ReasonLine, says: str) -> None:
    request = sides.taken()
    for action in (RequestAction.REJECT, RequestAction.CLOSE):
        with pytest.raises(Refused, match=says):
            sides.answer(request, action, code="out_of_stock", lines=(line,))
    with pytest.raises(Refused, match="Line 1 is named twice"):
        sides.answer(request, RequestAction.REJECT, code="out_of_stock", lines=(ReasonLine("1"), ReasonLine("1")))
    assert sides.request(request.id).state is RequestState.ACCEPTED


def test_no_other_answer_names_lines(sides: TwoSides) -> None:
    request = sides.taken()

    with pytest.raises(Refused, match="Only a rejection and a close name lines"):
        sides.answer(request, RequestAction.START, lines=(ReasonLine("1"),))
