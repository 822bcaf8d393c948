"""When a location of a 3PL ships: cut-off, working days, holidays, time zone."""

from __future__ import annotations

from babel import Locale
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext, lazy_gettext
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_providers, this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import SeenForm
from adapters.web.settings.blueprint import pages
from adapters.web.settings.choices import time_zones
from engine.model.account import Location
from engine.model.shipping_hours import WEEKDAYS, ShippingHours
from engine.services.accounts.location_hours import HoursForm, set_hours
from engine.services.refusals import Refused

FIELDS = {
    "bad_cut_off": "cut_off",
    "bad_day": "working_days",
    "bad_holiday": "holidays",
    "bad_time_zone": "time_zone",
}  # by refusal


class HoursFields(SeenForm):
    """What an admin may change about a location's hours."""

    cut_off = StringField(
        lazy_gettext("Cut-off"),
        description=lazy_gettext("What comes in until then leaves on the same working day, such as 14:00."),
        render_kw={"maxlength": 5},
    )
    working_days = SelectMultipleField(lazy_gettext("Working days"), validate_choice=False)
    holidays = TextAreaField(
        lazy_gettext("Holidays"),
        description=lazy_gettext("Days on which nothing leaves, one a line, such as 2026-12-25."),
        render_kw={"rows": 5},
    )
    time_zone = SelectField(lazy_gettext("Time zone"), validate_choice=False)

    def wanted(self) -> HoursForm:
        """What was entered, as the use case wants it."""
        return HoursForm(
            cut_off=(self.cut_off.data or "").strip(),
            working_days=self.working_days.data or [],
            holidays=(self.holidays.data or "").split(),
            time_zone=self.time_zone.data or "",
        )


@pages.route("/shipping/locations/<location_id>/hours", methods=["GET", "POST"])
@for_providers
@saved_in_turn
def hours(location_id: str) -> ResponseReturnValue:
    location, person = find_own_location(location_id), this_person()
    form = _form_of(location.hours)
    if form.is_submitted() and not person.is_admin:
        abort(403)
    if form.validate_on_submit():
        try:
            set_hours(parts().app, person.account.slug, location.code, form.wanted(), person.user.id)
        except Refused as refusal:
            form[FIELDS.get(refusal.message.code, "cut_off")].errors = [refusal.format(page_language())]
        else:
            flash(
                gettext("The hours of %(name)s are saved: they count for what comes in from now on.", name=location.name),
                "success",
            )
            return redirect(url_for("settings.locations"))
    return render_template("settings/hours.html", form=form, location=location), 422 if form.is_submitted() else 200


def weekday_names(days: tuple[str, ...]) -> list[str]:
    """In the page's language, short."""
    names = _locale().days["format"]["abbreviated"]
    return [names[WEEKDAYS.index(day)] for day in days]


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _form_of(hours: ShippingHours) -> HoursFields:
    form = HoursFields(
        cut_off=hours.cut_off,
        working_days=list(hours.working_days),
        holidays="\n".join(hours.holidays),
        time_zone=hours.time_zone or "",
    )
    names = _locale().days["stand-alone"]["wide"]
    form.working_days.choices = [SelectChoice(day, names[number].capitalize()) for number, day in enumerate(WEEKDAYS)]
    account = this_person().account
    usual = SelectChoice("", gettext("As the account (%(zone)s)", zone=account.time_zone))
    form.time_zone.choices = [usual, *time_zones(hours.time_zone or account.time_zone)]
    return form


def find_own_location(location_id: str) -> Location:
    """One of this account's; no page for others."""
    with parts().app.reading() as uow:
        found = next((one for one in uow.locations.list_for(this_person().account.id) if one.id == location_id), None)
    if found is None:
        abort(404)
    return found
