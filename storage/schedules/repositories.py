"""Rules that run by themselves: when, how far, and over which orders again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, literal, select, union

from engine.model.job import SCHEDULES_KEY, JobState
from engine.model.schedule import RuleSchedule, RuleTally, ScheduledRun, SecondLook, Settled, made_of
from storage.base import Base
from storage.statements import in_parts, upsert, values_of
from storage.tables import (
    AccountRow,
    JobRow,
    PublishedRuleSetRow,
    RuleScheduleRow,
    ScheduledRunRow,
    SecondLookRow,
    SettledScheduleRow,
)

_SCHEDULE = [getattr(RuleScheduleRow, field.name) for field in fields(RuleSchedule)]
_LOOK = [getattr(SecondLookRow, field.name) for field in fields(SecondLook)]

_TENDED = (JobState.DUE.value, JobState.RUNNING.value)


class SqlSchedules:
    """Implements `engine.ports.Schedules`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_unsettled(self) -> list[str]:
        account, published, settled = AccountRow, PublishedRuleSetRow, SettledScheduleRow
        digests = self._connection.execute(select(settled.account_id, settled.made_of))
        known = {row.account_id: row.made_of for row in digests}
        running: dict[str, list[str]] = {}
        query = select(published.account_id, published.version_id).order_by(published.account_id, published.position)
        for account_id, version_id in self._connection.execute(query):
            running.setdefault(account_id, []).append(version_id)
        return [
            account_id
            for account_id, zone in self._connection.execute(select(account.id, account.time_zone).order_by(account.id))
            if (account_id in running or account_id in known)
            and known.get(account_id) != made_of(zone, running.get(account_id, []))
        ]

    def list_accounts_due(self, now: datetime) -> list[str]:
        schedule, look = RuleScheduleRow, SecondLookRow
        due = union(
            select(schedule.account_id).where(schedule.due_at <= now),
            select(schedule.account_id).where(schedule.enrolled.is_not(None)),
            select(ScheduledRunRow.account_id),
            select(look.account_id).where(look.due_at.is_not(None), look.due_at <= now),
        )
        job, account = JobRow, due.subquery().c.account_id
        tended = exists().where(job.key == literal(SCHEDULES_KEY).concat(account), job.state.in_(_TENDED))
        return sorted(self._connection.scalars(select(account).where(~tended)))

    def list_accounts_later(self, now: datetime) -> list[str]:
        row = RuleScheduleRow
        later = select(row.account_id).distinct().where(row.due_at > now)
        return list(self._connection.scalars(later.order_by(row.account_id)))

    def find_settled(self, account_id: str) -> Settled | None:
        row = SettledScheduleRow
        query = select(row.account_id, row.made_of, row.newest_at).where(row.account_id == account_id)
        found = self._connection.execute(query).first()
        return None if found is None else Settled(*found)

    def put_settled(self, settled: Settled) -> None:
        self._put(SettledScheduleRow, [values_of(settled)], ["account_id"])

    def list_for(self, account_id: str, *, for_change: bool = False) -> list[RuleSchedule]:
        row = RuleScheduleRow
        query = select(*_SCHEDULE).where(row.account_id == account_id).order_by(row.rule_id)
        found = self._connection.execute(query.with_for_update() if for_change else query)
        return [RuleSchedule(*schedule) for schedule in found]

    def put(self, schedules: Sequence[RuleSchedule]) -> None:
        self._put(RuleScheduleRow, [values_of(schedule) for schedule in schedules], ["account_id", "rule_id"])

    def remove(self, account_id: str, rule_id: str) -> None:
        for row in (SecondLookRow, RuleScheduleRow):
            self._connection.execute(delete(row).where(row.account_id == account_id, row.rule_id == rule_id))

    def find_run(self, account_id: str) -> ScheduledRun | None:
        row = ScheduledRunRow
        query = select(row.account_id, row.started_at, row.reached, row.rules).where(row.account_id == account_id)
        found = self._connection.execute(query).first()
        return None if found is None else _to_run(*found)

    def put_run(self, run: ScheduledRun) -> None:
        tallies = run.tallies or {}
        rules = {rule_id: [due.isoformat(), *_numbers(tallies.get(rule_id))] for rule_id, due in run.due.items()}
        values = {"account_id": run.account_id, "started_at": run.started_at, "reached": run.reached, "rules": rules}
        self._put(ScheduledRunRow, [values], ["account_id"])

    def end_run(self, account_id: str) -> None:
        self._connection.execute(delete(ScheduledRunRow).where(ScheduledRunRow.account_id == account_id))

    def list_due_looks(self, account_id: str, now: datetime, limit: int) -> list[SecondLook]:
        row = SecondLookRow
        due = select(*_LOOK).where(row.account_id == account_id, row.due_at.is_not(None), row.due_at <= now)
        ordered = due.order_by(row.due_at, row.order_id, row.rule_id).limit(limit)
        return [SecondLook(*found) for found in self._connection.execute(ordered)]

    def list_looks_ahead(self, now: datetime, limit: int) -> list[SecondLook]:
        row = SecondLookRow
        ahead = select(*_LOOK).where(row.decided_at > now, row.due_at.is_not(None))
        ordered = ahead.order_by(row.account_id, row.order_id, row.rule_id).limit(limit)
        return [SecondLook(*found) for found in self._connection.execute(ordered)]

    def looks_at(self, account_id: str, order_ids: Sequence[str]) -> list[SecondLook]:
        row, looks = SecondLookRow, list[SecondLook]()
        own = func.coalesce(row.account_id, "") == account_id  # the orders lead: an account has many more looks
        for part in in_parts(order_ids):
            looks += [SecondLook(*found) for found in self._connection.execute(select(*_LOOK).where(own, row.order_id.in_(part)))]
        return looks

    def put_looks(self, looks: Sequence[SecondLook]) -> None:
        self._put(SecondLookRow, [values_of(look) for look in looks], ["account_id", "rule_id", "order_id"])

    def drop_looks(self, looks: Sequence[SecondLook]) -> None:
        if not looks:
            return
        row = SecondLookRow
        its = (row.account_id == bindparam("its_account"), row.rule_id == bindparam("its_rule"))
        self._connection.execute(
            delete(row).where(*its, row.order_id == bindparam("its_order")),
            [{"its_account": look.account_id, "its_rule": look.rule_id, "its_order": look.order_id} for look in looks],
        )

    def count_looks(self, account_id: str) -> dict[str, tuple[int, datetime]]:
        row = SecondLookRow
        rule = func.coalesce(row.rule_id, "")  # to have them by rule, SQLite would read those that are over, too
        waiting = (row.account_id == account_id, row.due_at.is_not(None))
        query = select(rule, func.count(), func.min(row.due_at)).where(*waiting).group_by(rule)
        return {rule_id: (count, due_at) for rule_id, count, due_at in self._connection.execute(query) if due_at is not None}

    def _put(self, row: type[Base], rows: Sequence[Mapping[str, Any]], key: list[str]) -> None:
        """Whoever has the key already is the same account's: the account is part of it."""
        if not rows:
            return
        statement = upsert(self._connection, row)
        changing = {name: statement.excluded[name] for name in rows[0] if name not in key}
        self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changing), rows)


def _numbers(tally: RuleTally | None) -> tuple[int, int]:
    return (0, 0) if tally is None else (tally.orders, tally.matched)


def _to_run(account_id: str, started_at: datetime, reached: str, rules: Mapping[str, Sequence[Any]]) -> ScheduledRun:
    due = {rule_id: datetime.fromisoformat(at) for rule_id, (at, _orders, _matched) in rules.items()}
    tallies = {rule_id: RuleTally(int(orders), int(matched)) for rule_id, (_at, orders, matched) in rules.items()}
    return ScheduledRun(account_id, started_at, due, reached, tallies)
