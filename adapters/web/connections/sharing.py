"""What the sides of an active connection agree on: what crosses, time to change one's mind, how one accepts, and SKUs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.connection import Answers
from engine.model.transitions import Side
from engine.services.connections.list_connections import SeenConnection, describe_connection
from engine.services.connections.set_connection import LONGEST_GRACE, parse_skus, replace_skus, set_connection, write_skus
from engine.services.fulfillment.client_document import crossings, last_document
from engine.services.refusals import Refused
from rules.messages import Text
from rules.order_document import Document

LONGEST_UPLOAD_BYTES = 4 * 1024 * 1024
SKUS_SHOWN = 100
NOT_TEXT = Text(
    "The file is no text in UTF-8: save it as CSV in UTF-8.", "El archivo no es texto en UTF-8: guárdalo como CSV en UTF-8."
)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the page of an active connection shows beside its facts."""

    crosses: list[str]  # in words; for the merchant only
    stays: list[str]
    example: Document | None
    skus: list[tuple[str, str]]  # the first ones
    count: int
    longest_grace: int = LONGEST_GRACE


def sharing_of(seen: SeenConnection) -> Sharing | None:
    """None while nothing is shared."""
    if not seen.connection.is_active:
        return None
    app, account_id, connection_id = parts().app, this_person().account.id, seen.connection.id
    with app.reading() as uow:
        skus = uow.requests.skus(account_id, connection_id)
    shown = list(islice(skus.items(), SKUS_SHOWN))
    if seen.side is Side.PROVIDER:
        return Sharing([], [], None, shown, len(skus))
    language = page_language()
    crosses, stays = crossings(is_integrated=seen.connection.is_integrated)
    example = last_document(app, account_id, connection_id)
    return Sharing([one.format(language) for one in crosses], [one.format(language) for one in stays], example, shown, len(skus))


@pages.url_value_preprocessor
def allow_for_a_list(endpoint: str | None, _values: object) -> None:
    """The form with a file may be larger than others. This has to be said before anything reads the form."""
    if endpoint == "connections.upload_skus" and request.method == "POST":
        request.max_content_length = LONGEST_UPLOAD_BYTES
        request.max_form_memory_size = LONGEST_UPLOAD_BYTES  # the parser counts the lines of files too


@pages.post("/<connection_id>/settings")
@login_required
def settings(connection_id: str) -> ResponseReturnValue:
    _for_admins_of(connection_id)
    minutes, answers = request.form.get("grace_minutes"), request.form.get("answers")
    if answers is not None and answers not in list(Answers):
        abort(400)
    try:
        set_connection(
            parts().app,
            this_person().user,
            connection_id,
            grace_minutes=None if minutes is None else _whole(minutes),
            answers=None if answers is None else Answers(answers),
        )
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("Saved."), "success")
    return redirect(url_for("connections.show", connection_id=connection_id))


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
    _for_admins_of(connection_id)
    sent = request.files.get("skus")
    if sent is None or not sent.filename:
        flash(gettext("Choose a file first."), "warning")
    else:
        try:
            count = _keep_skus(connection_id, sent.stream.read())
        except Refused as refusal:
            flash(refusal.format(page_language()), "warning")
        else:
            flash(ngettext("The list has %(num)s SKU now.", "The list has %(num)s SKUs now.", count), "success")
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="skus"))


def _keep_skus(connection_id: str, content: bytes) -> int:
    try:
        skus = parse_skus(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("not_text", NOT_TEXT) from None
    replace_skus(parts().app, this_person().user, connection_id, skus)
    return len(skus)


def _for_admins_of(connection_id: str) -> None:
    describe_connection(parts().app, this_person().user, connection_id)  # NotFound for what is neither side's
    if not this_person().is_admin:
        abort(403)


def _whole(text: str) -> int:
    """A number of minutes; what is none is refused as one that is out of bounds."""
    return int(text) if text.strip().isdecimal() and len(text.strip()) <= len(str(LONGEST_GRACE)) else -1
