"""What a provider fills in when it answers: a reason and a text, and of single lines units, a reason and a text of their own."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import request

from adapters.web.requests.thread import WITH_REASON
from adapters.web.typed_numbers import typed_number
from engine.model.reason_line import ReasonLine
from engine.model.request import FulfillmentRequest, RequestAction
from engine.services.fulfillment.answer_request import Answer
from engine.services.refusals import Refused
from rules.messages import Text

NO_NUMBER = Text(
    'Line {line}: "{typed}" is not a number of units: write one, such as 2.',
    'Línea {line}: "{typed}" no es un número de unidades: escribe uno, como 2.',
)
LINE_REFUSALS = frozenset(
    {
        *("no_number", "no_such_line", "line_twice", "bad_units", "line_has_left"),
        *("bad_line_code", "no_line_text", "long_line_text"),
    }
)


def given_answer(action: RequestAction, asked: FulfillmentRequest) -> Answer:
    """The answer that this form gives to a request. Raises Refused."""
    return Answer(action, request.form.get("code") or None, _typed("text"), _lines(asked) if action in WITH_REASON else ())


def _lines(asked: FulfillmentRequest) -> tuple[ReasonLine, ...]:
    """The lines of which something was filled in; the form counts them as the request does."""
    named = []
    for number, line in enumerate(asked.lines):
        units, code, text = (_typed(f"line-{number}-{part}") for part in ("units", "code", "text"))
        if units or code or text:
            named.append(ReasonLine(line.line_key, _units(line.line_key, units), code or None, text))
    return tuple(named)


def _units(line_key: str, typed: str) -> Decimal | None:
    if not typed:
        return None
    try:
        return Decimal(f"{Decimal(typed_number(typed)).normalize():f}")  # 1.0 is told as 1
    except InvalidOperation:
        raise Refused("no_number", NO_NUMBER, line=line_key, typed=typed) from None


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").strip()
