"""Published versions of the accounts' rules."""

from __future__ import annotations

from sqlalchemy import Connection, func, insert, select

from engine.model.rule_set import RuleSetVersion
from rules.messages import Text
from storage.repositories.statements import not_found, upsert, values_of
from storage.tables import AccountRow, PublishedRuleSetRow, RuleSetVersionRow

_VERSION = Text("rule-set version", "versión de reglas")


class SqlRuleSets:
    """Implements `engine.ports.RuleSets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publish(self, version: RuleSetVersion) -> None:
        self._connection.execute(insert(RuleSetVersionRow), values_of(version))
        pointer = upsert(self._connection, PublishedRuleSetRow)
        self._connection.execute(
            pointer.on_conflict_do_update(index_elements=["account_id"], set_={"version_id": pointer.excluded.version_id}),
            {"account_id": version.account_id, "version_id": version.id},
        )

    def find_published(self, account_id: str) -> RuleSetVersion | None:
        row = (
            self._connection.execute(
                select(RuleSetVersionRow)
                .join(PublishedRuleSetRow, PublishedRuleSetRow.version_id == RuleSetVersionRow.id)
                .where(PublishedRuleSetRow.account_id == account_id)
            )
            .mappings()
            .first()
        )
        return None if row is None else RuleSetVersion(**row)

    def get_version(self, account_id: str, version_id: str) -> RuleSetVersion:
        row = (
            self._connection.execute(
                select(RuleSetVersionRow).where(RuleSetVersionRow.id == version_id, RuleSetVersionRow.account_id == account_id)
            )
            .mappings()
            .first()
        )
        if row is None:
            raise not_found(_VERSION, version_id)
        return RuleSetVersion(**row)

    def next_number(self, account_id: str) -> int:
        """1 for the first version. Until the transaction ends nobody else gets a number for this account."""
        self._connection.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update())
        last = self._connection.execute(
            select(func.max(RuleSetVersionRow.number)).where(RuleSetVersionRow.account_id == account_id)
        ).scalar()
        return (last or 0) + 1
