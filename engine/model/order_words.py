"""What people call the status of an order."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.order import OrderState
from rules.messages import Text
from rules.vocabulary import STATUSES

STATUS_WORDS: Mapping[str, Text] = {**STATUSES, OrderState.SKIPPED: Text("Left out by a rule", "Excluido por una regla")}


def status_words(status: str) -> Text:
    """One that nobody has worded stays readable."""
    plain = status.replace("_", " ")
    return STATUS_WORDS.get(status) or Text(plain, plain)
