"""Edits of orders as people ask for them, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rules.messages import LANGUAGES, Message, Text
from rules.written_values import Written


class Operation(StrEnum):
    """What is to become of a field. Only sets have members to add and to remove."""

    SET = "set"
    ADD = "add"
    REMOVE = "remove"
    UNDO = "undo"


class Outcome(StrEnum):
    """What became of an order: of several edits all are made, or none."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """One field and what to do about it. An empty value leaves the order without one, which rules do not change either.

    `shown` is what the form showed before: what has changed since is not overwritten. Without it nobody had looked.
    """

    field: str
    operation: Operation = Operation.SET
    value: Written = ""
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """Why a field cannot be set as it was asked. `current` is what it shows now, where it has changed meanwhile."""

    field: str
    message: Message
    current: str | None = None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that is another one now, as the order's document has it; None for no value."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of one order. `refusal` is the sentence for it, `problems` are those of single fields; `follows` says what
    happens because of the changes, or what is left to do.
    """

    order_id: str
    order_number: str | None  # None where the account has no such order
    outcome: Outcome
    refusal: Message | None = None
    problems: tuple[FieldProblem, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    follows: tuple[Message, ...] = ()


def listed(words: Sequence[Text]) -> Text:
    """Several words one after the other."""
    return Text(*(", ".join(word.format(language) for word in words) for language in LANGUAGES))
