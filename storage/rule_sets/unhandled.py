"""Open orders that no rule has handled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists

from engine.decide.decision import UNHANDLED
from engine.model.order import INITIAL_STATUS, ON_HOLD, OrderState
from storage.tables import OrderFlagRow, OrderRow

_WHILE_OPEN = ("awaiting_payment", INITIAL_STATUS, ON_HOLD)  # for the index: what an open order's status can be


def is_unhandled(account_id: str) -> tuple[ColumnElement[Any], ...]:
    """The open orders lead, not the flags: these stay with what has shipped long ago."""
    flag = OrderFlagRow
    return (
        OrderRow.account_id == account_id,
        OrderRow.status.in_(_WHILE_OPEN),
        OrderRow.state == OrderState.OPEN.value,
        exists().where(flag.account_id == account_id, flag.flag == UNHANDLED, flag.order_id == OrderRow.id),
    )
