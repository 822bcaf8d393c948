"""Adding a fulfillment provider that has a system of its own."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_login import login_required
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from adapters.web.connections.integration import show_secret
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.settings.blueprint import pages
from adapters.web.validation import allowed_by
from engine.model.sentence import sentence_of
from engine.ports import StoreError
from engine.services.providers.connect_provider import add_provider, check_provider_name
from engine.services.refusals import Refused

LONGEST_URL = 500


class ProviderForm(FlaskForm):
    """A provider's system."""

    name = StringField(
        lazy_gettext("Provider name"),
        [allowed_by(check_provider_name)],
        description=lazy_gettext("What your account calls the provider; rules get a short name made of it."),
    )
    url = StringField(
        lazy_gettext("Address of its system"),
        [DataRequired(lazy_gettext("Write the address that the provider gave you.")), Length(max=LONGEST_URL)],
        description=lazy_gettext("The provider tells you: it starts with https:// and is called with signed messages."),
    )


@pages.route("/shipping/providers/new", methods=["GET", "POST"])
@login_required
def add_integrated() -> ResponseReturnValue:
    person = this_person()
    if not person.is_admin:
        abort(403)
    form = ProviderForm()
    said: list[str] = []
    if form.validate_on_submit():
        try:
            added = add_provider(parts().app, person.user, name=form.name.data or "", url=form.url.data or "")
        except Refused as refusal:
            said.append(refusal.format(page_language()))
        except StoreError as error:
            form.url.errors = [sentence_of(error).format(page_language())]
        else:
            return show_secret(added)
    page = render_template("settings/add_provider.html", form=form, said=said)
    return page, 422 if form.is_submitted() else 200
