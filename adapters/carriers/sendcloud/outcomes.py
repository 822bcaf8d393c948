"""What Sendcloud's answers mean for a purchase: done, not done, or nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adapters.carriers.calls import Answer, Outcome
from rules.order_document import UnreadableDocument, loads

NOT_FOUND: Final = 404
# To a purchase: its reference is taken. To a cancellation: it is under way, done, or too late. The shipment says which.
CONFLICT: Final = 409
# An announcement is answered with 201 also when the carrier refused: then the parcels say so. What is in no row was announced.
PARCEL_ROWS: Final[Mapping[str, Outcome]] = {
    "": Outcome.UNKNOWN,
    "NO_LABEL": Outcome.UNKNOWN,
    "ANNOUNCING": Outcome.UNKNOWN,
    "BEING_ANNOUNCED": Outcome.UNKNOWN,
    "ANNOUNCEMENT_FAILED": Outcome.NOT_DONE,
}
CANCELLED: Final = frozenset(
    {
        "CANCELLED",
        "CANCELLED_UPSTREAM",
        "CANCELLATION_REQUESTED",
        "CANCELLING",
        "CANCELLING_UPSTREAM",
        "SUBMITTING_CANCELLATION_REQUEST",
    }
)


def status_code(written: Any) -> str:
    """A status as it is compared: `in-transit` and `IN_TRANSIT` are one."""
    return str(written or "").strip().upper().replace("-", "_").replace(" ", "_")


def error_of(answer: Answer) -> tuple[str, str]:
    """The code and the words of an answer's errors; empty where it has none that can be read."""
    try:
        data = loads(answer.content)
    except UnreadableDocument:
        return "", ""
    return said(data)


def said(data: Mapping[str, Any]) -> tuple[str, str]:
    """The code of the first error, and the words of all: what Sendcloud says, and where in the request."""
    found = data.get("errors")
    errors = [error for error in (found if isinstance(found, list) else [found]) if isinstance(error, Mapping)]
    if not errors:
        one = data.get("error")  # as calls about returns say it
        detail = one.get("message") if isinstance(one, Mapping) else data.get("detail")
        return "", detail if isinstance(detail, str) else ""
    return str(errors[0].get("code") or ""), "; ".join(filter(None, map(_words, errors)))


def _words(error: Mapping[str, Any]) -> str:
    source = error.get("source")
    pointer = str(source.get("pointer") or "") if isinstance(source, Mapping) else ""
    words = str(error.get("detail") or error.get("title") or error.get("message") or "")
    return f"{pointer}: {words}" if pointer and words else words or pointer
