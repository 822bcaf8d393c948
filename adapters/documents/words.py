"""Days, numbers and amounts as printed pages write them."""

from __future__ import annotations

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from adapters.locales import LOCALES
from rules.messages import Language


def day_words(day: object, language: Language) -> str:
    """A day, as short as it can be read."""
    return str(format_date(day, "medium", locale=LOCALES[language]))  # type: ignore[arg-type]


def number_words(number: object, language: Language) -> str:
    """A number with all its digits."""
    return str(format_decimal(number, locale=LOCALES[language], decimal_quantization=False))  # type: ignore[arg-type]


def money_words(amount: object, currency: str, language: Language) -> str:
    """An amount in its currency, to the cent and with any further digits it has."""
    return str(format_currency(amount, currency, locale=LOCALES[language], decimal_quantization=False))  # type: ignore[arg-type]
