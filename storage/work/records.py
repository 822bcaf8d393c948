"""What is kept for people to read: the audit trail and alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.redaction import Redaction, personal_values, telling_values
from storage.bulk import insert_many
from storage.statements import in_parts, upsert, values_of
from storage.tables import AlertRow, AuditRedactionRow, AuditRow, RetentionMarkRow

_ROWS_AT_ONCE = 1000  # of a trail that may be long


class SqlAudit:
    """Implements `engine.ports.Audit`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entries: Sequence[AuditEntry]) -> None:
        rows = [
            {
                "account_id": entry.account_id,
                "at": entry.at,
                "actor": entry.actor,
                "action": entry.action,
                "subject_id": entry.subject_id,
                "before": entry.before,
                "after": entry.after,
            }
            for entry in entries
        ]
        insert_many(self._connection, AuditRow, rows)

    def list_for(self, account_id: str, subject_id: str) -> list[AuditEntry]:
        """Oldest first."""
        rows = self._connection.execute(
            select(AuditRow)
            .where(AuditRow.account_id == account_id, AuditRow.subject_id == subject_id)
            .order_by(AuditRow.position)
        )
        return [AuditEntry(row.account_id, row.at, row.actor, row.action, row.subject_id, row.before, row.after) for row in rows]

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        orders, changed = frozenset(order_ids), []
        trail = select(AuditRow).where(AuditRow.account_id == account_id)
        for row in self._connection.execute(trail.execution_options(yield_per=_ROWS_AT_ONCE)):
            redact = redaction.document if row.subject_id in orders else redaction.value
            before, after = redact(row.before), redact(row.after)
            if (before, after) != (row.before, row.after):
                changed.append({"its_position": row.position, "before": before, "after": after})
        self._rewrite([account_id], changed)
        return len(changed)

    def redact_older(self, after: int, before: datetime, limit: int) -> int:
        query = select(AuditRow).where(AuditRow.position > after).order_by(AuditRow.position).limit(limit)
        reached, old = after, []
        for row in self._connection.execute(query):
            if row.at >= before:
                break
            reached = row.position
            if row.action.startswith("order.") and (row.before, row.after) != (None, None):
                old.append(row)
        self._rewrite(
            sorted({row.account_id for row in old}),
            [{"its_position": row.position, "before": _outline(row, "before"), "after": _outline(row, "after")} for row in old],
        )
        return reached

    def _rewrite(self, account_ids: Iterable[str], rows: Sequence[dict[str, Any]]) -> None:
        """The triggers let `before` and `after` be changed as long as the account's row says so."""
        if not rows:
            return
        permissions = [{"account_id": account_id} for account_id in account_ids]
        self._connection.execute(insert(AuditRedactionRow), permissions)
        self._connection.execute(
            update(AuditRow)
            .where(AuditRow.position == bindparam("its_position"))
            .values(before=bindparam("before"), after=bindparam("after")),
            rows,
        )
        self._connection.execute(delete(AuditRedactionRow))


def _outline(row: Row[Any], side: str) -> Any:
    """Without personal fields; what no document is, a status for instance, stays."""
    value = getattr(row, side)
    telling = telling_values(personal_values(value)) if isinstance(value, dict) else ()
    return Redaction(telling).document(value)


class SqlAlerts:
    """Implements `engine.ports.Alerts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, alert: Alert) -> bool:
        return insert_many(self._connection, AlertRow, [values_of(alert)], keep=True) == 1

    def list_for(self, account_id: str) -> list[Alert]:
        rows = self._connection.execute(
            select(AlertRow).where(AlertRow.account_id == account_id).order_by(AlertRow.created_at.desc(), AlertRow.id.desc())
        )
        return [Alert(**row) for row in rows.mappings()]

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Alert]]:
        found: dict[str, list[Alert]] = {}
        own = func.coalesce(AlertRow.account_id, "") == account_id  # the orders lead: an account has many more alerts
        for part in in_parts(order_ids):
            query = select(AlertRow).where(own, AlertRow.order_id.in_(part))
            for row in self._connection.execute(query.order_by(AlertRow.created_at.desc(), AlertRow.id.desc())).mappings():
                found.setdefault(str(row["order_id"]), []).append(Alert(**row))
        return found

    def redact(self, account_id: str, redaction: Redaction) -> int:
        redacted = 0
        for alert in self.list_for(account_id):
            message = redaction.sentence(alert.message)
            if message != alert.message:
                self._connection.execute(update(AlertRow).where(AlertRow.id == alert.id).values(message=message))
                redacted += 1
        return redacted

    def forget(self, before: datetime) -> int:
        return self._connection.execute(delete(AlertRow).where(AlertRow.created_at < before)).rowcount


class SqlRetentionMarks:
    """Implements `engine.ports.RetentionMarks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, kind: str) -> str:
        return self._connection.scalar(select(RetentionMarkRow.reached).where(RetentionMarkRow.kind == kind)) or ""

    def put(self, kind: str, reached: str) -> None:
        statement = upsert(self._connection, RetentionMarkRow)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["kind"], set_={"reached": statement.excluded.reached}),
            {"kind": kind, "reached": reached},
        )
