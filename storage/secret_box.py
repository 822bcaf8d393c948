"""Encryption of what may not lie in the database in plain."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import SecretKeyInvalid, SecretUnreadable

_KEY_BYTES = 32


class SecretBox:
    """Seals with the first of its keys and opens with any of them, so that keys can be rotated."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys` are 32 random bytes each, the newest first. Raises SecretKeyInvalid."""
        if not keys or any(len(key) != _KEY_BYTES for key in keys):
            raise SecretKeyInvalid()
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """A box from keys in base64url, with or without padding, separated by commas. Raises SecretKeyInvalid."""
        return cls([_parse_key(part.strip()) for part in text.split(",")])

    def seal(self, plain: bytes) -> str:
        """The encrypted and authenticated form, as ASCII text."""
        return self._fernet.encrypt(plain).decode("ascii")

    def open(self, sealed: str) -> bytes:
        """What was sealed. Raises SecretUnreadable when none of the keys fits or the text was changed."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise SecretUnreadable() from None


def _parse_key(text: str) -> bytes:
    unpadded = text.rstrip("=")
    try:
        return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SecretKeyInvalid() from None
