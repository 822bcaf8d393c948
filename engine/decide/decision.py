"""What a run of the rules over one order came to."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from msgspec import Struct

from engine.model.sentence import Sentence
from rules.actions.draft import Change
from rules.messages import Language, Message
from rules.order_document import Document

Trigger = Literal[
    "imported",
    "updated",
    "released",
    "reprocess",
    "rejected",
    "cancel_refused",
    "closed",
    "overdue",
    "shipped",
    "exception",
    "manual",
    "schedule",
]

UNHANDLED = "unhandled"
NEEDS_ATTENTION = "needs_attention"
SKIPPED = "skipped"
INVALID_SERVICE = "invalid_service"
FLAGS = (UNHANDLED, NEEDS_ATTENTION, SKIPPED, INVALID_SERVICE)

FULFILLMENT_REQUEST = "fulfillment_request"
ALERT = "alert"


class Effect(NamedTuple):
    """Something that leaves the order, once in its life for (order, rule, position). `waiting` says what holds it back.

    A parameter that is a `Message` is a sentence of the product; a text is the merchant's own.
    """

    do: str
    rule: str
    position: int
    params: dict[str, Any]
    waiting: str | None = None

    @property
    def kind(self) -> str:
        return str(self.params["effect"])

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        return self._entry(
            {name: value.format(language) if isinstance(value, Message) else value for name, value in self.params.items()}
        )

    def to_kept(self) -> dict[str, Any]:
        """The effect as it is kept: sentences in every language."""
        return self._entry(self.kept_params())

    def kept_params(self) -> dict[str, Any]:
        return {name: _kept(value) if isinstance(value, Message) else value for name, value in self.params.items()}

    def _entry(self, params: dict[str, Any]) -> dict[str, Any]:
        entry: dict[str, Any] = {"do": self.do, "rule": self.rule, "position": self.position, **params}
        if self.waiting is not None:
            entry["waiting"] = self.waiting
        return entry


class RuleError(Struct, frozen=True):
    """A rule in error, an action that failed, or an action's own report."""

    rule: str
    path: str
    message: Message

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        return self._entry(self.message.format(language))

    def to_kept(self) -> dict[str, Any]:
        """The error as it is kept: its sentence in every language."""
        return self._entry(_kept(self.message))

    def _entry(self, sentence: Any) -> dict[str, Any]:
        return {"rule": self.rule, "path": self.path, "code": self.message.code, "message": sentence}


def _kept(message: Message) -> dict[str, str]:
    return Sentence.of(message).to_data()


class Decision(NamedTuple):
    """The whole answer for one order. `document` is the order after the run, without derived fields."""

    matched: tuple[str, ...]
    flags: tuple[str, ...]
    document: Document
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    errors: tuple[RuleError, ...]
    held_by: tuple[str, ...]  # rules that put the order on hold in this run
    skipped_by: str | None
