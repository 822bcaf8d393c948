"""Bulk actions, each with its orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from engine.model.bulk_action import BulkAction, BulkOrder, BulkOutcome, BulkResult, BulkState
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence
from rules.messages import Text
from storage.statements import in_parts, not_found, upsert, values_of
from storage.tables import BulkActionOrderRow, BulkActionRow, OrderRow

_ACTION = Text("bulk action", "acción en bloque")
_CHANGING = ("done", "unchanged", "refused", "ended_at", "problem")
_ROWS_AT_ONCE = 1000


class SqlBulkActions:
    """Implements `engine.ports.BulkActions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, action: BulkAction, order_ids: Sequence[str]) -> bool:
        values = {**values_of(action), "parameters": dict(action.parameters)}
        new = upsert(self._connection, BulkActionRow).values(values).on_conflict_do_nothing(index_elements=("account_id", "key"))
        if self._connection.scalar(new.returning(BulkActionRow.id)) is None:
            return False
        fixed = {"action_id": action.id, "account_id": action.account_id, "outcome": BulkOutcome.WAITING.value}
        rows = [
            {**fixed, "position": place, "order_id": id_, "said": None, "before": None} for place, id_ in enumerate(order_ids)
        ]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            self._connection.execute(insert(BulkActionOrderRow), rows[start : start + _ROWS_AT_ONCE])
        return True

    def known_orders(self, account_id: str, order_ids: Sequence[str]) -> set[str]:
        known = set[str]()
        for part in in_parts(order_ids):
            query = select(OrderRow.id).where(OrderRow.account_id == account_id, OrderRow.id.in_(part))
            known.update(self._connection.scalars(query))
        return known

    def update(self, action: BulkAction) -> None:
        changed = {name: getattr(action, name) for name in _CHANGING} | {"state": action.state.value}
        self._connection.execute(update(BulkActionRow).where(*_is(action.account_id, action.id)).values(changed))

    def get(self, account_id: str, action_id: str, *, for_change: bool = False) -> BulkAction:
        query = select(BulkActionRow.__table__).where(*_is(account_id, action_id))
        row = self._connection.execute(query.with_for_update() if for_change else query).mappings().first()
        if row is None:
            raise not_found(_ACTION, action_id)
        return _to_action(row)

    def find(self, account_id: str, key: str) -> BulkAction | None:
        query = select(BulkActionRow.__table__).where(BulkActionRow.account_id == account_id, BulkActionRow.key == key)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _to_action(row)

    def list_for(self, account_id: str, limit: int) -> list[BulkAction]:
        row = BulkActionRow
        query = select(row.__table__).where(row.account_id == account_id).order_by(row.created_at.desc(), row.id.desc())
        return [_to_action(found) for found in self._connection.execute(query.limit(limit)).mappings()]

    def next_orders(self, account_id: str, action_id: str, limit: int) -> list[str]:
        row = BulkActionOrderRow
        query = select(row.order_id).where(*_of(account_id, action_id), row.outcome == BulkOutcome.WAITING.value)
        return list(self._connection.scalars(query.order_by(row.position).limit(limit)))

    def keep_results(self, account_id: str, action_id: str, results: Mapping[str, BulkResult]) -> None:
        row = BulkActionOrderRow
        changing = (
            update(row.__table__)  # type: ignore[arg-type]
            .where(row.order_id == bindparam("of_order"), *_of(account_id, action_id))
            .values(outcome=bindparam("outcome"), said=bindparam("said"), before=bindparam("before"))
        )
        if results:
            self._connection.execute(changing, [{"of_order": id_, **values_of(one)} for id_, one in results.items()])

    def list_orders(
        self, account_id: str, action_id: str, *, outcome: BulkOutcome | None = None, after: int = -1, limit: int
    ) -> list[BulkOrder]:
        row, order = BulkActionOrderRow, OrderRow
        wanted = () if outcome is None else (row.outcome == outcome.value,)
        query = (
            select(row.position, row.order_id, order.order_number, row.outcome, row.said)
            .join(order, order.id == row.order_id)
            .where(*_of(account_id, action_id), *wanted, row.position > after, order.account_id == account_id)
            .order_by(row.position)
            .limit(limit)
        )
        found = self._connection.execute(query).mappings()
        return [BulkOrder(**{**one, "outcome": BulkOutcome(one["outcome"])}) for one in found]

    def list_done(self, account_id: str, action_id: str) -> list[str]:
        row = BulkActionOrderRow
        query = select(row.order_id).where(*_of(account_id, action_id), row.outcome == BulkOutcome.DONE.value)
        return list(self._connection.scalars(query.order_by(row.position)))

    def list_before(self, account_id: str, action_id: str, order_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        row = BulkActionOrderRow
        found: dict[str, Mapping[str, Any]] = {}
        for part in in_parts(order_ids):
            query = select(row.order_id, row.before).where(row.order_id.in_(part), *_of(account_id, action_id))
            found |= {one.order_id: one.before for one in self._connection.execute(query) if one.before is not None}
        return found

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        row, redacted = BulkActionOrderRow, 0
        for part in in_parts(order_ids):
            query = select(row.action_id, row.position, row.said, row.before)
            for one in self._connection.execute(query.where(row.account_id == account_id, row.order_id.in_(part))).all():
                said = None if one.said is None else Sentence(redaction.text(one.said.en), redaction.text(one.said.es))
                if (said, None) != (one.said, one.before):
                    this = (*_of(account_id, one.action_id), row.position == one.position)
                    self._connection.execute(update(row).where(*this).values(said=said, before=None))
                    redacted += 1
        return redacted + self._redact_wishes(account_id, redaction, order_ids)

    def _redact_wishes(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        """What the bulk actions of these orders were given, and the filter, which may have looked for the person."""
        row, redacted = BulkActionRow, 0
        for part in in_parts(order_ids):
            theirs = select(BulkActionOrderRow.action_id).where(BulkActionOrderRow.order_id.in_(part))
            query = select(row.id, row.parameters, row.wanted).where(row.account_id == account_id, row.id.in_(theirs))
            for one in self._connection.execute(query).all():
                left = {name: redaction.text(value) for name, value in one.parameters.items()}
                if (left, "") != (one.parameters, one.wanted):  # a filter may have looked for a part of the name
                    changed = update(row).where(*_is(account_id, one.id)).values(parameters=left, wanted="")
                    self._connection.execute(changed)
                    redacted += 1
        return redacted

    def forget(self, before: datetime) -> None:
        old = (BulkActionRow.created_at < before, BulkActionRow.state != BulkState.RUNNING.value)
        ids = select(BulkActionRow.id).where(*old)
        self._connection.execute(delete(BulkActionOrderRow).where(BulkActionOrderRow.action_id.in_(ids)))
        self._connection.execute(delete(BulkActionRow).where(*old))


def _is(account_id: str, action_id: str) -> tuple[ColumnElement[bool], ...]:
    return BulkActionRow.id == action_id, BulkActionRow.account_id == account_id


def _of(account_id: str, action_id: str) -> tuple[ColumnElement[bool], ...]:
    return BulkActionOrderRow.action_id == action_id, BulkActionOrderRow.account_id == account_id


def _to_action(row: Mapping[Any, Any]) -> BulkAction:
    return BulkAction(**{**row, "state": BulkState(row["state"])})
