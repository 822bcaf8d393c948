"""One carrier account: the form that adds it, and what it is set to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, PasswordField, StringField, TextAreaField
from wtforms.validators import Length

from adapters.web.labels.shown import carrier_kind
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.settings.blueprint import pages
from adapters.web.settings.carrier_calls import CallsForm
from engine.known_carriers import names_written_by
from engine.model.carrier import CAPABILITY_WORDS, CarrierCapability, CarrierKind
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.accounts.carrier_calls import find_calls
from engine.services.accounts.carrier_sharing import list_carrier_accounts
from engine.services.refusals import Refused

LONGEST_NAME = 60
MOST_SERVICES = 100
CREDENTIAL = "secret_"  # before the name of a field that no page repeats
LONGEST_CREDENTIAL = 500
LONGEST_SHEET = 40_000  # characters; longer ones are added by command
_PLACED = re.compile(r"\D{1,12}(\d{1,6}): .+")


class CarrierAccountFields(FlaskForm):
    """A new account with a carrier, as far as the carrier has use for the field."""

    nickname = StringField(
        lazy_gettext("Name"),
        [Length(max=LONGEST_NAME)],
        description=lazy_gettext("What your people call it; the carrier's code, if left out."),
    )
    services = TextAreaField(
        lazy_gettext("Services"),
        [Length(max=MOST_SERVICES * LONGEST_NAME)],
        description=lazy_gettext("One a line, as rules and orders call them, such as standard."),
        render_kw={"rows": 4},
    )
    rate_sheet = TextAreaField(
        lazy_gettext("Rate sheet"),
        [Length(max=LONGEST_SHEET)],
        description=lazy_gettext("What its services cost by zone and weight, in YAML. Without one, no prices are known."),
        render_kw={"rows": 12, "spellcheck": "false"},
    )
    number_prefix = StringField(
        lazy_gettext("Tracking numbers begin with"),
        [Length(max=10)],
        description=lazy_gettext("Capital letters or digits of your own, such as ACME; four letters are made up, if left out."),
    )
    is_default = BooleanField(lazy_gettext("Take it first where several accounts offer a service"))

    def credentials(self) -> dict[str, Field]:
        """The fields of what the carrier is logged in to with, by their names there."""
        return {field.name.removeprefix(CREDENTIAL): field for field in self if field.name.startswith(CREDENTIAL)}

    def leave_out_unless(self, kind: CarrierKind) -> None:
        """Leave out what the carrier has no use for."""
        if not kind.can(CarrierCapability.RATE_SHEET):
            del self.rate_sheet
        if not kind.can(CarrierCapability.NUMBERED_HERE):
            del self.number_prefix

    def settings(self) -> dict[str, str]:
        """The carrier's own settings, as far as something was entered."""
        entered = ((name, _lines(self[name].data or "")) for name in ("rate_sheet", "number_prefix") if name in self)
        return {name: value for name, value in entered if value}


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """A problem of a rate sheet with the line that it is about; without a line, where none is named."""

    sentence: str
    line: int | None = None
    text: str = ""


@pages.route("/shipping/carriers/new/<carrier>", methods=["GET", "POST"])
@for_admins
def add_carrier(carrier: str) -> ResponseReturnValue:
    if carrier not in parts().app.carriers:
        abort(404)
    kind = carrier_kind(parts().app, carrier)
    form = _form_of(kind)
    said: list[str] = []
    problems: list[SheetProblem] = []
    if form.validate_on_submit():
        try:
            return _add(kind, form)
        except Refused as refusal:
            sentences = refusal.format(page_language()).splitlines()
            if refusal.message.code == "no_services":
                form.services.errors = sentences
            elif len(sentences) > 1 and "rate_sheet" in form:
                problems = [_place(one, form.rate_sheet.data or "") for one in sentences]
            else:
                said = sentences
    page = render_template(
        "settings/add_carrier.html",
        form=form,
        kind=kind,
        abilities=abilities(kind),
        known=names_written_by(carrier),
        said=said,
        problems=problems,
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/shipping/carriers/<carrier_account_id>")
@login_required
def carrier_account(carrier_account_id: str) -> ResponseReturnValue:
    """What a carrier account is set to; how somebody logs in to the carrier is not among it."""
    found = list_carrier_accounts(parts().app, this_person().account)
    shared = next((one for one in found if one.account.id == carrier_account_id), None)
    if shared is None:
        abort(404)
    kind = carrier_kind(parts().app, shared.account.carrier)
    is_here = shared.account.carrier in parts().app.carriers
    calls = find_calls(parts().app, this_person().account, carrier_account_id) if kind.can(CarrierCapability.CALLS) else None
    return render_template(
        "settings/carrier_account.html",
        account=shared.account,
        kind=kind,
        abilities=abilities(kind),
        is_here=is_here,
        calls=calls,
        calls_form=CallsForm(),
    )


def _add(kind: CarrierKind, form: CarrierAccountFields) -> ResponseReturnValue:
    person = this_person()
    services = dict.fromkeys(line.strip() for line in (form.services.data or "").splitlines() if line.strip())
    wanted = CarrierAccountForm(
        carrier=kind.code,
        services=tuple(services)[:MOST_SERVICES],
        nickname=form.nickname.data or "",
        settings=form.settings(),
        credentials={name: (field.data or "").strip() for name, field in form.credentials().items()},
        is_default=form.is_default.data,
    )
    added = add_carrier_account(parts().app, person.account.slug, wanted, person.user.id)
    flash(gettext("The carrier account %(name)s is added.", name=added.name), "success")
    return redirect(url_for("settings.carrier_account", carrier_account_id=added.id))


def _form_of(kind: CarrierKind) -> CarrierAccountFields:
    """With a field for each credential; what is secret is not shown again."""
    fields = {
        CREDENTIAL + one.name: (PasswordField if one.is_secret else StringField)(
            one.label.format(page_language()), [Length(max=LONGEST_CREDENTIAL)], render_kw={"autocomplete": "off"}
        )
        for one in kind.credentials
    }
    form: CarrierAccountFields = type("CarrierFields", (CarrierAccountFields,), fields)()
    form.leave_out_unless(kind)
    return form


def abilities(kind: CarrierKind) -> tuple[Sequence[str], Sequence[str]]:
    """What a carrier can do and what it cannot, in words."""
    words = {one: text.format(page_language()) for one, text in CAPABILITY_WORDS.items()}
    return [words[one] for one in words if kind.can(one)], [words[one] for one in words if not kind.can(one)]


def _lines(text: str) -> str:
    """Without what browsers send at the ends of lines."""
    return "\n".join(text.strip().splitlines())


def _place(sentence: str, sheet: str) -> SheetProblem:
    found, lines = _PLACED.fullmatch(sentence), sheet.splitlines()
    if found is None or not 0 < int(found[1]) <= len(lines):
        return SheetProblem(sentence)
    return SheetProblem(sentence, int(found[1]), lines[int(found[1]) - 1])
