"""The account itself: its name, where it is, and what it does."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import SeenForm
from adapters.web.settings.blueprint import pages
from adapters.web.settings.choices import countries, time_zones
from adapters.web.validation import allowed_by
from engine.model.account import Account, DecideAnew
from engine.services.accounts.accounts import check_country, check_name, check_zone, parse_days_held, parse_price_limit
from engine.services.accounts.change_account import AccountFacts, change_account
from engine.services.refusals import Refused


class AccountForm(SeenForm):
    """What admins may change about their account."""

    name = StringField(lazy_gettext("Name of the account"), [allowed_by(check_name), Length(max=100)])
    country = SelectField(lazy_gettext("Country"), [allowed_by(check_country)], validate_choice=False)
    time_zone = SelectField(
        lazy_gettext("Time zone"),
        [allowed_by(check_zone)],
        validate_choice=False,
        description=lazy_gettext("Rules read times in it, and pages show times in it unless a person has another."),
    )
    decide_anew = RadioField(
        lazy_gettext("When a store changes what the rules had read of an order"),
        choices=[
            SelectChoice(DecideAnew.FLAG.value, lazy_gettext("Mark the order as outdated: a person decides")),
            SelectChoice(DecideAnew.AUTO.value, lazy_gettext("Run the rules again")),
        ],
    )
    price_limit_percent = StringField(
        lazy_gettext("By how many percent a label may cost more than quoted"),
        [allowed_by(parse_price_limit)],
        description=lazy_gettext(
            "A carrier that asks more is refused before the label is bought, and you can accept its price. Blank: any price."
        ),
        render_kw={"inputmode": "numeric"},
    )
    held_too_long_days = StringField(
        lazy_gettext("Days on hold after which an order needs a person"),
        [allowed_by(parse_days_held)],
        description=lazy_gettext("It is listed in the inbox then. Holds that end by themselves at a time are not."),
        render_kw={"inputmode": "numeric"},
    )
    ships_for_others = BooleanField(
        lazy_gettext("This account ships for others (3PL)"),
        description=lazy_gettext(
            "You can invite clients, and ship the orders that they hand over to you. Your own stores and orders stay."
        ),
    )

    def facts(self) -> AccountFacts:
        """What was entered, as the use case wants it."""
        return AccountFacts(
            name=self.name.data or "",
            country=self.country.data or "",
            time_zone=self.time_zone.data or "",
            decide_anew=DecideAnew(self.decide_anew.data),
            ships_for_others=self.ships_for_others.data,
            price_limit_percent=parse_price_limit(self.price_limit_percent.data or ""),
            held_too_long_days=parse_days_held(self.held_too_long_days.data or ""),
        )


@pages.route("/account", methods=["GET", "POST"])
@login_required
@saved_in_turn
def account() -> ResponseReturnValue:
    person = this_person()
    with parts().app.reading() as uow:
        form = _form_of(uow.accounts.get(person.account.id))  # as it is now: the person's was read before
    said: list[str] = []
    if form.is_submitted() and not person.is_admin:
        abort(403)
    if form.validate_on_submit():
        try:
            change_account(parts().app, person.user, form.facts())
        except Refused as refusal:
            said = _show_refusal(form, refusal)
        else:
            flash(gettext("The settings are saved."), "success")
            return redirect(url_for("settings.account"))
    page = render_template("settings/account.html", form=form, said=said)
    return page, 422 if form.is_submitted() else 200


def _form_of(account: Account) -> AccountForm:
    form = AccountForm(obj=account)
    form.name.description = gettext(
        "Rules and commands call the account %(slug)s. That stays, whatever its name is.", slug=account.slug
    )
    if not form.is_submitted():
        form.price_limit_percent.data = "" if account.price_limit_percent is None else str(account.price_limit_percent)
        form.held_too_long_days.data = str(account.held_too_long_days)
    form.country.choices = countries()
    form.time_zone.choices = time_zones(account.time_zone)
    return form


def _show_refusal(form: AccountForm, refusal: Refused) -> list[str]:
    """Beside the field that it is about; what is about none is returned."""
    sentence = refusal.format(page_language())
    if refusal.message.code != "has_clients":
        return [sentence]
    form.ships_for_others.errors = [sentence]
    return []
