"""Read model of who holds the orders of a page of the grid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, null, select

from engine.model.hold import HoldOwner
from engine.model.order import ON_HOLD
from storage.tables import HoldRow, OrderRow, StoreRow


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold beside its order: of a person, by `actor`, with the reason they gave, or of rules, the store or the client."""

    owner: HoldOwner
    reason: str = ""
    until: datetime | None = None
    actor: str = ""
    rules: tuple[str, ...] = ()
    is_of_client: bool = False  # of whose order this one was made

    @property
    def is_of_person(self) -> bool:
        return self.owner in (HoldOwner.MERCHANT, HoldOwner.PROVIDER)


def holds_shown(connection: Connection, account_id: str, order_ids: Collection[str]) -> dict[str, tuple[HoldShown, ...]]:
    """Of held orders, by their ids: what people hold, the oldest first, then what their own layers say."""
    if not order_ids:
        return {}
    row, order, store = HoldRow, OrderRow, StoreRow
    source = case((order.holds > 0, order.source), else_=null()).label("source")  # else that it is held says it all
    query = (
        select(
            order.id,
            order.rules,
            order.held_by,
            order.held_until,
            source,
            store.kind,
            row.owner,
            row.reason,
            row.until,
            row.actor,
        )
        .outerjoin(row, and_(row.order_id == order.id, row.account_id == order.account_id))
        .outerjoin(store, and_(store.id == order.store_id, store.account_id == order.account_id))
        .where(order.id.in_(order_ids), order.account_id == account_id)
        .order_by(row.since, row.id)
    )
    found: dict[str, tuple[HoldShown, ...]] = {}
    layers: dict[str, HoldShown] = {}
    for one in connection.execute(query):
        found.setdefault(one.id, ())
        if one.owner is not None:
            found[one.id] += (HoldShown(HoldOwner(one.owner), one.reason, one.until, one.actor),)
        written = one.rules.get("status")
        if written == ON_HOLD:
            layers[one.id] = HoldShown(HoldOwner.RULE, until=one.held_until, rules=tuple(one.held_by))
        elif one.source is None or (not written and one.source.get("status") == ON_HOLD):
            layers[one.id] = HoldShown(HoldOwner.SYSTEM, until=one.held_until, is_of_client=one.kind == "client")
    return {order_id: (*holds, *([layers[order_id]] if order_id in layers else [])) for order_id, holds in found.items()}
