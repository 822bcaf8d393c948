"""What keeps the pages safe: the session's key and cookie, the headers of every answer, and where a log-in may lead."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, Response, abort, request
from flask.sessions import SecureCookieSessionInterface

LONGEST_FORM_BYTES = 64 * 1024

# Bootstrap's style sheet draws its small signs from data: images.
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


# Credentials of carriers begin with `secret_`. `then.0.key` is a part of a rule, and `quantity-key` may be a line of an order.
_SECRET_FIELD = re.compile("secret_.*|(?:[a-z]+_)*(?:password|secret|token|key)", re.IGNORECASE)


def is_secret_field(name: str) -> bool:
    """Whether a field of a form, by its name, holds what no page may repeat."""
    return _SECRET_FIELD.fullmatch(name) is not None


def derive_session_key(secret: bytes) -> bytes:
    """32 bytes to sign sessions with, from the secret key and of no use for anything else the key does."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"relevo web session").derive(secret)


def is_own_path(target: str) -> bool:
    """Whether an address is a page of ours: an absolute path without a host, whatever way of writing one a browser accepts."""
    if not target.startswith("/") or target.startswith("//") or _CONTROL.search(target):
        return False
    try:
        split = urlsplit(target)
    except ValueError:
        return False
    return not split.scheme and not split.netloc


def path_to_log() -> str:
    """The path of this request, without a token that lets somebody in."""
    if "token" in (request.view_args or {}):
        return str(request.url_rule)
    return request.path


class CookieByScheme(SecureCookieSessionInterface):
    """The session's cookie travels only over HTTPS where the page itself came that way."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def protect(web: Flask) -> None:
    """Set limits, cookie and headers. A browser may keep only what says so itself, as static files do; pages with data never."""
    web.session_interface = CookieByScheme()
    web.config.update(
        MAX_CONTENT_LENGTH=LONGEST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=LONGEST_FORM_BYTES,
        SESSION_COOKIE_NAME="relevo",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=12 * 60 * 60,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page left open over lunch still works
        RATELIMIT_HEADERS_ENABLED=False,
    )

    @web.before_request
    def refuse_nul() -> None:
        """PostgreSQL has no texts with NUL: what an address names with one is not there."""
        if "\0" in request.path or any("\0" in value for value in request.args.values()):
            abort(404)

    @web.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
