"""Takes what integrated providers' systems say; the signature of each message is its proof (docs/integrated-providers.md)."""

from __future__ import annotations

from flask import Blueprint, Flask, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from engine.application import Application
from engine.services.providers.receive_event import receive_event

LONGEST_BODY_BYTES = 64 * 1024
RETRY_AFTER_S = 30


def add_provider_events(web: Flask, app: Application, unavailable: tuple[type[Exception], ...]) -> None:
    """Add `POST /api/providers/<provider id>/events` to the web application.

    200: it is kept. 401: not signed by the provider. 404, 409, 413, 422: refused, with a sentence; the same again would be
    refused again. 503: the database cannot take it (one of the exceptions `unavailable`), so it is to be sent again.
    """
    events = Blueprint("provider_events", __name__)

    @events.post("/api/providers/<provider_id>/events")
    def receive(provider_id: str) -> ResponseReturnValue:
        request.max_content_length = LONGEST_BODY_BYTES
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            sentence = f"The body has more than {LONGEST_BODY_BYTES} bytes."
            return jsonify(error={"code": "too_large", "message": sentence}), 413
        try:
            reply = receive_event(app, provider_id, dict(request.headers), body)
        except unavailable:
            sentence = "It cannot be kept now: send it again."
            return jsonify(error={"code": "unavailable", "message": sentence}), 503, {"Retry-After": str(RETRY_AFTER_S)}
        return jsonify(dict(reply.body)), reply.status

    web.register_blueprint(events)
    web.extensions["csrf"].exempt(events)
