"""Print stations: the workplaces of an account, and which of them this browser prints at."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from adapters.web.labels.shown import parse_form
from adapters.web.labels.station import chosen_station, keep_station
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.security import is_own_path
from adapters.web.settings.blueprint import pages
from adapters.web.wording import DOCUMENT_KINDS
from engine.model.label import DocumentKind
from engine.model.print_station import PrintSetting, PrintStation
from engine.services.labels.print_stations import (
    LONGEST_NAME,
    StationForm,
    add_station,
    find_station,
    list_stations,
    remove_station,
)
from engine.services.refusals import Refused

FIELDS = {"no_location": "location"}  # by refusal; the others are about the name
FORMATS = (
    ("pdf-4x6", lazy_gettext("PDF, 4 × 6 inches")),
    ("pdf-a4", lazy_gettext("PDF, A4")),
    ("zpl-4x6", lazy_gettext("ZPL, for label printers")),
    ("png-4x6", lazy_gettext("PNG, a picture")),
)


class NewStation(FlaskForm):
    """A new print station; how it prints each kind of document is read from fields of its own."""

    name = StringField(lazy_gettext("Name"), [Length(max=LONGEST_NAME)], description=lazy_gettext("Such as Packing table 1."))
    location = SelectField(lazy_gettext("Location"), validate_choice=False)


@pages.route("/shipping/stations", methods=["GET", "POST"])
@login_required
def stations() -> ResponseReturnValue:
    if request.method == "GET":
        return _page(NewStation())
    return _add()


@for_admins
def _add() -> ResponseReturnValue:
    form, person = NewStation(), this_person()
    said = ""
    if form.validate():
        wanted = StationForm(form.name.data or "", form.location.data or "", _entered_documents())
        try:
            added = add_station(parts().app, person.account, wanted, person.user.id)
        except Refused as refusal:
            if refusal.message.code == "no_printer":
                said = refusal.format(page_language())
            else:
                form[FIELDS.get(refusal.message.code, "name")].errors = [refusal.format(page_language())]
        else:
            flash(
                gettext("The print station %(name)s is added. Use it on the device that stands there.", name=added.name),
                "success",
            )
            return redirect(url_for("settings.stations"))
    return _page(form, said), 422


def _page(form: NewStation, said: str = "") -> str:
    app, account = parts().app, this_person().account
    with app.reading() as uow:
        locations = uow.locations.list_for(account.id)
    form.location.choices = [("", gettext("– none –")), *((one.code, one.name) for one in locations)]
    usual = PrintStation("", account.id, "", app.clock.now(), documents=_entered_documents() if form.is_submitted() else {})
    return render_template(
        "settings/stations.html",
        form=form,
        said=said,
        stations=list_stations(app, account.id),
        chosen=chosen_station(),
        locations={one.id: one.name for one in locations},
        printers=app.printers.addresses(account.slug),
        kinds={kind: usual.setting(kind) for kind in DOCUMENT_KINDS},
        formats=FORMATS,
        back=request.args.get("next", ""),
    )


def _entered_documents() -> dict[DocumentKind, PrintSetting]:
    documents = {}
    for kind in DOCUMENT_KINDS:
        form = parse_form(request.form.get(f"{kind}-form", ""))
        if form is not None:
            documents[kind] = PrintSetting(*form, request.form.get(f"{kind}-printer", ""))
    return documents


@pages.post("/shipping/stations/use")
@login_required
def use_station() -> ResponseReturnValue:
    """This browser prints at a station from now on; without one by itself."""
    named, back = request.form.get("station", ""), request.form.get("next", "")
    answer = redirect(back if is_own_path(back) else url_for("settings.stations"))
    try:
        station = find_station(parts().app, this_person().account.id, named) if named else None
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return answer
    keep_station(answer, station)
    if station is None:
        flash(gettext("This device belongs to no print station any more."), "success")
    else:
        flash(gettext("This device prints at %(name)s from now on.", name=station.name), "success")
    return answer


@pages.post("/shipping/stations/remove")
@for_admins
def drop_station() -> ResponseReturnValue:
    person = this_person()
    try:
        removed = remove_station(parts().app, person.account.id, request.form.get("station", ""), person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The print station %(name)s is removed.", name=removed.name), "success")
    return redirect(url_for("settings.stations"))
