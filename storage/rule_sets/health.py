"""How rules do: counts by day, and the standing of each published rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, case, delete, func, select

from engine.model.rule_health import RuleCount, RuleStanding
from storage.rule_sets.unhandled import is_unhandled
from storage.statements import in_parts, upsert, values_of
from storage.tables import OrderRow, RuleDayRow, RuleStandingRow

_Key = tuple[str, str, str]  # account, day, rule: the order in which rows are written, so that no two writers block each other


class SqlRuleHealth:
    """Implements `engine.ports.RuleHealth`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: dict[_Key, tuple[int, int, datetime | None]] = {}

    def count(self, account_id: str, day: date, counts: Sequence[RuleCount]) -> None:
        for one in counts:
            key = (account_id, day.isoformat(), one.rule_id)
            matches, errors, last = self._added.get(key, (0, 0, None))
            self._added[key] = matches + one.matches, errors + one.errors, _later(last, one.last_match)

    def write(self) -> None:
        """Write what was added. The last thing that a transaction does: nobody waits for these rows longer than for its end."""
        if not self._added:
            return
        names = ("account_id", "day", "rule_id", "matches", "errors", "last_match")
        rows = [dict(zip(names, (*key, *counted), strict=True)) for key, counted in sorted(self._added.items())]
        self._added.clear()
        statement, row = upsert(self._connection, RuleDayRow), RuleDayRow
        new = statement.excluded
        later = case(
            (new.last_match.is_(None), row.last_match),
            (row.last_match.is_(None), new.last_match),
            (new.last_match > row.last_match, new.last_match),
            else_=row.last_match,
        )
        sums = {"matches": row.matches + new.matches, "errors": row.errors + new.errors, "last_match": later}
        keys = ("account_id", "day", "rule_id")
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=sums), rows)

    def list_counts(self, account_id: str, since: date) -> dict[str, RuleCount]:
        row = RuleDayRow
        counted = row.day >= since.isoformat()
        matches, errors = (func.sum(case((counted, column), else_=0)) for column in (row.matches, row.errors))
        query = (
            select(row.rule_id, matches, errors, func.max(row.last_match, type_=row.last_match.type))
            .where(row.account_id == account_id)
            .group_by(row.rule_id)
        )
        return {one[0]: RuleCount(one[0], int(one[1]), int(one[2]), one[3]) for one in self._connection.execute(query)}

    def forget_counts(self, before: date) -> None:
        self._connection.execute(delete(RuleDayRow).where(RuleDayRow.day < before.isoformat()))

    def count_unhandled(self, account_id: str) -> int:
        query = select(func.count()).select_from(OrderRow).where(*is_unhandled(account_id))
        return self._connection.execute(query).scalar_one()

    def list_unhandled(self, account_id: str, limit: int) -> list[str]:
        query = select(OrderRow.id).where(*is_unhandled(account_id)).order_by(OrderRow.id.desc()).limit(limit)
        return list(self._connection.execute(query).scalars())

    def list_standings(self, account_id: str) -> dict[str, RuleStanding]:
        row = RuleStandingRow
        query = select(row.rule_id, row.since, row.invalid_since).where(row.account_id == account_id)
        return {one.rule_id: RuleStanding(*one) for one in self._connection.execute(query)}

    def put_standings(self, account_id: str, standings: Sequence[RuleStanding]) -> None:
        if not standings:
            return
        statement = upsert(self._connection, RuleStandingRow)
        changed = {"since": statement.excluded.since, "invalid_since": statement.excluded.invalid_since}
        rows = [{"account_id": account_id, **values_of(one)} for one in sorted(standings, key=lambda one: one.rule_id)]
        self._connection.execute(statement.on_conflict_do_update(index_elements=("account_id", "rule_id"), set_=changed), rows)

    def drop_standings(self, account_id: str, rule_ids: Sequence[str]) -> None:
        row = RuleStandingRow
        for part in in_parts(rule_ids):
            self._connection.execute(delete(row).where(row.account_id == account_id, row.rule_id.in_(part)))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
