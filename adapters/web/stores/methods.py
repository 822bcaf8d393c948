"""Which carrier and service the shipping methods of a store are: the list with what is not mapped, one method, and files."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.default_files import FileAnswer, take_file
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from adapters.web.stores.blueprint import pages, status_of
from engine.model.product_default import MethodService, find_method
from engine.model.store import Store
from engine.services.accounts.saved_packages import list_packages
from engine.services.defaults.lines import WrongCell
from engine.services.defaults.shipping_methods import (
    COLUMNS,
    ORDERS_LOOKED_AT,
    list_methods,
    map_method,
    methods_of_store,
    offered_services,
    unmap_method,
    write_methods,
)
from engine.services.defaults.shipping_methods import import_methods as take_methods
from engine.services.refusals import Refused

EVERY_STORE = "all"


@pages.get("/<store_id>/methods")
@login_required
def methods(store_id: str) -> ResponseReturnValue:
    """All that the store has and its orders ask for, those that are not mapped among them."""
    return _page(status_of(store_id).store)


def _page(store: Store, entered: Mapping[str, str] | None = None, problem: tuple[str, str] | None = None) -> str:
    found = methods_of_store(parts().app, store.account_id, store.id)
    told = {one.mapped.id for one in found if one.mapped is not None}
    here = [one for one in list_methods(parts().app, store.account_id) if one.store_id in (None, store.id)]
    entered = entered or {"method": request.args.get("method", ""), "code": request.args.get("code", "")}
    return render_template(
        "stores/methods.html",
        kept=_kept(store, entered),
        store=store,
        methods=found,
        others=[one for one in here if one.id not in told],
        unmapped=sum(1 for one in found if one.mapped is None and one.seen.orders),
        looked_at=ORDERS_LOOKED_AT,
        services=offered_services(parts().app, store.account_id),
        packages=list_packages(parts().app, store.account_id),
        entered=entered,
        problem=problem,
    )


def _kept(store: Store, entered: Mapping[str, str]) -> MethodService | None:
    """What the method that the form names is sent with now: by this store, or by all."""
    known = tuple(list_methods(parts().app, store.account_id))
    return find_method(known, store.id, entered.get("method", ""), entered.get("code", ""))


@pages.post("/<store_id>/methods")
@for_admins
@saved_in_turn
def map_a_method(store_id: str) -> ResponseReturnValue:
    """Have orders that ask for a method sent with a service."""
    person, store = this_person(), status_of(store_id).store
    entered = {name: text.strip() for name, text in request.form.items()}
    is_everywhere = entered.get("stores") == EVERY_STORE
    carrier, _, service = entered.get("service", "").partition("|")
    kept = _kept(store, entered)
    if is_outdated(kept):
        now = gettext("nothing") if kept is None else f"{kept.carrier} {kept.service} {kept.package}".strip()
        return _page(store, entered, ("service", changed_meanwhile(now))), 422
    own = {"store": "" if is_everywhere else store.id, "code": "" if is_everywhere else entered.get("code", "")}
    try:
        cells = {**entered, **own, "carrier": carrier.strip(), "service": service.strip()}
        mapped = map_method(parts().app, store.account_id, cells, person.user.id)
    except WrongCell as wrong:
        column = "service" if wrong.column == "carrier" else wrong.column
        return _page(store, entered, (column, wrong.message.format(page_language()))), 422
    except Refused as refusal:
        return _page(store, entered, ("method", refusal.format(page_language()))), 422
    told = {"method": mapped.method, "carrier": mapped.carrier, "service": mapped.service}
    flash(gettext("%(method)s is sent with %(carrier)s, service %(service)s, when rules run over an order.", **told), "success")
    return redirect(url_for("stores.methods", store_id=store.id))


@pages.post("/<store_id>/methods/remove")
@for_admins
def unmap_a_method(store_id: str) -> ResponseReturnValue:
    """Leave a method as the store names it."""
    person, store = this_person(), status_of(store_id).store
    try:
        removed = unmap_method(parts().app, store.account_id, request.form.get("id", ""), person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("%(method)s is no longer mapped.", method=removed.method), "success")
    return redirect(url_for("stores.methods", store_id=store.id))


@pages.route("/<store_id>/methods/import", methods=["GET", "POST"])
@for_admins
def import_methods(store_id: str) -> ResponseReturnValue:
    """Take a file of the account's methods: all of its lines, or none."""
    store = status_of(store_id).store
    if request.method == "GET":
        return _import_page(store, FileAnswer())
    person = this_person()

    def take(content: bytes) -> None:
        replace_all = request.form.get("replace") == "yes"
        taken = take_methods(parts().app, store.account_id, content, person.user.id, replace_all=replace_all)
        changed = ngettext("%(num)s method has changed.", "%(num)s methods have changed.", taken.changed)
        removed = ngettext("%(num)s is removed.", "%(num)s are removed.", taken.removed) if taken.removed else ""
        flash(f"{changed} {removed}".strip(), "success")

    answer = take_file(take)
    return redirect(url_for("stores.methods", store_id=store.id)) if answer is None else (_import_page(store, answer), 422)


def _import_page(store: Store, answer: FileAnswer) -> str:
    return render_template("stores/import_methods.html", store=store, answer=answer, columns=COLUMNS.known)


@pages.get("/<store_id>/methods.csv")
@login_required
def download_methods(store_id: str) -> ResponseReturnValue:
    """The methods of all the account's stores, for a spreadsheet."""
    store = status_of(store_id).store
    headers = {"Content-Disposition": 'attachment; filename="shipping-methods.csv"'}
    content = write_methods(parts().app, store.account_id)
    return Response("\ufeff" + content, content_type="text/csv; charset=utf-8", headers=headers)
