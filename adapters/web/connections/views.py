"""One connection, for whichever side looks: the review of an invitation, how the connection stands, and its end."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.connections.forms import AnswerForm, RemoveForm, answer_form
from adapters.web.connections.showing import place_of, show_connection
from adapters.web.formatting import money
from adapters.web.language import page_language
from adapters.web.naming_rules import rules_name_it
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.connection_terms import TERMS
from engine.model.transitions import Side
from engine.services.connections.answer_invitation import APPROVED, approve, decline
from engine.services.connections.list_connections import ConnectionDetails, SeenConnection, describe_connection
from engine.services.connections.remove_connection import OpenOrders, Reminder, remind, remove_connection
from engine.services.deciding.rules_naming import rules_naming_provider
from engine.services.refusals import Refused
from rules.messages import Message


@pages.route("/<connection_id>", methods=["GET", "POST"])
@login_required
def show(connection_id: str) -> ResponseReturnValue:
    details = describe_connection(parts().app, this_person().user, connection_id)
    if request.method == "POST":
        if not this_person().is_admin:
            abort(403)
        return _answer(connection_id)
    if details.seen.is_to_answer:
        return _review(details, answer_form(), details.obstacle)
    return show_connection(connection_id)


def _answer(connection_id: str) -> ResponseReturnValue:
    app, user, form = parts().app, this_person().user, answer_form()
    try:
        if request.form.get("answer") == "decline":
            declined = decline(app, user, connection_id)
            flash(gettext("The connection with %(name)s is declined.", name=declined.company_name), "success")
        else:
            approved = approve(app, user, connection_id, accepts_terms=form.understood.data)
            flash(APPROVED.format(page_language(), provider=approved.company_name), "success")
    except Refused as refusal:
        return _show_refusal(connection_id, form, refusal)
    return redirect(url_for("settings.providers"))


def _show_refusal(connection_id: str, form: AnswerForm, refusal: Refused) -> ResponseReturnValue:
    details = describe_connection(parts().app, this_person().user, connection_id)
    if details.seen.is_to_answer:
        if refusal.message.code == "terms_not_accepted":
            sentence = gettext("Confirm that you have read and understood how the connection works: tick the box.")
            form.understood.errors = [sentence]
            return _review(details, form, None), 422
        return _review(details, form, refusal.message), 422
    if details.happened is None:  # the page of what has ended says the same
        flash(refusal.format(page_language()), "warning")
    return redirect(url_for("connections.show", connection_id=connection_id))


def _review(details: ConnectionDetails, form: AnswerForm, missing: Message | None) -> str:
    connection = details.seen.connection
    return render_template(
        "connections/review.html",
        details=details,
        connection=connection,
        terms=[text.format(page_language(), provider=connection.company_name) for text in TERMS],
        form=form,
        missing=missing,
        place=place_of(details.seen),
    )


@pages.route("/<connection_id>/remove", methods=["GET", "POST"])
@login_required
def remove(connection_id: str) -> ResponseReturnValue:
    app, person = parts().app, this_person()
    seen = describe_connection(app, person.user, connection_id).seen
    if not person.is_admin:
        abort(403)
    if not seen.may_be_removed:
        return redirect(url_for("connections.show", connection_id=connection_id))
    form = RemoveForm()
    if form.is_submitted():
        try:
            _, left = remove_connection(app, person.user, connection_id, open_orders=form.chosen())
        except Refused as refusal:
            if refusal.message.code != "open_orders":
                flash(refusal.format(page_language()), "warning")
                return redirect(url_for("connections.show", connection_id=connection_id))
            form.open_orders.errors = [gettext("Choose what happens to them.")]
        else:
            flash(_removed_words(seen, left, form.chosen()), "success")
            return redirect(url_for("clients.index" if seen.side is Side.PROVIDER else "settings.providers"))
    reminder = remind(app, person.account.id, connection_id)
    unpaid = [money(owed.amount, owed.currency) for owed in reminder.unpaid]
    naming = rules_name_it(rules_naming_provider(app, person.account.id, seen.connection))
    page = render_template(
        "connections/remove.html",
        seen=seen,
        reminder=reminder,
        unpaid=unpaid,
        form=form,
        place=place_of(seen),
        naming=naming,
    )
    return page, 422 if form.is_submitted() else 200


def _removed_words(seen: SeenConnection, left: Reminder, chosen: OpenOrders | None) -> str:
    said = gettext("The connection with %(name)s is removed.", name=seen.name)
    if not left.open_orders:
        return said
    if chosen is OpenOrders.RETURN:
        open_orders = gettext("The open orders are back with the merchant.")
    else:
        open_orders = gettext("The provider finishes the open orders.")
    return f"{said} {open_orders}"
