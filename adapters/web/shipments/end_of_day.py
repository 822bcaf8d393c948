"""End of day: what is ready to be handed over, the manifests that were made, and what is printed for drivers."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.shipments.pickups import pickups_shown
from adapters.web.wording import MANIFEST_STATES
from engine.jobs.make_manifests import make_manifests
from engine.model.ids import new_id
from engine.model.manifest import Manifest, ManifestState
from engine.model.sentence import sentence_of
from engine.ports import CarrierError
from engine.services.accounts.carriers_told_apart import told_apart
from engine.services.manifests.hand_over import carrier_document, describe_hand_over
from engine.services.manifests.list_manifests import SHOWN, list_manifests
from engine.services.manifests.ready import list_ready
from engine.services.refusals import Refused

pages = Blueprint("end_of_day", __name__, url_prefix="/end-of-day")


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    """What is ready by carrier account and place, and below it what was handed over."""
    app, account = parts().app, this_person().account
    ready, manifests = list_ready(app, account), list_manifests(app, account.id, SHOWN)
    return render_template(
        "shipments/end_of_day.html",
        ready=ready,
        **pickups_shown(ready),
        manifests=manifests,
        called=told_apart(app, manifests),
        states=ManifestState,
        state_words=MANIFEST_STATES,
        limit=SHOWN,
    )


@pages.post("")
@login_required
def create() -> ResponseReturnValue:
    """Of all that is ready, or of one line of the page."""
    chosen = request.form.get("group") or None
    person = this_person()
    try:
        made = make_manifests(parts().app, person.account.id, person.user.id, new_id("web"), group_key=chosen)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        _tell(made)
    return redirect(url_for("end_of_day.index"))


def _tell(made: list[Manifest]) -> None:
    ready = sum(one.state is ManifestState.MADE for one in made)
    if ready:
        flash(
            ngettext("%(num)d manifest is made: print it below.", "%(num)d manifests are made: print them below.", ready),
            "success",
        )
    if any(one.is_being_made for one in made):
        flash(gettext("A carrier has not answered yet: it is asked again by itself until it is known."), "warning")
    for one in made:
        if one.state is ManifestState.REFUSED and one.error is not None:
            flash(one.error.format(page_language()), "warning")


@pages.get("/<manifest_id>/list")
@login_required
def hand_over_list(manifest_id: str) -> ResponseReturnValue:
    from adapters.documents.hand_over_pdf import write_hand_over_pdf  # takes long to load

    try:
        details = describe_hand_over(parts().app, this_person().account.id, manifest_id)
    except Refused as refusal:
        return _back(refusal)
    return _file(write_hand_over_pdf(details, page_language()), f"{manifest_id}-list")


@pages.get("/<manifest_id>/manifest")
@login_required
def manifest_document(manifest_id: str) -> ResponseReturnValue:
    """What the carrier gave."""
    try:
        return _file(carrier_document(parts().app, this_person().account.id, manifest_id), manifest_id)
    except (Refused, CarrierError) as refusal:
        return _back(refusal)


def _back(refusal: Refused | CarrierError) -> ResponseReturnValue:
    flash(sentence_of(refusal).format(page_language()), "warning")
    return redirect(url_for("end_of_day.index"))


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(content, content_type="application/pdf", headers=headers)
