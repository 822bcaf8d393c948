"""What a 3PL's clients asked it to ship."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from adapters.web.parts import parts
from adapters.web.people import for_providers, this_person
from engine.services.fulfillment.client_notes import read_client_notes

pages = Blueprint("requests", __name__, url_prefix="/requests")

REQUESTS_ON_A_PAGE = 50


@pages.get("")
@for_providers
def index() -> ResponseReturnValue:
    person = this_person()
    after = request.args.get("after") or None
    rows = parts().queries.delegated_page(person.account.id, after=after, limit=REQUESTS_ON_A_PAGE + 1)
    shown = rows[:REQUESTS_ON_A_PAGE]
    older = shown[-1].id if len(rows) > REQUESTS_ON_A_PAGE else None
    notes = read_client_notes(parts().app, person.account.id, [(row.client_id, row.order_id) for row in shown])
    return render_template("requests/index.html", rows=shown, notes=notes, older=older, after=after)
