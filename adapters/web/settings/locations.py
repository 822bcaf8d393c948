"""The addresses that an account's parcels come from."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.security import is_own_path
from adapters.web.settings.blueprint import pages
from adapters.web.settings.choices import countries
from adapters.web.settings.hours import weekday_names
from adapters.web.validation import allowed_by
from engine.model.account import Location
from engine.services.accounts.accounts import add_location, check_code, check_country
from engine.services.refusals import Refused

LONGEST = 100


class LocationForm(FlaskForm):
    """A new ship-from location."""

    code = StringField(
        lazy_gettext("Code"),
        [allowed_by(check_code), Length(max=50)],
        description=lazy_gettext("Rules and orders call the location by it, such as MAD1. It cannot be changed later."),
    )
    name = StringField(
        lazy_gettext("Name"), [Length(max=LONGEST)], description=lazy_gettext("What people call it; the code, if left out.")
    )
    street1 = StringField(lazy_gettext("Street"), [Length(max=LONGEST)])
    street2 = StringField(lazy_gettext("Street, second line"), [Length(max=LONGEST)])
    postal_code = StringField(lazy_gettext("Postal code"), [Length(max=20)])
    city = StringField(lazy_gettext("City"), [Length(max=LONGEST)])
    state = StringField(lazy_gettext("State or province"), [Length(max=LONGEST)])
    country = SelectField(lazy_gettext("Country"), [allowed_by(check_country)], validate_choice=False)


@pages.route("/shipping/locations", methods=["GET", "POST"])
@login_required
def locations() -> ResponseReturnValue:
    person = this_person()
    form = LocationForm(country=person.account.country)
    form.country.choices = countries()
    if form.is_submitted() and not person.is_admin:
        abort(403)
    if form.validate_on_submit():
        try:
            added = _add(form)
        except Refused as refusal:
            form.code.errors = [refusal.format(page_language())]
        else:
            flash(gettext("The location %(name)s is added.", name=added.name), "success")
            back = request.args.get("next", "")
            return redirect(back if is_own_path(back) else url_for("settings.locations"))
    with parts().app.reading() as uow:
        known = uow.locations.list_for(person.account.id)
    page = render_template("settings/locations.html", form=form, locations=known, weekday_names=weekday_names)
    return page, 422 if form.is_submitted() else 200


def _add(form: LocationForm) -> Location:
    entered = {name: (value or "").strip() for name, value in form.data.items() if name != "csrf_token"}
    person = this_person()
    return add_location(parts().app, person.account.slug, actor=person.user.id, **entered)
