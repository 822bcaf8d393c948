"""Connecting by OAuth: the person agrees on the store's own page and comes back from there."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.stores.blueprint import asking_app, flash_error, kind_called, kinds_here, pages
from engine.model.store import Store
from engine.model.store_kind import StoreKind
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.authorise_store import begin_authorisation, begin_reconnection, finish_authorisation, read_return
from engine.services.stores.connect_store import StoreForm


def callback_address() -> str:
    """Where the store sends the browser back to, as it has to be registered with the app."""
    app = parts().app
    return (app.public_url or app.local_url or _listening_address()) + url_for("stores.oauth_callback")


def _listening_address() -> str:
    """Where this service listens, as the server knows it. A request's Host header is whatever somebody wrote there."""
    name, port = request.environ["SERVER_NAME"], request.environ["SERVER_PORT"]
    name = f"[{name}]" if ":" in name else name
    return f"http://{name}" if port == "80" else f"http://{name}:{port}"


def begin_consent(entered: StoreForm) -> ResponseReturnValue:
    """A page that leads to the store, to connect a new store. Raises Refused or StoreError."""
    person = this_person()
    begun = begin_authorisation(asking_app(), person.account, entered, user=person.user.id, redirect_uri=callback_address())
    return _lead_away(begun.address, kind_called(entered.kind))


def begin_consent_again(store: Store) -> ResponseReturnValue:
    """The same for a store that is connected already. Raises Refused or StoreError."""
    person = this_person()
    begun = begin_reconnection(asking_app(), person.account, store.id, user=person.user.id, redirect_uri=callback_address())
    return _lead_away(begun.address, kind_called(store.kind))


def _lead_away(address: str, kind: StoreKind) -> ResponseReturnValue:
    # By a link: the pages' content policy lets no form lead to another site.
    return render_template("stores/consent.html", address=address, kind=kind)


@pages.get("/oauth/callback")
@for_admins
def oauth_callback() -> ResponseReturnValue:
    person = this_person()
    try:
        came = read_return(request.full_path)
        store = finish_authorisation(asking_app(), person.account, person.user.id, came.state, came.code)
    except (StoreError, Refused) as error:
        flash_error(error)
        return redirect(_where_it_began())
    kind = kind_called(store.kind)
    to_do = None if kind.is_chosen(store.settings) else kind.connecting.left_to_choose
    flash(gettext("The store is connected.") if to_do is None else to_do.format(page_language()), "success")
    return redirect(url_for("stores.settings", store_id=store.id))


def _where_it_began() -> str:
    """The form of the one kind of store that is connected by consent; where there are several, the list of them."""
    by_consent = [(kind, kind.consent_login) for kind in kinds_here() if kind.consent_login is not None]
    if len(by_consent) != 1:
        return url_for("stores.kinds")
    [(kind, login)] = by_consent
    return url_for("stores.connect", kind=kind.code, auth=login.code)
