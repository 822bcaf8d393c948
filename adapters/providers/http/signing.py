"""Standard Webhooks signatures, of what is sent and of what comes."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from engine.ports import NotGenuine
from rules.messages import Message, Text

TOLERANCE = timedelta(minutes=5)  # between the clocks of both sides, and on the way
SECRET_BYTES = 32
PREFIX = "whsec_"
_MOST_SIGNATURES = 16

INCOMPLETE = Text(
    "The headers webhook-id, webhook-timestamp and webhook-signature are needed.",
    "Hacen falta las cabeceras webhook-id, webhook-timestamp y webhook-signature.",
)
OUT_OF_TIME = Text(
    "The header webhook-timestamp is more than {minutes} minutes off: sign each attempt anew, and set the clock.",
    "La cabecera webhook-timestamp se desvía más de {minutes} minutos: firma de nuevo cada intento y ajusta el reloj.",
)
NOT_SIGNED = Text(
    "No signature in the header webhook-signature fits the body and the secret.",
    "Ninguna firma de la cabecera webhook-signature corresponde al cuerpo y a la clave.",
)


def new_secret() -> str:
    """A secret that nobody can guess, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def sign(valid: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message, signed with each of the secrets."""
    at = at.astimezone(UTC).replace(microsecond=0)
    text = body.decode("utf-8")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message_id, at, text) for secret in valid),
    }


def verify(valid: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a message that one of the secrets has signed within the tolerance. Raises NotGenuine.

    The library's own check reads the machine's clock; here the signature that is expected comes from the library, and the
    time from the clock that everything goes by.
    """
    named = {name.lower(): value for name, value in headers.items()}
    message_id, stamp = named.get("webhook-id", ""), named.get("webhook-timestamp", "")
    given = named.get("webhook-signature", "").split(" ")[:_MOST_SIGNATURES]
    if not message_id or not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or given == [""]:
        raise NotGenuine(Message("not_signed", INCOMPLETE))
    at = datetime.fromtimestamp(int(stamp), UTC) if int(stamp) < 10**11 else datetime.max.replace(tzinfo=UTC)
    if abs(at - now) > TOLERANCE:
        raise NotGenuine(Message("out_of_time", OUT_OF_TIME, {"minutes": int(TOLERANCE.total_seconds() // 60)}))
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotGenuine(Message("not_genuine", NOT_SIGNED)) from None
    expected = [_digest(Webhook(secret).sign(message_id, at, text)) for secret in valid]
    found = [_digest(one) for one in given]
    if not any(hmac.compare_digest(one, other) for one in expected for other in found if other):
        raise NotGenuine(Message("not_genuine", NOT_SIGNED))
    return message_id


def _digest(signature: str) -> bytes:
    """The bytes of a signature of the version that both sides speak; nothing for any other."""
    version, _, encoded = signature.partition(",")
    if version != "v1":
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""
