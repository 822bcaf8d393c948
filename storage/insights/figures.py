"""Counts of a period's orders, labels and rules. Each is one statement, which begins with an index that the period bounds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text

from engine.model.comparison import Times
from engine.model.insight_figures import NONE_YET, CountedTimes, OrdersOfSpan, OrderTimes, ServiceCost, Span
from engine.model.label import PAID, LabelPurpose
from engine.model.money import Money
from engine.model.order import OrderState
from engine.model.rule_health import RuleCount
from storage.columns import UtcDateTime
from storage.insights.lengths import seconds_between
from storage.tables import LabelRow, OrderRow, RuleDayRow

# The spans are few and come first: each leads to a range of the index.
_CAME_IN = """
WITH spans(span, since, until) AS (VALUES {spans}),
came AS MATERIALIZED (
  SELECT s.span, {columns}
  FROM spans s JOIN orders o ON o.account_id = :account_id AND o.imported_at >= s.since AND o.imported_at < s.until{of_store}
)
"""
_STATES = "SELECT span, state, COUNT(*) AS orders FROM came GROUP BY span, state"
_MILESTONES = """
    CASE WHEN o.order_date <= o.imported_at THEN o.order_date ELSE o.imported_at END AS since,
    (SELECT d.decided_at FROM decisions d WHERE d.order_id = o.id ORDER BY d.id LIMIT 1) AS decided_at,
    (SELECT MIN(r.created_at) FROM fulfillment_requests r WHERE r.order_id = o.id) AS handed_over_at,
    (SELECT MIN(h.shipped_at) FROM shipments h WHERE h.order_id = o.id AND h.state = 'shipped') AS shipped_at
"""
_TIMES = """
SELECT span, COUNT(*) AS orders, {decided} AS decided, {handed_over} AS handed_over, {shipped} AS shipped FROM came GROUP BY span
"""
# All lengths of a span as one text: fetched in rows, or put in order by window functions, they take several times as long.
_LENGTHS = {
    "sqlite": "GROUP_CONCAT(CAST(ROUND({seconds}) AS INTEGER))",
    "postgresql": "STRING_AGG(CAST(CAST(ROUND({seconds}) AS BIGINT) AS TEXT), ',')",
}
_MILESTONE_NAMES = ("decided", "handed_over", "shipped")


def count_orders(connection: Connection, account_id: str, store_id: str | None, spans: Sequence[Span]) -> list[OrdersOfSpan]:
    counted: dict[int, dict[OrderState, int]] = defaultdict(dict)
    for row in _of_spans(connection, account_id, store_id, spans, "o.state", _STATES):
        counted[row.span][OrderState(row.state)] = row.orders
    return [OrdersOfSpan(counted.get(number, {})) for number in range(len(spans))]


def order_times(
    connection: Connection, account_id: str, store_id: str | None, spans: Sequence[Span]
) -> tuple[OrderTimes, list[OrderTimes]]:
    dialect = connection.dialect.name
    lengths = {name: _LENGTHS[dialect].format(seconds=seconds_between(dialect, f"{name}_at")) for name in _MILESTONE_NAMES}
    rows = _of_spans(connection, account_id, store_id, spans, _MILESTONES, _TIMES.format(**lengths))
    measured = {row.span: [_read_lengths(getattr(row, name)) for name in _MILESTONE_NAMES] for row in rows}
    orders = {row.span: row.orders for row in rows}
    together = [[length for one in measured.values() for length in one[place]] for place in range(len(_MILESTONE_NAMES))]
    each = [_order_times(orders.get(number, 0), measured.get(number, ())) for number in range(len(spans))]
    return _order_times(sum(orders.values()), together), each


def _read_lengths(text: str | None) -> list[int]:
    return list(map(int, text.split(","))) if text else []


def _order_times(orders: int, measured: Iterable[list[int]]) -> OrderTimes:
    return OrderTimes(orders, *map(_counted, measured))


def _counted(lengths: list[int]) -> CountedTimes:
    """By nearest rank."""
    total = len(lengths)
    if not total:
        return NONE_YET
    lengths.sort()
    return CountedTimes(total, Times(lengths[(total + 1) // 2 - 1], lengths[-(-9 * total // 10) - 1]))


def _of_spans(
    connection: Connection, account_id: str, store_id: str | None, spans: Sequence[Span], columns: str, counting: str
) -> Sequence[Any]:
    if not spans:
        return ()
    moments = {f"{end}_{number}": getattr(span, end) for number, span in enumerate(spans) for end in ("since", "until")}
    values = ", ".join(f"({number}, :since_{number}, :until_{number})" for number in range(len(spans)))
    of_store = " AND o.store_id = :store_id" if store_id is not None else ""
    came_in = _CAME_IN.format(spans=values, columns=columns, of_store=of_store)
    statement = text(came_in + counting).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in moments))
    wanted = {"account_id": account_id} if store_id is None else {"account_id": account_id, "store_id": store_id}
    return connection.execute(statement, {**wanted, **moments}).all()


def label_costs(
    connection: Connection, account_id: str, store_id: str | None, since: datetime, until: datetime
) -> list[ServiceCost]:
    """Added up here: SQLite would add amounts as binary fractions."""
    label = LabelRow
    query = (
        select(label.carrier, label.service, label.cost, label.cost_currency, label.purpose, func.count())
        .where(label.account_id == account_id, label.created_at >= since, label.created_at < until)
        .where(label.state.in_([state.value for state in sorted(PAID)]))
        .group_by(label.carrier, label.service, label.cost, label.cost_currency, label.purpose)
    )
    if store_id is not None:
        query = query.join(OrderRow, OrderRow.id == label.order_id).where(OrderRow.store_id == store_id)
    labels: dict[tuple[str, str, str], int] = defaultdict(int)
    returns: dict[tuple[str, str, str], int] = defaultdict(int)
    totals: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for carrier, service, cost, currency, purpose, count in connection.execute(query):
        key = (carrier, service, currency or "")
        labels[key] += count
        returns[key] += count if purpose == LabelPurpose.RETURN else 0
        totals[key] += (cost or Decimal()) * count
    return [
        ServiceCost(carrier, service, count, returns[key], Money(totals[key], currency) if currency else None)
        for key, count in sorted(labels.items())
        for carrier, service, currency in [key]
    ]


def count_rules(connection: Connection, account_id: str, first: date, last: date) -> list[RuleCount]:
    row = RuleDayRow
    matches = func.sum(row.matches)
    query = (
        select(row.rule_id, matches, func.sum(row.errors), func.max(row.last_match, type_=row.last_match.type))
        .where(row.account_id == account_id, row.day >= first.isoformat(), row.day <= last.isoformat())
        .group_by(row.rule_id)
        .order_by(matches.desc(), row.rule_id)
    )
    return [RuleCount(one[0], int(one[1]), int(one[2]), one[3]) for one in connection.execute(query)]
