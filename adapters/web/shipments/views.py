"""What has shipped and its store, or its client, has not heard of."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.fulfillment.list_untold import AT_MOST, list_untold

pages = Blueprint("shipments", __name__, url_prefix="/shipments")


@pages.get("/not-told")
@login_required
def untold() -> ResponseReturnValue:
    """The oldest first, with the reason and the button that tries again."""
    found = list_untold(parts().app, this_person().account.id)
    return render_template("shipments/untold.html", untold=found, limit=AT_MOST)
