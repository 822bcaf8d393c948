"""An account's carrier accounts: adding one, what it is set to, and whether all of its providers may ship with it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.settings.blueprint import pages
from adapters.web.settings.carrier_account import abilities
from engine.services.accounts.carrier_sharing import DUTY_ENDED, Sharing, list_carrier_accounts, share_carrier_account
from engine.services.connections.list_connections import list_providers
from engine.services.refusals import Refused


@pages.get("/shipping/carriers")
@login_required
def carriers() -> ResponseReturnValue:
    account = this_person().account
    names = {one.slug: one.name for one in list_providers(parts().app, account.id)}
    found = list_carrier_accounts(parts().app, account)
    kinds = [one.describes for one in parts().app.carriers.values()]
    return render_template("settings/carriers.html", carriers=found, names=names, kinds=kinds, abilities=abilities)


@pages.post("/shipping/carriers")
@for_admins
def share_carriers() -> ResponseReturnValue:
    """Share one with all providers, or no longer."""
    person, withdraw = this_person(), request.form.get("share") == "off"
    sharing, named = Sharing(None, withdraw=withdraw), request.form.get("carrier_account", "")
    try:
        shared = share_carrier_account(parts().app, person.account, named, sharing, person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("It is withdrawn at once.") if withdraw else gettext("It is shared from now on."), "success")
        for slug in shared.no_longer_required:
            flash(DUTY_ENDED.format(page_language(), provider=slug), "info")
    return redirect(url_for("settings.carriers"))
