"""Standard Webhooks signatures, as the provider's side makes and checks them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from standardwebhooks import Webhook

TOLERANCE_S: Final = 300


def signed(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message."""
    at = at.astimezone(UTC).replace(microsecond=0)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at, body.decode()),
        "Content-Type": "application/json",
    }


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether the other side has signed a message with the secret within the tolerance."""
    message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not stamp.isdecimal() or abs(int(stamp) - now.timestamp()) > TOLERANCE_S:
        return False
    expected = Webhook(secret).sign(message_id, datetime.fromtimestamp(int(stamp), UTC), body.decode())
    return expected in headers.get("webhook-signature", "").split(" ")
