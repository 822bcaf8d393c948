"""What somebody sent when their session was over: kept until they have logged in again, by nobody but their browser.

It travels through the log-in sealed, so that it cannot be read or changed on the way, and opens for an hour. Nothing of it is
done before the person sends it again. Secrets and files are not in it.
"""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import request, url_for

from adapters.web.parts import parts
from adapters.web.security import is_own_path, is_secret_field

KEPT_S = 60 * 60
LONGEST_SEALED = 48 * 1024  # the log-in takes 64 KiB


@dataclass(frozen=True, slots=True)
class Entered:
    """A form as it was sent. Secrets are not repeated: the person types them again."""

    address: str  # that it was sent to
    page: str  # that it was on
    fields: list[tuple[str, str]]
    secrets: list[str]
    has_files: bool


def entered() -> Entered:
    """The form of this request."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    secret = [name for name, value in sent if is_secret_field(name) and value]
    has_files = any(file.filename for file in request.files.values())
    address = request.full_path.rstrip("?")
    fields = [field for field in sent if not is_secret_field(field[0])]
    return Entered(address, _page() or address, fields, secret, has_files)


def is_worth_keeping() -> bool:
    """Whether this request is a form that a page of ours has sent, and not a script or a page of somebody else."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Dest", "document") != "document":
        return False
    if request.endpoint is None or request.endpoint.startswith(("session.", "sign_up.", "passwords.", "joining.")):
        return False
    return request.headers.get("Origin", "") == request.host_url.rstrip("/")


def seal(form: Entered) -> str | None:
    """The form for a hidden field of the log-in; None where it is too long for that."""
    kept = [form.address, form.page, form.fields, form.secrets, form.has_files]
    sealed = _lock().encrypt_at_time(zlib.compress(json.dumps(kept).encode()), _seconds(parts().app.clock.now()))
    return sealed.decode() if len(sealed) <= LONGEST_SEALED else None


def unseal(sealed: str) -> Entered | None:
    """The form again; None where nothing was kept, it was made by somebody else, or its time is over."""
    try:
        opened = _lock().decrypt_at_time(sealed.encode(), KEPT_S, _seconds(parts().app.clock.now()))
    except InvalidToken:
        return None
    address, page, fields, secrets, has_files = json.loads(zlib.decompress(opened))
    return Entered(address, page, [(name, value) for name, value in fields], secrets, has_files)


def _page() -> str | None:
    """The page of ours that the form was on."""
    there = urlsplit(request.referrer or "")
    path = there.path + (f"?{there.query}" if there.query else "")
    is_ours = f"{there.scheme}://{there.netloc}" == request.host_url.rstrip("/") and is_own_path(path)
    return path if is_ours and there.path != url_for("session.log_in") else None


def _lock() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"relevo kept form").derive(parts().session_key)
    return Fernet(base64.urlsafe_b64encode(key))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
