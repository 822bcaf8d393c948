"""With which of a merchant's carrier accounts one provider may ship, and whether it has to."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.connections.sharing import for_admins_of
from adapters.web.formatting import yes_or_no
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from engine.model.transitions import Side
from engine.services.accounts.carrier_sharing import DUTY_ENDED, Sharing, require_shared, share_carrier_account
from engine.services.connections.list_connections import get_connection
from engine.services.refusals import Refused


@pages.post("/<connection_id>/carriers")
@login_required
def share_carrier(connection_id: str) -> ResponseReturnValue:
    """Let the provider ship with one carrier account, or no longer."""
    provider, person = _provider(connection_id), this_person()
    withdraw = request.form.get("share") == "off"
    sharing = Sharing(provider, withdraw=withdraw)
    try:
        shared = share_carrier_account(
            parts().app, person.account, request.form.get("carrier_account", ""), sharing, person.user.id
        )
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("It is withdrawn at once.") if withdraw else gettext("It is shared from now on."), "success")
        for slug in shared.no_longer_required:
            flash(DUTY_ENDED.format(page_language(), provider=slug), "info")
    return _back(connection_id)


@pages.post("/<connection_id>/carriers/duty")
@login_required
@saved_in_turn
def require_carriers(connection_id: str) -> ResponseReturnValue:
    """Have the provider ship with shared carrier accounts only, or no longer."""
    provider, person = _provider(connection_id), this_person()
    kept = get_connection(parts().app, person.account.id, connection_id).connection.requires_shared
    if is_outdated(kept):
        flash(changed_meanwhile(yes_or_no(kept)), "warning")
        return _back(connection_id)
    try:
        require_shared(parts().app, person.account, provider, "require" in request.form, person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("Saved."), "success")
    return _back(connection_id)


def _provider(connection_id: str) -> str:
    """The provider's slug, for an admin of its client."""
    for_admins_of(connection_id)
    seen = get_connection(parts().app, this_person().account.id, connection_id)
    if seen.side is not Side.MERCHANT or seen.other is None:
        abort(404)
    return seen.other


def _back(connection_id: str) -> ResponseReturnValue:
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="carriers"))
