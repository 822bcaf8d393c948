"""Bulk actions as people begin, cancel, go on with and undo them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.bulk_action import BulkAction, BulkState, undo_key
from engine.model.ids import new_id
from engine.ports import NotFound, UnitOfWork
from engine.services.bulk.actions import BULK_KINDS
from engine.services.bulk.kind import BulkKind
from engine.services.bulk.run import job_of
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text
from rules.order_document import dumps

MOST_ORDERS = 10_000

NO_ORDERS = Text("Choose at least one order.", "Elige al menos un pedido.")
TOO_MANY = Text(
    "At most {limit} orders at a time, and these are more: narrow the list with a filter, such as a status or days.",
    "Como máximo {limit} pedidos a la vez, y estos son más: acota la lista con un filtro, como un estado o unos días.",
)
NO_KIND = Text('There is no bulk action "{kind}".', 'No existe la acción en bloque "{kind}".')
NO_ACTION = Text('There is no bulk action "{action}".', 'No existe la acción en bloque "{action}".')
NOT_UNDONE = Text("This cannot be undone.", "Esto no se puede deshacer.")
STILL_RUNNING = Text(
    "It is still running: cancel it first, or wait until it is done.", "Todavía está en marcha: cancélala o espera a que termine."
)


@dataclass(frozen=True, slots=True)
class BulkWish:
    """What a person wants done with which orders. Two wishes with one `token` that want the same are one."""

    kind: str
    order_ids: Sequence[str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    wanted: str = ""  # the filter that found them

    @property
    def key(self) -> str:
        said = dumps([self.kind, dict(sorted(self.parameters.items())), list(self.order_ids)])
        return f"{self.token or new_id('tok')}:{hashlib.sha256(said).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Started:
    """A bulk action, and whether this wish has begun it or an equal one before."""

    action: BulkAction
    is_new: bool


def find_kind(code: str) -> BulkKind:
    """Raises Refused."""
    kind = BULK_KINDS.get(code)
    if kind is None:
        raise Refused("no_kind", NO_KIND, kind=code)
    return kind


def start_bulk_action(app: Application, account_id: str, wish: BulkWish, actor: str) -> Started:
    """A bulk action over these orders, in their order, whose job is due at once; nothing is done yet.

    Raises WrongField for a parameter, and Refused.
    """
    ids = list(dict.fromkeys(wish.order_ids))
    if not ids:
        raise Refused("no_orders", NO_ORDERS)
    if len(ids) > MOST_ORDERS:
        raise Refused("too_many_orders", TOO_MANY, limit=MOST_ORDERS)
    parameters = find_kind(wish.kind).check(app, account_id, wish.parameters)
    action = BulkAction(
        *(new_id("blk"), account_id, actor, app.clock.now(), wish.kind, wish.key, len(ids)),
        parameters=parameters,
        wanted=wish.wanted,
    )
    return _begin(app, action, ids)


def undo_bulk_action(app: Application, account_id: str, action_id: str, actor: str, reason: str = "") -> Started:
    """A bulk action that undoes another, of which there is one at most. `reason`: that of holds that nobody wrote one for.

    Raises Refused.
    """
    with app.reading() as uow:
        undone = _get(uow, account_id, action_id)
        ids = uow.bulk_actions.list_done(account_id, action_id)
    if not can_undo(undone):
        raise Refused("not_undone", STILL_RUNNING if undone.is_running else NOT_UNDONE)
    action = BulkAction(
        *(new_id("blk"), account_id, actor, app.clock.now(), undone.kind, undo_key(action_id), len(ids)),
        parameters={**undone.parameters, **({"reason": reason} if reason and "reason" not in undone.parameters else {})},
        undoes=action_id,
    )
    return _begin(app, action, ids)


def can_undo(action: BulkAction) -> bool:
    """Whether what it has done can be undone, as far as that still goes for each order."""
    kind = BULK_KINDS.get(action.kind)
    is_undoable = kind is not None and kind.undo is not None and action.undoes is None
    return is_undoable and not action.is_running and action.done > 0


def _begin(app: Application, action: BulkAction, order_ids: Sequence[str]) -> Started:
    with app.unit_of_work() as uow:
        known = uow.bulk_actions.known_orders(action.account_id, order_ids)
        unknown = next((order_id for order_id in order_ids if order_id not in known), None)
        if unknown is not None:
            raise Refused("no_order", NO_ORDER, order=unknown)
        is_new = uow.bulk_actions.add(action, order_ids)
        if is_new:
            uow.jobs.upsert_due(job_of(app, action))
            how = "bulk_action.started" if action.undoes is None else "bulk_action.undone"
            entry = AuditEntry(action.account_id, action.created_at, action.actor, how, action.id, action.undoes, action.total)
            uow.audit.append([entry])
            uow.commit()
        else:
            action = uow.bulk_actions.find(action.account_id, action.key) or action
    app.wake.notify()
    return Started(action, is_new)


def cancel_bulk_action(app: Application, account_id: str, action_id: str, actor: str) -> BulkAction:
    """No further order has its turn; what was done by then stays. Raises Refused."""
    return _change(app, account_id, action_id, actor, lambda action: action.is_running, "cancelled")


def go_on(app: Application, account_id: str, action_id: str, actor: str) -> BulkAction:
    """Take up a bulk action that was cancelled or has failed where it was. Raises Refused."""
    return _change(app, account_id, action_id, actor, lambda action: action.may_go_on, "gone_on")


def _change(
    app: Application, account_id: str, action_id: str, actor: str, may: Callable[[BulkAction], bool], how: str
) -> BulkAction:
    """Where it may not any more, somebody else was quicker: nothing happens."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        work = job_of(app, _get(uow, account_id, action_id))
        if how == "gone_on":
            uow.jobs.upsert_due(work)  # locks as a worker does: the job first
        action = _get(uow, account_id, action_id, for_change=True)
        if may(action):
            action = action.go_on() if how == "gone_on" else action.end(BulkState.CANCELLED, now)
            uow.bulk_actions.update(action)
            uow.audit.append([AuditEntry(account_id, now, actor, f"bulk_action.{how}", action_id)])
            uow.commit()
    app.wake.notify()
    return action


def _get(uow: UnitOfWork, account_id: str, action_id: str, *, for_change: bool = False) -> BulkAction:
    try:
        return uow.bulk_actions.get(account_id, action_id, for_change=for_change)
    except NotFound:
        raise Refused("no_bulk_action", NO_ACTION, action=action_id) from None
