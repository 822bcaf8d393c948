"""The grid's buttons that bring orders: import one store, or all of them, at once."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.importing.import_now import import_now, import_stores_now
from engine.services.refusals import Refused


@pages.post("/import")
@login_required
def import_one() -> ResponseReturnValue:
    person = this_person()
    try:
        import_now(parts().app, person.account.id, request.form.get("store", ""), person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_store":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The import begins in a moment: load this page again to see what it brought."), "success")
    return redirect(url_for("orders.index"))


@pages.post("/refresh-stores")
@login_required
def refresh_stores() -> ResponseReturnValue:
    person = this_person()
    begun = import_stores_now(parts().app, person.account.id, person.user.id)
    if begun:
        said = ngettext(
            "The import of %(num)s store begins in a moment: load this page again to see what it brought.",
            "The imports of %(num)s stores begin in a moment: load this page again to see what they brought.",
            begun,
        )
    else:
        said = gettext("All stores are being imported already: load this page again to see what that brought.")
    flash(said, "success")
    return redirect(url_for("orders.index"))
