"""Log-in, log-out, the devices a person is logged in on, and the language and the theme of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user, login_required

from adapters.web.kept_forms import unseal
from adapters.web.parts import parts
from adapters.web.people import choices, enter, keep_choice, leave, person_of, this_person
from adapters.web.security import is_own_path
from adapters.web.session.again import offer_again
from adapters.web.session.forms import LogInForm
from adapters.web.theme import keep_theme
from engine.model.account import THEMES
from engine.services.accounts.log_in import log_in as check_credentials
from engine.services.accounts.profile import change_theme
from engine.services.accounts.web_sessions import digest_of_token, end_all_sessions, list_sessions
from rules.messages import LANGUAGES

pages = Blueprint("session", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    """A merchant starts with the orders, a 3PL with what it was asked to ship."""
    if not current_user.is_authenticated:
        return redirect(url_for("session.log_in"))
    return redirect(url_for("requests.index" if this_person().ships_for_others else "orders.index"))


@pages.route("/log-in", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    target = request.args.get("next", "")
    target = target if is_own_path(target) else url_for("session.home")
    if current_user.is_authenticated:
        return redirect(target)
    form = LogInForm()
    if form.validate_on_submit():
        users = check_credentials(parts().app, form.email.data, form.password.data)
        if len(users) > 1:
            keep_choice(users)
            if "kept" not in request.form:
                return redirect(url_for("session.choose_account", next=target))
            people = [person for user in users if (person := person_of(user)) is not None]
            return render_template("session/accounts.html", people=people, kept=request.form["kept"], target=target)
        if users and (person := person_of(users[0])) is not None:
            enter(person)
            return _go_on(target)
    # One sentence for everything that can be wrong, so that it does not reveal which addresses have an account.
    problem = gettext("Wrong e-mail or password. Check both and try again.") if form.is_submitted() else None
    kept = request.form.get("kept")
    return render_template("session/log_in.html", form=form, problem=problem, kept=kept, target=target), 401 if problem else 200


def _go_on(target: str) -> ResponseReturnValue:
    """After a log-in: back to the form that came when the session was over, else to the page that was asked for."""
    form = unseal(request.form.get("kept", ""))
    return redirect(target) if form is None else offer_again(form, gettext("You are logged in again"))


@pages.route("/accounts", methods=["GET", "POST"])
def choose_account() -> ResponseReturnValue:
    """Which of several accounts to work in: after the log-in, and whenever a person wants another."""
    users = choices()
    if not users:
        return redirect(url_for("session.log_in"))
    target = request.args.get("next", "")
    target = target if is_own_path(target) else url_for("session.home")
    people = [person for user in users if (person := person_of(user)) is not None]
    if request.method == "POST":
        for person in people:
            if person.account.slug == request.form.get("account"):
                enter(person)
                return _go_on(target)
        abort(404)
    return render_template("session/accounts.html", people=people)


@pages.post("/log-out")
@login_required
def log_out() -> ResponseReturnValue:
    leave()
    return redirect(url_for("session.log_in"))


@pages.get("/devices")
@login_required
def devices() -> ResponseReturnValue:
    """Where this person is logged in, and the button that ends it everywhere."""
    person = this_person()
    this_one = digest_of_token(person.kept.partition(".")[0])
    return render_template(
        "session/devices.html", sessions=list_sessions(parts().app, person.user), this_one=this_one, place="settings"
    )


@pages.post("/devices/log-out")
@login_required
def log_out_everywhere() -> ResponseReturnValue:
    """End every session of this person, the one of this browser too."""
    person = this_person()
    end_all_sessions(parts().app, person.user, person.user.id)
    leave()
    flash(gettext("You are logged out on all devices."), "success")
    return redirect(url_for("session.log_in"))


@pages.post("/language")
def set_language() -> ResponseReturnValue:
    """Keep a language for this session and go back to where the person was."""
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    session["language"] = language
    back = request.form.get("back", "")
    return redirect(back if is_own_path(back) else url_for("session.home"))


@pages.post("/theme")
def set_theme() -> ResponseReturnValue:
    """Keep a theme, for the person who is logged in and for this browser, and go back to where the person was."""
    theme = request.form.get("theme")
    if theme not in THEMES:
        abort(400)
    if current_user.is_authenticated:
        change_theme(parts().app, this_person().user, theme)
    back = request.form.get("back", "")
    answer = redirect(back if is_own_path(back) else url_for("session.home"))
    keep_theme(answer, theme)
    return answer
