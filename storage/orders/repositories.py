"""Orders: written many at a time, read by what an import, a decision or a person needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import aliased

from engine.model.hold import EndedHold
from engine.model.job import RELEASE_KEY, JobState
from engine.model.order import Edit, Order, OrderHead, OrderState
from engine.model.order_history import OnceWrite, OrderHistory
from engine.ports import NotFound
from rules.messages import Text
from storage.bulk import insert_many
from storage.columns import UtcDateTime
from storage.orders.columns import order_values
from storage.orders.due import due_or_promised
from storage.orders.finding import FEW
from storage.orders.tables import HAS_ORIGIN, IS_HELD, MAY_CHANGE, NO_STORE, of_store
from storage.orders.term_rows import add_terms, keep_channels, replace_terms
from storage.orders.terms import WORD, words_of
from storage.statements import in_parts, not_found
from storage.tables import JobRow, OrderFlagRow, OrderRow, OrderTermRow, StoreRow

_ORDER = Text("order", "pedido")
_ORDERS_A_PAGE = 200

ORDER_COLUMNS = (
    OrderRow.id,
    OrderRow.account_id,
    OrderRow.store_id,
    OrderRow.external_id,
    OrderRow.external_order_id,
    OrderRow.order_number,
    OrderRow.revision,
    OrderRow.source_version,
    OrderRow.origin,
    OrderRow.channel,
    OrderRow.imported_at,
    OrderRow.updated_at,
    OrderRow.state,
    OrderRow.state_reason,
    OrderRow.erased_at,
    OrderRow.decision_id,
    OrderRow.flags,
    OrderRow.matched,
    OrderRow.applied_once,
    OrderRow.held_by,
    OrderRow.once_writes,
    OrderRow.flagged_untold,
    OrderRow.outdated,
    OrderRow.holds,
    OrderRow.defaults,
    OrderRow.rules,
    OrderRow.person,
    OrderRow.edits,
    OrderRow.source,
)

_HEAD = (
    OrderRow.id,
    OrderRow.external_id,
    OrderRow.revision,
    OrderRow.state,
    OrderRow.source_version,
    OrderRow.channel,
    OrderRow.state_reason,
)


# An order that was on hold before is so since then.
_HELD_SINCE = case(
    (
        bindparam("held", type_=OrderRow.held.type),
        func.coalesce(OrderRow.held_since, bindparam("held_since", type_=UtcDateTime())),
    ),
    else_=None,
)


class SqlOrders:
    """Implements `engine.ports.Orders`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def heads(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> dict[str, OrderHead]:
        heads = {}
        for part in in_parts(external_ids):
            rows = self._connection.execute(select(*_HEAD).where(of_store(account_id, store_id), OrderRow.external_id.in_(part)))
            for order_id, external_id, revision, state, source_version, channel, reason in rows:
                head = OrderHead(order_id, external_id, revision, OrderState(state), source_version, channel, reason)
                heads[external_id] = head
        return heads

    def homes(self, account_id: str, origin: str, external_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        homes: dict[str, tuple[str, str | None]] = {}
        for part in in_parts(external_ids):
            # The index is of orders with an origin: SQLite uses it only where the query says so in the same words.
            wanted = (OrderRow.account_id == account_id, OrderRow.origin == origin, HAS_ORIGIN, OrderRow.external_id.in_(part))
            query = select(OrderRow.external_id, OrderRow.id, OrderRow.store_id).where(*wanted)
            homes.update(
                (external_id, (order_id, store_id)) for external_id, order_id, store_id in self._connection.execute(query)
            )
        return homes

    def move(self, account_id: str, order_ids: Sequence[str], store_id: str) -> None:
        for part in in_parts(order_ids):
            wanted = (OrderRow.account_id == account_id, OrderRow.id.in_(part), _has_store(account_id, store_id))
            self._connection.execute(update(OrderRow).where(*wanted).values(_moved_to(store_id)))

    def move_all(
        self, account_id: str, from_store: str, to_store: str, channels: Collection[str] | None, *, unknown: bool
    ) -> int:
        wanted: ColumnElement[bool] = OrderRow.channel != ""
        if channels is not None:
            wanted = OrderRow.channel.in_(sorted(channels))
        if unknown:
            wanted = or_(wanted, OrderRow.channel == "")
        moved = self._connection.execute(
            update(OrderRow)
            .where(OrderRow.account_id == account_id, OrderRow.store_id == from_store, wanted, _has_store(account_id, to_store))
            .values(_moved_to(to_store))
        )
        return moved.rowcount

    def keep_channels(self, account_id: str, store_id: str, channels: Mapping[str, str]) -> None:
        keep_channels(self._connection, account_id, store_id, channels)

    def get(self, account_id: str, order_id: str, *, for_change: bool = False) -> Order:
        query = select(*ORDER_COLUMNS).where(OrderRow.id == order_id, OrderRow.account_id == account_id)
        row = self._connection.execute(_locking(query, for_change)).first()
        if row is None:
            raise no_order(order_id)
        return to_order(row)

    def get_many(self, account_id: str, order_ids: Sequence[str], *, for_change: bool = False) -> list[Order]:
        """Those among them that the account has, by id, ascending."""
        orders = []
        for part in in_parts(sorted(set(order_ids))):
            query = select(*ORDER_COLUMNS).where(OrderRow.account_id == account_id, OrderRow.id.in_(part)).order_by(OrderRow.id)
            orders += [to_order(row) for row in self._connection.execute(_locking(query, for_change))]
        return orders

    def ids_of_orders(self, account_id: str, store_id: str, external_order_ids: Sequence[str]) -> list[str]:
        found: list[str] = []
        for part in in_parts(external_order_ids):
            query = select(OrderRow.external_id).where(of_store(account_id, store_id), OrderRow.external_order_id.in_(part))
            found += self._connection.scalars(query.order_by(OrderRow.external_id))
        return found

    def ids_by_order(self, account_id: str, store_id: str, external_order_ids: Sequence[str]) -> list[str]:
        found: list[str] = []
        for part in in_parts(sorted(set(external_order_ids))):
            query = select(OrderRow.id).where(of_store(account_id, store_id), OrderRow.external_order_id.in_(part))
            found += sorted(self._connection.scalars(query))  # to have them in order, SQLite would look through the whole store
        return found

    def list_to_recipient(self, account_id: str, name: str, postal_code: str, limit: int) -> list[Order]:
        words, place = sorted(words_of(name), key=len), words_of(postal_code)
        if not words or not place:
            return []
        named = (OrderTermRow.account_id == account_id, OrderTermRow.term == f"{WORD}:{words[-1]}")
        newest = select(OrderTermRow.order_id).where(*named).order_by(OrderTermRow.order_id.desc()).limit(FEW).subquery()
        of_place = aliased(OrderTermRow)
        there = exists().where(
            of_place.account_id == account_id, of_place.term == f"{WORD}:{place[0]}", of_place.order_id == newest.c.order_id
        )
        may_leave = OrderRow.state.in_((OrderState.OPEN.value, OrderState.REJECTED_FULFILLMENT.value))
        ids = select(OrderRow.id).join(newest, newest.c.order_id == OrderRow.id).where(there, may_leave)
        wanted = ids.order_by(OrderRow.id.desc()).limit(limit).subquery()
        query = select(*ORDER_COLUMNS).join(wanted, wanted.c.id == OrderRow.id).order_by(OrderRow.id.desc())
        return [to_order(row) for row in self._connection.execute(query)]

    def list_by_number(self, account_id: str, store_id: str, number: str) -> list[Order]:
        # One look into an index for each name: for alternatives joined by OR, SQLite would look through the whole store.
        names = (OrderRow.order_number, OrderRow.external_order_id, OrderRow.reference, OrderRow.external_id)
        named = union(*(select(OrderRow.id).where(of_store(account_id, store_id), name == number) for name in names))
        query = select(*ORDER_COLUMNS).where(OrderRow.id.in_(named)).order_by(OrderRow.id)
        return [to_order(row) for row in self._connection.execute(query)]

    def add_many(self, orders: Sequence[Order], run_id: str) -> None:
        rows = [order_values(order) for order in orders]
        for row in rows:
            row["last_seen_run"] = run_id
        insert_many(self._connection, OrderRow, rows)
        add_terms(self._connection, rows)
        self._add_flags(orders)

    def update_many(self, orders: Sequence[Order]) -> None:
        if not orders:
            return
        rows = [order_values(order) for order in orders]
        replace_terms(self._connection, rows)
        for row in rows:
            row["its_id"] = row.pop("id")
            row["its_account_id"] = row.pop("account_id")
        kept = ("its_id", "its_account_id")
        written: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name not in kept}
        written["due_key"] = due_or_promised(bindparam("due_key", type_=OrderRow.due_key.type))
        written["held_since"] = _HELD_SINCE
        self._connection.execute(
            update(OrderRow)
            .where(OrderRow.id == bindparam("its_id"), OrderRow.account_id == bindparam("its_account_id"))
            .values(written),
            rows,
        )
        owners = func.coalesce(OrderFlagRow.account_id, "").in_({order.account_id for order in orders})  # led by the orders
        for part in in_parts([order.id for order in orders]):
            self._connection.execute(delete(OrderFlagRow).where(OrderFlagRow.order_id.in_(part), owners))
        self._add_flags(orders)

    def _add_flags(self, orders: Sequence[Order]) -> None:
        flags = [
            {"account_id": order.account_id, "flag": flag, "order_id": order.id}
            for order in orders
            for flag in dict.fromkeys(order.flags)
        ]
        insert_many(self._connection, OrderFlagRow, flags)

    def update_source_versions(self, account_id: str, store_id: str, source_versions: Mapping[str, str]) -> None:
        if source_versions:
            self._connection.execute(
                update(OrderRow)
                .where(of_store(account_id, store_id), OrderRow.external_id == bindparam("its_external_id"))
                .values(source_version=bindparam("its_version")),
                [
                    {"its_external_id": external_id, "its_version": source_version}
                    for external_id, source_version in source_versions.items()
                ],
            )

    def forget_source_versions(self, account_id: str, store_id: str) -> None:
        versioned = (of_store(account_id, store_id), MAY_CHANGE, OrderRow.source_version != "")
        self._connection.execute(update(OrderRow).where(*versioned).values(source_version=""))

    def mark_seen(self, account_id: str, store_id: str, external_ids: Sequence[str], run_id: str) -> None:
        for part in in_parts(external_ids):
            self._connection.execute(
                update(OrderRow)
                .where(of_store(account_id, store_id), OrderRow.external_id.in_(part))
                .values(last_seen_run=run_id)
            )

    def list_unseen(self, account_id: str, store_id: str, run_id: str, after: str, limit: int) -> list[str]:
        """As the protocol says; unshipped means that the store's document may still change the order."""
        unseen = or_(OrderRow.last_seen_run.is_(None), OrderRow.last_seen_run != run_id)
        query = (
            select(OrderRow.external_id)
            .where(of_store(account_id, store_id), OrderRow.external_id > after, MAY_CHANGE, unseen)
            .order_by(OrderRow.external_id)
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def list_ids(self, account_id: str, statuses: Sequence[str], after: str, limit: int) -> list[str]:
        # One look into the index for each status: for all at once SQLite would look through the whole account.
        found: list[str] = []
        for status in statuses:
            wanted = (OrderRow.account_id == account_id, OrderRow.status == status, OrderRow.id > after)
            found += self._connection.scalars(select(OrderRow.id).where(*wanted).order_by(OrderRow.id).limit(limit))
        return sorted(found)[:limit]

    def list_held(self, account_id: str) -> list[Order]:
        query = select(*ORDER_COLUMNS).where(OrderRow.account_id == account_id, IS_HELD).order_by(OrderRow.id)
        return [to_order(row) for row in self._connection.execute(query)]

    def list_ended_holds(self, now: datetime, limit: int) -> list[EndedHold]:
        key = literal(RELEASE_KEY).concat(OrderRow.id).concat(":").concat(func.coalesce(OrderRow.decision_id, ""))
        tended = (JobState.DUE.value, JobState.RUNNING.value, JobState.DEAD.value)
        query = (
            select(OrderRow.account_id, OrderRow.id, OrderRow.decision_id)
            .where(OrderRow.held_until <= now, ~exists().where(JobRow.key == key, JobRow.state.in_(tended)))
            .order_by(OrderRow.held_until)
            .limit(limit)
        )
        return [EndedHold(*row) for row in self._connection.execute(query)]

    def stream(self, account_id: str) -> Iterator[Order]:
        after = ""
        while True:
            rows = self._connection.execute(
                select(*ORDER_COLUMNS)
                .where(OrderRow.account_id == account_id, OrderRow.id > after)
                .order_by(OrderRow.id)
                .limit(_ORDERS_A_PAGE)
            ).all()
            yield from map(to_order, rows)
            if len(rows) < _ORDERS_A_PAGE:
                return
            after = rows[-1].id

    def list_changeable(self, account_id: str, limit: int, *, before: str | None = None) -> list[str]:
        behind = () if before is None else (OrderRow.id < before,)
        stores = self._connection.scalars(select(StoreRow.id).where(StoreRow.account_id == account_id)).all()
        found: list[str] = []
        for store_id in stores:  # each has an index of them; in their order SQLite would look through all that ever were
            found += self._connection.scalars(select(OrderRow.id).where(of_store(account_id, store_id), MAY_CHANGE, *behind))
        found += self._connection.scalars(
            select(OrderRow.id).where(OrderRow.account_id == account_id, NO_STORE, MAY_CHANGE, *behind).order_by(OrderRow.id)
        )
        return sorted(found, reverse=True)[:limit]

    def count(self, account_id: str) -> int:
        query = select(func.count()).select_from(OrderRow).where(OrderRow.account_id == account_id)
        return int(self._connection.execute(query).scalar_one())

    def list_newest(self, account_id: str, before: str | None, limit: int) -> list[tuple[str, str]]:
        newest = select(OrderRow.id, OrderRow.order_number).where(OrderRow.account_id == account_id)
        if before is not None:
            newest = newest.where(OrderRow.id < before)
        rows = self._connection.execute(newest.order_by(OrderRow.id.desc()).limit(limit)).all()
        return [(order_id, number) for order_id, number in rows]  # by their places, the quickest way

    def history(self, account_id: str, order_id: str) -> OrderHistory:
        row = self._connection.execute(
            select(OrderRow.person, OrderRow.applied_once, OrderRow.held_by).where(
                OrderRow.id == order_id, OrderRow.account_id == account_id
            )
        ).first()
        if row is None:
            raise not_found(_ORDER, order_id)
        return OrderHistory(frozenset(row.person), frozenset(row.applied_once), frozenset(row.held_by))


def _has_store(account_id: str, store_id: str) -> ColumnElement[bool]:
    return exists().where(StoreRow.account_id == account_id, StoreRow.id == store_id)


def _moved_to(store_id: str) -> dict[str, Any]:
    return {"store_id": store_id, "last_seen_run": None}


def _locking(query: Select[Any], for_change: bool) -> Select[Any]:
    """SQLite needs no lock: it has one writer at a time."""
    return query.with_for_update() if for_change else query


def no_order(order_id: str) -> NotFound:
    """What whoever asks for an order of an account is told where it has none of that id."""
    return not_found(_ORDER, order_id)


def to_order(row: Row[Any]) -> Order:
    """An order of its columns; whatever else a row has is left aside."""
    return Order(
        id=row.id,
        account_id=row.account_id,
        store_id=row.store_id,
        external_id=row.external_id,
        external_order_id=row.external_order_id,
        order_number=row.order_number,
        revision=row.revision,
        source_version=row.source_version,
        origin=row.origin,
        channel=row.channel,
        source=row.source,
        imported_at=row.imported_at,
        updated_at=row.updated_at,
        state=OrderState(row.state),
        defaults=row.defaults,
        rules=row.rules,
        person=row.person,
        edits={name: Edit(actor, datetime.fromisoformat(at)) for name, (actor, at) in row.edits.items()},
        flags=tuple(row.flags),
        matched=tuple(row.matched),
        decision_id=row.decision_id,
        state_reason=row.state_reason,
        erased_at=row.erased_at,
        applied_once=tuple(row.applied_once),
        held_by=tuple(row.held_by),
        once_writes=tuple(OnceWrite(*write) for write in row.once_writes),
        outdated=row.outdated,
        flagged_untold=row.flagged_untold,
        holds=row.holds,
    )
