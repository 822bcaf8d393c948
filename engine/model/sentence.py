"""Sentences that are kept: who reads them later, and in which language, is not known when they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from rules.messages import LANGUAGES, Message, Text

_ENDS = (".", "!", "?", "…")
_CLOSING = "\"'”’»)"


class Sentence(Text, frozen=True):
    """A finished sentence in every language: nothing is left to be filled in, and braces are only braces."""

    @classmethod
    def of(cls, source: Text | Message | str, /, **params: Any) -> Self:
        """A template with its parameters filled in, or a message; a plain text, such as a merchant's, stays as it is."""
        if isinstance(source, str):
            return cls(source, source)
        if isinstance(source, Message):
            return cls(*(source.format(language) for language in LANGUAGES))
        return cls(*(source.format(language, **params) for language in LANGUAGES))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """What `to_data` made of a sentence; any other text reads the same in every language."""
        if isinstance(data, Mapping) and data.keys() == set(LANGUAGES):
            return cls(**{language: str(data[language]) for language in LANGUAGES})
        return cls.of(str(data))

    def to_data(self) -> dict[str, str]:
        """As a JSON object, by language."""
        return {"en": self.en, "es": self.es}

    def __str__(self) -> str:
        return self.en


def full_sentence(text: str) -> str:
    """A text that somebody wrote, so that another sentence can follow: with a full stop where it has no end of its own."""
    said = text.strip()
    ends = said.rstrip(_CLOSING).endswith(_ENDS)
    return said if ends or not any(map(str.isalnum, said)) else f"{said}."


def in_a_row(*sentences: Text | str) -> Sentence:
    """Sentences one after the other; empty texts are left out."""
    said = {f"part{number}": one for number, one in enumerate(sentences) if one != ""}
    row = " ".join(f"{{{name}}}" for name in said)
    return Sentence.of(Text(row, row), **said)


def sentence_of(error: Exception) -> Sentence:
    """What an error says to a person: its `message`, or its argument; one that carries neither says its plain text."""
    said = getattr(error, "message", None) or (error.args[0] if error.args else None)
    return Sentence.of(said if isinstance(said, Text | Message) else str(error))
