"""A form that came after the session had ended: the log-in in its place, and then the form with what was entered."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.kept_forms import Entered, seal
from adapters.web.session.forms import LogInForm


def ask_to_log_in(form: Entered) -> ResponseReturnValue:
    """The log-in, which hands on what was entered."""
    kept = seal(form)
    if kept is None:
        flash(
            gettext("You were logged out, and what you sent is too long to be kept. Go back and copy it, then log in."), "warning"
        )
        return redirect(url_for("session.log_in"))
    said = gettext("You were logged out meanwhile. Log in again: what you entered is kept, and nothing was changed yet.")
    return render_template("session/log_in.html", form=LogInForm(formdata=None), problem=said, kept=kept, target=form.page), 401


def offer_again(form: Entered, title: str) -> str:
    """The page that leads back to the form, or sends what was entered."""
    return render_template("session/again.html", form=form, title=title)
