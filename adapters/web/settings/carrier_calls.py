"""Where a carrier calls when a parcel moves, and what it signs its calls with."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import Length

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.settings.blueprint import pages
from engine.services.accounts.carrier_calls import LONGEST_SECRET, set_calls_secret
from engine.services.refusals import Refused


class CallsForm(FlaskForm):
    """What the carrier signs with."""

    secret = PasswordField(
        lazy_gettext("Secret of its calls"),
        [Length(max=LONGEST_SECRET)],
        description=lazy_gettext(
            "The one that you entered at the carrier for this address. Leave it blank where the carrier signs with a key of "
            "this account."
        ),
        render_kw={"autocomplete": "off"},
    )


@pages.post("/shipping/carriers/<carrier_account_id>/calls")
@for_admins
def carrier_calls(carrier_account_id: str) -> ResponseReturnValue:
    person, form = this_person(), CallsForm()
    try:
        set_calls_secret(parts().app, person.account, carrier_account_id, form.secret.data or "", person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_carrier_account":
            abort(404)
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("settings.carriers"))
    kept = gettext("The secret is kept: calls are proved by it from now on.")
    flash(kept if form.secret.data else gettext("No secret for its calls is kept any more."), "success")
    return redirect(url_for("settings.carrier_account", carrier_account_id=carrier_account_id))
