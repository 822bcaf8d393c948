"""Brightpearl's notes on an order as plain text, and which of them the buyer wrote or may read; they may hold HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from adapters.stores.brightpearl.raw_values import UNREADABLE_BYTES, clean, id_in

_LINE_TAGS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT_TAGS = frozenset({"script", "style"})
_SPACES = re.compile(r"[ \t\xa0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


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
    texts = (_strip_html(note["text"]) for note in ordered if isinstance(note.get("text"), str))
    return [text for text in texts if text]


def _note_id(note: Mapping[str, Any]) -> int:
    return id_in(note.get("noteId")) or 0


def _strip_html(text: str) -> str:
    collector = _TextCollector()
    collector.feed(text)
    collector.close()
    text = "".join(collector.parts).replace(UNREADABLE_BYTES, "\ufffd")
    lines = (_SPACES.sub(" ", clean(line)).strip() for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


class _TextCollector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT_TAGS:
            self._silent += 1
        elif tag in _LINE_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT_TAGS:
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
