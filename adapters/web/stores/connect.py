"""Connecting a store: the account and its log-in first; then, unless it was typed, what of the account is to be imported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.stores.blueprint import asking_app, flash_error, kind_called, kinds_here, pages
from adapters.web.stores.consent import begin_consent, callback_address
from adapters.web.stores.fields import problems_of, show_error
from adapters.web.stores.forms import ChooseForm, ConnectForm, choose_form, connect_form
from adapters.web.stores.page import offered_ids, panels_of
from engine.model.store import Store, StoreChoices
from engine.model.store_kind import StoreKind
from engine.model.store_settings import LOGIN, LoginScheme, Stage
from engine.ports import CredentialsRefused, StoreError
from engine.services.refusals import Refused
from engine.services.stores.connect_store import StoreForm, connect_store, try_connection
from engine.services.stores.pending_connection import keep_pending, take_pending


@pages.get("/connect")
@for_admins
def kinds() -> ResponseReturnValue:
    return render_template("stores/kinds.html", kinds=kinds_here())


@pages.route("/connect/<kind>", methods=["GET", "POST"])
@for_admins
def connect(kind: str) -> ResponseReturnValue:
    described = kind_called(kind)
    wanted = request.args.get("auth", "")
    if wanted and wanted not in described.logins_by_code:
        abort(404)
    login = described.login_of({LOGIN: wanted})
    form = connect_form(described, login)
    if not form.validate_on_submit():
        return _show_first_step(described, login, form)
    entered = form.to_store_form(described, login)
    if login.by_consent:
        try:
            return begin_consent(entered)
        except (StoreError, Refused) as error:
            return _show_first_step(described, login, form, error)
    if _has_chosen(described, entered):
        try:
            return _connect(entered)
        except (StoreError, Refused) as error:
            problems = problems_of(error)
            chosen_later = {one.name for one in described.settings if one.waits_for_choice}
            if isinstance(error, CredentialsRefused) or not problems or {one.field for one in problems} - chosen_later:
                return _show_first_step(described, login, form, error)
            return _offer_choices(described, login, form, entered, error)
    return _offer_choices(described, login, form, entered)


@pages.post("/connect/<kind>/choose")
@for_admins
def choose(kind: str) -> ResponseReturnValue:
    person, app = this_person(), parts().app
    described = kind_called(kind)
    form = choose_form(described)
    entered = take_pending(app, person.account.id, person.user.id, form.word.data or "")
    if entered is None or entered.kind != described.code:
        flash(
            gettext("What you entered was forgotten for safety after 15 minutes, or was sent already: enter it again."), "warning"
        )
        return redirect(url_for("stores.connect", kind=described.code))
    settings = {**entered.settings, **form.values_of(described.settings_at(Stage.CHOOSE))}
    try:
        return _connect(replace(entered, settings=settings))
    except (StoreError, Refused) as refusal:
        error = refusal
    try:
        choices = try_connection(asking_app(), person.account.slug, _without_choices(described, entered))
    except (StoreError, Refused) as failure:
        flash_error(failure)
        return redirect(url_for("stores.connect", kind=described.code, auth=entered.settings.get(LOGIN)))
    return _show_second_step(described, form, entered, choices, error)


def _has_chosen(kind: StoreKind, entered: StoreForm) -> bool:
    """Whether the account need not be asked for its lists: what has to be chosen of them was typed, or there are none."""
    waiting = [one for one in kind.settings if one.waits_for_choice]
    return not waiting or (any(one.is_needed for one in waiting) and kind.is_chosen(entered.settings))


def _without_choices(kind: StoreKind, entered: StoreForm) -> StoreForm:
    nothing = {one.name: one.empty for one in kind.settings if one.waits_for_choice}
    return replace(entered, settings={**entered.settings, **nothing})


def _offer_choices(
    kind: StoreKind, login: LoginScheme, form: ConnectForm, entered: StoreForm, error: StoreError | Refused | None = None
) -> ResponseReturnValue:
    if error is not None:
        entered = _without_choices(kind, entered)
    try:
        choices = try_connection(asking_app(), this_person().account.slug, entered)
    except (StoreError, Refused) as refusal:
        return _show_first_step(kind, login, form, refusal)
    typed = form.values_of(kind.settings_at(Stage.CONNECT))
    return _show_second_step(kind, choose_form(kind, _known(kind, typed, choices)), entered, choices, error)


def _known(kind: StoreKind, typed: dict[str, Any], choices: StoreChoices) -> dict[str, Any]:
    """What was typed, as far as the account has it."""
    known = {**typed}
    for setting in kind.settings_at(Stage.CHOOSE):
        if setting.name in typed and setting.choices is not None and setting.type.is_list:
            offered = offered_ids(setting, choices)
            known[setting.name] = [one for one in typed[setting.name] if str(one) in offered]
    return known


def _show_first_step(
    kind: StoreKind, login: LoginScheme, form: ConnectForm, error: StoreError | Refused | None = None
) -> ResponseReturnValue:
    said = [] if error is None else show_error(form, error)
    wrong = error is not None or form.is_submitted()
    page = render_template(
        "stores/connect.html",
        kind=kind,
        login=login,
        form=form,
        panels=panels_of(kind, Stage.CONNECT, form),
        said=said,
        wrong=wrong,
        callback=callback_address(),
    )
    return page, 422 if wrong else 200


def _show_second_step(
    kind: StoreKind, form: ChooseForm, entered: StoreForm, choices: StoreChoices, error: StoreError | Refused | None = None
) -> ResponseReturnValue:
    """The choices. What was entered before waits here; only a word that stands for it goes to the browser."""
    said = [] if error is None else show_error(form, error)
    form.word.data = keep_pending(parts().app, this_person().account.id, this_person().user.id, entered)
    page = render_template(
        "stores/choose.html",
        kind=kind,
        form=form,
        panels=panels_of(kind, Stage.CHOOSE, form, choices),
        said=said,
        account=kind.account_of(entered.settings) or kind.name,
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
