"""Fields of orders as people call them, in every language."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.sentence import Sentence
from rules.actions import find_part_label
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import LANGUAGES, Text


def field_label(name: str) -> Text | None:
    """What a field is called; those of lines are written `items.sku`. None for what is not a field, nor a part of one."""
    of_item = name.startswith("items.")
    known = ITEM_FIELDS.find(name.removeprefix("items.")) if of_item else ORDER_FIELDS.find(name)
    return find_part_label(name) if known is None else known.label


def field_words(names: Iterable[str]) -> Sentence:
    """Several fields in a sentence, one after the other."""
    labels = [field_label(name) or Text(name, name) for name in names]
    return Sentence(*(", ".join(label.format(language) for label in labels) for language in LANGUAGES))
