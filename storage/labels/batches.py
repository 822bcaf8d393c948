"""Labels that were asked for together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, select, update

from engine.model.label import Label, LabelState
from engine.model.label_batch import BatchedOrder, BatchResult, BatchState, LabelBatch, Outcome
from rules.messages import Text
from storage.labels.repositories import to_label
from storage.statements import in_parts, not_found, values_of
from storage.tables import LabelBatchOrderRow, LabelBatchRow, LabelRow, OrderRow, ParcelRow

_BATCH = Text("batch of labels", "lote de etiquetas")
_OUTCOMES: Mapping[LabelState, Outcome] = {
    LabelState.INTENT: Outcome.BUYING,
    LabelState.UNKNOWN: Outcome.UNKNOWN,
    LabelState.REFUSED: Outcome.REFUSED,
    LabelState.VOIDED: Outcome.VOIDED,
}  # any other is bought
_LABELS_AT_ONCE = 100  # they are large


class SqlLabelBatches:
    """Implements `engine.ports.LabelBatches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: LabelBatch, order_ids: Sequence[str]) -> None:
        self._connection.execute(insert(LabelBatchRow).values(values_of(batch)))
        owner = {"batch_id": batch.id, "account_id": batch.account_id, "label_id": None, "code": "", "refusal": None}
        rows = [{**owner, "position": position, "order_id": order_id} for position, order_id in enumerate(order_ids)]
        self._connection.execute(insert(LabelBatchOrderRow), rows)

    def update(self, batch: LabelBatch) -> None:
        row = LabelBatchRow
        changed = {"state": batch.state.value, "problem": batch.problem, "begun_at": batch.begun_at}
        own = (row.id == batch.id, row.account_id == batch.account_id)
        self._connection.execute(update(row).where(*own).values(changed))

    def get(self, account_id: str, batch_id: str, *, for_change: bool = False) -> LabelBatch:
        query = select(LabelBatchRow.__table__).where(LabelBatchRow.id == batch_id, LabelBatchRow.account_id == account_id)
        row = self._connection.execute(query.with_for_update() if for_change else query).mappings().first()
        if row is None:
            raise not_found(_BATCH, batch_id)
        return _to_batch(row)

    def list_for(self, account_id: str, limit: int) -> list[LabelBatch]:
        row = LabelBatchRow
        query = select(row.__table__).where(row.account_id == account_id).order_by(row.created_at.desc(), row.id.desc())
        return [_to_batch(found) for found in self._connection.execute(query.limit(limit)).mappings()]

    def next_orders(self, account_id: str, batch_id: str, limit: int) -> list[str]:
        row = LabelBatchOrderRow
        waiting = (*_of(account_id, batch_id), row.label_id.is_(None), row.code == "")
        return list(self._connection.scalars(select(row.order_id).where(*waiting).order_by(row.position).limit(limit)))

    def keep_results(self, account_id: str, batch_id: str, results: Mapping[str, BatchResult]) -> None:
        row = LabelBatchOrderRow
        changing = (
            update(row.__table__)  # type: ignore[arg-type]
            .where(row.batch_id == batch_id, row.account_id == account_id, row.order_id == bindparam("of_order"))
            .values(label_id=bindparam("label_id"), code=bindparam("code"), refusal=bindparam("refusal"))
        )
        if results:
            self._connection.execute(changing, [{"of_order": order_id, **values_of(one)} for order_id, one in results.items()])

    def forget_refusals(self, account_id: str, batch_id: str) -> int:
        row = LabelBatchOrderRow
        refused_labels = select(LabelRow.id).where(LabelRow.account_id == account_id, LabelRow.state == LabelState.REFUSED.value)
        refused = (row.code != "") | row.label_id.in_(refused_labels)
        again = update(row).where(*_of(account_id, batch_id), refused).values(label_id=None, code="", refusal=None)
        return self._connection.execute(again).rowcount

    def labels_of(self, account_id: str, batch_id: str, states: Collection[LabelState]) -> list[Label]:
        row, label = LabelBatchOrderRow, LabelRow
        query = (
            select(label)
            .join(row, row.label_id == label.id)
            .where(*_of(account_id, batch_id), label.account_id == account_id, label.state.in_([one.value for one in states]))
            .order_by(row.position)
        )
        return [to_label(found) for found in self._connection.execute(query).mappings()]

    def list_orders(self, account_id: str, batch_id: str) -> list[BatchedOrder]:
        row, order = LabelBatchOrderRow, OrderRow
        query = (
            select(row.position, row.order_id, row.label_id, row.code, row.refusal, order.order_number)
            .join(order, order.id == row.order_id)
            .where(*_of(account_id, batch_id), order.account_id == account_id)
            .order_by(row.position)
        )
        rows = self._connection.execute(query).all()
        ids = [found.label_id for found in rows if found.label_id is not None]
        labels, numbers = self._labels(account_id, ids), self._numbers(account_id, ids)
        return [_to_order(found, labels.get(found.label_id), numbers.get(found.label_id, ())) for found in rows]

    def count(self, account_id: str, batch_ids: Sequence[str]) -> dict[str, dict[Outcome, int]]:
        row, label = LabelBatchOrderRow, LabelRow
        found: dict[str, dict[Outcome, int]] = {}
        for part in in_parts(batch_ids):
            query = (
                select(row.batch_id, row.code, label.state, func.count().label("orders"))
                .outerjoin(label, label.id == row.label_id)
                .where(row.account_id == account_id, row.batch_id.in_(part))
                .group_by(row.batch_id, row.code, label.state)
            )
            for one in self._connection.execute(query):
                outcome = _outcome(None if one.state is None else LabelState(one.state), bool(one.code))
                counts = found.setdefault(one.batch_id, {})
                counts[outcome] = counts.get(outcome, 0) + one.orders
        return found

    def _labels(self, account_id: str, ids: Sequence[str]) -> dict[str, Label]:
        found: dict[str, Label] = {}
        for start in range(0, len(ids), _LABELS_AT_ONCE):
            part = ids[start : start + _LABELS_AT_ONCE]
            query = select(LabelRow).where(LabelRow.account_id == account_id, LabelRow.id.in_(part))
            found |= {row["id"]: to_label(row) for row in self._connection.execute(query).mappings()}
        return found

    def _numbers(self, account_id: str, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Tracking numbers by label."""
        row, label = ParcelRow, LabelRow
        found: dict[str, tuple[str, ...]] = {}
        for part in in_parts(ids):
            query = (
                select(label.id, row.tracking_number)
                .join(row, row.shipment_id == label.shipment_id)
                .where(label.account_id == account_id, label.id.in_(part), row.account_id == account_id)
                .order_by(label.id, row.position)
            )
            for label_id, number in self._connection.execute(query):
                found[label_id] = (*found.get(label_id, ()), *([number] if number else []))
        return found


def _of(account_id: str, batch_id: str) -> tuple[ColumnElement[bool], ...]:
    return LabelBatchOrderRow.batch_id == batch_id, LabelBatchOrderRow.account_id == account_id


def _to_batch(row: Mapping[Any, Any]) -> LabelBatch:
    return LabelBatch(**{**row, "state": BatchState(row["state"])})


def _to_order(row: Any, label: Label | None, numbers: tuple[str, ...]) -> BatchedOrder:
    return BatchedOrder(
        position=row.position,
        order_id=row.order_id,
        order_number=row.order_number,
        outcome=_outcome(None if label is None else label.state, bool(row.code)),
        code=row.code or ("carrier_refused" if label is not None and label.state is LabelState.REFUSED else ""),
        reason=row.refusal if label is None else label.error,
        label=label,
        tracking_numbers=numbers,
    )


def _outcome(state: LabelState | None, is_refused: bool) -> Outcome:
    if state is None:
        return Outcome.REFUSED if is_refused else Outcome.WAITING
    return _OUTCOMES.get(state, Outcome.BOUGHT)
