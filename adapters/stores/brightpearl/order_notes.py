"""Brightpearl's notes on an order as plain text, and which of them the buyer wrote or may read; they may hold HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.stores.brightpearl.plain_text import strip_html
from adapters.stores.brightpearl.raw_values import id_in


def to_fields(notes: Sequence[Mapping[str, Any]], customer_id: int | None) -> dict[str, str]:
    """What rules read of an order's notes: `from_buyer` has what the customer wrote and what is public, `internal` the rest."""
    sorted_out: dict[str, list[Mapping[str, Any]]] = {"from_buyer": [], "internal": []}
    for note in notes:
        is_buyers = note.get("isPublic") is True or (customer_id and id_in(note.get("addedBy")) == customer_id)
        sorted_out["from_buyer" if is_buyers else "internal"].append(note)
    return {name: "\n".join(texts) for name, found in sorted_out.items() if (texts := to_plain_texts(found))}


def to_plain_texts(notes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts of the notes, oldest first, without the blank ones."""
    ordered = sorted(notes, key=lambda note: (str(note.get("addedOn") or ""), _note_id(note)))
    texts = (strip_html(note["text"]) for note in ordered if isinstance(note.get("text"), str))
    return [text for text in texts if text]


def _note_id(note: Mapping[str, Any]) -> int:
    return id_in(note.get("noteId")) or 0
