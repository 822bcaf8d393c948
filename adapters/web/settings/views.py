"""Where each setting is, and who ships for the account."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.navigation import SETTINGS
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.settings.blueprint import pages
from engine.model.transitions import Side
from engine.services.accounts.ship_from import NO_LOCATION, has_ship_from
from engine.services.connections.list_connections import list_connections
from engine.services.providers.connect_provider import list_integrated


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    return render_template("settings/index.html", sections=SETTINGS)


@pages.get("/shipping/providers")
@login_required
def providers() -> ResponseReturnValue:
    found = list_connections(parts().app, this_person().account.id)
    used = [seen for seen in found if seen.side is Side.MERCHANT]
    return render_template(
        "settings/providers.html",
        lacks_location=None if has_ship_from(parts().app, this_person().account.id) else NO_LOCATION.format(page_language()),
        now=parts().app.clock.now(),
        open_ones=[seen for seen in used if seen.connection.is_open],
        ended=[seen for seen in reversed(used) if not seen.connection.is_open],
        health={one.connection.id: one.provider for one in list_integrated(parts().app, this_person().account.id)},
    )
