"""Published versions of the accounts' rule sets."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select

from engine.model.rule_set import RuleSetVersion
from rules.messages import Text
from storage.rule_sets.versions import values_of_version, version_of
from storage.statements import in_parts, not_found
from storage.tables import AccountRow, PublishedRuleSetRow, RuleSetVersionRow

_VERSION = Text("rule-set version", "versión de reglas")
_PUBLISHED = (
    select(RuleSetVersionRow)
    .join(PublishedRuleSetRow, PublishedRuleSetRow.version_id == RuleSetVersionRow.id)
    .where(PublishedRuleSetRow.account_id == bindparam("account"), RuleSetVersionRow.account_id == bindparam("account"))
    .order_by(PublishedRuleSetRow.position)
)


class SqlRuleSets:
    """Implements `engine.ports.RuleSets`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_published(self, account_id: str, *, for_change: bool = False) -> list[RuleSetVersion]:
        if for_change:  # the account's row, because there may be no set yet whose row could be locked
            self._connection.execute(select(AccountRow.id).where(AccountRow.id == account_id).with_for_update())
        return [version_of(row) for row in self._connection.execute(_PUBLISHED, {"account": account_id}).mappings()]

    def arrange(self, account_id: str, version_ids: Sequence[str]) -> None:
        self.get_versions(account_id, version_ids)  # raises NotFound
        self._connection.execute(delete(PublishedRuleSetRow).where(PublishedRuleSetRow.account_id == account_id))
        if version_ids:
            self._connection.execute(
                insert(PublishedRuleSetRow),
                [
                    {"account_id": account_id, "position": position, "version_id": version_id}
                    for position, version_id in enumerate(version_ids, 1)
                ],
            )

    def add_version(self, version: RuleSetVersion) -> None:
        self._connection.execute(insert(RuleSetVersionRow), values_of_version(version))

    def get_versions(self, account_id: str, version_ids: Sequence[str]) -> list[RuleSetVersion]:
        found: dict[str, RuleSetVersion] = {}
        for part in in_parts(version_ids):
            rows = self._connection.execute(
                select(RuleSetVersionRow).where(RuleSetVersionRow.id.in_(part), RuleSetVersionRow.account_id == account_id)
            ).mappings()
            found |= {row["id"]: version_of(row) for row in rows}
        for version_id in version_ids:
            if version_id not in found:
                raise not_found(_VERSION, version_id)
        return [found[version_id] for version_id in version_ids]

    def find_version(self, account_id: str, set_slug: str, number: int | None = None) -> RuleSetVersion | None:
        versions = select(RuleSetVersionRow).where(
            RuleSetVersionRow.account_id == account_id, RuleSetVersionRow.set_slug == set_slug
        )
        if number is not None:
            versions = versions.where(RuleSetVersionRow.number == number)
        row = self._connection.execute(versions.order_by(RuleSetVersionRow.number.desc()).limit(1)).mappings().first()
        return None if row is None else version_of(row)

    def list_versions(
        self, account_id: str, set_slug: str, *, below: int | None = None, limit: int | None = None
    ) -> list[RuleSetVersion]:
        row = RuleSetVersionRow
        query = select(row).where(row.account_id == account_id, row.set_slug == set_slug)
        if below is not None:
            query = query.where(row.number < below)
        rows = self._connection.execute(query.order_by(row.number.desc()).limit(limit)).mappings()
        return [version_of(one) for one in rows]

    def list_slugs(self, account_id: str) -> list[str]:
        slugs = select(RuleSetVersionRow.set_slug).where(RuleSetVersionRow.account_id == account_id).distinct()
        return list(self._connection.execute(slugs.order_by(RuleSetVersionRow.set_slug)).scalars())
