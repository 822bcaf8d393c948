"""What a 3PL's clients asked it to ship, its answers, and what the two sides write to each other."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.one_reading import in_one_reading
from adapters.web.orders.showing import show_order
from adapters.web.parts import parts
from adapters.web.people import for_providers, this_person
from adapters.web.requests.answer_form import LINE_REFUSALS, given_answer
from adapters.web.requests.page import build_lines, filters_of
from adapters.web.requests.thread import WITH_REASON, reject_choices
from adapters.web.returned import NOTHING, Returned, returned
from adapters.web.sent_once import sent_once
from engine.model.request import CHANGE_ACTIONS, FulfillmentRequest, RequestAction
from engine.model.transitions import Side
from engine.services.fulfillment.answer_request import answer_request
from engine.services.fulfillment.client_notes import read_client_notes
from engine.services.fulfillment.request_words import side_of
from engine.services.fulfillment.write_message import write_message
from engine.services.refusals import Refused
from storage.queries import RequestsShown

pages = Blueprint("requests", __name__, url_prefix="/requests")

REQUESTS_ON_A_PAGE = 50
FIELDS = {"bad_code": "code", "no_text": "text", "long_text": "text", **dict.fromkeys(LINE_REFUSALS, "lines")}  # by refusal
ANSWERS = (
    RequestAction.ACCEPT,
    RequestAction.START,
    RequestAction.REJECT,
    RequestAction.CLOSE,
    RequestAction.GRANT_CANCEL,
    RequestAction.REFUSE_CANCEL,
    *CHANGE_ACTIONS,
)


@pages.get("")
@in_one_reading
@for_providers
def index() -> ResponseReturnValue:
    return _list()


def _list(form: Returned = NOTHING) -> str:
    person = this_person()
    after, wanted = request.args.get("after") or None, request.args.get("show")
    shows = RequestsShown(wanted) if wanted in list(RequestsShown) else None
    rows = parts().queries.delegated_page(person.account.id, after=after, limit=REQUESTS_ON_A_PAGE + 1, shows=shows)
    shown = rows[:REQUESTS_ON_A_PAGE]
    older = shown[-1].id if len(rows) > REQUESTS_ON_A_PAGE else None
    notes = read_client_notes(parts().app, person.account.id, [(row.client_id, row.order_id) for row in shown])
    return render_template(
        "requests/index.html",
        lines=build_lines(shown, notes, parts().app.clock.now()),
        filters=filters_of(shows),
        shows=shows,
        reasons=reject_choices(),
        older=older,
        after=after,
        returned=form,
    )


@pages.post("/<request_id>/answer")
@login_required
def answer(request_id: str) -> ResponseReturnValue:
    person, asked = this_person(), _get(request_id)
    said = request.form.get("answer", "")
    if said not in ANSWERS:
        abort(400)
    action = RequestAction(said)
    form = f"{'change' if action in CHANGE_ACTIONS else 'answer'}-{request_id}"
    if action in WITH_REASON and not request.form.get("code"):
        return _show_again(asked, returned(form, "code", gettext("Choose a reason first."))), 422
    try:
        given = given_answer(action, asked)
        answer_request(parts().app, person.account.id, request_id, given, person.user.id)
    except Refused as refusal:
        if refusal.message.code == "not_yours":
            flash(refusal.format(page_language()), "warning")
            return _back(asked)
        return _show_again(asked, returned(form, FIELDS.get(refusal.message.code, "answer"), refusal)), 422
    flash(_answered(action), "success")
    return _back(asked)


@pages.post("/<request_id>/messages")
@login_required
def write(request_id: str) -> ResponseReturnValue:
    person, asked = this_person(), _get(request_id)
    try:
        with sent_once() as once:
            if once.app is not None:
                write_message(once.app, person.account.id, request_id, request.form.get("text", ""), person.user.id)
    except Refused as refusal:
        return _show_again(asked, returned(f"message-{request_id}", "text", refusal)), 422
    flash(gettext("The message is written: the other side sees it with the order."), "success")
    return _back(asked)


def _get(request_id: str) -> FulfillmentRequest:
    """Raises NotFound for what this account has no part in."""
    with parts().app.reading() as uow:
        return uow.requests.get(this_person().account.id, request_id)


def _page_of(asked: FulfillmentRequest) -> str | None:
    """The order on whose page this side sees the request; None where it is answered in the list."""
    if side_of(asked, this_person().account.id) is Side.MERCHANT:
        return asked.order_id
    return None if request.form.get("back") == "requests" else asked.copy_id


def _back(asked: FulfillmentRequest) -> ResponseReturnValue:
    order_id = _page_of(asked)
    if order_id is None:
        return redirect(url_for("requests.index", show=request.args.get("show"), after=request.args.get("after")))
    return redirect(url_for("orders.show", order_id=order_id, _anchor="requests"))


def _show_again(asked: FulfillmentRequest, form: Returned) -> str:
    """The same page, with the form as it was filled in."""
    order_id = _page_of(asked)
    return _list(form) if order_id is None else show_order(order_id, returned=form)


def _answered(action: RequestAction) -> str:
    return {
        RequestAction.ACCEPT: gettext("The request is accepted."),
        RequestAction.START: gettext("The work has begun: from now on the client has to ask you to get the order back."),
        RequestAction.REJECT: gettext("The request is rejected: the order is the client's again."),
        RequestAction.CLOSE: gettext("The request is closed: what has not shipped is the client's again."),
        RequestAction.GRANT_CANCEL: gettext("The order is given back to the client."),
        RequestAction.REFUSE_CANCEL: gettext("The client is told that you ship the order all the same."),
        RequestAction.ACCEPT_CHANGE: gettext("The change is accepted: the order here has it after the next import."),
        RequestAction.REFUSE_CHANGE: gettext("The client is told that you ship the order as it was."),
    }[action]
