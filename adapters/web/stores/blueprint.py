"""What all pages about stores share: the blueprint, and whose store it is."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, flash, g, request

from adapters.web.default_files import allow_for_a_file
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.application import Application
from engine.model.sentence import sentence_of
from engine.model.store_kind import StoreKind
from storage.queries import StoreStatus

pages = Blueprint("stores", __name__, url_prefix="/stores")

LONGEST_UPLOAD_BYTES = 1024 * 1024  # a logo that is too large is still read, so that its field can say so


def asking_app() -> Application:
    """The use cases for a page that may have to ask a store: all that one page asks has a few seconds (`store_guard`)."""
    if "asking_app" not in g:
        g.asking_app = parts().guard.application_for(parts().app, this_person().account.id)
    return cast(Application, g.asking_app)


def kinds_here() -> list[StoreKind]:
    """All kinds of store that this installation can connect."""
    kinds = [connector.describes for connector in parts().app.connectors.values()]
    return [kind for kind in kinds if kind.by_people]


def kind_called(code: str) -> StoreKind:
    """What a kind of store says of itself; no page where there is none of that code."""
    connector = parts().app.connectors.get(code)
    if connector is None:
        abort(404)
    return connector.describes


def status_of(store_id: str) -> StoreStatus:
    """How a store of this person's account does. Raises NotFound, which becomes the page for that."""
    return parts().queries.status(this_person().account.id, store_id, parts().app.clock.now())


def flash_error(error: Exception) -> None:
    """Show a refusal's sentence on the next page."""
    flash(sentence_of(error).format(page_language()), "warning")


@pages.url_value_preprocessor
def allow_for_a_logo(endpoint: str | None, _values: object) -> None:
    """The form with a picture may be larger than others, and so may one with a file. This has to be said before anything reads
    the form.
    """
    if endpoint == "stores.import_methods" and request.method == "POST":
        allow_for_a_file()
    if endpoint == "stores.settings" and request.method == "POST":
        request.max_content_length = LONGEST_UPLOAD_BYTES
