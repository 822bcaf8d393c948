"""The list of a 3PL's clients, and the form that invites one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, for_providers, this_person
from adapters.web.validation import allowed_by
from engine.model.connection import Connection
from engine.model.transitions import Side
from engine.services.accounts.people import check_email
from engine.services.connections.invite_client import check_client_name, check_company_name, invite_client
from engine.services.connections.list_connections import list_connections
from engine.services.refusals import Refused

pages = Blueprint("clients", __name__, url_prefix="/clients")

OF_THE_ADDRESS = ("bad_email", "same_account", "invited_already", "connected_already")  # refusals


class InviteForm(FlaskForm):
    """Whom to invite, and what each side calls the other."""

    client_name = StringField(
        lazy_gettext("Client name"),
        [allowed_by(check_client_name)],
        description=lazy_gettext("A nickname that only your own people see."),
    )
    company_name = StringField(
        lazy_gettext("Client-facing company name"),
        [allowed_by(check_company_name)],
        description=lazy_gettext("What the client sees of you, in the invitation and later on."),
    )
    email = EmailField(
        lazy_gettext("Email"),
        [allowed_by(check_email)],
        description=lazy_gettext(
            "It must belong to a user of the client's account. The invitation goes there; an admin of that account answers it."
        ),
        render_kw={"autocomplete": "off"},
    )


@pages.get("")
@for_providers
def index() -> ResponseReturnValue:
    found = list_connections(parts().app, this_person().account.id)
    clients = [seen for seen in found if seen.side is Side.PROVIDER]
    return render_template(
        "clients/index.html",
        now=parts().app.clock.now(),
        open_ones=[seen for seen in clients if seen.connection.is_open],
        ended=[seen for seen in reversed(clients) if not seen.connection.is_open],
    )


@pages.route("/new", methods=["GET", "POST"])
@for_providers
@for_admins
def new() -> ResponseReturnValue:
    form = InviteForm()
    said: list[str] = []
    if form.validate_on_submit():
        try:
            invited = _invite(form)
        except Refused as refusal:
            said = _show_refusal(form, refusal)
        else:
            flash(_invited_words(invited), "success")
            return redirect(url_for("clients.index"))
    if not form.is_submitted():
        form.company_name.data = this_person().account.name
    return render_template("clients/new.html", form=form, said=said), 422 if form.is_submitted() else 200


def _invite(form: InviteForm) -> Connection:
    return invite_client(
        parts().app,
        this_person().user,
        client_name=form.client_name.data or "",
        company_name=form.company_name.data or "",
        email=form.email.data or "",
    )


def _invited_words(invited: Connection) -> str:
    return gettext(
        "%(name)s is invited: the client can approve the connection until %(day)s.",
        name=invited.client_name,
        day=format_date(invited.expires_at, "medium"),
    )


def _show_refusal(form: InviteForm, refusal: Refused) -> list[str]:
    """Beside the field that it is about; what is about none is returned."""
    sentence = refusal.format(page_language())
    if refusal.message.code not in OF_THE_ADDRESS:
        return [sentence]
    form.email.errors = [sentence]
    return []
