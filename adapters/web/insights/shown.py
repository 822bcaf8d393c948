"""Figures in words and as charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from adapters.web.charts import ColumnChart, draw_columns
from adapters.web.formatting import calendar_day, number, span
from adapters.web.language import page_language
from adapters.web.wording import STATUSES, in_words
from engine.model.insight_figures import CountedTimes, OrderTimes
from engine.model.order import OrderState
from engine.services.insights.figures import OrdersReport, TimesReport
from engine.services.insights.periods import Period
from rules.messages import Text

# An order that is open has a status of its own; here all of them are one.
OPEN = Text("Open", "Abierto")
HALF, NINE_TENTHS = "shipped", "partially_shipped"  # the patterns of the two parts of a column of times


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the times from the order on, with its chart; None where nothing was measured."""

    heading: str
    whole: CountedTimes
    chart: ColumnChart | None


def state_words(state: OrderState) -> str:
    return OPEN.format(page_language()) if state is OrderState.OPEN else in_words(STATUSES, state.value)


def days_words(days: Period) -> str:
    """One day, or the first and the last one."""
    first = calendar_day(days.first)
    return first if days.days == 1 else f"{first} – {calendar_day(days.last)}"


def chart_orders(report: OrdersReport) -> ColumnChart:
    """A column a day or week. What is done stands on the ground, what is still to be done above it."""
    states = sorted(report.states, key=_PLACES.index)
    columns = []
    for part in report.parts:
        by_state = part.orders.by_state
        words = ", ".join(f"{state_words(state)} {number(by_state[state])}" for state in states if by_state.get(state))
        shown = f"{days_words(part.days)}: {number(part.orders.total)}" + (f" ({words})" if words else "")
        columns.append((shown, [(state.value, float(by_state.get(state, 0))) for state in states]))
    return draw_columns(columns)


_PLACES = (
    *(OrderState.SHIPPED, OrderState.PARTIALLY_SHIPPED, OrderState.PENDING_FULFILLMENT, OrderState.OPEN),
    *(OrderState.REJECTED_FULFILLMENT, OrderState.CANCELLED, OrderState.SKIPPED),
)


def measures(report: TimesReport) -> Sequence[Measure]:
    """To the decision, to the hand-over and to the shipment."""
    found: tuple[tuple[str, Callable[[OrderTimes], CountedTimes]], ...] = (
        (gettext("To the decision"), lambda times: times.decided),
        (gettext("To the hand-over"), lambda times: times.handed_over),
        (gettext("To the shipment"), lambda times: times.shipped),
    )
    return [Measure(heading, of(report.whole), _chart_times(report, of)) for heading, of in found]


def _chart_times(report: TimesReport, of: Callable[[OrderTimes], CountedTimes]) -> ColumnChart | None:
    columns: list[tuple[str, list[tuple[str, float]]]] = []
    for part in report.parts:
        median, p90 = of(part.times).times.median_s, of(part.times).times.p90_s
        if median is None or p90 is None:
            columns.append((f"{days_words(part.days)}: –", []))
            continue
        words = gettext("half within %(half)s, 90 %% within %(most)s", half=span(median), most=span(p90))
        columns.append((f"{days_words(part.days)}: {words}", [(HALF, median), (NINE_TENTHS, p90 - median)]))
    chart = draw_columns(columns)
    return chart if any(marks for _, marks in columns) else None
