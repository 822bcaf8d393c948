"""Takes the calls of carriers when parcels move; the signature of each is its proof (docs/carriers.md)."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from engine.application import Application
from engine.services.tracking.receive_carrier_call import receive_carrier_call

LONGEST_BODY_BYTES = 256 * 1024  # a tracker comes with all that has happened
RETRY_AFTER_S = 30


def add_carrier_calls(web: Flask, app: Application, unavailable: tuple[type[Exception], ...]) -> None:
    """Add `POST /api/carriers/<carrier account id>/events` to the web application.

    200: it is heard, also where it names nothing that was shipped from here. 401: not signed by the carrier, or nobody's
    address. 413: too long. 503: the database cannot take it (one of the exceptions `unavailable`), so it is to be sent again.
    """
    calls = Blueprint("carrier_calls", __name__)

    @calls.post("/api/carriers/<carrier_account_id>/events")
    def receive(carrier_account_id: str) -> ResponseReturnValue:
        request.max_content_length = LONGEST_BODY_BYTES
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge:
            return _problem(413, "too_large", f"The body has more than {LONGEST_BODY_BYTES} bytes.")
        try:
            is_genuine = receive_carrier_call(app, carrier_account_id, dict(request.headers), body)
        except unavailable:
            answer = _problem(503, "unavailable", "It cannot be kept now: send it again.")
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer
        if not is_genuine:
            return _problem(401, "not_genuine", "The call is not signed with the secret of a carrier account.")
        return jsonify(result="heard")

    web.register_blueprint(calls)
    web.extensions["csrf"].exempt(calls)


def _problem(status: int, code: str, message: str) -> Response:
    answer = jsonify(error={"code": code, "message": message})
    answer.status_code = status
    return answer
