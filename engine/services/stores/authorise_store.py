"""Connects a store by the consent of its people: they are sent to the store's own page and come back with a code.

What is to be connected waits here meanwhile, encrypted, under the hash of a random state; it can be taken up once, within a
quarter of an hour, by the user who began, and by nobody else.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from engine.application import Application
from engine.model.account import Account
from engine.model.authorisation import PendingAuthorisation
from engine.model.store import Store
from engine.ports import OAuthConnector
from engine.services.refusals import Refused
from engine.services.stores.connect_store import (
    StoreForm,
    connector_of,
    get_open_store,
    keep_credentials,
    keep_store,
    new_store,
    try_out,
)
from engine.services.stores.sessions import with_credentials
from engine.services.stores.store_takeover import refuse_twin
from rules.messages import Text

LIFETIME = timedelta(minutes=15)
MAX_ANSWER = 4000  # characters of a code or a state

NO_CONSENT_PAGE = Text(
    "Stores of the kind {kind} cannot be connected by consent: use a log-in or a token.",
    "Las tiendas del tipo {kind} no se pueden conectar con un permiso: usa un inicio de sesión o un token.",
)
BAD_REDIRECT = Text(
    "{address} is not a web address that a browser can come back to: write https://… as it is registered with the app.",
    "{address} no es una dirección web a la que un navegador pueda volver: escribe https://… tal como está registrada en la app.",
)
NO_SUCH_STATE = Text(
    "This consent was not begun here, was used already, or is older than 15 minutes: begin again.",
    "Este permiso no se inició aquí, ya se usó o tiene más de 15 minutos: empieza de nuevo.",
)
NOT_GIVEN = Text(
    "No consent was given ({error}): begin again and agree on the store's page.",
    "No se dio el permiso ({error}): empieza de nuevo y acéptalo en la página de la tienda.",
)
NOT_A_RETURN = Text(
    "This is not the address that the store sent the browser back to: copy it whole, with everything after the question mark.",
    "Esta no es la dirección a la que la tienda devolvió el navegador: cópiala entera, con todo lo que sigue al signo de "
    "interrogación.",
)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """Where to send the person. `state` comes back with the code; only its hash is kept here."""

    address: str = field(repr=False)  # the state stands in it
    state: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Return:
    """What the store sent the browser back with."""

    state: str = field(repr=False)
    code: str = field(repr=False)


def begin_authorisation(app: Application, account: Account, form: StoreForm, *, user: str, redirect_uri: str) -> Authorisation:
    """Begin to connect a store. The channels may still be missing in the form.

    `user`: who will come back: a user's id, or `operator`. `redirect_uri`: the address registered with the app, where the
    browser comes back to. Raises Refused, or StoreError for settings that cannot be used.
    """
    return _begin(app, new_store(app, account, form), {"form": asdict(form)}, user, redirect_uri)


def begin_reconnection(app: Application, account: Account, store_id: str, *, user: str, redirect_uri: str) -> Authorisation:
    """The same for a store whose consent no longer counts. Raises Refused or StoreError."""
    with app.reading() as uow:
        store = get_open_store(uow, account.id, store_id)
    return _begin(app, with_credentials(app, store), {"store_id": store.id}, user, redirect_uri)


def finish_authorisation(app: Application, account: Account, user: str, state: str, code: str) -> Store:
    """The store, connected, or connected again. Raises Refused, or StoreError when the code or the account is refused.

    Whatever comes of it, the state is used up.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        pending = uow.authorisations.take(_digest(state), account.id, user)
        uow.commit()
    if pending is None or pending.ends_at <= now or not 0 < len(code) <= MAX_ANSWER:
        raise Refused("no_such_state", NO_SUCH_STATE)
    request = pending.request
    if "store_id" in request:
        with app.reading() as uow:
            store = with_credentials(app, get_open_store(uow, account.id, request["store_id"]))
    else:
        store = new_store(app, account, StoreForm(**request["form"]))
    connector = _connector(app, store.kind)
    authorised = replace(store, credentials=connector.exchange_code(store, request["redirect_uri"], code))
    try_out(connector, authorised)
    if "store_id" in request:
        return keep_credentials(app, authorised, user)
    keep_store(app, authorised, user)
    return authorised


def read_return(address: str) -> Return:
    """What stands in the address that the store sent the browser back to. Raises Refused, also when consent was denied."""
    try:
        given = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
    except ValueError:
        given = {}
    if "error" in given:
        raise Refused("not_given", NOT_GIVEN, error=given["error"][:60])
    state, code = given.get("state", ""), given.get("code", "")
    if not state or not code:
        raise Refused("not_a_return", NOT_A_RETURN)
    return Return(state, code)


def _begin(app: Application, store: Store, request: Mapping[str, Any], user: str, redirect_uri: str) -> Authorisation:
    if not _is_web_address(redirect_uri):
        raise Refused("bad_redirect", BAD_REDIRECT, address=redirect_uri)
    state = secrets.token_urlsafe(32)
    address = _connector(app, store.kind).consent_address(store, redirect_uri, state)
    now = app.clock.now()
    kept = {**request, "redirect_uri": redirect_uri}
    with app.unit_of_work() as uow:
        if "form" in request:  # one that is connected already has no twin
            refuse_twin(app, uow, store)
        uow.authorisations.add(PendingAuthorisation(_digest(state), store.account_id, user, now, now + LIFETIME, kept))
        uow.commit()
    return Authorisation(address, state)


def _connector(app: Application, kind: str) -> OAuthConnector:
    connector = connector_of(app, kind)
    if not isinstance(connector, OAuthConnector):
        raise Refused("no_consent_page", NO_CONSENT_PAGE, kind=kind)
    return connector


def _digest(state: str) -> str:
    return hashlib.sha256(state[:MAX_ANSWER].encode()).hexdigest()


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment
