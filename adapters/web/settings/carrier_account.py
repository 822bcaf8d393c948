"""One carrier account: the form that adds it, and what it is set to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from wtforms import BooleanField, Field, PasswordField, StringField, TextAreaField
from wtforms.validators import Length

from adapters.web.labels.shown import carrier_kind
from adapters.web.language import page_language
from adapters.web.naming_rules import rules_name_it
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.seen_forms import Outdated, SeenForm
from adapters.web.sent_once import sent_once
from adapters.web.settings.blueprint import pages
from adapters.web.settings.carrier_calls import CallsForm
from engine.known_carriers import names_written_by
from engine.model.account import CarrierAccount
from engine.model.carrier import CAPABILITY_WORDS, CarrierCapability, CarrierKind, CarrierSetting
from engine.services.accounts.carrier_accounts import (
    CarrierAccountChange,
    CarrierAccountForm,
    accept_carrier_account,
    change_carrier_account,
    keep_carrier_account,
)
from engine.services.accounts.carrier_calls import find_calls
from engine.services.accounts.carrier_sharing import list_carrier_accounts
from engine.services.deciding.rules_naming import rules_without_services
from engine.services.refusals import Refused

LONGEST_NAME = 60
MOST_SERVICES = 100
CREDENTIAL = "secret_"  # before the name of a field that no page repeats
LONGEST_CREDENTIAL = 500
LONGEST_SETTING = 500
LONGEST_SHEET = 40_000  # characters; longer ones are added by command
_PLACED = re.compile(r"\D{1,12}(\d{1,6}): .+")


class CarrierAccountFields(SeenForm):
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
    is_default = BooleanField(lazy_gettext("Take it first where several accounts offer a service"))

    def credentials(self) -> dict[str, Field]:
        """The fields of what the carrier is logged in to with, by their names there."""
        return {field.name.removeprefix(CREDENTIAL): field for field in self if field.name.startswith(CREDENTIAL)}

    def settings(self, kind: CarrierKind) -> dict[str, Any]:
        """The carrier's own settings, as far as something was entered."""
        entered = ((one, _lines(self[one.name].data or "")) for one in kind.settings)
        return {one.name: int(text) if one.is_number and text.isdecimal() else text for one, text in entered if text}

    def wanted_services(self) -> tuple[str, ...]:
        lines = (line.strip() for line in (self.services.data or "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))[:MOST_SERVICES]

    def short_settings(self, kind: CarrierKind) -> list[Field]:
        return [self[one.name] for one in kind.settings if not one.is_long]


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
    return _filled_in(kind, form, lambda: _add(kind, form))


@pages.route("/shipping/carriers/<carrier_account_id>/change", methods=["GET", "POST"])
@for_admins
def change_carrier(carrier_account_id: str) -> ResponseReturnValue:
    """The same form with what is set; credentials that are left blank stay."""
    return _changing(_own(carrier_account_id))


def _changing(account: CarrierAccount) -> ResponseReturnValue:
    kind = carrier_kind(parts().app, account.carrier)
    form = _form_with(kind, account)
    try:
        return _filled_in(kind, form, lambda: _change(account, kind, form), account)
    except Outdated as outdated:  # while the carrier was asked
        return _changing(outdated.kept)


def _form_with(kind: CarrierKind, account: CarrierAccount) -> CarrierAccountFields:
    """With what is set."""
    shown = {name: value for name, value in account.settings.items() if not isinstance(value, bool)}
    given = {"services": "\n".join(account.services), "nickname": account.nickname, "is_default": account.is_default}
    return _form_of(kind, {**{name: str(value) for name, value in shown.items()}, **given})


def _filled_in(
    kind: CarrierKind, form: CarrierAccountFields, keep: Callable[[], ResponseReturnValue], account: CarrierAccount | None = None
) -> ResponseReturnValue:
    """The form, or what comes of keeping what was entered."""
    said: list[str] = []
    problems: list[SheetProblem] = []
    if form.validate_on_submit():
        try:
            return keep()
        except Refused as refusal:
            sentences = refusal.format(page_language()).splitlines()
            if refusal.message.code == "no_services":
                form.services.errors = sentences
            elif len(sentences) > 1 and "rate_sheet" in form:
                problems = [_place(one, form["rate_sheet"].data or "") for one in sentences]
            else:
                said = sentences
    sheet = next((form[one.name] for one in kind.settings if one.is_long), None)
    page = render_template(
        "settings/add_carrier.html",
        form=form,
        sheet=sheet,
        account=account,
        kind=kind,
        abilities=abilities(kind),
        known=names_written_by(kind.code),
        said=said,
        problems=problems,
    )
    return page, 422 if form.is_submitted() else 200


def _change(account: CarrierAccount, kind: CarrierKind, form: CarrierAccountFields) -> ResponseReturnValue:
    person = this_person()
    entered = {name: (field.data or "").strip() for name, field in form.credentials().items()}
    wanted = CarrierAccountChange(
        services=form.wanted_services(),
        nickname=form.nickname.data or "",
        settings=form.settings(kind),
        credentials={name: value for name, value in entered.items() if value},
        is_default=form.is_default.data,
    )

    def check_seen(kept: CarrierAccount) -> None:
        if _form_with(kind, kept).is_outdated():
            raise Outdated(kept)

    changed = change_carrier_account(parts().app, person.account.id, account.id, wanted, person.user.id, check_seen)
    flash(gettext("The carrier account %(name)s is changed.", name=changed.name), "success")
    bad = rules_without_services(parts().app, person.account.id, account, changed)
    if bad:
        flash(rules_name_it(bad), "warning")
    return redirect(url_for("settings.carrier_account", carrier_account_id=changed.id))


@pages.get("/shipping/carriers/<carrier_account_id>")
@login_required
def carrier_account(carrier_account_id: str) -> ResponseReturnValue:
    """What a carrier account is set to; how somebody logs in to the carrier is not among it."""
    account = _own(carrier_account_id)
    kind = carrier_kind(parts().app, account.carrier)
    is_here = account.carrier in parts().app.carriers
    calls = find_calls(parts().app, this_person().account, carrier_account_id) if kind.can(CarrierCapability.CALLS) else None
    return render_template(
        "settings/carrier_account.html",
        account=account,
        kind=kind,
        abilities=abilities(kind),
        is_here=is_here,
        calls=calls,
        calls_form=CallsForm(),
    )


def _own(carrier_account_id: str) -> CarrierAccount:
    """Without its credentials; no page for what is another account's."""
    found = list_carrier_accounts(parts().app, this_person().account)
    account = next((one.account for one in found if one.account.id == carrier_account_id), None)
    if account is None:
        abort(404)
    return account


def _add(kind: CarrierKind, form: CarrierAccountFields) -> ResponseReturnValue:
    person = this_person()
    wanted = CarrierAccountForm(
        carrier=kind.code,
        services=form.wanted_services(),
        nickname=form.nickname.data or "",
        settings=form.settings(kind),
        credentials={name: (field.data or "").strip() for name, field in form.credentials().items()},
        is_default=form.is_default.data,
    )
    accepted = accept_carrier_account(parts().app, person.account.slug, wanted)  # asks the carrier, so that nobody waits for it
    with sent_once() as once:
        if once.app is not None:
            keep_carrier_account(once.app, accepted, actor=person.user.id)
            once.made = accepted.id
    flash(gettext("The carrier account %(name)s is added.", name=accepted.name), "success")
    return redirect(url_for("settings.carrier_account", carrier_account_id=once.made))


def _form_of(kind: CarrierKind, given: Mapping[str, Any] | None = None) -> CarrierAccountFields:
    """With a field for each setting and each credential of the carrier; credentials are not shown again."""
    fields: dict[str, Any] = {one.name: _field_of(one) for one in kind.settings}
    fields |= {
        CREDENTIAL + one.name: (PasswordField if one.is_secret else StringField)(
            one.label.format(page_language()), [Length(max=LONGEST_CREDENTIAL)], render_kw={"autocomplete": "off"}
        )
        for one in kind.credentials
    }
    if given is not None:
        for name in [one for one in fields if one.startswith(CREDENTIAL)]:
            fields[name].kwargs["description"] = gettext("Leave it blank to keep what is there.")
    form: CarrierAccountFields = type("CarrierFields", (CarrierAccountFields,), fields)(data=given)
    return form


def _field_of(setting: CarrierSetting) -> Field:
    label, about = setting.label.format(page_language()), setting.help.format(page_language())
    if setting.is_long:
        rows = {"rows": 12, "spellcheck": "false"}
        return TextAreaField(label, [Length(max=LONGEST_SHEET)], description=about, render_kw=rows)
    return StringField(label, [Length(max=LONGEST_SETTING)], description=about)


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
