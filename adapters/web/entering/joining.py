"""Joining an account by an invitation's link."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from adapters.web.entering.forms import ButtonForm, FirstPasswordForm, PasswordForm, PlacedForm
from adapters.web.entering.links import show_ended
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import enter, person_of, this_person
from engine.model.account import User
from engine.services.accounts.invitations import (
    Invitation,
    find_invitation,
    join_as_known,
    join_as_new,
    join_with_password,
)
from engine.services.refusals import Refused

pages = Blueprint("joining", __name__)


@pages.route("/join/<token>", methods=["GET", "POST"])
def join(token: str) -> ResponseReturnValue:
    """What an invitation leads to. Opening it changes nothing."""
    try:
        invited = find_invitation(parts().app, token)
    except Refused as refusal:
        return show_ended(refusal, gettext("Go to the log-in"), url_for("session.log_in"))
    if current_user.is_authenticated and this_person().user.email.lower() != invited.email:
        return render_template("entering/join_other.html", invited=invited), 403
    form, problem = _form_for(invited), None
    if form.validate_on_submit():
        try:
            user = _join(invited, token, form)
        except Refused as refusal:
            problem = form.place(refusal)
        else:
            if (person := person_of(user)) is not None:
                enter(person)
                flash(gettext("Welcome to %(account)s.", account=invited.account.name), "success")
            return redirect(url_for("session.home"))
    page = render_template("entering/join.html", form=form, invited=invited, problem=problem)
    return page, 422 if form.is_submitted() else 200


def _form_for(invited: Invitation) -> PlacedForm:
    if current_user.is_authenticated:
        return ButtonForm()
    return PasswordForm() if invited.is_known else FirstPasswordForm()


def _join(invited: Invitation, token: str, form: PlacedForm) -> User:
    app = parts().app
    if current_user.is_authenticated:
        return join_as_known(app, token, this_person().user)
    if invited.is_known:
        return join_with_password(app, token, form["password"].data)
    return join_as_new(app, token, form["password"].data, page_language())
