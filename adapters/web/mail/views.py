"""Mails: what a person wants to get, what they got, and for admins what their account has written."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from adapters.web.wording import MAIL_MODES, in_words
from engine.model.mail import MailKind, MailMode
from engine.services.mail import account_mails
from engine.services.mail.preferences import CHOOSABLE, choose_modes, list_modes
from engine.services.refusals import Refused

pages = Blueprint("mail", __name__, url_prefix="/settings/mail")

MAILS_ON_A_PAGE = 50
OWN_MAILS = 20


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    return _page()


def _page(wrong: str = "") -> str:
    person, app = this_person(), parts().app
    after = request.args.get("after") or None
    written = []
    if person.user.is_admin:
        written = account_mails.list_mails(app, person.account.id, after=after, limit=MAILS_ON_A_PAGE + 1)
    shown = written[:MAILS_ON_A_PAGE]
    return render_template(
        "mail/index.html",
        modes=list_modes(app, person.user),
        own=account_mails.list_own_mails(app, person.user, limit=OWN_MAILS),
        written=shown,
        older=shown[-1].id if len(written) > MAILS_ON_A_PAGE else None,
        after=after,
        wrong=wrong,
        is_admin=person.user.is_admin,
        writes_files=app.mail.writes_files,
        base_url=app.base_url,
    )


@pages.post("/preferences")
@login_required
@saved_in_turn
def choose() -> ResponseReturnValue:
    """Keep what this person wants of each kind; one that the form leaves out stays as it is."""
    kept = list_modes(parts().app, this_person().user)
    if is_outdated(kept):
        return _page(changed_meanwhile(_others(kept))), 422
    modes = {}
    for kind in CHOOSABLE:
        chosen = request.form.get(kind.value)
        if chosen is None:
            continue
        if chosen not in kind.modes:
            abort(400)
        modes[kind] = MailMode(chosen)
    choose_modes(parts().app, this_person().user, modes)
    flash(gettext("Saved: you get mails as you chose."), "success")
    return redirect(url_for("mail.index"))


def _others(kept: Mapping[MailKind, MailMode]) -> str:
    """What is kept of each kind for which this request's form has something else."""
    others = ((kind, mode) for kind, mode in kept.items() if request.form.get(kind.value, mode) != mode)
    return ", ".join(f"{kind.label.format(page_language())}: {in_words(MAIL_MODES, mode)}" for kind, mode in others)


@pages.post("/<mail_id>/send-again")
@login_required
def send_again(mail_id: str) -> ResponseReturnValue:
    person = this_person()
    if not person.user.is_admin:
        abort(403)
    try:
        account_mails.send_again(parts().app, person.account.id, mail_id, person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_mail":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The mail is sent again in a moment."), "success")
    return redirect(url_for("mail.index"))
