"""What every answer of EasyPost is made of: objects with parts, and errors in several forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.carriers.calls import UNREADABLE, Answer, Outcome, OutcomeRow
from adapters.carriers.easypost.kind import EASYPOST
from engine.model.money import Money
from engine.ports.carriers import CarrierUnavailable
from rules.messages import Message
from rules.order_document import UnreadableDocument, loads

Json = Mapping[str, Any]

POSTAGE_EXISTS = "SHIPMENT.POSTAGE.EXISTS"
INSURED_ALREADY = "SHIPMENT.INSURANCE.ALREADY_PURCHASED"
ABOUT_INSURANCE = "INSURANCE."  # what codes begin with that are about the insurance which is bought along with a label
_ANY_NO = range(400, 500)

# What EasyPost's codes say beyond the status of the answer.
OUTCOMES: tuple[OutcomeRow, ...] = (
    OutcomeRow(_ANY_NO, Outcome.UNKNOWN, POSTAGE_EXISTS),  # bought before: it has to be looked up
    OutcomeRow(_ANY_NO, Outcome.UNKNOWN, "SHIPMENT.PURCHASE.IN_PROGRESS"),
    OutcomeRow(_ANY_NO, Outcome.UNKNOWN, "SHIPMENT.POSTAGE.NO_RESPONSE"),  # of the carrier, which may have made it
    OutcomeRow(_ANY_NO, Outcome.UNKNOWN, "SHIPMENT.POSTAGE.TIMED_OUT"),
    OutcomeRow(_ANY_NO, Outcome.UNKNOWN, "REFUND.NO_RESPONSE"),
)

_ID = re.compile(r"shp_[0-9A-Za-z]{1,64}")


def unreadable() -> CarrierUnavailable:
    """An answer of which nobody knows what it says."""
    return CarrierUnavailable(Message("unreadable_answer", UNREADABLE, {"carrier": EASYPOST.name}))


def part(data: Json, name: str) -> Json:
    """A part; empty where it is missing, or something else."""
    found = data.get(name)
    return found if isinstance(found, Mapping) else {}


def parts(data: Json, name: str) -> Iterator[Json]:
    """The parts of a list."""
    found = data.get(name)
    for one in found if isinstance(found, list) else ():
        if isinstance(one, Mapping):
            yield one


def text(data: Json, name: str) -> str:
    """A text; empty where there is none."""
    found = data.get(name)
    return found if isinstance(found, str) else ""


def money(amount: Any, currency: Any) -> Money | None:
    """An amount that EasyPost writes as text, or as number; None where it is none."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | Decimal):
        return None
    try:
        number = Decimal(amount)
        return Money(number, str(currency)) if number.is_finite() else None
    except (InvalidOperation, ValueError):
        return None


def shipment_id(shipment: Json) -> str:
    """Raises CarrierUnavailable where the answer is not a shipment."""
    found = text(shipment, "id")
    if _ID.fullmatch(found) is None:
        raise unreadable()
    return found


def error_of(answer: Answer) -> tuple[str, str]:
    """Code and words of an error; both empty where the answer is none, or says nothing that can be read."""
    if answer.status < 400:
        return "", ""
    try:
        error = part(loads(answer.content), "error")
    except UnreadableDocument:
        return "", ""
    fields = error.get("errors")
    details = [_detail(one) for one in fields] if isinstance(fields, list) else []
    said = [_flat(error.get("message")), *details]
    return text(error, "code"), " ".join(one for one in said if one)


def _detail(found: Any) -> str:
    """A field with what is wrong with it, or a text."""
    if not isinstance(found, Mapping):
        return _flat(found)
    return ": ".join(one for one in (text(found, "field"), _flat(found.get("message"))) if one)


def _flat(found: Any) -> str:
    """A message, which may be a text, a list of texts, or texts by field."""
    if isinstance(found, str):
        return found.strip()
    if isinstance(found, Mapping):
        return " ".join(f"{name}: {_flat(one)}" for name, one in found.items())
    return " ".join(_flat(one) for one in found) if isinstance(found, list) else ""
