"""The repository of bulk actions, called with one account's id and another's things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from support.examples import NOON

from engine.model.bulk_action import BulkAction, BulkOutcome, BulkResult, BulkState
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence


def bulk_action_of(it: Any) -> BulkAction:
    """Some account's own."""
    parameters = {"reason": it.name}
    ids = (f"blk_{it.name}", it.account.id, it.name, NOON)
    return BulkAction(*ids, "hold", it.name, 1, parameters, wanted=it.name)


def keep_bulk_action(uow: Any, it: Any) -> None:
    """With its order, which had its turn."""
    action = bulk_action_of(it)
    uow.bulk_actions.add(action, [it.order.id])
    result = BulkResult(BulkOutcome.DONE, Sentence.of(it.name), {"hold": it.name})
    uow.bulk_actions.keep_results(action.account_id, action.id, {it.order.id: result})


def _changed(own: str, it: Any) -> BulkAction:
    return replace(bulk_action_of(it), account_id=own, state=BulkState.FAILED, done=7)


def _asked_again(uow: Any, own: str, it: Any) -> object:
    waits = {it.order.id: BulkResult(BulkOutcome.WAITING)}
    uow.bulk_actions.keep_results(own, bulk_action_of(it).id, waits)
    return uow.bulk_actions.next_orders(own, bulk_action_of(it).id, 9)


BULK: Mapping[str, Callable[[Any, str, Any], object]] = {
    "BulkActions.known_orders": lambda uow, own, it: uow.bulk_actions.known_orders(own, [it.order.id]),
    "BulkActions.update": lambda uow, own, it: uow.bulk_actions.update(_changed(own, it)),
    "BulkActions.get": lambda uow, own, it: uow.bulk_actions.get(own, bulk_action_of(it).id),
    "BulkActions.find": lambda uow, own, it: uow.bulk_actions.find(own, it.name),
    "BulkActions.list_for": lambda uow, own, it: uow.bulk_actions.list_for(own, 9),
    "BulkActions.next_orders": _asked_again,
    "BulkActions.keep_results": lambda uow, own, it: uow.bulk_actions.keep_results(
        own, bulk_action_of(it).id, {it.order.id: BulkResult(BulkOutcome.REFUSED)}
    ),
    "BulkActions.list_orders": lambda uow, own, it: uow.bulk_actions.list_orders(own, bulk_action_of(it).id, limit=9),
    "BulkActions.list_done": lambda uow, own, it: uow.bulk_actions.list_done(own, bulk_action_of(it).id),
    "BulkActions.list_before": lambda uow, own, it: uow.bulk_actions.list_before(own, bulk_action_of(it).id, [it.order.id]),
    "BulkActions.redact": lambda uow, own, it: uow.bulk_actions.redact(own, Redaction([it.name]), [it.order.id]),
}
