"""Pickups on the page *End of day*: asked for, listed, and called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.wording import PICKUP_STATES
from engine.jobs.make_pickups import call_off, make_pickups
from engine.model.ids import new_id
from engine.model.pickup import Pickup, PickupState
from engine.services.accounts.carriers_told_apart import told_apart
from engine.services.manifests.ready import ReadyGroup
from engine.services.pickups.cancel_pickup import may_cancel
from engine.services.pickups.list_pickups import list_pickups
from engine.services.pickups.plan_pickup import LONGEST_INSTRUCTIONS, PickupWish, can_be_fetched, usual_times
from engine.services.refusals import Refused

pages = Blueprint("pickups", __name__, url_prefix="/pickups")


def pickups_shown(ready: Sequence[ReadyGroup]) -> dict[str, Any]:
    """What the page says of them: those that can be asked for, when a driver usually comes, and those that were."""
    app, account = parts().app, this_person().account
    pickups = list_pickups(app, account.id)
    day, starts, ends = usual_times(ZoneInfo(account.time_zone), app.clock.now())
    return {
        "fetched": [group for group in ready if can_be_fetched(app, group)],
        "usual": {"day": day.isoformat(), "starts": starts.strftime("%H:%M"), "ends": ends.strftime("%H:%M")},
        "pickups": pickups,
        "drivers": told_apart(app, pickups),
        "pickup_words": PICKUP_STATES,
        "may_cancel": may_cancel,
        "longest": LONGEST_INSTRUCTIONS,
    }


@pages.post("")
@login_required
def create() -> ResponseReturnValue:
    """A driver for one line of what is ready."""
    person, wish = this_person(), _wish()
    if wish is None:
        flash(gettext("Write the day of the pickup as 2026-03-01, and its times as 14:00."), "warning")
        return redirect(url_for("end_of_day.index", _anchor="pickups"))
    try:
        made = make_pickups(parts().app, person.account.id, person.user.id, new_id("web"), wish)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        for pickup in made:
            _tell(pickup)
    return redirect(url_for("end_of_day.index", _anchor="pickups"))


@pages.post("/<pickup_id>/cancel")
@login_required
def cancel(pickup_id: str) -> ResponseReturnValue:
    """Asks the carrier to call it off."""
    person = this_person()
    try:
        _tell(call_off(parts().app, person.account.id, pickup_id, person.user.id, new_id("web")))
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    return redirect(url_for("end_of_day.index", _anchor="pickups"))


def _wish() -> PickupWish | None:
    """None where what was typed is not a day or not a time."""
    form = request.form
    try:
        day = date.fromisoformat(form.get("day", ""))
        starts, ends = (time.fromisoformat(form.get(name, "")) for name in ("starts", "ends"))
    except ValueError:
        return None
    return PickupWish(day, starts, ends, form.get("instructions", ""), group_key=form.get("group", ""))


def _tell(pickup: Pickup) -> None:
    named = {"carrier": told_apart(parts().app, [pickup])[pickup.id], "number": pickup.confirmation or "–"}
    if pickup.state is PickupState.MADE:
        flash(gettext("A driver of %(carrier)s comes: %(number)s.", **named), "success")
    elif pickup.state is PickupState.CANCELLED:
        flash(gettext("The pickup of %(carrier)s is cancelled.", **named), "success")
    elif pickup.error is not None and pickup.state in (PickupState.REFUSED, PickupState.CANCEL_REFUSED):
        flash(pickup.error.format(page_language()), "warning")
    else:
        flash(gettext("A carrier has not answered yet: it is asked again by itself until it is known."), "warning")
