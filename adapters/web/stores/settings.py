"""A store's settings: branding, what is imported, product details, refresh, what to do when an order ships, and notices."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.seen_forms import Outdated
from adapters.web.stores.blueprint import asking_app, kind_called, pages, status_of
from adapters.web.stores.fields import show_error
from adapters.web.stores.page import panels_of
from adapters.web.stores.settings_form import SettingsForm, settings_form
from engine.model.sentence import sentence_of
from engine.model.store import Store, StoreChoices
from engine.model.store_kind import Capability, StoreKind
from engine.model.store_preferences import StoreLogo
from engine.model.store_settings import Stage
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.change_store import update_store
from engine.services.stores.connect_store import choices_of, try_out
from engine.services.stores.store_logo import read_logo, set_logo


@pages.route("/<store_id>/settings", methods=["GET", "POST"])
@login_required
def settings(store_id: str) -> ResponseReturnValue:
    store = status_of(store_id).store
    if store.is_closed:
        return redirect(url_for("stores.show", store_id=store_id))
    kind = kind_called(store.kind)
    form = settings_form(kind, store)
    said: list[str] = []
    if form.is_submitted():
        if not this_person().may_change_stores:
            abort(403)
        is_valid = form.validate()
        logo = _read_logo(form)  # only now: validating forgets what was wrong
        if is_valid and not form.logo.errors:
            try:
                _save(kind, store_id, form, logo)
            except Outdated as outdated:
                form = settings_form(kind, outdated.kept)
                form.validate()
            except Refused as error:
                said = show_error(form, error)
            else:
                flash(gettext("The settings are saved."), "success")
                return redirect(url_for("stores.settings", store_id=store_id))
    return _show(kind, store, form, said)


def _show(kind: StoreKind, store: Store, form: SettingsForm, said: list[str]) -> ResponseReturnValue:
    with parts().app.reading() as uow:
        has_logo = uow.stores.find_logo(store.account_id, store.id) is not None
    choices, problem = _choices_of(kind, store)
    page = render_template(
        "stores/settings.html",
        kind=kind,
        store=store,
        form=form,
        panels=panels_of(kind, Stage.CHANGE, form, choices),
        has_products=kind.can(Capability.PRODUCTS),
        has_branding=not kind.can(Capability.REQUESTS),
        said=said,
        problem=problem,
        has_logo=has_logo,
        may_change=this_person().may_change_stores,
    )
    return page, 422 if form.is_submitted() else 200


def _choices_of(kind: StoreKind, store: Store) -> tuple[StoreChoices | None, str]:
    """What the account has to choose from now; or why it cannot be asked."""
    if all(setting.choices is None for setting in kind.settings_at(Stage.CHANGE)):
        return None, ""
    try:
        return _ask_for_choices(kind, store), ""
    except (StoreError, Refused) as error:
        return None, sentence_of(error).format(page_language())


def _ask_for_choices(kind: StoreKind, store: Store) -> StoreChoices:
    app = asking_app()
    if kind.is_chosen(store.settings):
        return choices_of(app, store.account_id, store.id)
    with app.reading() as uow:  # agreed to by consent a moment ago: nothing is chosen yet
        whole = uow.stores.get(store.account_id, store.id)
    return try_out(app.connector(store.kind), whole)


def _read_logo(form: SettingsForm) -> StoreLogo | None:
    """The picture that was sent; None when there is none, or it is none, which then stands beside its field."""
    sent = form.logo.data
    image = sent.read() if sent else b""
    if not image:
        return None
    try:
        return read_logo(image)
    except Refused as refusal:
        form.logo.errors = [refusal.format(page_language())]
        return None


def _save(kind: StoreKind, store_id: str, form: SettingsForm, logo: StoreLogo | None) -> None:
    person, app = this_person(), asking_app()

    def check_seen(store: Store) -> None:
        if settings_form(kind, store).is_outdated():
            raise Outdated(store)

    update_store(app, person.account.id, store_id, form.changes(kind), person.user.id, check_seen)
    if logo is not None or form.remove_logo.data:
        set_logo(app, person.account.id, store_id, logo, person.user.id)
