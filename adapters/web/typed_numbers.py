"""Numbers as people type them into forms: with the comma or the point of the page's language, or of another one."""

from __future__ import annotations

import re

from adapters.web.language import page_language
from rules.messages import Language

# Which sign groups thousands. Three digits after it are thousands; any other number of digits can only be decimals.
_GROUPED: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII),
    "es": re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?", re.ASCII),
}
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)
_GROUPS: dict[Language, str] = {"en": ",", "es": "."}


def typed_number(text: str) -> str:
    """What was typed as a program reads it: `1,000` and `1.000` are a thousand where the page's language writes it so.

    What is not a number stays as it is.
    """
    language = page_language()
    written = text.strip()
    if _GROUPED[language].fullmatch(written):
        written = written.replace(_GROUPS[language], "")
    return written.replace(",", ".") if _WITH_COMMA.fullmatch(written) else written
