"""The packages of an account: their sizes, and what they weigh when they are empty."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from adapters.web.labels.measures import parse_length, parse_weight
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.settings.blueprint import pages
from engine.model.saved_package import SavedPackage
from engine.services.accounts.saved_packages import (
    LONGEST_NAME,
    add_package,
    list_packages,
    remove_package,
    set_default_package,
)
from engine.services.refusals import Refused

FIELDS = {"bad_size": "length", "bad_tare": "tare"}  # by refusal; any other is about the name
SIDES = ("length", "width", "height")


class PackageForm(FlaskForm):
    """A new package."""

    name = StringField(
        lazy_gettext("Name"), [Length(max=LONGEST_NAME)], description=lazy_gettext("As rules write it, such as box-m.")
    )
    length = StringField(lazy_gettext("Length"), [Length(max=20)])
    width = StringField(lazy_gettext("Width"), [Length(max=20)])
    height = StringField(
        lazy_gettext("Height"),
        [Length(max=20)],
        description=lazy_gettext("Millimetres, or such as 30 cm; all three sides or none."),
    )
    tare = StringField(
        lazy_gettext("Weight when empty"),
        [Length(max=40)],
        description=lazy_gettext("Grams, or such as 0.2 kg. It is added to the weight of the items."),
    )
    is_default = BooleanField(lazy_gettext("Take it where an order names no package"))


@pages.get("/shipping/packages")
@login_required
def packages() -> ResponseReturnValue:
    return _page(PackageForm())


@pages.post("/shipping/packages")
@for_admins
def add_a_package() -> ResponseReturnValue:
    form = PackageForm()
    if form.validate_on_submit() and _add(form):
        flash(gettext("The package is added."), "success")
        return redirect(url_for("settings.packages"))
    return _page(form), 422


@pages.post("/shipping/packages/change")
@for_admins
def change_package() -> ResponseReturnValue:
    """Remove one, or say which one is taken where an order names none."""
    person, package_id = this_person(), request.form.get("package", "")
    try:
        match request.form.get("do"):
            case "remove":
                remove_package(parts().app, person.account.id, package_id, person.user.id)
            case "default":
                set_default_package(parts().app, person.account.id, package_id, person.user.id)
            case _:
                _take_none(package_id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    return redirect(url_for("settings.packages"))


def _take_none(package_id: str) -> None:
    """Take no package by itself any more; another one that somebody has chosen meanwhile stays."""
    person = this_person()
    if any(one.is_default and one.id != package_id for one in list_packages(parts().app, person.account.id)):
        flash(gettext("Another package is taken by itself now: nothing was changed."), "warning")
    else:
        set_default_package(parts().app, person.account.id, None, person.user.id)


def _page(form: PackageForm) -> str:
    found = list_packages(parts().app, this_person().account.id)
    return render_template("settings/packages.html", form=form, packages=found)


def _add(form: PackageForm) -> bool:
    """Whether it is kept; what is wrong stands at its field."""
    person = this_person()
    texts = {name: (form[name].data or "").strip() for name in (*SIDES, "tare")}
    sides = {name: parse_length(texts[name]) for name in SIDES if texts[name]}
    tare = parse_weight(texts["tare"]) if texts["tare"] not in ("", "0") else 0
    wrong = next((name for name, side in sides.items() if side is None), None)
    if wrong is not None:
        form[wrong].errors = [gettext("Write all three sides, in millimetres or such as 30 cm, or none.")]
        return False
    if tare is None:
        said = gettext("“%(text)s” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz.", text=texts["tare"])
        form.tare.errors = [said]
        return False
    length, width, height = (sides.get(name) for name in SIDES)
    entered = SavedPackage(
        "", person.account.id, form.name.data or "", length, width, height, tare, is_default=form.is_default.data
    )
    try:
        add_package(parts().app, entered, person.user.id)
    except Refused as refusal:
        form[FIELDS.get(refusal.message.code, "name")].errors = [refusal.format(page_language())]
        return False
    return True
