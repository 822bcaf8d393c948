"""Figures as tables of codes, for spreadsheets and programs. A cell of which nothing is known is None."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.model.comparison import Times
from engine.model.insight_figures import CountedTimes, ServiceCost
from engine.model.order import OrderState
from engine.services.insights.compare_partners import Compared, Comparisons
from engine.services.insights.figures import DecidingRule, OrdersReport, TimesReport
from engine.services.insights.periods import Period

COUNTS = ("requests", "accepted", "rejected", "recalled", "on_time", "shipped_late", "late_now")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.header, row, strict=True)) for row in self.rows]


def orders_table(report: OrdersReport) -> Table:
    """A row a day or week, a column a state."""
    rows = [
        (*_days(part.days), part.orders.total, *(part.orders.by_state.get(state, 0) for state in OrderState))
        for part in report.parts
    ]
    return Table(("from", "to", "orders", *(state.value for state in OrderState)), rows)


def times_table(report: TimesReport) -> Table:
    """A row a day or week; times in seconds."""
    rows = []
    for part in report.parts:
        its = part.times
        measured = (cell for one in (its.decided, its.handed_over, its.shipped) for cell in _measured(one))
        rows.append((*_days(part.days), its.orders, *measured))
    columns = (f"{what}{more}" for what in ("decided", "handed_over", "shipped") for more in ("", "_median_s", "_p90_s"))
    return Table(("from", "to", "orders", *columns), rows)


def rules_table(rules: Sequence[DecidingRule]) -> Table:
    """A row a rule, those that matched most first."""
    rows = [
        (
            *(one.count.rule_id, one.name, one.rule.origin if one.rule else None, one.count.matches, one.count.errors),
            one.count.last_match.isoformat() if one.count.last_match else None,
        )
        for one in rules
    ]
    return Table(("id", "name", "set", "matches", "errors", "last_match"), rows)


def costs_table(costs: Sequence[ServiceCost]) -> Table:
    """A row a service and currency; amounts are decimal numbers."""
    rows = [
        (
            *(one.carrier, one.service, one.total.currency if one.total else None, one.labels, one.returns),
            *(None if price is None else str(price.amount) for price in (one.total, one.average)),
        )
        for one in costs
    ]
    return Table(("carrier", "service", "currency", "labels", "returns", "total", "average"), rows)


def partners_table(found: Comparisons) -> Table:
    """A row a provider or client; times in seconds."""
    records = [{"side": "provider", "slug": one.slug, **partner_figures(one)} for one in found.providers]
    records += [{"side": "client", "slug": one.slug, **partner_figures(one)} for one in found.clients]
    rows = []
    for record in records:
        reasons = "; ".join(f"{code}: {count}" for code, count in record["reasons"].items())
        rows.append(tuple({**record, "reasons": reasons}.values()))
    return Table(("side", "slug", "name", *COUNTS, "reasons", *_TIMES), rows)


_MEASURED = ("accept", "ship", "label", "first_scan")
_TIMES = tuple(f"{what}_{part}_s" for what in _MEASURED for part in ("median", "p90"))


def partner_figures(one: Compared) -> dict[str, Any]:
    """What is known of a provider or client: counts, reasons of rejections, times in seconds."""
    its = one.figures
    measured = (its.to_accept, its.to_ship, its.to_label, its.to_first_scan)
    times = dict(zip(_TIMES, (cell for one in measured for cell in _cells(one)), strict=True))
    return {"name": one.name, **{name: getattr(its, name) for name in COUNTS}, "reasons": dict(its.reasons), **times}


def _days(days: Period) -> tuple[str, str]:
    return days.first.isoformat(), days.last.isoformat()


def _measured(one: CountedTimes) -> Iterator[float | int | None]:
    yield one.orders
    yield from _cells(one.times)


def _cells(times: Times) -> tuple[float | None, float | None]:
    return times.median_s, times.p90_s
