"""The webhook of a stand-in: an address on this machine that is told, signed, what happens to parcels."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import requests

TIMEOUT_S: Final = 10.0
_HERE: Final = ("127.0.0.1", "localhost")


class WebhookError(ValueError):
    """An address that is not called; the text says why."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where calls go, and what they are signed with."""

    url: str
    secret: str

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Webhook:
        """What a control call sets. Raises WebhookError, and KeyError for a part that is missing."""
        url, secret = str(data["url"]), str(data["secret"])
        if urlsplit(url).hostname not in _HERE:
            raise WebhookError(f"The stand-in calls this machine only ({', '.join(_HERE)}).")
        return cls(url, secret)

    def signature(self, body: bytes) -> str:
        """Hexadecimal digits."""
        return hmac.new(unicodedata.normalize("NFKD", self.secret).encode(), body, hashlib.sha256).hexdigest()

    def call(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer; 0 where there is none."""
        sent = {"Content-Type": "application/json", **headers}
        try:
            return requests.post(self.url, data=body, headers=sent, timeout=TIMEOUT_S, allow_redirects=False).status_code
        except requests.RequestException:
            return 0
