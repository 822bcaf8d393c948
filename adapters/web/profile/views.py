"""A person's own language, time zone, theme and password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext, lazy_gettext
from flask_login import login_required
from wtforms import PasswordField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from adapters.web.entering.forms import LONGEST_PASSWORD, PlacedForm, new_password_field
from adapters.web.language import LANGUAGE_NAMES
from adapters.web.parts import parts
from adapters.web.people import choices, enter, person_of, this_person
from adapters.web.places import zone_choices
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import SeenForm
from adapters.web.theme import THEME_NAMES, keep_theme
from engine.services.accounts.own_password import change_password
from engine.services.accounts.profile import change_profile, change_theme
from engine.services.refusals import Refused

pages = Blueprint("profile", __name__, url_prefix="/settings/profile")


class ProfileForm(SeenForm):
    """In which language and time zone somebody reads pages and mails, and in which theme pages."""

    language = RadioField(lazy_gettext("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGE_NAMES.items()])
    time_zone = SelectField(lazy_gettext("Time zone"), description=lazy_gettext("Times on pages and in mails are told in it."))
    theme = RadioField(lazy_gettext("Theme"), choices=[SelectChoice(code, name) for code, name in THEME_NAMES.items()])


class ChangePasswordForm(PlacedForm):
    """The password that somebody has, and the one they want."""

    present_password = PasswordField(
        lazy_gettext("Present password"),
        [InputRequired(lazy_gettext("Enter your present password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password_field()


@pages.route("", methods=["GET", "POST"])
@login_required
@saved_in_turn
def edit() -> ResponseReturnValue:
    person = this_person()
    with parts().app.reading() as uow:
        kept = uow.users.find(person.account.id, person.user.id) or person.user  # as it is now: the person's was read before
    form = ProfileForm(language=kept.language, time_zone=kept.time_zone or "", theme=kept.theme)
    as_account = gettext("As the account: %(zone)s", zone=person.account.time_zone.replace("_", " "))
    form.time_zone.choices = [SelectChoice("", as_account), *zone_choices()]
    if form.validate_on_submit():
        language = form.language.data
        change_profile(parts().app, person.user, language=language, time_zone=form.time_zone.data or None)
        change_theme(parts().app, person.user, form.theme.data)
        session.pop("language", None)  # else what was chosen at the foot of a page would go on to count
        with force_locale(language):
            flash(gettext("Your profile is saved."), "success")
        answer = redirect(url_for("profile.edit"))
        keep_theme(answer, form.theme.data)
        return answer
    page = render_template("profile/edit.html", form=form, has_several=len(choices()) > 1)
    return page, 422 if form.is_submitted() else 200


@pages.route("/password", methods=["GET", "POST"])
@login_required
def password() -> ResponseReturnValue:
    """Every session of the person ends, but for this browser's."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            user = change_password(parts().app, this_person().user, form.present_password.data, form.password.data)
        except Refused as refusal:
            form.place(refusal)
        else:
            if (person := person_of(user)) is not None:
                enter(person)
            flash(gettext("The password is changed. You are logged out everywhere but here."), "success")
            return redirect(url_for("profile.edit"))
    return render_template("profile/password.html", form=form), 422 if form.is_submitted() else 200
