"""Texts with placeholders of the order's fields: `Order {order_number} to {ship_to.city}`; `{{` is a brace."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rules.context import RuleContext
from rules.facts import order_value, typed
from rules.fields import ORDER_FIELDS, Field
from rules.messages import Message, Text
from rules.order_document import plain
from rules.values import FieldType, Unreadable, as_written

UNKNOWN_PLACEHOLDER = Text(
    'the placeholder "{name}" is not a field of an order{hint}', 'el marcador "{name}" no es un campo de un pedido{hint}'
)
OPEN_PLACEHOLDER = Text(
    "a brace is opened and not closed: write {{ for a brace itself",
    "hay una llave abierta sin cerrar: escribe {{ para una llave",
)
DID_YOU_MEAN = Text(', did you mean "{name}"?', ', ¿querías decir "{name}"?')
NOTHING = Text("", "")

_TOKEN = re.compile(r"\{\{|\{([^{}]*)\}|\{")


class UnreadablePlaceholder(Exception):
    """A placeholder's field holds something of another kind."""

    def __init__(self, field: Field, reason: Message) -> None:
        super().__init__(field.name)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Template:
    """A text cut at its placeholders."""

    source: str
    parts: tuple[str | Field, ...]
    constant: str | None  # the text itself, when there is no placeholder in it

    @classmethod
    def parse(cls, source: str) -> Template | tuple[Message, ...]:
        """The template, or all that is wrong with it."""
        parts: list[str | Field] = []
        problems: list[Message] = []

        def refuse(problem: Message) -> None:
            if problem not in problems:
                problems.append(problem)

        at = 0
        for token in _TOKEN.finditer(source):
            parts.append(source[at : token.start()])
            at = token.end()
            if token.group() == "{{":
                parts.append("{")
            elif token.group(1) is None:
                refuse(Message("open_placeholder", OPEN_PLACEHOLDER))
            else:
                name = token.group(1).strip()
                field = ORDER_FIELDS.find(name)
                if field is None:
                    hint = suggestion(name, ORDER_FIELDS.names())
                    refuse(Message("unknown_placeholder", UNKNOWN_PLACEHOLDER, {"name": name, "hint": hint}))
                else:
                    parts.append(field)
        if problems:
            return tuple(problems)
        parts.append(source[at:])
        kept = tuple(part for part in parts if part != "")
        constant = None if any(isinstance(part, Field) for part in kept) else "".join(map(str, kept))
        return cls(source, kept, constant)

    @property
    def fields(self) -> frozenset[str]:
        """The fields it reads."""
        return frozenset(part.name for part in self.parts if isinstance(part, Field))

    def render(self, document: Mapping[str, Any], context: RuleContext, now: int) -> str:
        """The text for one order; blank fields give nothing. Raises UnreadablePlaceholder."""
        if self.constant is not None:
            return self.constant
        return "".join(
            part if isinstance(part, str) else _shown(part, order_value(part, document, context, now)) for part in self.parts
        )


def _shown(field: Field, value: Any) -> str:
    if value is None:
        return ""
    read = typed(field, value)
    if isinstance(read, Unreadable):
        raise UnreadablePlaceholder(field, read.message)
    return _FORMATS[field.type](value)


_FORMATS: dict[FieldType, Callable[[Any], str]] = {
    FieldType.TEXT: lambda value: as_written(value) or "",
    FieldType.NUMBER: lambda value: plain(value) if isinstance(value, int | Decimal) else str(value),
    FieldType.TIME: str,
    FieldType.BOOLEAN: lambda value: "true" if value else "false",
    FieldType.SET: ", ".join,
}


def suggestion(name: str, known: list[str]) -> Message:
    """`, did you mean "…"?` for a misspelt name, or an empty text."""
    close = difflib.get_close_matches(name, known, n=1)
    return Message("hint", DID_YOU_MEAN, {"name": close[0]}) if close else Message("hint", NOTHING)
