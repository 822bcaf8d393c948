"""What somebody enters to log in."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from engine.services.accounts.people import LONGEST_EMAIL

LONGEST_PASSWORD = 1024


class LogInForm(FlaskForm):
    """E-mail address and password."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "username", "autofocus": True},
    )
    password = PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
