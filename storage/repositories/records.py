"""What is kept for people to read: the audit trail and alerts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from storage.repositories.bulk import insert_many
from storage.repositories.statements import values_of
from storage.tables import AlertRow, AuditRow


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
