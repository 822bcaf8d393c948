"""Passwords of people, kept as Argon2id hashes."""

from __future__ import annotations

import unicodedata

import argon2
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2PasswordHasher:
    """Hashes with Argon2id; the hash carries its own salt and costs, so hashes of different costs verify side by side."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        """`hasher` sets other costs than the library's defaults (RFC 9106, low memory)."""
        self._hasher = hasher or argon2.PasswordHasher()

    def hash(self, password: str) -> str:
        """The hash to store, different at each call."""
        return self._hasher.hash(_normal(password))

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the hash was made from this password. A damaged hash fits no password."""
        try:
            return self._hasher.verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    """One form for what looks the same: keyboards and browsers differ in how they send an accented letter."""
    return unicodedata.normalize("NFKC", password)
