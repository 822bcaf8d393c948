"""What the sides of an active connection set: time to change one's mind, how one accepts, costs, a stop, and SKUs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.connections.showing import show_connection
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from engine.model.connection import Answers, Connection
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

ANSWERS: Mapping[Answers, Any] = {
    Answers.AUTO: lazy_gettext("By importing them"),
    Answers.EACH: lazy_gettext("One by one, on the order's page"),
}
COSTS: Mapping[bool, Any] = {
    False: lazy_gettext("Only you see what your labels cost"),
    True: lazy_gettext("The client sees it too, of what ships from now on"),
}
LONGEST_UPLOAD_BYTES = 4 * 1024 * 1024
NOT_TEXT = Text(
    "The file is not text in UTF-8: save it as CSV in UTF-8.", "El archivo no es texto en UTF-8: guárdalo como CSV en UTF-8."
)


@pages.url_value_preprocessor
def allow_for_a_list(endpoint: str | None, _values: object) -> None:
    """The form with a file may be larger than others. This has to be said before anything reads the form."""
    if endpoint == "connections.upload_skus" and request.method == "POST":
        request.max_content_length = LONGEST_UPLOAD_BYTES
        request.max_form_memory_size = LONGEST_UPLOAD_BYTES  # the parser counts the lines of files too


@pages.post("/<connection_id>/settings")
@login_required
@saved_in_turn
def settings(connection_id: str) -> ResponseReturnValue:
    connection = for_admins_of(connection_id)
    at_cut_off, answers = request.form.get("grace") == "cut_off", request.form.get("answers")
    minutes = None if at_cut_off else request.form.get("grace_minutes")
    costs = request.form.get("costs")
    if (answers is not None and answers not in list(Answers)) or costs not in (None, "share", "keep"):
        abort(400)
    changed = _changed_settings(connection, request.form)
    if changed is not None:
        return show_connection(connection_id, returned("settings", *changed)), 422
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


def _changed_settings(connection: Connection, form: Mapping[str, str]) -> tuple[str, str] | None:
    """The field that was changed since the form was shown, and the sentence with what is kept now; None where none was."""
    kept: object
    if "answers" in form:
        kept, field, words = connection.answers.value, "answers", str(ANSWERS[connection.answers])
    elif "costs" in form:
        kept, field, words = connection.shares_costs, "costs", str(COSTS[connection.shares_costs])
    else:
        kept = (connection.grace_cut_off, connection.grace_minutes)
        field = "grace" if form.get("grace") == "cut_off" else "grace_minutes"
        minutes = ngettext("%(num)s minute", "%(num)s minutes", connection.grace_minutes)
        words = gettext("At its next cut-off") if connection.grace_cut_off else minutes
    return (field, changed_meanwhile(words)) if is_outdated(kept) else None


@pages.post("/<connection_id>/stop")
@login_required
@saved_in_turn
def stop(connection_id: str) -> ResponseReturnValue:
    """Send nothing for the client, or go on."""
    connection = for_admins_of(connection_id)
    goes_on = request.form.get("stop") == "off"
    if is_outdated((connection.stop_reason, connection.closed_until)):
        return show_connection(connection_id, returned("stop", "reason", changed_meanwhile())), 422
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
@saved_in_turn
def upload_skus(connection_id: str) -> ResponseReturnValue:
    connection = for_admins_of(connection_id)
    with parts().app.reading() as uow:
        kept = uow.requests.skus(this_person().account.id, connection.id)
    if is_outdated(kept):
        return show_connection(connection_id, returned("skus", "skus", changed_meanwhile())), 422
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


def for_admins_of(connection_id: str) -> Connection:
    """Raises NotFound for what is neither side's."""
    seen = describe_connection(parts().app, this_person().user, connection_id).seen
    if not this_person().is_admin:
        abort(403)
    return seen.connection


def _whole(text: str) -> int:
    """A number of minutes; what is none is refused as one that is out of bounds."""
    return int(text) if text.strip().isdecimal() and len(text.strip()) <= len(str(LONGEST_GRACE)) else -1
