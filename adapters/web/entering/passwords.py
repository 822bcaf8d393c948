"""A new password for who has lost theirs, by a link in a mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.entering.forms import EmailForm, NewPasswordForm
from adapters.web.entering.links import show_ended
from adapters.web.parts import parts
from adapters.web.people import leave
from engine.services.accounts.own_password import ask_for_reset, choose_password, find_reset
from engine.services.refusals import Refused

pages = Blueprint("passwords", __name__)


@pages.route("/forgot-password", methods=["GET", "POST"])
def forgot() -> ResponseReturnValue:
    """The answer is the same whether or not somebody has the address."""
    form = EmailForm()
    if form.validate_on_submit():
        ask_for_reset(parts().app, form.email.data)
        writes_files = parts().app.mail.writes_files
        return render_template("entering/forgot_sent.html", email=form.email.data.strip(), writes_files=writes_files)
    return render_template("entering/forgot.html", form=form), 422 if form.is_submitted() else 200


@pages.route("/new-password/<token>", methods=["GET", "POST"])
def choose(token: str) -> ResponseReturnValue:
    form, problem = NewPasswordForm(), None
    try:
        link = find_reset(parts().app, token)
        if form.validate_on_submit():
            try:
                choose_password(parts().app, token, form.password.data)
            except Refused as refusal:
                problem = form.place(refusal)
                if problem is not None:
                    raise
            else:
                leave()
                flash(gettext("The password is changed, and every session has ended. Log in with the new one."), "success")
                return redirect(url_for("session.log_in"))
    except Refused as refusal:
        return show_ended(refusal, gettext("Send a new link"), url_for("passwords.forgot"))
    page = render_template("entering/new_password.html", form=form, email=link.email)
    return page, 422 if form.is_submitted() else 200
