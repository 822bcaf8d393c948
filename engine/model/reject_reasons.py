"""Why a provider does not ship: the codes that rules, pages and other programs know, and their words."""

from __future__ import annotations

from collections.abc import Mapping

from rules.fields.closed_words import REFUSAL_WORDS
from rules.messages import Text

OTHER = "other"  # needs a text

REJECT_REASONS: Mapping[str, Text] = REFUSAL_WORDS
