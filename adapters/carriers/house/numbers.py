"""Tracking numbers of one's own: a prefix, nine digits, and a check digit by Damm's scheme.

The check digit (H. Michael Damm, 2004) finds any single wrong digit and any two neighbouring digits that were exchanged, which
Luhn's does not (09 and 90). The letters of the prefix count as two digits each, A as 10 and Z as 35.
"""

from __future__ import annotations

import re

from engine.ports.carriers import CarrierRefused
from rules.messages import Message, Text

USED_UP = Text(
    'The tracking numbers that begin with "{prefix}" are used up after {last}: give the carrier account another beginning.',
    'Los números de seguimiento que empiezan por "{prefix}" se acaban en {last}: da a la cuenta de envío otro comienzo.',
)

RUNNING_DIGITS = 9
HIGHEST_RUNNING = 10**RUNNING_DIGITS - 1
_GROUP = 3
_WRITTEN = re.compile(r"[0-9A-Z]{1,6}[0-9]{10}")
# Damm's quasigroup of order ten: the row is what was reached so far, the column the next digit.
_STEPS = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def tracking_number(prefix: str, running: int, last: int = HIGHEST_RUNNING) -> str:
    """The number for a running one. Raises CarrierRefused past the last of the range."""
    if running > last:
        raise CarrierRefused(Message("numbers_used_up", USED_UP, {"prefix": prefix, "last": last}))
    unchecked = f"{prefix}{running:0{RUNNING_DIGITS}d}"
    return f"{unchecked}{_reached(unchecked)}"


def check_number(number: str) -> bool:
    """Whether a number may have been given out: its check digit is right."""
    return _WRITTEN.fullmatch(number) is not None and _reached(number) == 0


def grouped(number: str) -> str:
    """A number as people read it out: its letters, then its digits by three, the last ones by four where one would be left."""
    digits_from = len(number) - RUNNING_DIGITS - 1
    if digits_from < 1:
        return number
    head, tail = number[:digits_from], number[digits_from:]
    cuts = range(0, RUNNING_DIGITS, _GROUP)
    groups = [tail[at : at + _GROUP] for at in cuts]
    groups[-1] += tail[RUNNING_DIGITS:]
    return " ".join([head, *groups])


def _reached(number: str) -> int:
    """Where the digits lead; 0 where the last one checks the others."""
    reached = 0
    for character in number:
        for digit in str(int(character, 36)):
            reached = int(_STEPS[reached][int(digit)])
    return reached
