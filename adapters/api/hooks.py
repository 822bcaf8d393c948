"""Takes the calls of stores' webhooks. The secret in the address is all that they prove; it is neither kept nor logged."""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from engine.application import Application
from engine.services.importing.receive_webhook import receive_webhook

LONGEST_BODY_BYTES = 32 * 1024
RETRY_AFTER_S = 30


def add_hooks(web: Flask, app: Application, unavailable: tuple[type[Exception], ...]) -> None:
    """Add `POST /hooks/<kind>/<store id>?token=…` to the web application.

    204: what the call names is on the disk. 404, and no more: nobody here listens to it. 503: the database cannot take it
    (one of the exceptions `unavailable`), so the store is to call again.
    """
    hooks = Blueprint("hooks", __name__)

    @hooks.post("/hooks/<kind>/<store_id>")
    def parse_webhook(kind: str, store_id: str) -> ResponseReturnValue:
        try:
            listened = receive_webhook(app, kind, store_id, request.args.get("token", ""), _body())
        except unavailable:
            return "", 503, {"Retry-After": str(RETRY_AFTER_S)}
        return "", 204 if listened else 404

    web.register_blueprint(hooks)
    web.extensions["csrf"].exempt(hooks)


def _body() -> bytes:
    """What was sent; nothing when it is longer than any call can be, which is as good as unreadable."""
    request.max_content_length = LONGEST_BODY_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        return b""
