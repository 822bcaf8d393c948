"""Refusals before anybody is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.ports.carriers import CarrierRefused
from rules.messages import LANGUAGES, Message, Text


def refused(code: str, text: Text, /, **params: Any) -> CarrierRefused:
    """What is raised for a request that Sendcloud cannot ship."""
    return CarrierRefused(Message(code, text, params))


def listed(texts: Sequence[Text]) -> Text:
    """Several things, one after the other."""
    return Text(*(", ".join(text.format(language) for text in texts) for language in LANGUAGES))
