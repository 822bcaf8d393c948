"""How numbers, amounts and dates are written in each language, on pages, on paper and at the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from rules.messages import Language

# English dates begin with the day and have 24 hours: most who read it here are not in America.
LOCALES: Mapping[Language, Locale] = {"en": Locale("en", "GB"), "es": Locale("es")}
