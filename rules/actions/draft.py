"""What the actions of one rule do to one order, kept apart until all of them have applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from rules.actions.operations import OPERATIONS, SET, Inapplicable
from rules.context import RuleContext
from rules.facts import order_value, typed
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.order_document import Document, read_field, write_field
from rules.placeholders import Template, UnreadablePlaceholder
from rules.values import Unreadable, is_blank

IN_FIELD = Text("{field}: {reason}", "{field}: {reason}")
NOTHING_GIVEN = Text(
    '"{template}" gives no text for this order: the fields it uses are blank',
    '"{template}" no da ningún texto para este pedido: los campos que usa están en blanco',
)


class ActionFailed(Exception):
    """The action cannot be applied to this order; none of its rule's changes stays."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Change(NamedTuple):
    """One field a rule wrote; None stands for no value. `hidden` when a person's value stands in front of it.

    `operation` says how the value came about, so that what a `once` rule wrote can be laid over a rebuilt order: `set`,
    or one of `rules.actions.operations` with its operand.
    """

    rule: str
    field: str
    before: Any
    after: Any
    operation: str
    operand: Any
    hidden: bool
    once: bool

    def to_json(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"rule": self.rule, "field": self.field, "before": self.before, "after": self.after}
        if self.operation != SET:
            entry["operation"], entry["operand"] = self.operation, self.operand
        if self.hidden:
            entry["hidden"] = True
        if self.once:
            entry["once"] = True
        return entry


class Draft:
    """The order as the rule's actions see and change it. One per rule that fires."""

    __slots__ = (
        "_once",
        "_owned",
        "_rule",
        "changes",
        "context",
        "document",
        "edited_fields",
        "effects",
        "flags",
        "held",
        "hold_allowed",
        "now",
        "position",
        "reports",
        "skipped",
        "stopped",
    )

    def __init__(
        self,
        rule: str,
        once: bool,
        document: Document,
        context: RuleContext,
        now: int,
        edited_fields: frozenset[str],
        hold_allowed: bool,
    ) -> None:
        self._rule = rule
        self._once = once
        self.document = document
        self.context = context
        self.now = now  # nanoseconds since 1970 UTC
        self.edited_fields = edited_fields
        self.hold_allowed = hold_allowed  # false once this rule's hold was applied in the life of the order
        self.changes: list[Change] = []
        self.effects: list[tuple[str, int, dict[str, Any]]] = []
        self.flags: list[str] = []
        self.reports: list[tuple[int, Message]] = []
        self.position = 0  # of the action that is being applied
        self.held = False
        self.stopped = False
        self.skipped = False
        self._owned = False

    def read(self, name: str) -> Any:
        """A field by its type: None when blank. Raises ActionFailed when it is of another kind."""
        catalogued = ORDER_FIELDS[name]
        value = typed(catalogued, order_value(catalogued, self.document, self.context, self.now))
        if isinstance(value, Unreadable):
            raise ActionFailed(Message("unreadable_field", IN_FIELD, {"field": name, "reason": value.message}))
        return value

    def render(self, template: Template) -> str:
        """A text parameter for this order. Raises ActionFailed when a placeholder's field cannot be read."""
        if template.constant is not None:
            return template.constant
        try:
            return template.render(self.document, self.context, self.now)
        except UnreadablePlaceholder as error:
            params = {"field": error.field.name, "reason": error.reason}
            raise ActionFailed(Message("unreadable_field", IN_FIELD, params)) from error

    def render_some(self, template: Template) -> str:
        """A text parameter that something is done with. Raises ActionFailed when nothing is left of it, too."""
        text = self.render(template)
        if is_blank(text):
            raise ActionFailed(Message("nothing_given", NOTHING_GIVEN, {"template": template.source}))
        return text

    def change(self, name: str, operation: str, operand: Any) -> None:
        """Write what an operation makes of a field. Raises ActionFailed when it cannot be applied."""
        try:
            value = OPERATIONS[operation](self.read(name), operand)
        except Inapplicable as error:
            params = {"field": name, "reason": error.message}
            raise ActionFailed(Message(error.message.code, IN_FIELD, params)) from error
        self.write(name, value, operation, operand)

    def write_text(self, name: str, template: Template) -> None:
        """Set a field to a text parameter; one of which nothing is left removes the field."""
        text = self.render(template)
        self.write(name, None if is_blank(text) else text)

    def write(self, name: str, value: Any, operation: str = SET, operand: Any = None) -> None:
        """Set a field in the rules' layer; None removes it. A person's value keeps standing in front of it."""
        before = read_field(self.document, name) if "." in name else self.document.get(name)
        if before is not None and is_blank(before):
            before = None
        hidden = name in self.edited_fields
        change = (self._rule, name, before, value, operation, operand, hidden, self._once)
        self.changes.append(tuple.__new__(Change, change))  # what Change() comes to, by a call that is compiled
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
            self.held = True
            self.write("status", "on_hold")
            self.write("hold_until", until)

    def skip(self) -> None:
        """Leave the order out, and end the run after this rule."""
        self.skipped = True

    def stop(self) -> None:
        """End the run after this rule."""
        self.stopped = True


Apply = Callable[[Draft, Mapping[str, Any]], None]
