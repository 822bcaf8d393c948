"""What an import says of itself: counts, and what it did not take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from engine.model.sentence import Sentence
from engine.model.store import ImportSummary
from rules.messages import Language, Message


def summary_data(summary: ImportSummary, language: Language = "en") -> dict[str, Any]:
    """The summary as a JSON object; the list of skipped notes with their sentences in a language."""
    return _summary_data(summary, lambda message: message.format(language))


def kept_summary(summary: ImportSummary) -> dict[str, Any]:
    """The same with the sentences in every language."""
    return _summary_data(summary, lambda message: Sentence.of(message).to_data())


def _summary_data(summary: ImportSummary, say: Callable[[Message], Any]) -> dict[str, Any]:
    data = asdict(replace(summary, skipped_notes=[]))
    data["skipped_notes"] = [
        {
            "external_id": skipped.external_id,
            "order_number": skipped.order_number,
            "reason": skipped.message.code,
            "message": say(skipped.message),
        }
        for skipped in summary.skipped_notes
    ]
    return data
