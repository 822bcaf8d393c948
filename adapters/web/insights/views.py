"""Orders and times by day, rules that decide most, what labels cost, and how providers and clients compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.charts import bar_width
from adapters.web.formatting import number
from adapters.web.insights import shown
from adapters.web.insights.blueprint import pages
from adapters.web.insights.wish import PERIODS, Asked, asked, period_of, sources, wish_of, zone
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.requests.thread import reason_words
from adapters.web.rules.health import form_of
from engine.services.insights.compare_partners import compare_partners
from engine.services.insights.figures import report_costs, report_orders, report_rules, report_times
from engine.services.refusals import Refused
from rules.messages import Text

# Of how many requests; the catalogue has the words for the state of one.
HEADINGS = {"accepted": Text("Accepted", "Aceptadas"), "rejected": Text("Rejected", "Rechazadas")}


@pages.get("")
@login_required
def orders() -> ResponseReturnValue:
    """The orders that came in, by what became of them."""

    def figures(wanted: Asked) -> dict[str, Any]:
        wish = wish_of(wanted)
        report = report_orders(parts().app, this_person().account, wish)
        words = {state: shown.state_words(state) for state in report.states}
        return {
            "report": report,
            "chart": shown.chart_orders(report),
            "kinds": [(state.value, f"{said} {number(report.of_state(state))}") for state, said in words.items()],
            "columns": [(said, "num") for said in words.values()],
            "period": wish.period,
        }

    return _page("orders", figures, has_store=True)


@pages.get("/times")
@login_required
def times() -> ResponseReturnValue:
    """How long orders took to be decided about, handed over and shipped."""

    def figures(wanted: Asked) -> dict[str, Any]:
        wish = wish_of(wanted)
        report = report_times(parts().app, this_person().account, wish)
        return {"report": report, "measures": shown.measures(report), "period": wish.period}

    return _page("times", figures, has_store=True, kinds=(shown.HALF, shown.NINE_TENTHS))


@pages.get("/rules")
@login_required
def rules() -> ResponseReturnValue:
    """Those that matched most."""

    def figures(wanted: Asked) -> dict[str, Any]:
        period = period_of(wanted)
        listed = report_rules(parts().app, this_person().account, period)
        most = max((one.count.matches for one in listed), default=0)
        return {"rules": listed, "most": most, "period": period}

    return _page("rules", figures, form_of=form_of, bar_width=bar_width)


@pages.get("/costs")
@login_required
def costs() -> ResponseReturnValue:
    """What labels cost, by service."""

    def figures(wanted: Asked) -> dict[str, Any]:
        wish = wish_of(wanted)
        listed = report_costs(parts().app, this_person().account, wish)
        most: dict[str, float] = {}
        for one in listed:
            if one.total is not None:
                most[one.total.currency] = max(most.get(one.total.currency, 0), float(one.total.amount))
        return {"costs": listed, "most": most, "period": wish.period}

    return _page("costs", figures, has_store=True, bar_width=bar_width)


@pages.get("/providers")
@login_required
def providers() -> ResponseReturnValue:
    """How the providers of a merchant compare, and how a 3PL did for each of its clients."""

    def figures(wanted: Asked) -> dict[str, Any]:
        period = period_of(wanted)
        return {"compared": compare_partners(parts().app, this_person().account, period, zone()), "period": period}

    return _page("providers", figures, reason_words=reason_words, headings=HEADINGS)


def _page(name: str, figures: Callable[[Asked], dict[str, Any]], **words: Any) -> ResponseReturnValue:
    """A page with its figures, or with what is wrong with what was asked."""
    wanted = asked()
    common = {"wanted": wanted, "periods": PERIODS, "sources": sources(), "days_words": shown.days_words, **words}
    try:
        return render_template(f"insights/{name}.html", **common, **figures(wanted))
    except Refused as refusal:
        problem = refusal.format(page_language())
        return render_template(f"insights/{name}.html", problem=problem, **common), 422
