"""Opaque identifiers: a short kind, then 26 characters that sort by the time they were made."""

from __future__ import annotations

import os
import random
import time

# Not for secrets, so the operating system need not be asked each time: an import makes three identifiers for an order.
_source = random.Random(os.urandom(32))  # noqa: S311
os.register_at_fork(after_in_child=lambda: _source.seed(os.urandom(32)))


def new_id(kind: str) -> str:
    """A new identifier such as `ord_06445a…`: 52 bits of microseconds and 52 random bits, in hexadecimal."""
    return f"{kind}_{(time.time_ns() // 1_000) << 52 | _source.getrandbits(52):026x}"
