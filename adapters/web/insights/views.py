"""How the providers of a merchant compare, and how a 3PL did for each of its clients."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.requests.thread import reason_words
from engine.services.insights.compare_partners import compare_partners, parse_period
from engine.services.refusals import Refused

pages = Blueprint("insights", __name__, url_prefix="/insights")


@pages.get("/providers")
@login_required
def providers() -> ResponseReturnValue:
    app, account = parts().app, this_person().account
    first, last, problem = request.args.get("from", ""), request.args.get("to", ""), None
    now = app.clock.now()
    try:
        period = parse_period(first or None, last or None, account, now)
    except Refused as refusal:
        problem, period = refusal.format(page_language()), parse_period(None, None, account, now)
    page = render_template(
        "insights/providers.html",
        compared=compare_partners(app, account, period),
        first=first if problem else period.first.isoformat(),
        last=last if problem else period.last.isoformat(),
        problem=problem,
        reason_words=reason_words,
    )
    return page, 422 if problem else 200
