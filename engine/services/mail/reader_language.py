"""In which language somebody is written to."""

from __future__ import annotations

from engine.model.account import User
from rules.messages import LANGUAGES, Language


def language_of(user: User | None) -> Language:
    """A person's own, as far as it is spoken here; English to somebody who is not known."""
    return next((language for language in LANGUAGES if user is not None and language == user.language), "en")
