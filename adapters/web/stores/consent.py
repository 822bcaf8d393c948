"""Connecting by OAuth: the person agrees on Brightpearl's own page and comes back from there."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.stores.blueprint import asking_app, flash_error, for_admins, pages
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.authorise_store import begin_authorisation, begin_reconnection, finish_authorisation, read_return
from engine.services.stores.connect_store import StoreForm


def callback_address() -> str:
    """Where Brightpearl sends the browser back to, as it has to be registered with the app."""
    app = parts().app
    return (app.public_url or app.local_url or _listening_address()) + url_for("stores.oauth_callback")


def _listening_address() -> str:
    """Where this service listens, as the server knows it. A request's Host header is whatever somebody wrote there."""
    name, port = request.environ["SERVER_NAME"], request.environ["SERVER_PORT"]
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}" if port == "80" else f"http://{name}:{port}"


def begin_consent(entered: StoreForm) -> ResponseReturnValue:
    """A page that leads to Brightpearl, to connect a new store. Raises Refused or StoreError."""
    person = this_person()
    begun = begin_authorisation(asking_app(), person.account, entered, user=person.user.id, redirect_uri=callback_address())
    return _lead_away(begun.address)


def begin_consent_again(store_id: str) -> ResponseReturnValue:
    """The same for a store that is connected already. Raises Refused or StoreError."""
    person = this_person()
    begun = begin_reconnection(asking_app(), person.account, store_id, user=person.user.id, redirect_uri=callback_address())
    return _lead_away(begun.address)


def _lead_away(address: str) -> ResponseReturnValue:
    # By a link: the pages' content policy lets no form lead to another site.
    return render_template("stores/consent.html", address=address)


@pages.get("/oauth/callback")
@for_admins
def oauth_callback() -> ResponseReturnValue:
    person = this_person()
    try:
        came = read_return(request.full_path)
        store = finish_authorisation(asking_app(), person.account, person.user.id, came.state, came.code)
    except (StoreError, Refused) as error:
        flash_error(error)
        return redirect(url_for("stores.connect", auth="oauth"))
    if store.settings.get("channel_ids"):
        flash(gettext("The store is connected."), "success")
    else:
        flash(gettext("The store is connected. Tick the channels whose orders are to come, and save."), "success")
    return redirect(url_for("stores.settings", store_id=store.id))
