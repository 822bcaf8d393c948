"""Reads what a rule says about itself for people: who looks after it, and when it is looked at again."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date

from rules.messages import Text
from rules.parser.reading import Reader, join

BAD_OWNER = Text(
    '"{found}" is not an e-mail address: write the one that the owner logs in with, such as ana@example.com',
    '"{found}" no es una dirección de correo: escribe aquella con la que entra el responsable, como ana@example.com',
)
BAD_REVIEW_DAY = Text(
    '"{found}" is not a date: write a day such as 2026-03-31', '"{found}" no es una fecha: escribe un día como 2026-03-31'
)

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_owner(reader: Reader) -> str:
    """The e-mail address at `owner`; empty without one, or with a problem reported."""
    text = reader.text("owner")
    if text and ADDRESS.fullmatch(text) is None:
        reader.problems.error(reader.line_of("owner"), join(reader.path, "owner"), "bad_owner", BAD_OWNER, found=text)
        return ""
    return text


def read_review_day(reader: Reader) -> date | None:
    """The day at `review_by`; None without one, or with a problem reported."""
    text = reader.text("review_by")
    if not text:
        return None
    with suppress(ValueError):  # the 30th of February
        if DAY.fullmatch(text) is not None:
            return date.fromisoformat(text)
    reader.problems.error(reader.line_of("review_by"), join(reader.path, "review_by"), "bad_date", BAD_REVIEW_DAY, found=text)
    return None
