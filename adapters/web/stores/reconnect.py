"""New credentials for a store that is connected already."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.people import for_admins, this_person
from adapters.web.stores.blueprint import asking_app, kind_called, pages, status_of
from adapters.web.stores.consent import begin_consent_again
from adapters.web.stores.fields import show_error
from adapters.web.stores.forms import credentials_form
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.connect_store import replace_credentials


@pages.route("/<store_id>/reconnect", methods=["GET", "POST"])
@for_admins
def reconnect(store_id: str) -> ResponseReturnValue:
    store = status_of(store_id).store
    if store.is_closed:
        return redirect(url_for("stores.show", store_id=store_id))
    kind = kind_called(store.kind)
    login = kind.login_of(store.settings)
    if not login.by_consent and not login.credentials:
        abort(404)
    form = credentials_form(login)
    said: list[str] = []
    if form.validate_on_submit():
        try:
            if login.by_consent:
                return begin_consent_again(store)
            person = this_person()
            entered = {one.name: form[one.name].data or "" for one in login.credentials}
            replace_credentials(asking_app(), person.account.id, store_id, entered, person.user.id)
        except (StoreError, Refused) as error:
            said = show_error(form, error)
        else:
            flash(gettext("The store accepts the new credentials. It is imported again as planned."), "success")
            return redirect(url_for("stores.show", store_id=store_id))
    page = render_template(
        "stores/reconnect.html",
        store=store,
        kind=kind,
        login=login,
        account=kind.account_of(store.settings) or store.name,
        form=form,
        said=said,
    )
    return page, 422 if form.is_submitted() else 200
