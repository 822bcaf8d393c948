"""What cannot be used of the form for a label."""

from __future__ import annotations

LONGEST = 100  # characters of a field


class WrongField(Exception):
    """The field, and a sentence for the person."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
