"""What a version did: the open orders that it changed, and the rules run again over those that a person chooses."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.orders.sections import value_in_words
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.blueprint import pages
from engine.services.deciding.account_names import list_account_names
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.deciding.version_effects import MOST_SHOWN, offered_versions, version_effects
from engine.services.refusals import Refused


@pages.get("/undo")
@login_required
def undo() -> ResponseReturnValue:
    """The open orders that a version changed since it was published, each with what running the rules of now would make of it."""
    app, account_id = parts().app, this_person().account.id
    versions, wanted = offered_versions(app, account_id), request.args.get("version", "")
    effects = None
    if wanted:
        try:
            effects = version_effects(app, account_id, wanted, request.args.get("before"))
        except Refused:
            abort(404)
    names = list_account_names(app, account_id)
    differences = {} if effects is None else {one.order_id: one for one in effects.preview.differences}
    return render_template(
        "rules/undo.html",
        versions=versions,
        effects=effects,
        differences=differences,
        before=request.args.get("before", ""),
        rule_name=names.rule,
        value=lambda name, value: value_in_words(name, value, {}, names),
    )


@pages.post("/undo")
@login_required
def undo_chosen() -> ResponseReturnValue:
    """Run the rules again over the ticked orders."""
    person, version = this_person(), request.form.get("version", "")
    order_ids = list(dict.fromkeys(request.form.getlist("order")))
    if not order_ids or len(order_ids) > MOST_SHOWN:
        flash(gettext("Choose at least one order first: tick the boxes beside their numbers."), "warning")
        return redirect(url_for("rules.undo", version=version, before=request.form.get("before") or None))
    try:
        count = reprocess_orders(parts().app, person.account.id, order_ids, person.user.id)
    except Refused:
        abort(404)
    flash(ngettext("The rules ran again over %(num)s order.", "The rules ran again over %(num)s orders.", count), "success")
    return redirect(url_for("rules.undo", version=version, before=request.form.get("before") or None))
