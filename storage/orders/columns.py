"""An order as column values: its layers, and the copies of merged fields that the grid lists, sorts, counts and searches."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.model.order import Order
from rules.values import parse_time
from storage.orders.terms import fold, joined, order_terms

_LONGEST_TEXT = 200  # what a grid can show; also far below what PostgreSQL takes in an index
_MOST_DIGITS = 400
_LONGEST_RUN = 18  # of digits in a number that is sorted by
_DIGITS = re.compile("[0-9]+")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # when it is due that is not due: behind all others
NO_TOTAL = -1e308


def order_values(order: Order) -> dict[str, Any]:
    """All columns of an order but `last_seen_run`, which belongs to the import."""
    document = order.document()
    ship_to = document.get("ship_to")
    recipient = ship_to if isinstance(ship_to, dict) else {}
    tags = document.get("tags")
    total, order_date, ship_by = (
        grid_number(document.get("order_total")),
        grid_time(document.get("order_date")),
        grid_time(document.get("ship_by")),
    )
    return {
        "id": order.id,
        "account_id": order.account_id,
        "store_id": order.store_id,
        "external_id": order.external_id,
        "external_order_id": order.external_order_id,
        "order_number": order.order_number,
        "revision": order.revision,
        "source_version": order.source_version,
        "origin": order.origin,
        "channel": order.channel,
        "imported_at": order.imported_at,
        "updated_at": order.updated_at,
        "state": order.state.value,
        "erased_at": order.erased_at,
        "state_reason": order.state_reason,
        "decision_id": order.decision_id,
        "status": order.status(),
        "reference": grid_text(document.get("reference")),
        "logistics_provider": grid_text(document.get("logistics_provider")),
        "carrier": grid_text(document.get("carrier")),
        "service": grid_text(document.get("service")),
        "ship_to_name": grid_text(recipient.get("name")),
        "ship_to_country": grid_text(recipient.get("country")),
        "order_total": total,
        "currency": grid_text(document.get("currency")),
        "order_date": order_date,
        "held_until": order.hold_end(),
        "number_key": number_key(order.order_number),
        "date_key": order_date or order.imported_at,
        "total_key": NO_TOTAL if total is None else float(total),
        "due_key": ship_by or NEVER,
        "ship_by": ship_by,
        "terms": joined(order_terms(order, document)),
        "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        "flags": order.flags,
        "matched": order.matched,
        "applied_once": order.applied_once,
        "held_by": order.held_by,
        "once_writes": list(map(list, order.once_writes)),
        "flagged_untold": order.flagged_untold,
        "outdated": order.outdated,
        "holds": order.holds,
        "held": order.is_held,
        "held_since": order.updated_at if order.is_held else None,
        "defaults": order.defaults,
        "rules": order.rules,
        "person": order.person,
        "edits": {name: [edit.actor, edit.at.isoformat()] for name, edit in order.edits.items()},
        "source": order.source,
    }


def number_key(number: str) -> str:
    """A number as it is sorted: A-9 before A-10."""
    return _DIGITS.sub(lambda run: run[0].lstrip("0").rjust(_LONGEST_RUN, "0"), fold(number))[:_LONGEST_TEXT].replace("\0", "")


def search_key(text: str) -> str:
    """How texts are compared when a person searches: without regard to case."""
    return text.casefold()


def grid_text(value: Any) -> str | None:
    """A text cut to what a grid shows; numbers as they are written; None for what is blank or no text."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    # PostgreSQL keeps no NUL in its texts.
    return str(value).replace("\0", "").strip()[:_LONGEST_TEXT] or None


def grid_number(value: Any) -> Decimal | None:
    """An exact decimal from a number or plain decimal text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _MOST_DIGITS else None


def grid_time(value: Any) -> datetime | None:
    """The instant of a text that rules read as a time, in UTC when it names no offset; None for anything else."""
    moment = parse_time(value) if isinstance(value, str) else None
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
