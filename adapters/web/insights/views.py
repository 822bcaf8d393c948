"""How the providers of a merchant compare, and how a 3PL did for each of its clients."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.requests.thread import reason_words
from engine.services.insights.compare_partners import compare_partners, parse_period
from engine.services.refusals import Refused
from rules.messages import Text

pages = Blueprint("insights", __name__, url_prefix="/insights")

# Of how many requests; the catalogue has the words for the state of one.
HEADINGS = {"accepted": Text("Accepted", "Aceptadas"), "rejected": Text("Rejected", "Rechazadas")}


@pages.get("/providers")
@login_required
def providers() -> ResponseReturnValue:
    app, account = parts().app, this_person().account
    first, last = request.args.get("from", ""), request.args.get("to", "")
    shown: dict[str, Any] = {"reason_words": reason_words, "headings": HEADINGS}
    try:
        period = parse_period(first or None, last or None, account, app.clock.now())
    except Refused as refusal:
        problem = refusal.format(page_language())
        return render_template("insights/providers.html", first=first, last=last, problem=problem, **shown), 422
    shown |= {"first": period.first.isoformat(), "last": period.last.isoformat()}
    return render_template("insights/providers.html", compared=compare_partners(app, account, period), **shown)
