"""The comparison of providers, added up by the database in two statements however many requests there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text

from engine.model.comparison import Comparison, Times
from engine.model.insight_figures import OrdersOfSpan, OrderTimes, ServiceCost, Span
from engine.model.rule_health import RuleCount
from engine.model.transitions import Side
from storage.columns import UtcDateTime
from storage.insights import figures
from storage.insights.lengths import seconds_between

# Of each request when it was answered and shipped; then counts by party, and times by their rank.
_COMPARED = """
WITH asked AS MATERIALIZED (
  SELECT r.id, r.{party} AS party, r.state, r.fulfil_by, COALESCE(r.not_before, r.created_at) AS since,
    (SELECT MIN(m.at) FROM request_messages m WHERE m.request_id = r.id AND m.kind = 'accepted') AS accepted_at,
    EXISTS (SELECT 1 FROM request_messages m WHERE m.request_id = r.id AND m.kind = 'recalled') AS recalled,
    (SELECT MIN(s.shipped_at) FROM shipments s
      WHERE s.order_id = r.order_id AND s.request_id = r.id AND s.state = 'shipped') AS shipped_at,
    (SELECT MAX(s.shipped_at) FROM shipments s
      WHERE s.order_id = r.order_id AND s.request_id = r.id AND s.state = 'shipped') AS done_at,
    (SELECT MIN(b.bought_at) FROM labels b
      WHERE b.order_id = r.copy_id AND b.state IN ('bought', 'void_requested', 'void_refused')) AS labelled_at,
    (SELECT MIN(t.first_scan_at) FROM shipments s JOIN trackings t ON t.shipment_id = s.id
      WHERE s.order_id = r.order_id AND s.request_id = r.id AND s.state = 'shipped') AS scanned_at,
    EXISTS (SELECT 1 FROM fulfillment_request_lines l
      WHERE l.request_id = r.id AND CAST(l.shipped AS NUMERIC) < CAST(l.quantity AS NUMERIC)) AS has_rest
  FROM fulfillment_requests r
  WHERE r.{own} = :account_id AND r.created_at >= :since AND r.created_at < :until
),
timed AS MATERIALIZED (
  SELECT party, 'accept' AS what, {to_accept} AS seconds FROM asked WHERE accepted_at IS NOT NULL
  UNION ALL
  SELECT party, 'ship', {to_ship} FROM asked WHERE shipped_at IS NOT NULL
  UNION ALL
  SELECT party, 'label', {to_label} FROM asked WHERE labelled_at IS NOT NULL
  UNION ALL
  SELECT party, 'scan', {to_first_scan} FROM asked WHERE scanned_at IS NOT NULL
),
ranked AS (
  SELECT party, what, seconds, ROW_NUMBER() OVER (PARTITION BY party, what ORDER BY seconds) AS place FROM timed
),
totals AS (
  SELECT party, what, COUNT(*) AS total FROM timed GROUP BY party, what
),
times AS (
  SELECT ranked.party, ranked.what, MIN(CASE WHEN place * 2 >= total THEN seconds END) AS median,
    MIN(CASE WHEN place * 10 >= total * 9 THEN seconds END) AS p90
  FROM ranked JOIN totals ON totals.party = ranked.party AND totals.what = ranked.what
  GROUP BY ranked.party, ranked.what
),
counts AS (
  SELECT party, COUNT(*) AS requests, COUNT(accepted_at) AS accepted,
    SUM(CASE WHEN state = 'rejected' THEN 1 ELSE 0 END) AS rejected,
    SUM(CASE WHEN recalled THEN 1 ELSE 0 END) AS recalled,
    SUM(CASE WHEN NOT has_rest AND done_at <= fulfil_by THEN 1 ELSE 0 END) AS on_time,
    SUM(CASE WHEN NOT has_rest AND done_at > fulfil_by THEN 1 ELSE 0 END) AS shipped_late,
    SUM(CASE WHEN has_rest AND fulfil_by <= :now AND state IN ('requested', 'accepted', 'cancel_requested')
      THEN 1 ELSE 0 END) AS late_now
  FROM asked GROUP BY party
)
SELECT counts.*, a.median AS accept_median, a.p90 AS accept_p90, s.median AS ship_median, s.p90 AS ship_p90,
  b.median AS label_median, b.p90 AS label_p90, f.median AS scan_median, f.p90 AS scan_p90
FROM counts
LEFT JOIN times a ON a.party = counts.party AND a.what = 'accept'
LEFT JOIN times s ON s.party = counts.party AND s.what = 'ship'
LEFT JOIN times b ON b.party = counts.party AND b.what = 'label'
LEFT JOIN times f ON f.party = counts.party AND f.what = 'scan'
ORDER BY counts.requests DESC, counts.party
"""
_REASONS = """
SELECT r.{party} AS party, r.state_reason AS code, COUNT(*) AS total FROM fulfillment_requests r
WHERE r.{own} = :account_id AND r.created_at >= :since AND r.created_at < :until AND r.state = 'rejected'
GROUP BY r.{party}, r.state_reason ORDER BY COUNT(*) DESC, r.state_reason
"""


class SqlInsights:
    """Implements `engine.ports.Insights`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def compare(self, account_id: str, side: Side, since: datetime, until: datetime, now: datetime) -> list[Comparison]:
        own, party = ("account_id", "provider_id") if side is Side.MERCHANT else ("provider_id", "account_id")
        ends = {"to_accept": "accepted_at", "to_ship": "shipped_at", "to_label": "labelled_at", "to_first_scan": "scanned_at"}
        measured = {name: seconds_between(self._connection.dialect.name, end) for name, end in ends.items()}
        period = {"account_id": account_id, "since": since, "until": until}
        reasons: dict[str, dict[str, int]] = {}
        for row in self._rows(_REASONS.format(own=own, party=party), period):
            reasons.setdefault(row.party, {})[row.code or ""] = row.total
        compared = self._rows(_COMPARED.format(own=own, party=party, **measured), {**period, "now": now})
        return [_comparison(row, reasons.get(row.party, {})) for row in compared]

    def count_orders(self, account_id: str, store_id: str | None, spans: Sequence[Span]) -> list[OrdersOfSpan]:
        return figures.count_orders(self._connection, account_id, store_id, spans)

    def order_times(self, account_id: str, store_id: str | None, spans: Sequence[Span]) -> tuple[OrderTimes, list[OrderTimes]]:
        return figures.order_times(self._connection, account_id, store_id, spans)

    def label_costs(self, account_id: str, store_id: str | None, since: datetime, until: datetime) -> list[ServiceCost]:
        return figures.label_costs(self._connection, account_id, store_id, since, until)

    def count_rules(self, account_id: str, first: date, last: date) -> list[RuleCount]:
        return figures.count_rules(self._connection, account_id, first, last)

    def _rows(self, statement: str, parameters: dict[str, Any]) -> list[Any]:
        moments = [bindparam(name, type_=UtcDateTime()) for name in parameters if name != "account_id"]
        return list(self._connection.execute(text(statement).bindparams(*moments), parameters))


def _comparison(row: Any, reasons: dict[str, int]) -> Comparison:
    counts = {
        name: getattr(row, name)
        for name in ("requests", "accepted", "rejected", "recalled", "on_time", "shipped_late", "late_now")
    }
    return Comparison(
        account_id=row.party,
        **counts,
        to_accept=Times(row.accept_median, row.accept_p90),
        to_ship=Times(row.ship_median, row.ship_p90),
        to_label=Times(row.label_median, row.label_p90),
        to_first_scan=Times(row.scan_median, row.scan_p90),
        reasons=reasons,
    )
