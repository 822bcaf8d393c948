"""Statements of a month with their totals, one statement with all that is on it, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.documents.statement_csv import write_statement_csv
from adapters.documents.statement_words import STATES, charge_words, month_words
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.connection import Connection
from engine.model.month import Month
from engine.model.statement import StatementState
from engine.model.transitions import Side
from engine.services.billing.prices import list_unpriced, parse_month
from engine.services.billing.statements import (
    SeenStatement,
    describe_statement,
    issue_statements,
    list_statements,
    list_unpaid,
    mark_paid,
)
from engine.services.refusals import Refused

pages = Blueprint("statements", __name__, url_prefix="/statements")

SHIPMENTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Part:
    """What the list shows of one side: what is open of all months, and one month."""

    side: Side
    unpaid: list[SeenStatement]
    of_month: list[SeenStatement]
    unpriced: list[Connection]  # clients that nothing is asked of


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    """One month, for a 3PL by client and for a client by 3PL."""
    person = this_person()
    present = Month.at(parts().app.clock.now(), ZoneInfo(person.account.time_zone))
    try:
        month = parse_month(request.args.get("month") or str(present))
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("statements.index"))
    sides = [Side.PROVIDER, Side.MERCHANT] if person.ships_for_others else [Side.MERCHANT]
    found = [_part(side, month) for side in sides]
    shown = [part for part in found if part.unpaid or part.of_month or part.unpriced]
    return render_template(
        "statements/index.html", parts=shown, month=month, present=present, month_words=month_words, state_words=STATES
    )


def _part(side: Side, month: Month) -> Part:
    app, account_id = parts().app, this_person().account.id
    unpriced = list_unpriced(app, account_id, month) if side is Side.PROVIDER else []
    of_month = list_statements(app, account_id, side, month=str(month))
    unpaid = [seen for seen in list_unpaid(app, account_id, side) if seen.statement.month != str(month)]
    return Part(side, unpaid, of_month, unpriced)


@pages.get("/<statement_id>")
@login_required
def show(statement_id: str) -> ResponseReturnValue:
    """What is asked for what, and for which shipments."""
    details = describe_statement(parts().app, this_person().account.id, statement_id)
    return render_template(
        "statements/show.html",
        seen=details.seen,
        statement=details.seen.statement,
        states=StatementState,
        entries=details.entries[:SHIPMENTS_SHOWN],
        count=len(details.entries),
        charge_words=charge_words,
        month_words=month_words,
        state_words=STATES,
    )


@pages.get("/<statement_id>/csv")
@login_required
def download_csv(statement_id: str) -> ResponseReturnValue:
    details = describe_statement(parts().app, this_person().account.id, statement_id)
    return _file(write_statement_csv(details).encode(), "text/csv; charset=utf-8", statement_id, "csv")


@pages.get("/<statement_id>/pdf")
@login_required
def download_pdf(statement_id: str) -> ResponseReturnValue:
    from adapters.documents.statement_pdf import write_statement_pdf  # takes long to load

    details = describe_statement(parts().app, this_person().account.id, statement_id)
    return _file(write_statement_pdf(details, page_language()), "application/pdf", statement_id, "pdf")


def _file(content: bytes, content_type: str, statement_id: str, ending: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{statement_id}.{ending}"'}
    return Response(content, content_type=content_type, headers=headers)


@pages.post("/<statement_id>/issue")
@login_required
def issue(statement_id: str) -> ResponseReturnValue:
    _for_admins_of(statement_id)
    try:
        issue_statements(parts().app, this_person().user, statement_id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The statement is issued."), "success")
    return redirect(url_for("statements.show", statement_id=statement_id))


@pages.post("/<statement_id>/paid")
@login_required
def paid(statement_id: str) -> ResponseReturnValue:
    """Say that it is paid; with `undo`, that it is not."""
    _for_admins_of(statement_id)
    is_paid = "undo" not in request.form
    try:
        mark_paid(parts().app, this_person().user, statement_id, paid=is_paid)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        said = gettext("The statement is marked as paid.") if is_paid else gettext("The statement is no longer marked as paid.")
        flash(said, "success")
    return redirect(url_for("statements.show", statement_id=statement_id))


def _for_admins_of(statement_id: str) -> None:
    describe_statement(parts().app, this_person().account.id, statement_id)  # NotFound for what is neither side's
    if not this_person().is_admin:
        abort(403)
