"""What an import says of itself: counts, and what it did not take."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from engine.model.store import ImportSummary
from rules.messages import Language


def kept_summary(summary: ImportSummary) -> dict[str, Any]:
    """The counts alone, as they are kept of each import; what was left out is on record once, whatever the imports."""
    data = asdict(replace(summary, skipped_notes=[]))
    del data["skipped_notes"]
    return data


def summary_data(summary: ImportSummary, language: Language = "en") -> dict[str, Any]:
    """The summary as a JSON object; the list of skipped notes with their sentences in a language."""
    data = kept_summary(summary)
    data["skipped_notes"] = [
        {
            "external_id": skipped.external_id,
            "order_number": skipped.order_number,
            "reason": skipped.message.code,
            "message": skipped.message.format(language),
        }
        for skipped in summary.skipped_notes
    ]
    return data
