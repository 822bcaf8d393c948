"""Sign-up: asked for here, carried out by the link in a mail; and a further account of somebody who has logged in."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required

from adapters.web.entering.forms import AccountForm, ButtonForm, PasswordForm, PlacedForm, SignUpForm
from adapters.web.entering.links import show_ended
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import enter, person_of, this_person
from engine.model.account import User
from engine.services.accounts.sign_up import SignUp, ask_to_sign_up, find_sign_up, finish_sign_up, found_further_account
from engine.services.refusals import Refused

pages = Blueprint("sign_up", __name__)

_ASKED = "asked_to_sign_up"


@pages.before_request
def ask_whether_open() -> ResponseReturnValue | None:
    if parts().sign_up:
        return None
    title = gettext("Nobody signs up here by themselves")
    advice = gettext("Ask the operator of this service for an account, or somebody who has one to invite you.")
    return render_template("errors/problem.html", code=404, title=title, advice=advice), 404


@pages.route("/sign-up", methods=["GET", "POST"])
def sign_up() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("sign_up.further"))
    form, problem = SignUpForm(), None
    form.offer()
    if form.validate_on_submit():
        wanted = SignUp(
            form.name.data, form.country.data, form.time_zone.data, form.email.data, form.password.data, page_language()
        )
        try:
            session[_ASKED] = ask_to_sign_up(parts().app, wanted)
        except Refused as refusal:
            problem = form.place(refusal)
        else:
            return render_template(
                "entering/sign_up_sent.html", email=form.email.data.strip(), writes_files=parts().app.mail.writes_files
            )
    page = render_template("entering/sign_up.html", form=form, problem=problem)
    return page, 422 if form.is_submitted() else 200


@pages.route("/sign-up/<token>", methods=["GET", "POST"])
def verify(token: str) -> ResponseReturnValue:
    """What the mail leads to. Opening it changes nothing: some mail programs open links by themselves."""
    try:
        asked = find_sign_up(parts().app, token)
    except Refused as refusal:
        return show_ended(refusal, gettext("Sign up again"), url_for("sign_up.sign_up"))
    is_same_browser = session.get(_ASKED) == asked.id
    form: PlacedForm = ButtonForm() if is_same_browser else PasswordForm()
    problem = None
    if form.validate_on_submit():
        try:
            user = finish_sign_up(parts().app, token, None if is_same_browser else form["password"].data)
        except Refused as refusal:
            problem = form.place(refusal)
        else:
            return _begin(user)
    page = render_template("entering/verify.html", form=form, asked=asked, problem=problem, by_password=not is_same_browser)
    return page, 422 if form.is_submitted() else 200


@pages.route("/accounts/new", methods=["GET", "POST"])
@login_required
def further() -> ResponseReturnValue:
    person = this_person()
    form, problem = AccountForm(), None
    form.offer(person.account.country)
    if form.validate_on_submit():
        wanted = {"name": form.name.data, "country": form.country.data, "time_zone": form.time_zone.data}
        try:
            return _begin(found_further_account(parts().app, person.user, **wanted))
        except Refused as refusal:
            problem = form.place(refusal)
    page = render_template("entering/further.html", form=form, problem=problem)
    return page, 422 if form.is_submitted() else 200


def _begin(user: User) -> ResponseReturnValue:
    """Log an account's first person in."""
    person = person_of(user)
    if person is None:
        abort(404)
    enter(person)
    flash(gettext("The account %(name)s is there. Connect a store, and its orders come in.", name=person.account.name), "success")
    return redirect(url_for("session.home"))
