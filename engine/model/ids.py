"""Opaque identifiers: a short kind, then 26 characters that sort by the time they were made."""

from __future__ import annotations

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u
_SHIFTS = range(120, -1, -10)
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]


def new_id(kind: str) -> str:
    """A new identifier such as `ord_06dz…`: 52 bits of microseconds and 78 random bits, base 32."""
    value = ((time.time_ns() // 1_000) << 78) | (int.from_bytes(os.urandom(10), "big") >> 2)
    return f"{kind}_{''.join([_PAIRS[(value >> shift) & 1023] for shift in _SHIFTS])}"
