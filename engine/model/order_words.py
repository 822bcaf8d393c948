"""What people call the status of an order."""

from __future__ import annotations

from collections.abc import Mapping

from engine.model.order import OrderState
from rules.messages import Text
from rules.vocabulary import STATUSES

# By plain text: a member of an enumeration among these names would be shown and taken by its name in the code.
STATUS_WORDS: Mapping[str, Text] = {**STATUSES, OrderState.SKIPPED.value: Text("Left out by a rule", "Excluido por una regla")}


def status_words(status: str) -> Text:
    """One that nobody has worded stays readable."""
    plain = status.replace("_", " ")
    return STATUS_WORDS.get(status) or Text(plain, plain)
