"""Sentences a person reads, in every language the product speaks.

The core keeps both languages of a sentence side by side, so that a field, an operator or an action stays one file and
works without a web framework. Templates of the web pages use gettext catalogues instead (see docs/adr/0004).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

from rules.visible import harmless

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
_MOST_ZEROS = 30  # that a number is written out with; larger and smaller ones keep their exponent


class Text(Struct, frozen=True):
    """One sentence or label in English and Spanish; `{name}` marks a parameter."""

    en: str
    es: str

    def format(self, language: Language = "en", /, **params: Any) -> str:
        """The sentence with its parameters filled in; parameters that are texts of their own are translated too, and
        decimals have the decimal sign of the language.

        What is filled in comes from documents and stores: characters that a terminal would obey are written out.
        """
        template = self.es if language == "es" else self.en
        if not params:
            return template
        return template.format_map({name: _filled_in(value, language) for name, value in params.items()})


def _filled_in(value: Any, language: Language) -> Any:
    if isinstance(value, Text | Message):
        return value.format(language)
    if isinstance(value, Decimal):
        return _in_digits(value, language)
    return harmless(value) if isinstance(value, str) else value


def _in_digits(number: Decimal, language: Language) -> str:
    written = f"{number:f}" if abs(number.adjusted()) < _MOST_ZEROS else str(number)
    return written.replace(".", ",") if language == "es" else written


class Message(Struct, frozen=True):
    """A sentence with a stable code and its parameters, kept apart so that it can be shown in any language."""

    code: str
    text: Text
    params: Mapping[str, Any] = field(default_factory=dict)

    def format(self, language: Language = "en", /) -> str:
        """The whole sentence."""
        return self.text.format(language, **self.params)

    def __str__(self) -> str:
        return self.format("en")
