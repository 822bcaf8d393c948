"""Whether a store tells of changes at once: how that stands, turned on and off, and looked up at the store."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.stores.blueprint import asking_app, flash_error, pages, status_of
from engine.model.store import Store
from engine.model.store_kind import Capability, StoreKind
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.store_webhooks import NO_ADDRESS, address_for, see_webhooks, turn_off, turn_on


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How a store's webhooks stand as far as it is known here. `problem` says why they cannot be turned on."""

    is_on: bool
    told: str
    address: str | None  # that the store calls, without the secret
    problem: str


def webhooks_of(store: Store, kind: StoreKind) -> Webhooks | None:
    """What the page of an open store says; None where its kind has no webhooks. The store is not asked."""
    if not kind.can(Capability.WEBHOOKS):
        return None
    address = address_for(parts().app, store)
    is_on = store.webhook_digest is not None
    if store.webhook_ids:
        told = gettext("on: %(kind)s tells of changes at once", kind=kind.name)
    elif is_on:
        told = gettext("on, but nothing is registered at %(kind)s", kind=kind.name)
    else:
        told = gettext("off: changes come with the next import")
    params = {"store": store.name, "minutes": store.refresh_minutes}
    problem = NO_ADDRESS.format(page_language(), **params) if address is None else ""
    return Webhooks(is_on, told, address, problem)


@pages.post("/<store_id>/webhooks")
@for_admins
def webhooks(store_id: str) -> ResponseReturnValue:
    kind = parts().app.describe(status_of(store_id).store.kind).name
    person, app, wanted = this_person(), asking_app(), request.form.get("wanted")
    try:
        if wanted == "on":
            turn_on(app, person.account.id, store_id, actor=person.user.id)
            flash(gettext("The webhooks are on: what changes in %(kind)s is here a moment later.", kind=kind), "success")
        elif wanted == "off":
            turn_off(app, person.account.id, store_id, actor=person.user.id)
            flash(gettext("The webhooks are off: changes come with the next import."), "success")
        else:
            _tell_how_they_stand(store_id, kind)
    except (StoreError, Refused) as error:
        flash_error(error)
    return redirect(url_for("stores.show", store_id=store_id))


def _tell_how_they_stand(store_id: str, kind: str) -> None:
    status = see_webhooks(asking_app(), this_person().account.id, store_id)
    count = len(status.registered)
    if not status.on:
        flash(gettext("The webhooks are off: changes come with the next import."), "success")
    elif status.missing or not count:
        sentence = gettext(
            "%(missing)s of %(count)s webhooks are gone from %(kind)s: register them anew.",
            kind=kind,
            missing=len(status.missing),
            count=count,
        )
        flash(sentence, "warning")
    else:
        sentence = ngettext("%(kind)s has the %(num)s webhook.", "%(kind)s has all %(num)s webhooks.", count, kind=kind)
        flash(sentence, "success")
