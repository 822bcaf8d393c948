"""What can be done with orders that a person has ticked in the grid, and the page that says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.orders.blueprint import pages
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.request import RequestState
from engine.services.connections.list_connections import list_providers
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.chosen_orders import OrderResult, delegate_orders, recall_orders
from engine.services.fulfillment.delegate import Asking
from engine.services.refusals import Refused

ORDERS_ON_A_PAGE = 50


@pages.post("/delegate")
@login_required
def delegate_chosen() -> ResponseReturnValue:
    person, slug = this_person(), request.form.get("provider", "")
    names = {provider.slug: provider.name for provider in list_providers(parts().app, person.account.id)}

    def delegate(order_ids: Sequence[str]) -> ResponseReturnValue:
        results = delegate_orders(parts().app, person.account.id, order_ids, Asking(slug), person.user.id)
        return _show_results(gettext("Handed over to %(provider)s", provider=names.get(slug, slug)), results)

    return with_chosen(delegate)


@pages.post("/recall")
@login_required
def recall_chosen() -> ResponseReturnValue:
    person = this_person()

    def recall(order_ids: Sequence[str]) -> ResponseReturnValue:
        results = recall_orders(parts().app, person.account.id, order_ids, person.user.id)
        return _show_results(gettext("Recalled from providers"), results)

    return with_chosen(recall)


@pages.post("/reprocess")
@login_required
def reprocess_chosen() -> ResponseReturnValue:
    person = this_person()

    def reprocess(order_ids: Sequence[str]) -> ResponseReturnValue:
        try:
            count = reprocess_orders(parts().app, person.account.id, order_ids, person.user.id)
        except Refused:
            abort(404)
        if count:
            said = ngettext("The rules ran again over %(num)s order.", "The rules ran again over %(num)s orders.", count)
            flash(said, "success")
        if count < len(order_ids):
            flash(gettext("The rules do not run over orders that have shipped or were cancelled."), "warning")
        return redirect(url_for("orders.index"))

    return with_chosen(reprocess)


def with_chosen(do: Callable[[Sequence[str]], ResponseReturnValue]) -> ResponseReturnValue:
    """What comes of the ticked orders: as many as a page of the grid has at most."""
    order_ids = list(dict.fromkeys(request.form.getlist("order")))
    if not order_ids:
        flash(gettext("Choose at least one order first: tick the boxes beside their numbers."), "warning")
    elif len(order_ids) > ORDERS_ON_A_PAGE:
        flash(gettext("Choose at most %(count)s orders at a time.", count=ORDERS_ON_A_PAGE), "warning")
    else:
        return do(order_ids)
    return redirect(url_for("orders.index"))


def _show_results(title: str, results: Sequence[OrderResult]) -> str:
    return render_template(
        "orders/results.html",
        title=title,
        done=[one for one in results if one.request and one.request.state is not RequestState.CANCEL_REQUESTED],
        asked=[one for one in results if one.request and one.request.state is RequestState.CANCEL_REQUESTED],
        refused=[(one, one.refusal) for one in results if one.refusal],
    )
