"""What somebody enters who wants an account, a new password, or to join."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import get_locale, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from adapters.web.language import page_language
from adapters.web.places import country_choices, zone_choices
from engine.model.country_zones import countries, zone_of, zones_of
from engine.services.accounts.people import LONGEST_EMAIL
from engine.services.accounts.sign_up import LONGEST_NAME
from engine.services.refusals import Refused

LONGEST_PASSWORD = 1024

_FIELDS = {
    "no_name": "name",
    "long_name": "name",
    "bad_country": "country",
    "unknown_zone": "country",
    "which_zone": "time_zone",
    "bad_time_zone": "time_zone",
    "bad_email": "email",
    "belongs_already": "email",
    "bad_role": "role",
    "wrong_present": "present_password",
    "wrong_password": "password",
    **dict.fromkeys(("short_password", "few_characters", "common_password", "personal_password"), "password"),
}


class PlacedForm(FlaskForm):
    """A form that shows a use case's refusal beside the field that it is about."""

    def place(self, refusal: Refused) -> str | None:
        """The sentence itself where it is about no field."""
        field = self._fields.get(_FIELDS.get(refusal.message.code, ""))
        sentence = refusal.format(page_language())
        if field is None:
            return sentence
        field.errors = [*field.errors, sentence]
        return None


def email_field() -> EmailField:
    return EmailField(
        lazy_gettext("E-mail address"),
        [InputRequired(lazy_gettext("Enter your e-mail address.")), Length(max=LONGEST_EMAIL)],
        render_kw={"autocomplete": "username"},
    )


def new_password_field(label: Any = None) -> PasswordField:
    return PasswordField(
        label or lazy_gettext("New password"),
        [InputRequired(lazy_gettext("Choose a password.")), Length(max=LONGEST_PASSWORD)],
        description=lazy_gettext("At least 10 characters: four unusual words, for example."),
        render_kw={"autocomplete": "new-password"},
    )


def present_password_field() -> PasswordField:
    return PasswordField(
        lazy_gettext("Password"),
        [InputRequired(lazy_gettext("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class AccountForm(PlacedForm):
    """A new account: what it is called and where it is."""

    name = StringField(
        lazy_gettext("Company name"),
        [InputRequired(lazy_gettext("Enter the name of the company.")), Length(max=LONGEST_NAME)],
        render_kw={"autocomplete": "organization"},
    )
    country = SelectField(
        lazy_gettext("Country"), [InputRequired(lazy_gettext("Choose the country."))], render_kw={"autocomplete": "country"}
    )
    time_zone = SelectField(lazy_gettext("Time zone"), validate_choice=False)

    def offer(self, country: str | None = None) -> None:
        """Fill the lists in; before anything was sent, with a country to begin with."""
        if not self.is_submitted():
            self.country.data = country or _country_of_browser()
        self.country.choices = [SelectChoice("", gettext("– choose –")), *country_choices(get_locale())]
        self.time_zone.choices = [SelectChoice("", gettext("– choose –")), *zone_choices(self.zones)]

    @property
    def zones(self) -> tuple[str, ...]:
        """To choose from, where the country has several that people live in."""
        country = self.country.data or ""
        return () if zone_of(country) is not None else zones_of(country)


class SignUpForm(AccountForm):
    """The same with its first person."""

    email = email_field()
    password = new_password_field(lazy_gettext("Password"))


class EmailForm(PlacedForm):
    """Whose password is lost."""

    email = email_field()


class NewPasswordForm(PlacedForm):
    """A password to be."""

    password = new_password_field()


class FirstPasswordForm(PlacedForm):
    """The password of somebody who had none."""

    password = new_password_field(lazy_gettext("Password"))


class PasswordForm(PlacedForm):
    """A password that there is."""

    password = present_password_field()


class ButtonForm(PlacedForm):
    """A button."""


def _country_of_browser() -> str:
    """The first region that the browser's languages name."""
    for language in request.accept_languages.values():
        _, _, region = language.partition("-")
        if region.upper() in countries():
            return region.upper()
    return ""
