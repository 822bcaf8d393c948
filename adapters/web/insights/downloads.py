"""Every table of figures as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.insights.blueprint import pages
from adapters.web.insights.wish import Asked, asked, period_of, wish_of, zone
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.spreadsheet import csv_file
from engine.services.insights import tables
from engine.services.insights.compare_partners import compare_partners
from engine.services.insights.figures import report_costs, report_orders, report_rules, report_times
from engine.services.refusals import Refused


@pages.get("/orders.csv")
@login_required
def download_orders() -> ResponseReturnValue:
    return _file("orders", lambda wanted: tables.orders_table(report_orders(parts().app, this_person().account, wish_of(wanted))))


@pages.get("/times.csv")
@login_required
def download_times() -> ResponseReturnValue:
    return _file("times", lambda wanted: tables.times_table(report_times(parts().app, this_person().account, wish_of(wanted))))


@pages.get("/rules.csv")
@login_required
def download_rules() -> ResponseReturnValue:
    return _file("rules", lambda wanted: tables.rules_table(report_rules(parts().app, this_person().account, period_of(wanted))))


@pages.get("/costs.csv")
@login_required
def download_costs() -> ResponseReturnValue:
    return _file("costs", lambda wanted: tables.costs_table(report_costs(parts().app, this_person().account, wish_of(wanted))))


@pages.get("/providers.csv")
@login_required
def download_providers() -> ResponseReturnValue:
    def compared(wanted: Asked) -> tables.Table:
        return tables.partners_table(compare_partners(parts().app, this_person().account, period_of(wanted), zone()))

    return _file("providers", compared)


def _file(name: str, table: Callable[[Asked], tables.Table]) -> ResponseReturnValue:
    """Where it cannot be made, the way to the page, which says what is wrong with what was asked."""
    wanted = asked()
    try:
        made = table(wanted)
    except Refused:
        return redirect(url_for(f"insights.{name}", **wanted.kept))
    return csv_file(name, made.header, made.rows)
