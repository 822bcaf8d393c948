"""Calls that carriers make when a parcel moves: each is signed with a secret that both sides have."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from engine.ports.carriers import CarrierRefused
from rules.messages import Message, Text
from rules.order_document import UnreadableDocument, loads

NOT_SIGNED: Final = Text(
    "The call is not signed with the secret of this carrier account.",
    "La llamada no está firmada con la clave de esta cuenta de transporte.",
)


def signature_of(secret: str, body: bytes) -> str:
    """What a body is signed with, as hexadecimal digits."""
    return hmac.new(unicodedata.normalize("NFKD", secret).encode(), body, hashlib.sha256).hexdigest()


def check_signature(secret: str, body: bytes, signature: str) -> None:
    """Raises CarrierRefused for a call that is not the carrier's; where there is no secret, none is."""
    given = signature.strip().lower().encode("utf-8", "replace")
    if not secret or not hmac.compare_digest(given, signature_of(secret, body).encode()):
        raise CarrierRefused(Message("not_signed", NOT_SIGNED))


def header(headers: Mapping[str, str], name: str) -> str:
    """A header by its name in any case; empty where there is none."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def data_of(body: bytes) -> Mapping[str, Any]:
    """The object that a call brings; empty where it is none, so that the carrier does not send it again for ever."""
    try:
        return loads(body)
    except UnreadableDocument:
        return {}


def texts(data: Any, *names: str) -> tuple[str, ...]:
    """The texts at some names of an object, as far as they are there."""
    found = (data.get(name) for name in names) if isinstance(data, Mapping) else ()
    return tuple(value for value in found if isinstance(value, str) and value)
