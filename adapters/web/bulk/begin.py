"""One thing done with the chosen orders: asked about first where something has to be said, done at once where they are few."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.bulk.wording import counted
from adapters.web.formatting import number
from adapters.web.language import page_language
from adapters.web.orders.chosen import MOST_TICKED, NONE_CHOSEN, Choice, read_choice
from adapters.web.orders.fields_of_many import chosen_edits, edit_form
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.jobs.work_on_bulk import work_on_bulk
from engine.model.bulk_action import BulkAction, BulkState
from engine.model.ids import new_id
from engine.services.bulk.actions.edit import WrongEdits, write_edits
from engine.services.bulk.kind import BulkKind, Field, FieldForm, WrongField
from engine.services.bulk.start import MOST_ORDERS, TOO_MANY, BulkWish, Started, find_kind, start_bulk_action
from engine.services.connections.list_connections import list_providers
from engine.services.refusals import Refused

pages = Blueprint("bulk", __name__, url_prefix="/orders")

AT_ONCE = 50  # orders that a person waits for; more are worked on in the background


@pages.post("/act/<kind>")
@login_required
def begin(kind: str) -> ResponseReturnValue:
    """Ask first where a parameter is missing or all that match are meant: the number is said before anything happens."""
    wanted, choice = _kind(kind), read_choice()
    problem = _problem(choice)
    if problem:
        flash(problem, "warning")
        return redirect(back_to(choice.query))
    given = {field.name: _given(field) for field in wanted.fields}
    said = request.form.get("said", type=int)
    is_incomplete = any(field.required and not given[field.name].strip() for field in wanted.fields)
    if said is None and (choice.is_all or is_incomplete):
        return _ask(wanted, choice, given)
    if said is not None and len(choice.order_ids) > said:
        return _ask(wanted, choice, given, more_than=said)
    return _start(wanted, choice, given)


def _given(field: Field) -> str:
    if field.form is FieldForm.EDITS:
        return write_edits(chosen_edits())
    return request.form.get(field.name, field.default)


def _kind(code: str) -> BulkKind:
    try:
        return find_kind(code)
    except Refused:
        abort(404)


def _problem(choice: Choice) -> str | None:
    if not choice.order_ids and choice.is_all:
        return gettext("No order is among them any more.")
    if not choice.order_ids:
        return str(NONE_CHOSEN)
    if not choice.is_all and len(choice.order_ids) > MOST_TICKED:
        return gettext("Choose at most %(count)s orders at a time.", count=MOST_TICKED)
    if len(choice.order_ids) > MOST_ORDERS:
        return TOO_MANY.format(page_language(), limit=number(MOST_ORDERS))
    return None


def _start(kind: BulkKind, choice: Choice, given: Mapping[str, str]) -> ResponseReturnValue:
    person, app = this_person(), parts().app
    wish = BulkWish(kind.code, choice.order_ids, given, request.form.get("wish", "")[:100], choice.wanted)
    try:
        started = start_bulk_action(app, person.account.id, wish, person.user.id)
    except WrongField as wrong:
        return _ask(kind, choice, given, wrong=wrong), 422
    except Refused:
        abort(404)  # an order that is not this account's
    return worked_on(started, choice.query)


def worked_on(started: Started, query: str | None) -> ResponseReturnValue:
    """Back to the grid where all of it is done by now and it was begun there, else to the page that says how far it is."""
    action, address = started.action, url_for("bulk.show", bulk_id=started.action.id)
    if not started.is_new:
        flash(gettext("This was begun already, so it was not begun again."), "warning")
        return redirect(address)
    if action.total <= AT_ONCE:
        action = work_on_bulk(parts().app, action, new_id("web"))
    if query is None or action.state is not BulkState.DONE or action.done < action.total:
        return redirect(address)
    return redirect(back_to(query, action))


def back_to(query: str, did: BulkAction | None = None) -> str:
    """The grid as it was, and what was done there."""
    lists: dict[str, list[str]] = {}
    for name, value in parse_qsl(query):
        lists.setdefault(name, []).append(value)
    return url_for("orders.index", **lists, did=None if did is None else did.id)  # type: ignore[arg-type]


def _ask(
    kind: BulkKind,
    choice: Choice,
    given: Mapping[str, str],
    *,
    more_than: int | None = None,
    wrong: WrongField | None = None,
) -> str:
    edits = None
    if any(field.form is FieldForm.EDITS for field in kind.fields):
        problems = wrong.problems if isinstance(wrong, WrongEdits) else ()
        edits = edit_form(problems, wrong.format(page_language()) if wrong and not problems else "")
    asks_provider = any(field.form is FieldForm.PROVIDER for field in kind.fields)
    return render_template(
        "bulk/confirm.html",
        kind=kind,
        choice=choice,
        given=given,
        counted=counted(len(choice.order_ids)),
        more_than=more_than,
        wrong=wrong,
        edits=edits,
        providers=list_providers(parts().app, this_person().account.id) if asks_provider else [],
        token=request.form.get("wish", "")[:100] or new_id("tok"),
        back=back_to(choice.query),
    )
