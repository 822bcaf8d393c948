"""Connecting a store: the account and its log-in first; then, unless they were typed, its channels and warehouses."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.stores.blueprint import asking_app, flash_error, for_admins, pages
from adapters.web.stores.consent import begin_consent, callback_address
from adapters.web.stores.fields import problems_of, show_error
from adapters.web.stores.forms import (
    SCHEME_CREDENTIALS,
    SCHEME_NOTES,
    SCHEME_SETTINGS,
    SCHEMES,
    ChooseForm,
    ConnectForm,
    with_none,
)
from engine.model.store import Store, StoreChoices
from engine.ports import CredentialsRefused, StoreError
from engine.services.refusals import Refused
from engine.services.stores.connect_store import StoreForm, connect_store, try_connection
from engine.services.stores.pending_connection import keep_pending, take_pending

KIND = "brightpearl"
CHOSEN_LATER = frozenset({"channel_ids", "warehouse_ids", "shipped_status_id"})  # by the lists of the account


@pages.get("/connect")
@for_admins
def kinds() -> ResponseReturnValue:
    return render_template("stores/kinds.html")


@pages.route(f"/connect/{KIND}", methods=["GET", "POST"])
@for_admins
def connect() -> ResponseReturnValue:
    scheme = request.args.get("auth", "login")
    if scheme not in SCHEMES:
        abort(404)
    form = ConnectForm()
    form.keep_fields((*SCHEME_SETTINGS[scheme], *SCHEME_CREDENTIALS[scheme]))
    if not form.validate_on_submit():
        return _show_first_step(form, scheme)
    entered = form.to_store_form(KIND, scheme)
    if scheme == "oauth":
        try:
            return begin_consent(entered)
        except (StoreError, Refused) as error:
            return _show_first_step(form, scheme, error)
    if entered.settings["channel_ids"]:
        try:
            return _connect(entered)
        except (StoreError, Refused) as error:
            problems = problems_of(error)
            if isinstance(error, CredentialsRefused) or not problems or {one.field for one in problems} - CHOSEN_LATER:
                return _show_first_step(form, scheme, error)
            return _offer_choices(form, scheme, _without_choices(entered), error)
    return _offer_choices(form, scheme, entered)


@pages.post(f"/connect/{KIND}/choose")
@for_admins
def choose() -> ResponseReturnValue:
    person, app = this_person(), parts().app
    form = ChooseForm()
    entered = take_pending(app, person.account.id, person.user.id, form.word.data or "")
    if entered is None:
        flash(
            gettext("What you entered was forgotten for safety after 15 minutes, or was sent already: enter it again."), "warning"
        )
        return redirect(url_for("stores.connect"))
    chosen = replace(entered, settings={**entered.settings, **form.settings()})
    try:
        return _connect(chosen)
    except (StoreError, Refused) as refusal:
        error = refusal
    try:
        choices = try_connection(asking_app(), person.account.slug, _without_choices(entered))
    except (StoreError, Refused) as failure:
        flash_error(failure)
        return redirect(url_for("stores.connect", auth=entered.settings["auth"]))
    return _show_second_step(form, entered, choices, error)


def _without_choices(entered: StoreForm) -> StoreForm:
    return replace(entered, settings={**entered.settings, "channel_ids": [], "warehouse_ids": [], "shipped_status_id": None})


def _offer_choices(
    form: ConnectForm, scheme: str, entered: StoreForm, error: StoreError | Refused | None = None
) -> ResponseReturnValue:
    try:
        choices = try_connection(asking_app(), this_person().account.slug, entered)
    except (StoreError, Refused) as refusal:
        return _show_first_step(form, scheme, refusal)
    typed = set(map(str, form.channel_ids.data or []))
    known = [channel.id for channel in with_none(choices.channels) if channel.id in typed]
    second = ChooseForm(formdata=None, channel_ids=known, warehouse_ids=[], on_ship=entered.settings["on_ship"])
    return _show_second_step(second, entered, choices, error)


def _show_first_step(form: ConnectForm, scheme: str, error: StoreError | Refused | None = None) -> ResponseReturnValue:
    said = [] if error is None else show_error(form, error)
    wrong = error is not None or form.is_submitted()
    page = render_template(
        "stores/connect.html",
        form=form,
        scheme=scheme,
        schemes=SCHEMES,
        note=SCHEME_NOTES[scheme],
        said=said,
        wrong=wrong,
        callback=callback_address(),
    )
    return page, 422 if wrong else 200


def _show_second_step(
    form: ChooseForm, entered: StoreForm, choices: StoreChoices, error: StoreError | Refused | None = None
) -> ResponseReturnValue:
    """The choices. What was entered before waits here; only a word that stands for it goes to the browser."""
    said = [] if error is None else show_error(form, error)
    form.word.data = keep_pending(parts().app, this_person().account.id, this_person().user.id, entered)
    form.shipped_status_id.choices = [
        SelectChoice("", gettext("– choose –")),
        *(SelectChoice(str(status.id), status.name) for status in choices.order_statuses),
    ]
    page = render_template(
        "stores/choose.html",
        form=form,
        choices=choices,
        channels=with_none(choices.channels),
        said=said,
        account_code=entered.settings["account_code"],
    )
    return page, 200 if error is None else 422


def _connect(entered: StoreForm) -> ResponseReturnValue:
    """Raises StoreError or Refused."""
    store = connect_store(asking_app(), this_person().account.slug, entered, actor=this_person().user.id)
    return _welcome(store)


def _welcome(store: Store) -> ResponseReturnValue:
    flash(
        gettext("The store is connected. Its orders come with the next import; look through its settings until then."), "success"
    )
    return redirect(url_for("stores.settings", store_id=store.id))
