"""What the sides of an active connection set: time to change one's mind, how one accepts, costs, a stop, and SKUs."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.connections.showing import show_connection
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from engine.model.connection import Answers
from engine.services.connections.list_connections import describe_connection
from engine.services.connections.set_connection import (
    LONGEST_GRACE,
    parse_skus,
    replace_skus,
    set_connection,
    stop_client,
    write_skus,
)
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_UPLOAD_BYTES = 4 * 1024 * 1024
NOT_TEXT = Text(
    "The file is no text in UTF-8: save it as CSV in UTF-8.", "El archivo no es texto en UTF-8: guárdalo como CSV en UTF-8."
)


@pages.url_value_preprocessor
def allow_for_a_list(endpoint: str | None, _values: object) -> None:
    """The form with a file may be larger than others. This has to be said before anything reads the form."""
    if endpoint == "connections.upload_skus" and request.method == "POST":
        request.max_content_length = LONGEST_UPLOAD_BYTES
        request.max_form_memory_size = LONGEST_UPLOAD_BYTES  # the parser counts the lines of files too


@pages.post("/<connection_id>/settings")
@login_required
def settings(connection_id: str) -> ResponseReturnValue:
    for_admins_of(connection_id)
    at_cut_off, answers = request.form.get("grace") == "cut_off", request.form.get("answers")
    minutes = None if at_cut_off else request.form.get("grace_minutes")
    costs = request.form.get("costs")
    if (answers is not None and answers not in list(Answers)) or costs not in (None, "share", "keep"):
        abort(400)
    try:
        set_connection(
            parts().app,
            this_person().user,
            connection_id,
            grace_minutes=None if minutes is None else _whole(minutes),
            grace_cut_off=at_cut_off,
            answers=None if answers is None else Answers(answers),
            shares_costs=None if costs is None else costs == "share",
        )
    except Refused as refusal:
        given = (name for name in ("grace_minutes", "answers", "costs") if name in request.form)
        field = "grace" if at_cut_off else next(given, "answers")
        return show_connection(connection_id, returned("settings", field, refusal)), 422
    flash(gettext("Saved."), "success")
    return redirect(url_for("connections.show", connection_id=connection_id))


@pages.post("/<connection_id>/stop")
@login_required
def stop(connection_id: str) -> ResponseReturnValue:
    """Send nothing for the client, or go on."""
    for_admins_of(connection_id)
    goes_on = request.form.get("stop") == "off"
    reason, until = request.form.get("reason", "").strip(), request.form.get("until", "").strip() or None
    if not goes_on and not reason:
        sentence = gettext("Say why: your client reads it.")
        return show_connection(connection_id, returned("stop", "reason", sentence)), 422
    try:
        if goes_on:
            stop_client(parts().app, this_person().user, connection_id, "")
        else:
            stop_client(parts().app, this_person().user, connection_id, reason, until)
    except Refused as refusal:
        field = "until" if refusal.message.code in ("bad_until", "past_until") else "reason"
        return show_connection(connection_id, returned("stop", field, refusal)), 422
    said = gettext("You send for this client again.") if goes_on else gettext("Nothing is sent for this client; its orders wait.")
    flash(said, "success")
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="stop"))


@pages.get("/<connection_id>/skus")
@login_required
def download_skus(connection_id: str) -> ResponseReturnValue:
    describe_connection(parts().app, this_person().user, connection_id)
    with parts().app.reading() as uow:
        skus = uow.requests.skus(this_person().account.id, connection_id)
    headers = {"Content-Disposition": 'attachment; filename="skus.csv"'}
    return Response(write_skus(skus), content_type="text/csv; charset=utf-8", headers=headers)


@pages.post("/<connection_id>/skus")
@login_required
def upload_skus(connection_id: str) -> ResponseReturnValue:
    for_admins_of(connection_id)
    sent = request.files.get("skus")
    if sent is None or not sent.filename:
        return show_connection(connection_id, returned("skus", "skus", gettext("Choose a file first."))), 422
    try:
        count = _keep_skus(connection_id, sent.stream.read())
    except Refused as refusal:
        return show_connection(connection_id, returned("skus", "skus", refusal)), 422
    flash(ngettext("The list has %(num)s SKU now.", "The list has %(num)s SKUs now.", count), "success")
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="skus"))


def _keep_skus(connection_id: str, content: bytes) -> int:
    try:
        skus = parse_skus(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("not_text", NOT_TEXT) from None
    replace_skus(parts().app, this_person().user, connection_id, skus)
    return len(skus)


def for_admins_of(connection_id: str) -> None:
    """Raises NotFound for what is neither side's."""
    describe_connection(parts().app, this_person().user, connection_id)
    if not this_person().is_admin:
        abort(403)


def _whole(text: str) -> int:
    """A number of minutes; what is none is refused as one that is out of bounds."""
    return int(text) if text.strip().isdecimal() and len(text.strip()) <= len(str(LONGEST_GRACE)) else -1
