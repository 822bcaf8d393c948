"""Addresses of mails."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254
# Without what headers of a mail give a meaning of its own, and without control characters.
_ADDRESS = re.compile(r'[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f-\x9f]+@[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f-\x9f]+')


def is_address(text: str) -> bool:
    """Whether a mail can be addressed to this."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None
