"""Repository of comparisons and differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, func, not_, or_, select

from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.reconciliation import (
    Difference,
    DifferenceKind,
    OpenHere,
    Part,
    Reconciliation,
    TellingState,
    UntoldShipment,
    WithProvider,
)
from storage.orders.tables import MAY_CHANGE, of_store
from storage.reconciliation.holding import OPEN_STATES, on_its_way_to_nobody, still_holds
from storage.reconciliation.questions import untold_shipments, with_providers
from storage.statements import upsert, values_of
from storage.tables import DifferenceRow, OrderRow, ReconciliationRow, StoreRow

_CHANGING = ("last_seen", "detail", "external_id", "order_number", "order_id", "who")


class SqlReconciliations:
    """Implements `engine.ports.Reconciliations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, account_id: str, store_id: str) -> Reconciliation | None:
        row = ReconciliationRow
        query = select(row.__table__).where(row.account_id == account_id, row.store_id == store_id)
        found = self._connection.execute(query).first()
        return None if found is None else _to_reconciliation(found)

    def list_for(self, account_id: str) -> dict[str, Reconciliation]:
        query = select(ReconciliationRow.__table__).where(ReconciliationRow.account_id == account_id)
        return {row.store_id: _to_reconciliation(row) for row in self._connection.execute(query)}

    def put(self, one: Reconciliation) -> None:
        if not self._has_store(one.account_id, one.store_id):
            return
        values = values_of(one)
        statement = upsert(self._connection, ReconciliationRow).values(values)
        replaced = {name: value for name, value in values.items() if name != "store_id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["store_id"], set_=replaced))

    def keep(self, account_id: str, store_id: str, found: Sequence[Difference]) -> None:
        own = [one for one in found if (one.account_id, one.store_id) == (account_id, store_id)]
        if own and self._has_store(account_id, store_id):
            statement = upsert(self._connection, DifferenceRow)
            statement = statement.on_conflict_do_update(
                index_elements=["store_id", "kind", "subject"],
                set_={name: statement.excluded[name] for name in _CHANGING},
                where=DifferenceRow.account_id == statement.excluded["account_id"],
            )
            ordered = sorted(own, key=lambda one: (one.kind, one.subject))  # two transactions must not wait for each other
            self._connection.execute(statement, [values_of(one) for one in ordered])
        self.drop_settled(account_id, store_id)

    def drop_settled(self, account_id: str, store_id: str) -> None:
        self._connection.execute(delete(DifferenceRow).where(*_of_store(account_id, store_id), not_(still_holds())))

    def list_unseen(
        self, account_id: str, store_id: str, kinds: Sequence[DifferenceKind], before: datetime, limit: int
    ) -> list[Difference]:
        query = select(DifferenceRow.__table__).where(*_of_store(account_id, store_id), *_unseen(kinds, before))
        return self._list(query.order_by(DifferenceRow.kind, DifferenceRow.subject).limit(limit))

    def end_unseen(self, account_id: str, store_id: str, kinds: Sequence[DifferenceKind], before: datetime) -> int:
        return self._connection.execute(
            delete(DifferenceRow).where(*_of_store(account_id, store_id), *_unseen(kinds, before))
        ).rowcount

    def find_difference(self, account_id: str, store_id: str, kind: DifferenceKind, subject: str) -> Difference | None:
        row = DifferenceRow
        same = (row.kind == kind.value, row.subject == subject, still_holds())
        found = self._list(select(row.__table__).where(*_of_store(account_id, store_id), *same))
        return found[0] if found else None

    def page(
        self,
        account_id: str,
        store_id: str,
        kind: DifferenceKind | None,
        *,
        after: tuple[datetime, str] | None = None,
        limit: int,
    ) -> list[Difference]:
        row = DifferenceRow
        query = select(row.__table__).where(*_of_store(account_id, store_id), still_holds())
        place = row.kind + ":" + row.subject
        if kind is not None:
            query = query.where(row.kind == kind.value)
        if after is not None:
            at, last = after
            query = query.where(row.first_seen >= at, or_(row.first_seen > at, place > last))
        return self._list(query.order_by(row.first_seen, place).limit(limit))

    def count(self, account_id: str, store_id: str | None = None) -> dict[tuple[str, DifferenceKind], int]:
        row = DifferenceRow
        wanted = (row.account_id == account_id,) if store_id is None else _of_store(account_id, store_id)
        query = select(row.store_id, row.kind, func.count()).where(*wanted, still_holds()).group_by(row.store_id, row.kind)
        return {(found, DifferenceKind(kind)): number for found, kind, number in self._connection.execute(query)}

    def open_orders(self, account_id: str, store_id: str, after: str, limit: int) -> list[OpenHere]:
        query = _open_here().where(of_store(account_id, store_id), MAY_CHANGE, OrderRow.state.in_(OPEN_STATES))
        wanted = query.where(OrderRow.external_id > after).order_by(OrderRow.external_id).limit(limit)
        return [OpenHere(*found) for found in self._connection.execute(wanted)]

    def with_providers(self, account_id: str, store_id: str, after: str, limit: int) -> list[WithProvider]:
        query = with_providers(account_id, store_id, after).limit(limit)
        return [_to_request(row) for row in self._connection.execute(query)]

    def not_asked(self, account_id: str, store_id: str, limit: int) -> list[OpenHere]:
        query = _open_here().where(of_store(account_id, store_id), MAY_CHANGE, on_its_way_to_nobody())
        return [OpenHere(*found) for found in self._connection.execute(query.order_by(OrderRow.external_id).limit(limit))]

    def untold(self, account_id: str, store_id: str, before: datetime, limit: int) -> list[UntoldShipment]:
        query = untold_shipments(account_id, store_id, before).limit(limit)
        return [_to_shipment(row) for row in self._connection.execute(query)]

    def forget(self, before: datetime) -> None:
        self._connection.execute(delete(DifferenceRow).where(DifferenceRow.last_seen < before))

    def _has_store(self, account_id: str, store_id: str) -> bool:
        own = select(exists().where(StoreRow.id == store_id, StoreRow.account_id == account_id))
        return bool(self._connection.execute(own).scalar())

    def _list(self, query: Any) -> list[Difference]:
        return [_to_difference(row) for row in self._connection.execute(query).mappings()]


def _of_store(account_id: str, store_id: str) -> tuple[ColumnElement[bool], ...]:
    row = DifferenceRow
    return row.store_id == store_id, func.coalesce(row.account_id, "") == account_id


def _unseen(kinds: Sequence[DifferenceKind], before: datetime) -> tuple[ColumnElement[bool], ...]:
    return DifferenceRow.kind.in_([kind.value for kind in kinds]), DifferenceRow.last_seen < before


def _open_here() -> Any:
    return select(OrderRow.id, OrderRow.external_id, OrderRow.order_number)


def _to_reconciliation(row: Row[Any]) -> Reconciliation:
    return Reconciliation(**{**row._mapping, "part": None if row.part is None else Part(row.part)})


def _to_difference(row: Any) -> Difference:
    return Difference(**{**row, "kind": DifferenceKind(row["kind"])})


def _to_request(row: Row[Any]) -> WithProvider:
    return WithProvider(
        request_id=row.id,
        order_id=row.order_id,
        order_number=row.order_number,
        external_id=row.external_id,
        order_state=OrderState(row.state),
        who=row.who or "",
        due_at=max(row.created_at, row.not_before or row.created_at),
        connection_id=row.connection_id,
        copy_state=None if row.copy_state is None else OrderState(row.copy_state),
        copy_changed_at=row.copy_changed_at,
        is_integrated=row.system_id is not None,
        is_taken=bool(row.acknowledged) and not row.unclear,
    )


def _to_shipment(row: Row[Any]) -> UntoldShipment:
    telling = TellingState.FAILING if row.attempts else TellingState.PENDING
    if row.state == JobState.DEAD.value:
        telling = TellingState.GIVEN_UP
    return UntoldShipment(
        shipment_id=row.shipment_id,
        order_id=row.order_id,
        order_number=row.order_number,
        external_id=row.external_id,
        since=row.shipped_at or row.created_at,
        telling=telling,
    )
