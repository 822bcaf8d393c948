"""A connected provider's own system: where it is, how it does, a test, and another secret."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.integrated_provider import IntegratedProvider
from engine.services.connections.list_connections import SeenConnection
from engine.services.providers.connect_provider import (
    SeenProvider,
    events_url,
    get_integrated,
    is_in_use,
    rotate_secret,
    try_provider,
)
from engine.services.refusals import Refused


@dataclass(frozen=True, slots=True)
class Integration:
    """What the page of a connection shows of a provider's system."""

    provider: IntegratedProvider
    events_url: str
    has_two_secrets: bool
    is_in_use: bool


def integration_of(seen: SeenConnection) -> Integration | None:
    """None for a provider that has an account here."""
    if not seen.connection.is_integrated:
        return None
    app = parts().app
    found = get_integrated(app, this_person().account.id, seen.connection.id)
    has_two_secrets = len(found.provider.secrets.valid(app.clock.now())) > 1
    return Integration(found.provider, events_url(app, found.provider), has_two_secrets, is_in_use(app, found))


@pages.post("/<connection_id>/test")
@login_required
def test_system(connection_id: str) -> ResponseReturnValue:
    seen = _for_admins_of(connection_id)
    try:
        problem = try_provider(parts().app, this_person().user, connection_id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        if problem is None:
            flash(gettext("%(name)s answers and knows the secret.", name=seen.connection.company_name), "success")
        else:
            flash(problem.format(page_language()), "warning")
    return redirect(url_for("connections.show", connection_id=connection_id))


@pages.post("/<connection_id>/secret")
@login_required
def new_secret(connection_id: str) -> ResponseReturnValue:
    _for_admins_of(connection_id)
    try:
        rotated = rotate_secret(parts().app, this_person().user, connection_id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("connections.show", connection_id=connection_id))
    return show_secret(rotated)


def show_secret(seen: SeenProvider) -> ResponseReturnValue:
    """The page that says once what the provider's system has to be given."""
    return render_template(
        "connections/secret.html", seen=seen, events_url=events_url(parts().app, seen.provider), place="settings"
    )


def _for_admins_of(connection_id: str) -> SeenProvider:
    seen = get_integrated(parts().app, this_person().account.id, connection_id)  # NotFound for all others
    if not this_person().is_admin:
        abort(403)
    return seen
