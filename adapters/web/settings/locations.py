"""The addresses that an account's parcels come from: added, changed, removed."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from adapters.web.entering.forms import ButtonForm
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.security import is_own_path
from adapters.web.seen_forms import SeenForm
from adapters.web.settings.blueprint import pages
from adapters.web.settings.choices import countries
from adapters.web.settings.hours import find_own_location, weekday_names
from adapters.web.validation import allowed_by
from engine.model.account import ADDRESS_FIELDS, Location
from engine.services.accounts.accounts import add_location, check_code, check_country
from engine.services.accounts.change_location import AddressForm, change_location, plan_removal, remove_location
from engine.services.refusals import Refused

LONGEST = 100


class AddressFields:
    """What is kept of a location beside its code and its hours."""

    name = StringField(
        lazy_gettext("Name"), [Length(max=LONGEST)], description=lazy_gettext("What people call it; the code, if left out.")
    )
    street1 = StringField(lazy_gettext("Street"), [Length(max=LONGEST)])
    street2 = StringField(lazy_gettext("Street, second line"), [Length(max=LONGEST)])
    postal_code = StringField(lazy_gettext("Postal code"), [Length(max=20)])
    city = StringField(lazy_gettext("City"), [Length(max=LONGEST)])
    state = StringField(lazy_gettext("State or province"), [Length(max=LONGEST)])
    country = SelectField(lazy_gettext("Country"), [allowed_by(check_country)], validate_choice=False)


class LocationForm(AddressFields, FlaskForm):
    """A new ship-from location."""

    code = StringField(
        lazy_gettext("Code"),
        [allowed_by(check_code), Length(max=50)],
        description=lazy_gettext("Rules and orders call the location by it, such as MAD1. It cannot be changed later."),
    )


class ChangedLocationForm(AddressFields, SeenForm):
    """A ship-from location that is there."""


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
    person = this_person()
    return add_location(parts().app, person.account.slug, actor=person.user.id, code=_entered(form, "code"), **_address(form))


@pages.route("/shipping/locations/<location_id>", methods=["GET", "POST"])
@for_admins
@saved_in_turn
def location(location_id: str) -> ResponseReturnValue:
    """One of them, and the form for its address."""
    person, kept = this_person(), find_own_location(location_id)
    form = ChangedLocationForm(obj=kept)
    form.country.choices = countries()
    if form.validate_on_submit():
        wanted = AddressForm(**_address(form))
        try:
            changed = change_location(parts().app, person.account.slug, kept.code, wanted, person.user.id)
        except Refused as refusal:
            form.name.errors = [refusal.format(page_language())]
        else:
            flash(
                gettext("The location %(name)s is saved. Labels that were bought keep their sender.", name=changed.name),
                "success",
            )
            return redirect(url_for("settings.locations"))
    return render_template("settings/location.html", form=form, location=kept), 422 if form.is_submitted() else 200


@pages.route("/shipping/locations/<location_id>/remove", methods=["GET", "POST"])
@for_admins
def drop_location(location_id: str) -> ResponseReturnValue:
    """Asks before a location is gone, and says what keeps it."""
    app, person, kept = parts().app, this_person(), find_own_location(location_id)
    form = ButtonForm()
    if form.validate_on_submit():
        try:
            remove_location(app, person.account.slug, kept.code, person.user.id)
        except Refused:
            pass  # the page says it
        else:
            flash(gettext("The location %(name)s is removed.", name=kept.name), "success")
            return redirect(url_for("settings.locations"))
    removal, obstacle = plan_removal(app, person.account, kept)
    problem = "" if obstacle is None else obstacle.format(page_language())
    page = render_template("settings/remove_location.html", form=form, removal=removal, problem=problem)
    return page, 422 if form.is_submitted() else 200


def _address(form: FlaskForm) -> dict[str, str]:
    return {name: _entered(form, name) for name in ADDRESS_FIELDS}


def _entered(form: FlaskForm, name: str) -> str:
    return (form[name].data or "").strip()
