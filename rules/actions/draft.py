"""What the actions of one rule do to one order, kept apart until all of them have applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from rules.context import RuleContext
from rules.facts import order_value, typed
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.order_document import Document, read_field, write_field
from rules.placeholders import Template, UnreadablePlaceholder
from rules.values import Unreadable, is_blank

UNREADABLE_FIELD = Text("{field}: {reason}", "{field}: {reason}")


class ActionFailed(Exception):
    """The action cannot be applied to this order; none of its rule's changes stays."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Write(NamedTuple):
    """One field set by a rule. `value` None removes it; `hidden` when a person's value stands in front of it.

    `operation` says how the value came about, so that what a `once` rule wrote can be laid over a rebuilt order:
    `set`, or `add` with the members added to a set.
    """

    field: str
    value: Any
    before: Any
    operation: str
    operand: Any
    hidden: bool


@dataclass(slots=True)
class Draft:
    """The order as the rule's actions see and change it. One per rule that fires."""

    document: Document
    context: RuleContext
    now: int  # microseconds since 1970 UTC
    edited_fields: frozenset[str]
    hold_allowed: bool  # false once this rule's hold was applied in the life of the order
    writes: list[Write] = field(default_factory=list)
    effects: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    reports: list[tuple[int, Message]] = field(default_factory=list)
    position: int = 0  # of the action that is being applied
    stopped: bool = False
    skipped: bool = False
    _owned: bool = False

    def read(self, name: str) -> Any:
        """A field by its type: None when blank. Raises ActionFailed when it is of another kind."""
        catalogued = ORDER_FIELDS[name]
        value = typed(catalogued, order_value(catalogued, self.document, self.context))
        if isinstance(value, Unreadable):
            raise ActionFailed(Message("unreadable_field", UNREADABLE_FIELD, {"field": name, "reason": value.message}))
        return value

    def render(self, template: Template) -> str:
        """A text parameter for this order. Raises ActionFailed when a placeholder's field cannot be read."""
        try:
            return template.render(self.document, self.context)
        except UnreadablePlaceholder as error:
            params = {"field": error.field.name, "reason": error.reason}
            raise ActionFailed(Message("unreadable_field", UNREADABLE_FIELD, params)) from error

    def write(self, name: str, value: Any, operation: str = "set", operand: Any = None) -> None:
        """Set a field in the rules' layer; None removes it. A person's value keeps standing in front of it."""
        before = read_field(self.document, name)
        if is_blank(before):
            before = None
        hidden = name in self.edited_fields
        self.writes.append(Write(name, value, before, operation, operand, hidden))
        if hidden:
            return
        if not self._owned:
            self.document = dict(self.document)
            self._owned = True
        write_field(self.document, name, value)

    def emit(self, do: str, **params: Any) -> None:
        """Something that is to leave the order once the run has ended."""
        self.effects.append((do, self.position, params))

    def flag(self, name: str) -> None:
        self.flags.append(name)

    def report(self, message: Message) -> None:
        """An entry in the decision's errors; the rule still counts as matched."""
        self.reports.append((self.position, message))

    def hold(self, until: str | None = None) -> None:
        """Put the order on hold, once in its life for each rule."""
        if self.hold_allowed:
            self.write("status", "on_hold")
            self.write("hold_until", until)

    def stop(self) -> None:
        """End the run after this rule."""
        self.stopped = True


Apply = Callable[[Draft, Mapping[str, Any]], None]
