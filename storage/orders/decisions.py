"""Decisions and what the rules knew when they were taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import starmap, takewhile
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, select, type_coerce, update

from engine.model.kept_decision import DecisionHead, KeptDecision
from engine.model.order import DecidedChanges, StoredDecision
from rules.messages import Text as Words
from rules.order_document import loads
from storage.bulk import insert_many
from storage.statements import in_parts, is_among, not_found, upsert
from storage.tables import DecisionContextRow, DecisionRow

_DECISION = Words("decision", "decisión")
_CONTEXT = Words("decision context", "contexto de decisión")
_KEPT = (
    *(DecisionRow.id, DecisionRow.order_id, DecisionRow.trigger, DecisionRow.decided_at),
    *(
        type_coerce(column, Text).label(column.key)
        for column in (
            *(DecisionRow.rule_set_version_ids, DecisionRow.context_id),
            *(DecisionRow.facts, DecisionRow.matched, DecisionRow.changes),
            *(DecisionRow.effects, DecisionRow.flags, DecisionRow.errors),
        )
    ),
)


class SqlDecisions:
    """Implements `engine.ports.Decisions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, decisions: Sequence[StoredDecision]) -> None:
        insert_many(self._connection, DecisionRow, [_to_values(decision) for decision in decisions])

    def get(self, account_id: str, decision_id: str) -> StoredDecision:
        row = self._connection.execute(
            select(DecisionRow).where(DecisionRow.id == decision_id, DecisionRow.account_id == account_id)
        ).first()
        if row is None:
            raise not_found(_DECISION, decision_id)
        return _to_decision(row)

    def list_for_order(self, account_id: str, order_id: str) -> list[StoredDecision]:
        query = (
            select(DecisionRow)
            .where(DecisionRow.order_id == order_id, DecisionRow.account_id == account_id)
            .order_by(DecisionRow.decided_at, DecisionRow.id)
        )
        return [_to_decision(row) for row in self._connection.execute(query)]

    def times_of(self, account_id: str, decision_ids: Sequence[str]) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for part in in_parts(decision_ids):
            wanted = (DecisionRow.id.in_(part), DecisionRow.account_id == account_id)
            query = select(DecisionRow.id, DecisionRow.decided_at).where(*wanted)
            found |= {row.id: row.decided_at for row in self._connection.execute(query)}
        return found

    def list_changes(self, account_id: str, order_ids: Sequence[str]) -> list[DecidedChanges]:
        found: list[DecidedChanges] = []
        row = DecisionRow
        for part in in_parts(order_ids):
            query = (
                select(row.order_id, row.trigger, row.decided_at, row.changes)
                .where(row.order_id.in_(part), func.coalesce(row.account_id, "") == account_id)  # the orders lead
                .order_by(row.order_id, row.decided_at, row.id)
            )
            found += [DecidedChanges(*one) for one in self._connection.execute(query)]
        return found

    def list_heads(self, account_id: str, order_ids: Sequence[str]) -> list[DecisionHead]:
        row = DecisionRow
        query = (
            select(row.id, row.order_id, row.trigger, row.decided_at)
            .where(is_among(self._connection, row.order_id, order_ids), func.coalesce(row.account_id, "") == account_id)
            .order_by(row.order_id, row.id)  # the orders lead
        )
        return list(starmap(DecisionHead, self._connection.execute(query).all()))

    def list_kept(self, account_id: str, decision_ids: Sequence[str]) -> list[KeptDecision]:
        row = DecisionRow
        wanted = is_among(self._connection, row.id, decision_ids), func.coalesce(row.account_id, "") == account_id
        rows: Iterable[Any] = self._connection.execute(select(*_KEPT).where(*wanted)).all()
        # In the order of its fields and without a call for each, which is the quickest way.
        made = KeptDecision._make
        return [
            made((decision_id, order_id, trigger, at, _ids(versions), context, facts, matched, changes, effects, flags, errors))
            for decision_id, order_id, trigger, at, versions, context, facts, matched, changes, effects, flags, errors in rows
        ]

    def context_of(self, account_id: str, decision_id: str) -> Mapping[str, Any]:
        return self._context(account_id, decision_id, decision_id)

    def redact(self, decisions: Sequence[StoredDecision]) -> None:
        if not decisions:
            return
        kept = ("facts", "changes", "effects", "errors")
        self._connection.execute(
            update(DecisionRow)
            .where(DecisionRow.id == bindparam("its_id"), DecisionRow.account_id == bindparam("its_account_id"))
            .values({name: bindparam(name) for name in kept}),
            [
                {"its_id": one.id, "its_account_id": one.account_id, **{name: getattr(one, name) for name in kept}}
                for one in decisions
            ],
        )

    def list_mentioning(self, account_id: str, text: str) -> list[StoredDecision]:
        row = DecisionRow
        facts = func.lower(cast(row.facts, Text)) if text.isascii() else cast(row.facts, Text)
        holds = facts.contains(text.lower() if text.isascii() else text, autoescape=True)  # SQLite's lower() knows ASCII only
        return [_to_decision(one) for one in self._connection.execute(select(row).where(row.account_id == account_id, holds))]

    def list_older(self, after: str, before: datetime, limit: int) -> list[StoredDecision]:
        row = DecisionRow
        query = select(row).where(row.id > after).order_by(row.id).limit(limit)
        found = [_to_decision(one) for one in self._connection.execute(query)]
        return list(takewhile(lambda one: one.decided_at < before, found))

    def keep_context(self, context_id: str, context: Mapping[str, Any]) -> None:
        self._connection.execute(
            upsert(self._connection, DecisionContextRow).on_conflict_do_nothing(),
            {"id": context_id, "context": dict(context)},
        )

    def get_context(self, decision: StoredDecision) -> Mapping[str, Any]:
        return self._context(decision.account_id, decision.id, decision.context_id)

    def _context(self, account_id: str, decision_id: str, named: str) -> Mapping[str, Any]:
        context: Mapping[str, Any] | None = self._connection.execute(
            select(DecisionContextRow.context)
            .join(DecisionRow, DecisionRow.context_id == DecisionContextRow.id)
            .where(DecisionRow.id == decision_id, DecisionRow.account_id == account_id)
        ).scalar()
        if context is None:
            raise not_found(_CONTEXT, named)
        return context


@lru_cache(maxsize=256)  # very many decisions were taken by the same versions
def _ids(text: str) -> tuple[str, ...]:
    return tuple(loads(f'{{"value":{text}}}')["value"])


def _to_values(decision: StoredDecision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "account_id": decision.account_id,
        "order_id": decision.order_id,
        "rule_set_version_ids": list(decision.rule_set_version_ids),
        "trigger": decision.trigger,
        "decided_at": decision.decided_at,
        "context_id": decision.context_id,
        "matched": decision.matched,
        "changes": decision.changes,
        "effects": decision.effects,
        "flags": decision.flags,
        "errors": decision.errors,
        "facts": decision.facts,
    }


def _to_decision(row: Row[Any]) -> StoredDecision:
    return StoredDecision(
        id=row.id,
        account_id=row.account_id,
        order_id=row.order_id,
        rule_set_version_ids=row.rule_set_version_ids,
        trigger=row.trigger,
        decided_at=row.decided_at,
        facts=row.facts,
        context_id=row.context_id,
        matched=row.matched,
        changes=row.changes,
        effects=row.effects,
        flags=row.flags,
        errors=row.errors,
    )
