"""Bulk actions of the merchant of two sides, on orders called by their numbers."""

from __future__ import annotations

from typing import Any

from support.two_sides import TwoSides

from engine.model.bulk_action import BulkAction, BulkOutcome
from engine.services.bulk.results import list_results
from engine.services.bulk.run import work_on
from engine.services.bulk.start import BulkWish, start_bulk_action, undo_bulk_action


def wish(sides: TwoSides, kind: str, *numbers: str, token: str = "", **parameters: str) -> BulkWish:
    return BulkWish(kind, [sides.shop.order_id(number) for number in numbers], parameters, token)


def begun(sides: TwoSides, kind: str, *numbers: str, **parameters: str) -> BulkAction:
    return start_bulk_action(sides.app, sides.merchant, wish(sides, kind, *numbers, **parameters), sides.owner.id).action


def done(sides: TwoSides, kind: str, *numbers: str, **parameters: str) -> BulkAction:
    """Begun, and worked on until it has ended."""
    action = begun(sides, kind, *numbers, **parameters)
    return finished(sides, action)


def finished(sides: TwoSides, action: BulkAction) -> BulkAction:
    while action.is_running:
        action = work_on(sides.app, sides.merchant, action.id)
    return action


def undone(sides: TwoSides, action: BulkAction, reason: str = "") -> BulkAction:
    return finished(sides, undo_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id, reason).action)


def results(sides: TwoSides, action: BulkAction) -> list[tuple[str, BulkOutcome, str]]:
    found = list_results(sides.app, sides.merchant, action.id, None, -1, 100)
    return [(one.order_number, one.outcome, str(one.said or "")) for one in found]


def tags(sides: TwoSides, *numbers: str) -> list[Any]:
    return [sides.order(number).document().get("tags") or [] for number in numbers]
